package compare

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/featherweight/xk6-featherweight/internal/evidence"
	"github.com/featherweight/xk6-featherweight/internal/record"
)

// side is what one of the two says of a quantity in a phase.
type side struct {
	value float64 // NaN: nothing was measured
	// low and high are the interval of a share, spreads what the sample leaves open of anything else, and reading the sketch.
	low, high float64
	spreads   []spread
	reading   spread
	// below and above are how far the true value may lie from it: the bound of the frequency.
	below, above float64
	missed       bool
}

func unmeasured() side { return side{value: math.NaN()} }

// side measures a quantity over all runs of a group.
func (q quantity) side(g group, phase string, confidence float64) side {
	out := q.measure(g, phase, confidence)
	out.missed = g.misses(q.row)
	return out
}

// each measures it run by run.
func (q quantity) each(g group, phase string) []side {
	var out []side
	for i := range g {
		out = append(out, q.side(g[i:i+1], phase, Confidence))
	}
	return out
}

func (q quantity) measure(g group, phase string, confidence float64) side {
	switch q.kind {
	case share:
		return q.share(g, phase, confidence)
	case percentile:
		return q.percentile(g, phase)
	case frequency:
		return q.frequency(g, phase)
	case proven:
		return q.proven(g)
	case greatest:
		return exactly(g.whole("").Of(q.metric).Max())
	case count:
		return exactly(g.whole("").Of(q.metric).Sum())
	default:
		return q.told(g)
	}
}

func exactly(value float64) side { return side{value: value, low: value, high: value} }

// batches are the blocks of a phase, each with what a function counts of it.
func (g group) batches(phase string, of func(record.Stretch) batch) []batch {
	var out []batch
	for _, block := range g.blocks(phase) {
		if b := of(block); b.n > 0 {
			out = append(out, b)
		}
	}
	return out
}

func (q quantity) share(g group, phase string, confidence float64) side {
	all := g.batches(phase, func(s record.Stretch) batch { return batch{s.Of(q.metric).N(), s.Of(q.metric).Sum()} })
	n, value := mean(all)
	if n == 0 {
		return unmeasured()
	}
	found := evidence.ShareOf(value, worth(all, usersOf(g, q), confidence), confidence)
	return side{value: value, low: found.Low, high: found.High}
}

// beyond is how many samples of a section lie beyond its percentile at least, where there are enough of them.
const beyond = 2

// percentile is uncertain for three reasons, and their variances add up. Time: its sections differ. Users: they add to the
// variance that independent turns would have, which is that of the ranks around the percentile. The sketch: where in its bin
// the true value lies is not known, and it is as likely anywhere, so that the variance is a twelfth of the square of the width
// (GUM, JCGM 100:2008, 4.3.7 and 5.1.2).
func (q quantity) percentile(g group, phase string) side {
	whole := g.whole(phase).Of(q.metric)
	n := whole.N()
	if n == 0 {
		return unmeasured()
	}
	at, low, high := whole.Within(q.q)
	var sections []record.Stretch
	var all []batch
	for _, block := range g.blocks(phase) {
		if s := block.Of(q.metric); s.N() > 0 {
			sections = append(sections, block)
			all = append(all, batch{s.N(), s.UpTo(at)})
		}
	}
	_, together := settled(all)
	few := func() bool { return n/float64(len(sections))*(1-q.q) < beyond && len(sections) >= 2*fewest }
	for ; together > 1 || few(); together /= 2 {
		sections = inPairs(sections, func(a, b record.Stretch) record.Stretch { return record.Join(a, b) })
	}
	var values []float64
	for _, section := range sections {
		value, _, _ := section.Of(q.metric).Within(q.q)
		values = append(values, value)
	}
	reach := math.Sqrt(q.q * (1 - q.q) / n) // of the rank, as one standard deviation
	above, _, _ := whole.Within(min(1, q.q+reach))
	below, _, _ := whole.Within(max(0, q.q-reach))
	const uniform = 12
	deviation := (above - below) / 2 //nolint:mnd // both ways
	return side{
		value: at, reading: spread{(high - low) * (high - low) / uniform, math.Inf(1)},
		spreads: []spread{
			sectioned(at, values),
			{(usersOf(g, q).effect(n) - 1) * deviation * deviation, math.Inf(1)},
		},
	}
}

// frequency is the mean of the windows, kept within the bound of the average over the phase.
func (q quantity) frequency(g group, phase string) side {
	var out side
	runs := float64(len(g))
	for i := range g {
		whole := g[i : i+1].whole(phase)
		value := whole.Of("loop_hz").Mean()
		if math.IsNaN(value) {
			return unmeasured()
		}
		low, high := whole.Of("loop_hz_low").Last(), whole.Of("loop_hz_high").Last()
		if !(low <= high) || high == 0 { // too short for a bound of the phase: that of its windows holds
			low, high = whole.Of("loop_window_low").Min(), whole.Of("loop_window_high").Max()
		}
		if low <= high {
			value = min(max(value, low), high)
			out.below += (value - low) / runs
			out.above += (high - value) / runs
		}
		out.value += value / runs
	}
	all := g.batches(phase, func(s record.Stretch) batch { return batch{s.Of("loop_hz").N(), s.Of("loop_hz").Sum()} })
	out.spreads = []spread{overTime(all)}
	return out
}

// told is the greatest value that the summaries tell.
func (q quantity) told(g group) side {
	out := unmeasured()
	for _, run := range g {
		if o, ok := run.judged(q.row.Name, q.row.Flow); ok && o.Value != nil && !(*o.Value <= out.value) {
			out = exactly(*o.Value)
		}
	}
	return out
}

// proven has the interval that the summary gives, as if it were that of a normal distribution; of several runs, their mean.
func (q quantity) proven(g group) side {
	var out side
	runs := float64(len(g))
	deviations := distuv.UnitNormal.Quantile((1 + evidence.Confidence) / 2) //nolint:mnd // two ends
	for _, run := range g {
		o, ok := run.judged(q.row.Name, q.row.Flow)
		if !ok || o.Value == nil || o.Evidence == nil {
			return unmeasured()
		}
		reach := math.Inf(1)
		if o.Evidence.High != nil {
			reach = max(*o.Evidence.High-*o.Value, *o.Value-o.Evidence.Low) / deviations
		}
		out.value += *o.Value / runs
		out.spreads = append(out.spreads, spread{reach * reach / runs / runs, math.Inf(1)})
	}
	return out
}
