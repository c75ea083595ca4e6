// Package evidence says how much a sample proves: confidence intervals of a share and of a percentile, with each user
// counting as a cluster. Pure arithmetic.
//
// Turns of one user resemble each other more than those of two, so a thousand turns of ten users prove less than a
// thousand turns of a thousand. How much less is the design effect: the variance between users, compared with the one
// that as many independent turns would have. The sample counts as if it had that many fewer turns.
package evidence

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// Confidence is that of every interval: 95 of 100 such intervals hold the true value.
const Confidence = 0.95

// Interval is where the true value lies, with Confidence.
type Interval struct {
	Low, High float64
	// Effective is how many independent observations the sample is worth.
	Effective float64
}

// Holds reports whether a limit lies inside: the sample does not tell on which side of it the true value is.
func (i Interval) Holds(limit float64) bool { return i.Low <= limit && limit <= i.High }

// Cluster is what one user did: N attempts, of which Hits counted.
type Cluster struct{ N, Hits int }

// Share is the interval of a share: Clopper and Pearson's (1934), on the effective sample size of Korn and Graubard
// (Survey Methodology 24, 1998). Without any attempt it is everything from 0 to 1.
func Share(clusters []Cluster) Interval {
	n, hits := totals(clusters)
	if n == 0 {
		return Interval{Low: 0, High: 1}
	}
	return ShareOf(float64(hits)/float64(n), Effective(clusters, Confidence), Confidence)
}

// ShareOf is the interval of a share that was seen in a sample worth so many independent attempts.
func ShareOf(share, effective, confidence float64) Interval {
	out := clopperPearson(share*effective, effective, tailOf(confidence))
	out.Effective = effective
	return out
}

// tailOf is how often the true value may lie beyond one end of an interval.
func tailOf(confidence float64) float64 { return (1 - confidence) / 2 } //nolint:mnd // two ends

func totals(clusters []Cluster) (n, hits int) {
	for _, c := range clusters {
		n += c.N
		hits += c.Hits
	}
	return n, hits
}

// clopperPearson takes counts that need not be whole.
func clopperPearson(hits, n, tail float64) Interval {
	out := Interval{Low: 0, High: 1}
	if hits > 0 {
		out.Low = mathext.InvRegIncBeta(hits, n-hits+1, tail)
	}
	if hits < n {
		out.High = mathext.InvRegIncBeta(hits+1, n-hits, 1-tail)
	}
	return out
}

// Effective is the number of independent attempts that would prove as much: n over the design effect, which is the
// variance of p between the users over p(1-p)/(n-1), corrected by Student's t for having estimated that from few of them. It is never more than there are
// attempts. Where nothing varies, because all or none counted, the attempts are taken for independent; of a single user
// nothing can be told, and he counts as one.
func Effective(clusters []Cluster, confidence float64) float64 {
	total, hits := totals(clusters)
	n, users := float64(total), float64(len(clusters))
	if len(clusters) < 2 { //nolint:mnd // a variance wants two
		return 1
	}
	p := float64(hits) / n
	// Sums of floats depend on their order; a result must not depend on that of a map.
	clusters = slices.SortedFunc(slices.Values(clusters), func(a, b Cluster) int { return cmp.Or(cmp.Compare(a.N, b.N), cmp.Compare(a.Hits, b.Hits)) })
	var squares float64
	for _, c := range clusters {
		off := float64(c.Hits) - p*float64(c.N)
		squares += off * off
	}
	effective := n
	if variance := users / (users - 1) * squares / (n * n); variance > 0 {
		effective = n * p * (1 - p) / (n - 1) / variance
	}
	tail := tailOf(confidence)
	correction := student(n-1, tail) / student(users-1, tail)
	return max(1, min(n, effective*correction*correction))
}

// student is the quantile of Student's t distribution that leaves tail above it.
func student(freedom, tail float64) float64 {
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: freedom}.Quantile(1 - tail)
}

// ranks are the order statistics, counted from 1, that enclose the quantile p of a sample worth n independent values:
// the largest l with P(B < l) <= tail and the smallest u with P(B >= u) <= tail, B being binomial (n, p). l is 0 and u is
// n+1 when no value bounds the quantile on that side.
func ranks(n int, p, tail float64) (low, high int) {
	b := distuv.Binomial{N: float64(n), P: p}
	middle := int(float64(n) * p)
	low, high = middle, middle+1
	for low > 0 && b.CDF(float64(low-1)) > tail {
		low--
	}
	for high <= n && 1-b.CDF(float64(high-1)) > tail {
		high++
	}
	return low, high
}

// unbounded is the upper end of an interval that no observation bounds.
func unbounded() float64 { return math.Inf(1) }
