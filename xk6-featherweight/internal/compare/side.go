package compare

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/featherweight/xk6-featherweight/internal/evidence"
	"github.com/featherweight/xk6-featherweight/internal/record"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// side is what one of the two says of a quantity in a phase.
type side struct {
	value     float64 // NaN: nothing was measured
	low, high float64 // the interval of what the sample leaves open
	// reading is how far the sketch may be off, at the confidence of the interval.
	reading float64
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
		return q.percentile(g, phase, confidence)
	case frequency:
		return q.frequency(g, phase, confidence)
	case windows:
		return q.windows(g, confidence)
	case proven:
		return q.proven(g, confidence)
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
	return shareOf(all, usersOf(g, q), confidence)
}

func shareOf(all []batch, by users, confidence float64) side {
	n, value := mean(all)
	if n == 0 {
		return unmeasured()
	}
	found := evidence.ShareOf(value, worth(all, by, confidence), confidence)
	return side{value: value, low: found.Low, high: found.High}
}

// percentile has its interval from ranks, as in internal/evidence, whichever distribution the times have. Where in its bin of the
// sketch the true value lies is not known; it is as likely anywhere, so that its standard deviation is the width of the bin over
// √12, and that adds to those of chance as they add to each other (GUM, JCGM 100:2008, 4.3.7 and 5.1.2).
func (q quantity) percentile(g group, phase string, confidence float64) side {
	whole := g.whole(phase).Of(q.metric)
	n := whole.N()
	if n == 0 {
		return unmeasured()
	}
	at, low, high := whole.Within(q.q)
	out := side{value: at, high: math.Inf(1), reading: normal(confidence) * (high - low) / math.Sqrt(12)} //nolint:mnd // see above
	all := g.batches(phase, func(s record.Stretch) batch { return batch{s.Of(q.metric).N(), s.Of(q.metric).UpTo(at)} })
	from, to := evidence.Ranks(worth(all, usersOf(g, q), confidence), q.q, confidence)
	ofRank := func(rank float64) float64 { // counted from 1
		const middle = 0.5 // so that rounding does not take the one before
		value, _, _ := whole.Within(min(1, (rank-1+middle)/max(n-1, 1)))
		return value
	}
	if rank := math.Floor(from * n); rank >= 1 {
		out.low = ofRank(rank)
	}
	if rank := math.Ceil(to * n); to <= 1 && rank <= n {
		out.high = ofRank(rank)
	}
	return out
}

// normal is how many standard deviations an interval of that confidence has on each side.
func normal(confidence float64) float64 { return distuv.UnitNormal.Quantile((1 + confidence) / 2) } //nolint:mnd // two ends

// frequency is the mean of the windows, kept within the bound of the average over the phase.
func (q quantity) frequency(g group, phase string, confidence float64) side {
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
	low, high := meanInterval(all, confidence)
	_, m := mean(all)
	out.low, out.high = out.value-(m-low), out.value+(high-m)
	return out
}

// windows is the share of windows that are not provably below the limit of the frequency. Of a block of ten seconds (of a run
// longer than two hours) only the least and the greatest are known: it has one bad window, or only such.
func (q quantity) windows(g group, confidence float64) side {
	var all []batch
	for _, run := range g {
		limit := math.Inf(-1)
		for _, o := range run.SLOs {
			if o.Relation == slo.More && quantityOf(o).kind == frequency {
				limit = o.Limit
			}
		}
		var seconds []batch
		for _, second := range run.seconds[""] {
			high := second.Of("loop_window_high")
			if high.N() == 0 {
				high = second.Of("loop_hz") // reported by the server: there is no bound
			}
			b := batch{high.N(), high.N()}
			switch {
			case high.Max() <= limit:
				b.sum = 0
			case high.Min() <= limit:
				b.sum--
			}
			seconds = append(seconds, b)
		}
		all = append(all, grouped(seconds, len(g))...)
	}
	return shareOf(all, users{}, confidence)
}

// grouped are the seconds in blocks, of one of so many runs.
func grouped(seconds []batch, runs int) []batch {
	width := max(1, (len(seconds)*runs+blockCount-1)/blockCount)
	var out []batch
	for i, b := range seconds {
		if i%width == 0 {
			out = append(out, batch{})
		}
		out[len(out)-1].n += b.n
		out[len(out)-1].sum += b.sum
	}
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

// proven has the interval that the summary gives, at another confidence; of several runs, the mean of theirs.
func (q quantity) proven(g group, confidence float64) side {
	wider := normal(confidence) / normal(evidence.Confidence)
	var out side
	runs := float64(len(g))
	for _, run := range g {
		o, ok := run.judged(q.row.Name, q.row.Flow)
		if !ok || o.Value == nil || o.Evidence == nil {
			return unmeasured()
		}
		low, high := *o.Value-wider*(*o.Value-o.Evidence.Low), math.Inf(1)
		if o.Evidence.High != nil {
			high = *o.Value + wider*(*o.Evidence.High-*o.Value)
		}
		out.value += *o.Value / runs
		out.low += low / runs
		out.high += high / runs
	}
	return out
}
