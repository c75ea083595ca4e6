package e2e

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
)

// fact is one thing that can be true of a server, and what a run must conclude from it.
type fact struct {
	name   string
	faults string                    // of the target from the start, as flags take them, with blanks in between
	at     moment                    // when then is put into force; with then only
	then   map[string]any            // faults that begin in the middle of the run
	env    []string                  // beside those of truthEnv
	want   string                    // PASS, FAIL, INVALID, or "not PASS", "not FAIL"
	slo    string                    // the objective that is not met; "" when all are
	reason string                    // words of the reasons
	hz     float64                   // the rate of the loop in the steady phase: the printed bound must contain it; 0: not judged
	exact  func(harness.Truth) error // what the target must have counted
}

// moment is a time in a run, from the first reading of the loop on: the idle phase begins with it.
type moment time.Duration

// The phases of a run with truthEnv: idle to 2 s, ramp to 6.8 s, steady to 12.8 s, rampdown to 14 s.
const (
	inIdle     = moment(1 * time.Second)
	inRamp     = moment(4500 * time.Millisecond)
	inSteady   = moment(9 * time.Second)
	inRampdown = moment(13 * time.Second)
)

// atOnce is a run without ramps: idle to 2 s, then 6 s with all users.
var atOnce = []string{"RAMP", "0"}

const (
	early    = moment(4 * time.Second)         // of a run atOnce
	nearEnd  = moment(6500 * time.Millisecond) // and 1.5 s before its end
	copiedAt = "metrics_period=3s"
)

// truthEnv is a short run with all phases, in which a user asks about three times a second and waits 2 s for an answer.
func truthEnv(target *harness.Target) map[string]string {
	return harness.With(target.Env(), "VUS", "20", "IDLE", "2s", "DURATION", "6s", "RAMP_SCALE", "0.04", "THINK_MIN", "100ms",
		"THINK_MAX", "300ms", "CONNECT_TIMEOUT", "2s", "WS_CONNECTION_TIME_P95", "1500", "RESPONSE_TIMEOUT", "2s",
		"MESSAGE_RESPONSE_TIME_P90", "1500", "GENERATOR_LAG_P99", "2000")
}

// widely gives the loop limits that a machine without time to read it does not come near to: what these rows are about is
// the chat. What the run claims of the loop must be true all the same.
func widely(rows []fact) []fact {
	for i := range rows {
		rows[i].env = append([]string{"HZ_AVERAGE_THRESHOLD", "50", "HZ_AVERAGE_MAXIMUM", "200"}, rows[i].env...)
	}
	return rows
}

func TestWhatIsTrueOfTheServerIsWhatTheVerdictSays(t *testing.T) {
	t.Parallel()
	for _, row := range slices.Concat(widely(turnTruths()), portTruths(), loopTruths(), pageTruths(), widely(frameTruths())) {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			row.hold(t)
		})
	}
}

func (x fact) hold(t *testing.T) {
	t.Helper()
	flags := slices.Clone(quick)
	for fault := range strings.FieldsSeq(x.faults) {
		flags = append(flags, "--fault", strings.ReplaceAll(fault, "_:_", ": "))
	}
	target := harness.StartTarget(t, flags...)
	if x.then != nil {
		after(t, target, x.at, func() { target.Fault(x.then) })
	}
	run := harness.Script(t, harness.MainScript(), harness.With(truthEnv(target), x.env...))
	x.concludes(t, run)
	if low, high, claimed := claimedBound(run); x.hz > 0 && claimed && !(low <= x.hz && x.hz <= high) {
		t.Errorf("the true %v Hz are not inside [%.3f, %.3f]\n%s", x.hz, low, high, run.Describe())
	}
	if x.exact != nil {
		if err := x.exact(target.Stop()); err != nil {
			t.Errorf("%v\n%s", err, run.Describe())
		}
	}
}

// concludes checks verdict, exit code, reasons and objective. INVALID is any other code than 0: a run that must not begin
// has one of its own.
func (x fact) concludes(t *testing.T, run harness.Run) {
	t.Helper()
	got, _ := run.At(t, "verdict").(string)
	want := x.want
	if not, negative := strings.CutPrefix(x.want, "not "); negative {
		if got == not {
			t.Errorf("the verdict is %s, which it must not be", got)
		}
		want = got
	}
	code := map[string]int{"PASS": 0, "FAIL": 99, "INVALID": max(run.Code, 1)}[want]
	verdict(t, run, code, want, x.reason)
	if missed := notMet(t, run); x.slo != "" && !slices.Contains(missed, x.slo) {
		t.Errorf("the objectives that are not met are %q, without %q", missed, x.slo)
	}
}

// claimedBound is what the run claims of the loop in the steady phase; false when it claims nothing.
func claimedBound(run harness.Run) (low, high float64, claimed bool) {
	phases, _ := run.Summary["phases"].([]any)
	for _, entry := range phases {
		phase, _ := entry.(map[string]any)
		loop, _ := phase["loopHz"].(map[string]any)
		if phase["name"] == "steady" && loop != nil {
			low, claimed = loop["low"].(float64)
			high, _ = loop["high"].(float64)
		}
	}
	return low, high, claimed
}

// notMet lists the objectives of a run that are missed or undecided.
func notMet(t *testing.T, run harness.Run) []string {
	t.Helper()
	var names []string
	slos, _ := run.At(t, "slos").([]any)
	for _, entry := range slos {
		slo, _ := entry.(map[string]any)
		if name, _ := slo["name"].(string); slo["outcome"] != "pass" {
			names = append(names, name)
		}
	}
	return names
}

// after calls act at that moment of the run, counted from the first reading of the loop.
func after(t *testing.T, target *harness.Target, at moment, act func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		begun := false
		for wait := 20 * time.Millisecond; ; {
			select {
			case <-t.Context().Done():
				return
			case <-time.After(wait):
			}
			if begun {
				act()
				return
			}
			if begun = target.Live().Scrapes > 0; begun {
				wait = time.Duration(at)
			}
		}
	}()
	t.Cleanup(func() { <-done })
}
