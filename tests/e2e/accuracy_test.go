package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"testing"

	"github.com/featherweight/tests/harness"
)

// rates are the frequencies that the meter is held against: around the limit of 95 and far from it.
var rates = []float64{100, 97.5, 95.1, 94.9, 50}

// window is one line of `k6 x fwhz hz --json`.
type window struct {
	Summary bool       `json:"summary"`
	Hz      float64    `json:"hz"`
	Low     float64    `json:"low"`
	High    float64    `json:"high"`
	Counter [2]float64 `json:"counter"`
	Covers  float64    `json:"covers"` // a late reading makes one window of two
	Error   string     `json:"error"`
	Source  string     `json:"source"`
	Gap     float64    `json:"longest_gap_ms"`
	Failed  float64    `json:"not_measured"`
}

func TestEveryWindowHoldsTheTruth(t *testing.T) {
	t.Parallel()
	target := harness.StartTarget(t)
	for _, rate := range rates {
		target.Fault(map[string]any{"loop_hz": rate})
		holdsTheTruth(t, target, "http://"+target.API+"/metrics", rate)
	}
}

func TestEveryWindowHoldsTheTruthUnderAThousandUsers(t *testing.T) {
	target := harness.StartTarget(t, "--tokens", "100", "--token-interval", "100ms")
	during(t, target, 900, func() {
		for _, rate := range rates {
			target.Fault(map[string]any{"loop_hz": rate})
			holdsTheTruth(t, target, "http://"+target.API+"/metrics", rate)
		}
	})
	script := filepath.Join(harness.Root(), "tests", "bench", "fwhz.js")
	load := harness.Script(t, script, harness.With(target.Env(), "VUS", "1000", "DURATION", "50s"))
	if load.Code != 0 {
		t.Errorf("the load itself failed\n%s", load.Describe())
	}
}

// holdsTheTruth measures a few windows and compares each, and the whole, with what the target knows about the very same
// readings: the counter's values, and when it gave them out. A busy machine makes the windows fewer and their bounds
// wider, never wrong.
func holdsTheTruth(t *testing.T, target *harness.Target, url string, rate float64) (whole window) {
	t.Helper()
	const duration = 6
	before := len(target.Observations())
	run := harness.Command(t, []string{harness.K6(), "x", "fwhz", "hz", url, "--json", "--duration", fmt.Sprintf("%ds", duration)}, nil)
	if run.Code != 0 {
		t.Errorf("%v Hz: %s", rate, run.Describe())
		return whole
	}
	seen := target.Observations()[before:]
	var measured []window
	covered := 0.0
	for lines := bufio.NewScanner(bytes.NewBufferString(run.Stdout)); lines.Scan(); {
		var w window
		if err := json.Unmarshal(lines.Bytes(), &w); err != nil {
			t.Errorf("not a line of JSON: %v: %s", err, lines.Text())
			return whole
		}
		switch {
		case w.Summary:
			whole = w
		case w.Error == "":
			measured = append(measured, w)
			covered += w.Covers
		}
	}
	if covered < duration-1 {
		t.Errorf("%v Hz: %v windows were measured, not %d or more\n%s", rate, covered, duration-1, run.Describe())
		return whole
	}
	for _, w := range append(measured, whole) {
		least, most := possible(seen, w)
		if !(w.Low <= most && least <= w.High) {
			t.Errorf("%v Hz: the true %v to %v are not inside [%v, %v]", rate, least, most, w.Low, w.High)
		}
	}
	fmt.Printf("%v Hz: %d windows and the whole, [%.3f, %.3f], hold the true value of their readings\n", rate, len(measured), whole.Low, whole.High)
	return whole
}

// possible is the least and the most that the frequency of a window can have been: between the readings that gave out the
// two values of its counter. A value may have been given out more than once, when the loop stood still. The whole does
// not say which readings it took: quick ones, in its first and in its last tenth.
func possible(seen []harness.Observation, w window) (least, most float64) {
	starts := func(r harness.Observation) bool { return r.Count == w.Counter[0] }
	ends := func(r harness.Observation) bool { return r.Count == w.Counter[1] }
	if w.Summary {
		first, last := seen[0].At, seen[len(seen)-1].At
		starts = func(r harness.Observation) bool { return r.At <= first+(last-first)/10 }
		ends = func(r harness.Observation) bool { return r.At >= last-(last-first)/10 }
	}
	least = math.Inf(1)
	for _, from := range seen {
		for _, to := range seen {
			if starts(from) && ends(to) && from.At < to.At {
				hz := (to.Count - from.Count) / (float64(to.At-from.At) / 1e9)
				least, most = min(least, hz), max(most, hz)
			}
		}
	}
	return least, most
}
