package e2e

import (
	"syscall"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
)

// TestAStarvedGeneratorMakesTheRunInvalid takes the CPU away from k6 most of the time, by stopping and continuing it,
// while the server is as good as ever: what k6 then measures is its own weakness, and it must say so.
func TestAStarvedGeneratorMakesTheRunInvalid(t *testing.T) {
	t.Parallel()
	target := harness.StartTarget(t, quick...)
	started, finished := make(chan int, 1), make(chan struct{})
	go func() {
		pid := <-started
		for target.Live().TurnsStarted < 50 {
			select {
			case <-finished:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
		const held, let = 400 * time.Millisecond, 100 * time.Millisecond
		for {
			_ = syscall.Kill(pid, syscall.SIGSTOP)
			<-time.After(held) // the fault itself
			_ = syscall.Kill(pid, syscall.SIGCONT)
			select {
			case <-finished:
				return
			case <-time.After(let):
			}
		}
	}()
	run := harness.ScriptStarted(t, harness.MainScript(), short(target, "GENERATOR_LAG_P99", "100"), started)
	close(finished)
	verdict(t, run, 99, "INVALID", "the load generator woke up", "late")
}
