package trust

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/featherweight/tests/harness"
)

// row is a fault in one strength, and what a run must conclude from it.
type row struct {
	fault, strength string
	short           bool // it is part of the short form

	target   []string // further flags of the target
	faults   string   // of the target from the start, as flags take them, with blanks in between
	network  []toxic  // what the network between does from the start
	lab      *lab     // namespaces with a wire between them; nil: loopback
	strain   strain   // of the load generator
	acts     []act    // what happens in the middle of the run, in the order of time
	script   string   // of another than the main job
	env      []string // beside those of base
	atLeast  float64  // so many turns it takes for this to be decided
	happened string   // the fault that the target must have counted, once or more

	want    string   // PASS, FAIL, INVALID; or no load, of a run that is refused before it begins
	unkept  bool     // its results cannot be kept: what is printed is all
	fails   []string // the objectives that are missed
	open    []string // those that are undecided
	may     []string // objectives that may be missed or undecided beside these; any of them with anything
	reasons []string // what most failed turns failed for: one of these; none may fail without
	says    string   // words of the reasons, or of the error line
	hz      float64  // the rate of the loop in the steady phase: the bound must contain it; 0: not judged
	books   []string // flags of the audit
}

// anything beside the objectives of a row may be missed: nothing is to be concluded from a run that has no time of its own.
const anything = "anything"

func (r row) name() string { return r.fault + ", " + r.strength }

// act is something that happens in the middle of a run.
type act struct {
	at      moment
	faults  faults        // of the server
	network []toxic       // added to what the network does
	calm    bool          // the network does nothing any more
	cut     bool          // whatever is between goes away: connections are lost, new ones refused
	vanish  bool          // packets of the server vanish; in a lab
	back    bool          // and come again
	freeze  time.Duration // the server is stopped whole, and goes on after this
	stop    time.Duration // the load generator is stopped, and goes on after this
}

type faults = map[string]any

// moment is a time in a run, from the first reading of the loop on: the idle phase begins with it.
type moment time.Duration

// The phases of a run with ramps: idle to 2 s, ramp to 6.8 s, steady to 12.8 s, rampdown to 14 s.
const (
	inIdle     = moment(1 * time.Second)
	inRamp     = moment(4500 * time.Millisecond)
	inSteady   = moment(9 * time.Second)
	inRampdown = moment(13 * time.Second)
)

// ramps is the environment of a run with all phases; others are idle to 2 s, and then have all users for 6 s.
var ramps = []string{"RAMP", "1"}

const (
	early   = moment(4 * time.Second)         // of a run without ramps
	nearEnd = moment(6500 * time.Millisecond) // and 1.5 s before its end
)

// base is a short run in which a user asks about three times a second.
func base(round int) map[string]string {
	return map[string]string{
		"VUS": "20", "IDLE": "2s", "DURATION": "6s", "RAMP": "0", "RAMP_SCALE": "0.04", "THINK_MIN": "100ms", "THINK_MAX": "300ms",
		"TEST_SEED": fmt.Sprint(round),
		// A machine that is busy with other rows gives nothing away here: rows about these limits have the default ones, or their own.
		"GENERATOR_LAG_P99": "5000", "METRICS_TIMEOUT": "10s",
	}
}

// flags of the target, which answers in a fraction of a second.
func (r row) flags(round int) []string {
	all := append([]string{"--seed", fmt.Sprint(round), "--tokens", "5", "--ttft", "20ms", "--token-interval", "20ms", "--processing-time", "200ms"}, r.target...)
	for fault := range strings.FieldsSeq(r.faults) {
		all = append(all, "--fault", strings.ReplaceAll(fault, "_:_", ": "))
	}
	return all
}

// judge says what is wrong with the conclusions of a run; nothing when they are right.
func (r row) judge(run harness.Run) []string {
	var wrong []string
	complain := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if got := run.Verdict(); got != r.want {
		complain("the verdict is %s", got)
	}
	if said := run.Reasons() + run.Stderr; !strings.Contains(said, r.says) {
		complain("it does not say %q", r.says)
	}
	if r.unkept || r.want == harness.NoLoad {
		return append(wrong, run.ExitContradicts()...)
	}
	wrong = append(wrong, run.Contradictions()...)
	missed, open := run.Objectives("fail"), run.Objectives("invalid")
	for _, name := range lacking(r.fails, missed) {
		complain("%q is not missed", name)
	}
	for _, name := range lacking(r.open, open) {
		complain("%q is not undecided", name)
	}
	if !slices.Contains(r.may, anything) {
		for _, name := range lacking(missed, slices.Concat(r.fails, r.may)) {
			complain("%q is missed", name)
		}
		for _, name := range lacking(open, slices.Concat(r.open, r.may)) {
			complain("%q is undecided", name)
		}
	}
	if most := run.MostFrequent(); len(most) == 0 != (len(r.reasons) == 0) || len(lacking(most, r.reasons)) == len(most) && len(most) > 0 {
		complain("most turns failed for %q", most)
	}
	if low, high, claimed := run.LoopBound(); r.hz > 0 && claimed && !(low <= r.hz && r.hz <= high) {
		complain("the true %v Hz are not inside [%.3f, %.3f]", r.hz, low, high)
	}
	return wrong
}

// lacking are the wanted ones that are not there.
func lacking(wanted, there []string) []string {
	return slices.DeleteFunc(slices.Clone(wanted), func(name string) bool { return slices.Contains(there, name) })
}

// happens says what of the fault did not come to pass, so that the row would prove nothing.
func (r row) happens(truth harness.Truth) []string {
	var wrong []string
	if r.happened != "" && truth.Errors[r.happened] == 0 {
		wrong = append(wrong, fmt.Sprintf("%s did not happen", r.happened))
	}
	if r.want == harness.NoLoad && truth.TurnsStarted > 0 {
		wrong = append(wrong, fmt.Sprintf("%v turns were begun by a run that must not begin", truth.TurnsStarted))
	}
	return wrong
}
