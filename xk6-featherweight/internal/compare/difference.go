package compare

import (
	"math"

	"github.com/featherweight/xk6-featherweight/internal/format"
)

// byBlocks judges the line by what the blocks of both sides leave open.
func (l *Line) byBlocks(q quantity, base, latest side, tolerance Tolerance) {
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
	l.Low, l.High = difference(base, latest)
	l.Word = l.word()
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

// difference is the interval of new - base: of two independent estimates with an interval each (MOVER; Zou and Donner,
// Statistics in Medicine 27, 2008; of shares it is Newcombe's, 1998). A bound is no chance, so it is added as it is.
func difference(base, latest side) (low, high float64) {
	d := latest.value - base.value
	reading := math.Hypot(latest.reading, base.reading)
	low = d - math.Hypot(reading, math.Hypot(latest.value-latest.low, base.high-base.value)) - latest.below - base.above
	high = d + math.Hypot(reading, math.Hypot(latest.high-latest.value, base.value-base.low)) + latest.above + base.below
	return low, high
}

// matters is the tolerance in the unit of the objective. A rate near 0 is no measure of itself: a second failure in a hundred
// thousand turns would be 100 % more.
func (l *Line) matters(tolerance Tolerance) float64 {
	of := tolerance.of(l.Row)
	switch {
	case l.Unit == format.Ratio && !l.upIsWorse():
		return of * max(1-l.Base, 1-l.Limit)
	case l.Unit == format.Ratio, l.Statistic == "max", l.Statistic == "count", l.Statistic == "value" && l.Unit == format.Plain:
		return of * max(l.Base, l.Limit)
	}
	return of * math.Abs(l.Base)
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
	switch {
	case base.missed != latest.missed && latest.missed:
		l.Word, l.Why = Worse, "the new run misses its limit, the base met it"
	case base.missed != latest.missed:
		l.Word, l.Why = Better, "the new run meets its limit, the base missed it"
	case math.Abs(l.Difference) <= l.Matters:
		l.Word = Same
	default:
		l.Why = "one event decides it: a single run has no interval for it"
	}
}
