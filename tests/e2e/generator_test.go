package e2e

import (
	"syscall"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
)

// starved runs a script and takes the CPU away from k6 most of the time, by stopping and continuing it, once so many turns
// have begun; the server is as good as ever.
func starved(t *testing.T, target *harness.Target, turns float64, script string, env map[string]string) harness.Run {
	t.Helper()
	started, finished := make(chan int, 1), make(chan struct{})
	go func() {
		pid := <-started
		for target.Live().TurnsStarted < turns {
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
	defer close(finished)
	return harness.ScriptStarted(t, script, env, started)
}

// The chat is timed by the kernel: however late k6 reads an answer, the server's time is told, and nothing is held against it.
func TestAStarvedGeneratorTellsTheServersTimesOfAChat(t *testing.T) {
	t.Parallel()
	target := harness.StartTarget(t, quick...)
	run := starved(t, target, 50, harness.MainScript(), short(target, "GENERATOR_LAG_P99", "100"))
	if got := run.At(t, "verdict"); got == "FAIL" {
		t.Errorf("the verdict is FAIL, of a server that was as good as ever\n%s", run.Describe())
	}
	if lag := run.Number(t, "generatorLag", "p99"); lag < 200 {
		t.Fatalf("k6 was %v ms late at most: it was not starved\n%s", lag, run.Describe())
	}
	// An answer takes 100 ms. Who takes the time on waking up has 400 ms more in most of them.
	if response, late := objective(t, run, "response time"), 300.0; response > late {
		t.Errorf("90 %% of the answers are said to take up to %v ms, not about 100\n%s", response, run.Describe())
	}
}

// objective is the value of that one.
func objective(t *testing.T, run harness.Run, name string) float64 {
	t.Helper()
	slos, _ := run.At(t, "slos").([]any)
	for _, entry := range slos {
		if slo, _ := entry.(map[string]any); slo["name"] == name {
			value, _ := slo["value"].(float64)
			return value
		}
	}
	t.Errorf("summary.json has no objective %s", name)
	return 0
}
