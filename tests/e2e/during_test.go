package e2e

import (
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
)

// during calls act once the target has started that many turns: in the middle of a run.
func during(t *testing.T, target *harness.Target, turns float64, act func()) {
	t.Helper()
	when(t, target, func(now harness.Truth) bool { return now.TurnsStarted >= turns }, act)
}

// when calls act once something is true of the target.
func when(t *testing.T, target *harness.Target, is func(now harness.Truth) bool, act func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for !is(target.Live()) {
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
