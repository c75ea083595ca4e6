package fwhz

import (
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction("github.com/featherweight/xk6-featherweight/internal/lag.(*Meter).run"),    // ends by itself, 5 s after its last use
		goleak.IgnoreAnyFunction("github.com/featherweight/xk6-featherweight/internal/arrival.(*loop).run")) // lasts as long as the process
}
