package evidence

import (
	"cmp"
	"math"
	"slices"
)

// Wait is how long one user waited for something.
type Wait struct {
	User  uint64
	Value float64 // in any unit; +Inf for one that never ended
	// N is how many of this user were alike; 0 stands for one.
	N int
}

func (w Wait) count() int { return max(w.N, 1) }

// count is how many waits there are.
func count(waits []Wait) int {
	n := 0
	for _, w := range waits {
		n += w.count()
	}
	return n
}

// ranked is the wait of a rank, counted from 0.
func ranked(sorted []Wait, rank int) float64 {
	for _, w := range sorted {
		if rank -= w.count(); rank < 0 {
			return w.Value
		}
	}
	return sorted[len(sorted)-1].Value
}

// Percentile is the value below which the share p of the waits lies, interpolated between the two nearest ones as k6
// does it: rank p*(n-1), counted from 0. Waits must be sorted; there must be one.
func Percentile(sorted []Wait, p float64) float64 {
	at := p * float64(count(sorted)-1)
	below, above := ranked(sorted, int(math.Floor(at))), ranked(sorted, int(math.Ceil(at)))
	if below == above {
		return below // also two infinities, whose difference is no number
	}
	return below + (above-below)*(at-math.Floor(at))
}

// Quantile is the interval of the percentile p, from order statistics: the true one lies between the values of two
// ranks, whichever distribution the waits have (Woodruff's method, with the design effect of the share of waits up to
// the percentile). Its lower end is 0 and its upper end +Inf where there are too few waits to bound it. Waits must be
// sorted.
func Quantile(sorted []Wait, p float64) Interval {
	if len(sorted) == 0 {
		return Interval{Low: 0, High: unbounded()}
	}
	effective := Effective(clustersUpTo(sorted, Percentile(sorted, p)), Confidence)
	n := int(math.Round(effective))
	low, high := ranks(n, p, tailOf(Confidence))
	out := Interval{Low: 0, High: unbounded(), Effective: effective}
	all := count(sorted)
	scale := float64(all) / float64(n)
	if rank := int(math.Floor(float64(low) * scale)); low > 0 && rank > 0 {
		out.Low = ranked(sorted, rank-1)
	}
	if rank := int(math.Ceil(float64(high) * scale)); high <= n && rank <= all {
		out.High = ranked(sorted, rank-1)
	}
	return out
}

// clustersUpTo counts, user by user, the waits and those not above a value.
func clustersUpTo(waits []Wait, value float64) []Cluster {
	byUser := map[uint64]Cluster{}
	for _, w := range waits {
		c := byUser[w.User]
		c.N += w.count()
		if w.Value <= value {
			c.Hits += w.count()
		}
		byUser[w.User] = c
	}
	out := make([]Cluster, 0, len(byUser))
	for _, c := range byUser {
		out = append(out, c)
	}
	return out
}

// Sort brings waits into the order of their values.
func Sort(waits []Wait) {
	slices.SortFunc(waits, func(a, b Wait) int { return cmp.Or(cmp.Compare(a.Value, b.Value), cmp.Compare(a.User, b.User)) })
}
