package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/featherweight/tests/harness"
)

// short is a whole run of the main job in a few seconds: every phase, few users, quick answers. The limit of the
// generator's lag is wide, for these tests share two cores; it has a test of its own. So are those of the loop, whose bound is wide
// where this process reads it late: tests that are about a limit set it, or leave it to its default by "". The loop is one of 100 Hz that no load can disturb;
// ownLoop reads that of the target.
func short(target *harness.Target, more ...string) map[string]string {
	env := harness.With(target.Env(), "VUS", "40", "DURATION", "8s", "IDLE", "2s", "RAMP_SCALE", "0.02",
		"THINK_MIN", "100ms", "THINK_MAX", "300ms", "CONNECT_TIMEOUT", "3s", "WS_CONNECTION_TIME_P95", "2000", "RESPONSE_TIMEOUT", "3s", "MESSAGE_RESPONSE_TIME_P90", "2000",
		"METRICS_URL", harness.Loop(100))
	return harness.With(wide(env), more...)
}

// wide sets limits that a machine without CPU keeps to.
func wide(env map[string]string) map[string]string {
	return harness.With(env, "GENERATOR_LAG_P99", "2000", "HZ_AVERAGE_THRESHOLD", "50", "HZ_AVERAGE_MAXIMUM", "200", "HZ_COVERAGE", "0.01", "LOOP_LONGEST_GAP", "5000")
}

// ownLoop is short with the loop of the target itself.
func ownLoop(target *harness.Target, more ...string) map[string]string {
	return short(target, append([]string{"METRICS_URL", "http://" + target.API + "/metrics"}, more...)...)
}

// quick makes the target answer in a fraction of a second.
var quick = []string{"--tokens", "5", "--ttft", "20ms", "--token-interval", "20ms"}

// verdict checks what a run concluded: its exit code, its verdict, and words of the reason.
func verdict(t *testing.T, run harness.Run, code int, want string, reason ...string) {
	t.Helper()
	if run.Code != code {
		t.Errorf("exit code %d, not %d", run.Code, code)
	}
	if got := run.At(t, "verdict"); got != want {
		t.Errorf("verdict %v, not %s", got, want)
	}
	reasons := fmt.Sprint(run.At(t, "reasons"))
	for _, word := range reason {
		if !strings.Contains(reasons, word) {
			t.Errorf("the reasons %s do not say %q", reasons, word)
		}
	}
	for _, wrong := range run.Contradictions() {
		t.Error(wrong)
	}
	if t.Failed() {
		t.Log(run.Describe())
	}
}

func TestAGoodServerPassesAndEveryNumberAgreesWithItsTruth(t *testing.T) {
	t.Parallel()
	target := harness.StartTarget(t, quick...)
	run := harness.Script(t, harness.MainScript(), short(target))
	verdict(t, run, 0, "PASS")
	target.Audit(t, run)
	boundHolds(t, run, 100)
}

// boundHolds checks that the truth lies inside the bound of the steady phase, and returns that.
func boundHolds(t *testing.T, run harness.Run, hz float64) (low, high float64) {
	t.Helper()
	low, high, claimed := run.LoopBound()
	if !claimed || !(low <= hz && hz <= high) {
		t.Errorf("the true %.3f Hz are not inside [%.3f, %.3f]", hz, low, high)
	}
	return low, high
}

// The frequency is known exactly; how narrow the bound around it is depends on how busy this machine is. The verdict
// follows the bound: for 96 Hz it is never FAIL, for 94 never PASS, and for the limit itself neither.
func TestTheVerdictFollowsTheBoundOfTheFrequency(t *testing.T) {
	t.Parallel()
	for _, hz := range []float64{94, 95, 96} {
		t.Run(fmt.Sprint(hz), func(t *testing.T) {
			t.Parallel()
			target := harness.StartTarget(t, quick...)
			run := harness.Script(t, harness.MainScript(), short(target, "METRICS_URL", harness.Loop(hz), "HZ_AVERAGE_THRESHOLD", "", "HZ_AVERAGE_MAXIMUM", "0"))
			switch low, high := boundHolds(t, run, hz); {
			case low > 95:
				verdict(t, run, 0, "PASS")
			case high < 95:
				verdict(t, run, 99, "FAIL", "loop frequency", "95 Hz")
			default:
				verdict(t, run, 99, "INVALID", "too close to 95 Hz")
			}
		})
	}
}
