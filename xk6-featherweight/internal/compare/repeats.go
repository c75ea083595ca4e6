package compare

import (
	"math"
	"slices"

	"github.com/aclements/go-moremath/stats"
	"golang.org/x/perf/benchmath"
)

// decides is whether so many runs on each side can show a difference at all: the least p-value of Mann and Whitney's test is
// that of all values of one side above all of the other.
func decides(base, latest int, alpha float64) bool { return leastP(base, latest) <= alpha }

func leastP(base, latest int) float64 {
	n1, n2 := float64(base), float64(latest)
	logOfWays, _ := math.Lgamma(n1 + n2 + 1)
	one, _ := math.Lgamma(n1 + 1)
	other, _ := math.Lgamma(n2 + 1)
	return 2 / math.Exp(logOfWays-one-other) //nolint:mnd // two ends
}

// runsToDecide is how many on each side would.
func runsToDecide(alpha float64) int {
	n := 2
	for !decides(n, n, alpha) {
		n++
	}
	return n
}

// byRuns judges the line by whole runs, each of which is one value: Mann and Whitney's test, as benchstat does it, which
// wants nothing of their distribution. Difference is the median of all differences between a run of one side and one of the
// other, and the interval has the ranks that the test leaves open (Hodges and Lehmann; Hollander and Wolfe: Nonparametric
// statistical methods, 1999, §4.2 and 4.3). What the measurement leaves open is added.
func (l *Line) byRuns(base, latest []side, confidence float64, tolerance Tolerance) {
	l.Base, l.New, l.Difference, l.Low, l.High = median(base), median(latest), math.NaN(), math.NaN(), math.NaN()
	l.Matters = l.matters(tolerance)
	l.Word = Unknown
	if why := missing(side{value: l.Base}, side{value: l.New}); why != "" {
		l.Why = why
		return
	}
	var all []float64
	for _, b := range base {
		for _, n := range latest {
			all = append(all, n.value-b.value)
		}
	}
	slices.Sort(all)
	l.Difference = middle(all)
	l.Low, l.High = math.Inf(-1), math.Inf(1)
	alpha := 1 - confidence
	if left := leftOut(len(base), len(latest), alpha); left > 0 {
		l.Low, l.High = all[left-1], all[len(all)-left]
	}
	var below, above, reading float64
	for _, b := range base {
		for _, n := range latest {
			below, above = max(below, n.below+b.above), max(above, n.above+b.below)
			reading = max(reading, deviations([]spread{b.reading, n.reading}, confidence))
		}
	}
	l.Low = l.Difference - math.Hypot(l.Difference-l.Low, reading) - below
	l.High = l.Difference + math.Hypot(l.High-l.Difference, reading) + above
	l.Word = l.word()
	if (l.Word == Worse || l.Word == Better) && !differ(base, latest, alpha) { // runs with equal values
		l.Word = Unknown
	}
}

// leftOut is the rank, counted from 1, of the difference that bounds the interval from below.
func leftOut(base, latest int, alpha float64) int {
	u := stats.UDist{N1: base, N2: latest}
	left := 0
	for left < base*latest/2 && u.CDF(float64(left)) <= alpha/2 { //nolint:mnd // two ends
		left++
	}
	return left
}

func differ(base, latest []side, alpha float64) bool {
	thresholds := benchmath.Thresholds{CompareAlpha: alpha}
	old, now := benchmath.NewSample(values(base), &thresholds), benchmath.NewSample(values(latest), &thresholds)
	return benchmath.AssumeNothing.Compare(old, now).P <= alpha
}

func values(all []side) []float64 {
	out := make([]float64, 0, len(all))
	for _, one := range all {
		out = append(out, one.value)
	}
	return out
}

// median is NaN if one run did not measure it.
func median(all []side) float64 {
	sorted := values(all)
	if slices.ContainsFunc(sorted, math.IsNaN) {
		return math.NaN()
	}
	slices.Sort(sorted)
	return middle(sorted)
}

func middle(sorted []float64) float64 {
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2 //nolint:mnd // of the two in the middle
}
