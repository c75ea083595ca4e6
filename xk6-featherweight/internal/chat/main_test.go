package chat

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/featherweight/xk6-featherweight/internal/arrival"
)

func TestMain(m *testing.M) {
	arrival.Begin()
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/featherweight/xk6-featherweight/internal/arrival.(*loop).run")) // it lasts as long as the process
}
