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
	verdict(t, run, 99, "INVALID", "the load generator was late, and that is in its times with up to")
}

// A machine with a limit of open files that the users do not fit into: the server is as good as ever, and nothing is held
// against it.
func TestAMachineWithoutFilesIsNoFailureOfTheServer(t *testing.T) {
	t.Parallel()
	target := harness.StartTarget(t, quick...)
	line := []string{"sh", "-c", `ulimit -n 60 && exec "$@"`, "sh", harness.K6(), "run", "--quiet", harness.MainScript()}
	run := harness.Command(t, line, short(target, "VUS", "100"))
	verdict(t, run, 99, "INVALID", "the load generator itself had no port, file or memory left", "raise that limit")
	if failed := run.Number(t, "totals", "failed"); failed == 0 {
		t.Errorf("no turn failed, so the limit was not reached\n%s", run.Describe())
	}
	failures, _ := run.At(t, "failures").(map[string]any)
	if len(failures) != 1 || failures["generator"] == nil {
		t.Errorf("the failures are %v, not those of this machine alone\n%s", failures, run.Describe())
	}
	if rate := errorRate(t, run); rate != 0 {
		t.Errorf("%v of the turns are held against the server\n%s", rate, run.Describe())
	}
}

// errorRate is the value of that objective.
func errorRate(t *testing.T, run harness.Run) float64 {
	t.Helper()
	slos, _ := run.At(t, "slos").([]any)
	for _, entry := range slos {
		if slo, _ := entry.(map[string]any); slo["name"] == "error rate" {
			rate, _ := slo["value"].(float64)
			return rate
		}
	}
	t.Error("summary.json has no objective error rate")
	return 0
}
