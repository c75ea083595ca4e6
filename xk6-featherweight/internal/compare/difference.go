package compare

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/featherweight/xk6-featherweight/internal/format"
)

// byBlocks judges the line by what the blocks of both sides leave open.
func (l *Line) byBlocks(q quantity, base, latest side, confidence float64, tolerance Tolerance) {
	l.Base, l.New = base.value, latest.value
	l.Difference, l.Low, l.High = math.NaN(), math.NaN(), math.NaN()
	l.Matters = l.matters(tolerance)
	l.Word = Unknown
	if why := missing(base, latest); why != "" {
		l.Why = why
		return
	}
	l.Difference = latest.value - base.value
	if !q.kind.hasInterval() {
		l.withoutInterval(base, latest)
		return
	}
	l.Low, l.High = difference(base, latest, confidence)
	l.Word = l.word()
	if l.Word == Unknown && l.Judged {
		l.Why = crossing(base, latest)
	}
}

// crossing is how the limit lies between the two sides; empty when it does not.
func crossing(base, latest side) string {
	switch {
	case base.missed == latest.missed:
		return ""
	case latest.missed:
		return "the new run misses its limit, the base met it"
	default:
		return "the new run meets its limit, the base missed it"
	}
}

func missing(base, latest side) string {
	switch noBase, noNew := math.IsNaN(base.value), math.IsNaN(latest.value); {
	case noBase && noNew:
		return "not measured on either side"
	case noBase:
		return "not measured in the base"
	case noNew:
		return "not measured in the new run"
	}
	return ""
}

// difference is the interval of new - base. Of two shares it comes from the interval of each (MOVER; Zou and Donner, Statistics in
// Medicine 27, 2008; here it is Newcombe's, 1998). Of anything else it comes from the variances, on the degrees of freedom of
// Welch (Biometrika 34, 1947). A bound is no chance, so it is added as it is.
func difference(base, latest side, confidence float64) (low, high float64) {
	d := latest.value - base.value
	if len(base.spreads) == 0 {
		return d - math.Hypot(latest.value-latest.low, base.high-base.value), d + math.Hypot(latest.high-latest.value, base.value-base.low)
	}
	reach := deviations(slices.Concat(base.spreads, latest.spreads, []spread{base.reading, latest.reading}), confidence)
	return d - reach - latest.below - base.above, d + reach + latest.above + base.below
}

// deviations is how far an interval reaches to each side.
func deviations(all []spread, confidence float64) float64 {
	total, weight := 0.0, 0.0
	for _, s := range all {
		total += s.variance
		if s.variance > 0 {
			weight += s.variance * s.variance / s.freedom
		}
	}
	const many = 1e6 // as good as without end
	freedom := many
	switch {
	case math.IsInf(total, 1):
		return total
	case weight > 0:
		freedom = min(many, total*total/weight)
	}
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: freedom}.Quantile((1+confidence)/2) * math.Sqrt(total) //nolint:mnd // two ends
}

// matters is the tolerance in the unit of the objective. A rate near 0 is no measure of itself: a second failure in a hundred
// thousand turns would be 100 % more. And nobody waits for a thousandth of the limit of a time.
func (l *Line) matters(tolerance Tolerance) float64 {
	const nothing = 0.001
	of := tolerance.of(l.Row)
	switch l.Unit {
	case format.Milliseconds:
		if l.Statistic == "max" {
			return of * max(l.Base, l.Limit)
		}
		return max(of*l.Base, nothing*l.Limit)
	case format.Hertz:
		return of * l.Base
	case format.Ratio:
		if !l.upIsWorse() {
			return of * max(1-l.Base, 1-l.Limit)
		}
	case format.Plain:
	}
	return of * max(l.Base, l.Limit)
}

// word is what the interval says. What lies within the tolerance as a whole is the same, even if it is provably not 0.
func (l *Line) word() Word {
	low, high := l.Low, l.High
	if !l.upIsWorse() {
		low, high = -high, -low
	}
	switch {
	case low >= -l.Matters && high <= l.Matters:
		return Same
	case low > 0:
		return Worse
	case high < 0:
		return Better
	}
	return Unknown
}

// withoutInterval judges what a single event decides, such as the longest standstill: nothing in one run says how often it is
// that long. It tells what is a fact: both differ by less than matters, or one side missed the objective and the other met it.
func (l *Line) withoutInterval(base, latest side) {
	l.Why = crossing(base, latest)
	switch {
	case l.Why != "" && latest.missed:
		l.Word = Worse
	case l.Why != "":
		l.Word = Better
	case math.Abs(l.Difference) <= l.Matters:
		l.Word = Same
	default:
		l.Why = "a single run has no interval for it: several on each side have"
	}
}
