package e2e

import (
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
)

// during calls act once the target has started that many turns: in the middle of a run.
func during(t *testing.T, target *harness.Target, turns float64, act func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for target.Live().TurnsStarted < turns {
			select {
			case <-t.Context().Done():
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
		act()
	}()
	t.Cleanup(func() { <-done })
}
