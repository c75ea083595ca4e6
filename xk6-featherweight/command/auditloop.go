package command

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/result"
)

// auditedReading is a value of the loop's counter, and when the target gave it out.
type auditedReading struct {
	Count float64 `json:"count"`
	At    float64 `json:"at"` // Unix nanoseconds
}

// loop compares the bounds of the frequency, phase by phase. The steady phase must have one, and it must be narrow.
func (a *auditor) loop() {
	steady := false
	for _, phase := range a.measured.Phases {
		bound := phase.LoopHz
		if bound == nil || bound.High <= 0 || !a.measured.Loop.Measured {
			continue
		}
		a.frequency(phase)
		if phase.Name == "steady" {
			steady = true
			width := bound.High - bound.Low
			a.line("width of that bound, Hz", fmt.Sprintf("%.3f", width), fmt.Sprintf("<= %.1f", a.widest), width <= a.widest)
		}
	}
	if !steady {
		a.line("loop Hz, steady", "not measured", "", false)
	}
}

// frequency compares the bound of one phase with what was true between the two readings that it stands on.
func (a *auditor) frequency(phase result.Phase) {
	what, ours := "loop Hz, "+phase.Name, fmt.Sprintf("[%.3f, %.3f]", phase.LoopHz.Low, phase.LoopHz.High)
	ends := phase.Counter
	if ends == nil {
		if a.truth.Restarts > 0 { // each of its stretches has ends of its own
			_, _ = fmt.Fprintf(a.out, "  %-28s%22s%20s  not compared\n", what, ours, "it restarted")
			return
		}
		a.line(what, ours, "it says no readings", false)
		return
	}
	least, most, known := between(unwrapped(a.readings, a.truth.Restarts), ends.From, ends.To)
	if !known {
		a.line(what, ours, fmt.Sprintf("no readings of %.0f and %.0f in one life of the loop among the %d that the target gave out", ends.From, ends.To, len(a.readings)), false)
		return
	}
	theirs := fmt.Sprintf("%.3f", least)
	if most-least >= 0.001 { //nolint:mnd // the digits that are shown
		theirs = fmt.Sprintf("%.3f to %.3f", least, most)
	}
	a.line(what, ours, theirs, phase.LoopHz.Low <= most && least <= phase.LoopHz.High)
}

// unwrapped are readings that count on where a counter of 32 bits began again at 0.
func unwrapped(readings []auditedReading, restarts float64) []auditedReading {
	const wrap = 1 << 32
	out, turns := slices.Clone(readings), 0.0
	for i := range out {
		if i > 0 && restarts == 0 && readings[i-1].Count-readings[i].Count > wrap/2 { //nolint:mnd // nothing else goes back so far
			turns += wrap
		}
		out[i].Count += turns
	}
	return out
}

// between is the least and the most that the mean frequency between two readings with those counts can have been. The same
// count may have been given out more than once, and not only to the run. After a restart the counts begin anew: two of
// different lives say nothing. False when there are none.
func between(readings []auditedReading, from, to float64) (least, most float64, known bool) {
	least = math.Inf(1)
	for life := 0; life < len(readings); {
		end := life + 1
		for end < len(readings) && readings[end].Count >= readings[end-1].Count {
			end++
		}
		starts, ends := span(readings[life:end], from), span(readings[life:end], to)
		if starts != nil && ends != nil && ends[0] > starts[1] {
			known = true
			least = min(least, (to-from)/(ends[1]-starts[0])*float64(time.Second))
			most = max(most, (to-from)/(ends[0]-starts[1])*float64(time.Second))
		}
		life = end
	}
	return least, most, known
}

// span is when a count was first and last given out; nil when it was not.
func span(readings []auditedReading, count float64) []float64 {
	var out []float64
	for _, r := range readings {
		switch {
		case r.Count != count:
		case out == nil:
			out = []float64{r.At, r.At}
		default:
			out[1] = r.At
		}
	}
	return out
}
