package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/featherweight/tests/harness"
)

// rates are the true frequencies that the meter is held against: around the limit of 95 and far from it.
var rates = []float64{100, 97.5, 95.1, 94.9, 50}

// window is one line of `k6 x fwhz hz --json`.
type window struct {
	Summary bool       `json:"summary"`
	Hz      float64    `json:"hz"`
	Low     float64    `json:"low"`
	High    float64    `json:"high"`
	Counter [2]float64 `json:"counter"`
	Error   string     `json:"error"`
}

func TestEveryWindowHoldsTheTruthOnAnIdleMachine(t *testing.T) {
	target := harness.StartTarget(t)
	for _, rate := range rates {
		target.Fault(map[string]any{"loop_hz": rate})
		holdsTheTruth(t, target, rate)
	}
}

func TestEveryWindowHoldsTheTruthUnderAThousandUsers(t *testing.T) {
	target := harness.StartTarget(t, "--tokens", "100", "--token-interval", "100ms")
	during(t, target, 900, func() {
		for _, rate := range rates {
			target.Fault(map[string]any{"loop_hz": rate})
			holdsTheTruth(t, target, rate)
		}
	})
	script := filepath.Join(harness.Root(), "tests", "bench", "fwhz.js")
	load := harness.Script(t, script, harness.With(target.Env(), "VUS", "1000", "DURATION", "75s"))
	if load.Code != 0 {
		t.Errorf("the load itself failed\n%s", load.Describe())
	}
}

// holdsTheTruth measures a few windows and compares each with what the target knows about the very same readings: the
// counter's values, and when it gave them out.
func holdsTheTruth(t *testing.T, target *harness.Target, rate float64) {
	t.Helper()
	run := harness.Command(t, []string{harness.K6(), "x", "fwhz", "hz", "http://" + target.API + "/metrics", "--json", "--duration", "8s"}, nil)
	if run.Code != 0 {
		t.Errorf("%v Hz: %s", rate, run.Describe())
		return
	}
	when := map[float64]int64{}
	for _, seen := range target.Observations() {
		when[seen.Count] = seen.At
	}
	windows, outside := 0, 0
	for lines := bufio.NewScanner(bytes.NewBufferString(run.Stdout)); lines.Scan(); {
		var w window
		if err := json.Unmarshal(lines.Bytes(), &w); err != nil {
			t.Errorf("not a line of JSON: %v: %s", err, lines.Text())
			return
		}
		if w.Summary {
			if !(w.Low <= rate && rate <= w.High) {
				t.Errorf("the nominal %v Hz are not inside the bound of the whole, [%v, %v]", rate, w.Low, w.High)
			}
			continue
		}
		from, to := when[w.Counter[0]], when[w.Counter[1]]
		if w.Error != "" || from == 0 || to <= from {
			t.Errorf("%v Hz: a window without a truth: %s", rate, lines.Text())
			continue
		}
		windows++
		truth := (w.Counter[1] - w.Counter[0]) / (float64(to-from) / 1e9)
		if !(w.Low <= truth && truth <= w.High) {
			t.Errorf("%v Hz: the true %v are not inside [%v, %v]", rate, truth, w.Low, w.High)
		}
		if !(w.Low <= rate && rate <= w.High) {
			outside++
		}
	}
	if windows < 7 {
		t.Errorf("%v Hz: %d windows, not 7 or more\n%s", rate, windows, run.Describe())
	}
	fmt.Printf("%v Hz: %d windows hold the true value of their readings; the nominal rate is inside %d of them\n", rate, windows, windows-outside)
}
