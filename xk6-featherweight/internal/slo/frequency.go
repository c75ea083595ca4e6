package slo

import (
	"fmt"

	"github.com/featherweight/xk6-featherweight/internal/format"
)

// The frequency in the steady phase: the mean of its windows, and the bounds of what the average can have been. The gauges
// hold those of the whole phase so far, so their last value is that of the phase.
const (
	steadyHz   = "loop_hz{phase:steady}"
	steadyLow  = "loop_hz_low{phase:steady}"
	steadyHigh = "loop_hz_high{phase:steady}"
)

const unmeasuredHz = "the loop frequency was not measured in the steady phase"

// frequency is that of the steady phase, and how it is said beside a limit.
type frequency struct {
	mean, low, high float64
	text            string
}

// frequencyOf reads it; false without a window. Without any sample the bounds are 0, as they are for a loop that stands
// still; the windows tell the two apart.
func frequencyOf(data Data, limit float64) (frequency, bool) {
	mean, ok := data.Stat(steadyHz, "avg")
	if !ok {
		return frequency{}, false
	}
	found := frequency{mean: mean, low: data.Value(steadyLow), high: data.Value(steadyHigh)}
	const digits = 2
	shown := func(hz float64) string { return format.Distinct(hz, limit, format.Fixed, digits) }
	switch {
	case found.mean < found.low || found.mean > found.high: // windows at the ends of the phase, which the bounds may leave out
		found.text = fmt.Sprintf("loop frequency between %s and %s Hz, %s Hz as the mean of its windows,",
			shown(found.low), shown(found.high), shown(found.mean))
	case found.low < found.high:
		found.text = fmt.Sprintf("loop frequency %s Hz (between %s and %s)", shown(found.mean), shown(found.low), shown(found.high))
	default:
		found.text = "loop frequency " + shown(found.mean) + " Hz"
	}
	return found, true
}

// judged is the row with value and bounds.
func (f frequency) judged(r Row, outcome Outcome, why string) Judged {
	return Judged{Row: r, Value: &f.mean, Low: &f.low, High: &f.high, Outcome: outcome, Why: why}
}

func (f frequency) tooClose(r Row) Judged {
	return f.judged(r, Invalid, fmt.Sprintf("%s is too close to %s Hz to call: measure longer (DURATION), or from nearer to the server",
		f.text, format.Number(r.Limit)))
}

// judgeFrequency: met only if mean and low bound are above the limit, missed only if the high bound is not.
func judgeFrequency(r Row, data Data) Judged {
	found, ok := frequencyOf(data, r.Limit)
	limit := format.Number(r.Limit)
	switch {
	case !ok:
		return Judged{Row: r, Outcome: Invalid, Why: unmeasuredHz}
	case found.low > r.Limit && found.mean > r.Limit:
		return found.judged(r, Pass, found.text+" is above "+limit+" Hz")
	case found.high == 0 && found.mean > 0:
		return Judged{Row: r, Value: &found.mean, Outcome: Invalid, Why: "the steady phase is too short to bound the loop frequency"}
	case found.high <= r.Limit:
		return found.judged(r, Fail, found.text+" is not above "+limit+" Hz")
	default:
		return found.tooClose(r)
	}
}

// judgeMaximum: the same from the other side.
func judgeMaximum(r Row, data Data) Judged {
	found, ok := frequencyOf(data, r.Limit)
	limit := format.Number(r.Limit)
	switch {
	case !ok:
		return Judged{Row: r, Outcome: Invalid, Why: unmeasuredHz}
	case found.high < r.Limit && found.mean < r.Limit:
		return found.judged(r, Pass, found.text+" is below "+limit+" Hz")
	case found.low >= r.Limit:
		return found.judged(r, Fail, found.text+" is not below "+limit+" Hz: was the loop started twice?")
	default:
		return found.tooClose(r)
	}
}

// judgeSight: a standstill that was seen to be too long is judged as such, and not for what it lacks besides.
func judgeSight(r Row, data Data) Judged {
	out := r.compare(data)
	if seen := data.Metrics["loop_longest_gap"].Values["max"]; out.Outcome == Invalid && seen > r.Limit {
		return Judged{Row: r, Value: out.Value, Outcome: Pass, Why: "the loop was seen to stand still, for " + format.Time(seen)}
	}
	return out
}

// judgeStandstill: what a page that is a copy cannot show is not judged, nor what may have been while nothing was seen of the
// loop, and was made up for.
func judgeStandstill(r Row, data Data) Judged {
	out := r.compare(data)
	if period := data.PagePeriod(); out.Outcome == Pass && period > r.Limit {
		return Judged{Row: r, Outcome: Skipped, Why: "the metrics page is a copy, renewed every " + format.Time(period) +
			": a standstill shorter than that cannot be seen on it"}
	}
	if unseen := data.unseen(); out.Outcome == Pass && unseen > r.Limit {
		return Judged{Row: r, Outcome: Skipped, Why: "nothing was seen of the loop for " + format.Time(unseen) +
			", for a reading took long or failed: a standstill in that time, made up for afterwards, shows nowhere"}
	}
	return out
}
