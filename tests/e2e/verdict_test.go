package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/featherweight/tests/harness"
)

// short is a whole run of the main job in a few seconds: every phase, few users, quick answers. The limit of the
// generator's lag is wide, for these tests share two cores; it has a test of its own. The loop is one of 100 Hz that no
// load can disturb; ownLoop reads that of the target.
func short(target *harness.Target, more ...string) map[string]string {
	env := harness.With(target.Env(), "VUS", "40", "DURATION", "8s", "IDLE", "2s", "RAMP_SCALE", "0.02",
		"THINK_MIN", "100ms", "THINK_MAX", "300ms", "CONNECT_TIMEOUT", "3s", "WS_CONNECTION_TIME_P95", "2000", "RESPONSE_TIMEOUT", "3s", "MESSAGE_RESPONSE_TIME_P90", "2000",
		"GENERATOR_LAG_P99", "2000", "METRICS_URL", harness.Loop(100))
	return harness.With(env, more...)
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
	if !strings.Contains(run.Stdout, "VERDICT: "+want) {
		t.Errorf("the printed summary has no line VERDICT: %s", want)
	}
	filesAgree(t, run, want)
	if t.Failed() {
		t.Log(run.Describe())
	}
}

// filesAgree checks that JUnit and report say what summary.json says: for a CI system, green is PASS and nothing else.
func filesAgree(t *testing.T, run harness.Run, verdict string) {
	t.Helper()
	if !strings.HasPrefix(run.Report, "# "+verdict+": ") {
		t.Errorf("report.md begins %.40q, not with the verdict %s", run.Report, verdict)
	}
	if run.JUnit == nil || len(run.JUnit.Suites) != 1 {
		t.Fatalf("junit.xml: %+v, not one suite", run.JUnit)
	}
	suite, want := run.JUnit.Suites[0], map[string]string{}
	slos, _ := run.At(t, "slos").([]any)
	for _, entry := range slos {
		slo, _ := entry.(map[string]any)
		name := fmt.Sprint(slo["name"])
		if flow, ok := slo["flow"]; ok {
			name = fmt.Sprintf("%v: %s", flow, name)
		}
		want[name] = fmt.Sprint(slo["outcome"])
	}
	if suite.Tests != len(slos)+1 || len(suite.Cases) != suite.Tests {
		t.Errorf("junit.xml counts %d tests and has %d, for %d objectives and the run", suite.Tests, len(suite.Cases), len(slos))
	}
	for _, test := range suite.Cases[1:] {
		if failed, wanted := test.Failure != nil, want[test.Name] == "fail"; failed != wanted {
			t.Errorf("junit.xml: %s: failure %v, but its outcome is %s", test.Name, failed, want[test.Name])
		}
		if undecided, wanted := test.Error != nil, want[test.Name] == "invalid"; undecided != wanted {
			t.Errorf("junit.xml: %s: error %v, but its outcome is %s", test.Name, undecided, want[test.Name])
		}
	}
	if green := suite.Failures+suite.Errors == 0; green != (verdict == "PASS") {
		t.Errorf("junit.xml has %d failures and %d errors, and the verdict is %s", suite.Failures, suite.Errors, verdict)
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
	low, high, claimed := claimedBound(run)
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
			run := harness.Script(t, harness.MainScript(), short(target, "METRICS_URL", harness.Loop(hz)))
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

func TestAFastLoopThatIsSilentForThreeSecondsFails(t *testing.T) {
	t.Parallel()
	target := harness.StartTarget(t, append([]string{"--hz", "160"}, quick...)...) // on average it is far above the limit
	during(t, target, 100, func() { target.Fault(map[string]any{"loop_stall": "3s"}) })
	run := harness.Script(t, harness.MainScript(), ownLoop(target))
	verdict(t, run, 99, "FAIL", "longest standstill", "longer than 1s")
}

func TestARestartOfTheLoopFails(t *testing.T) {
	t.Parallel()
	target := harness.StartTarget(t, quick...)
	during(t, target, 100, func() { target.Fault(map[string]any{"loop_restart": true}) })
	run := harness.Script(t, harness.MainScript(), ownLoop(target))
	verdict(t, run, 99, "FAIL", "restarted 1 time")
	target.Audit(t, run)
}

func TestTwoPercentOfFailedAnswersFailAndAreCountedExactly(t *testing.T) {
	t.Parallel()
	for fault, reason := range map[string]string{"error_frame": "server_error", "drop": "reset", "close_early": "closed", "wrong_id": "protocol"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			target := harness.StartTarget(t, append([]string{"--fault", fault + "=0.02"}, quick...)...)
			run := harness.Script(t, harness.MainScript(), short(target))
			verdict(t, run, 99, "FAIL", "of turns failed", reason)
			target.Audit(t, run)
			if run.Number(t, "failures", reason) == 0 {
				t.Errorf("no turn failed as %s", reason)
			}
		})
	}
}

func TestAServerThatNeverAnswersFails(t *testing.T) {
	t.Parallel()
	target := harness.StartTarget(t, append([]string{"--fault", "never_answer=1"}, quick...)...)
	run := harness.Script(t, harness.MainScript(), short(target))
	verdict(t, run, 99, "FAIL", "100", "response_timeout")
}
