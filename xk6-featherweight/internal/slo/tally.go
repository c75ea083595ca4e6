package slo

import (
	"cmp"
	"math"
	"slices"
)

// Tail tells on which side of its limit a percentile is, though no sample is kept: how many of N are under the limit (with <=
// also at it), the greatest of those, and the least of the others. Tails of the runners of a test add up to that of the whole,
// exactly.
type Tail struct {
	Metric     string   `json:"metric"` // with its tags
	Percentile float64  `json:"percentile"`
	Limit      float64  `json:"limit"`
	N          float64  `json:"n"`
	Under      float64  `json:"under"`
	Below      *float64 `json:"below"`
	Above      *float64 `json:"above"`
}

// Tails are those of all percentiles that there is an objective of, as they stand.
func (l *Live) Tails() []Tail {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []Tail
	for _, sinks := range l.sinks {
		for _, s := range sinks {
			for _, t := range s.tails {
				out = append(out, Tail{s.metric, t.percentile, t.limit, s.n, t.under, finite(t.below), finite(t.above)})
			}
		}
	}
	slices.SortFunc(out, func(a, b Tail) int {
		return cmp.Or(cmp.Compare(a.Metric, b.Metric), cmp.Compare(a.Percentile, b.Percentile), cmp.Compare(a.Limit, b.Limit))
	})
	return out
}

// SameAs says that both are of the same percentile of the same metric, beside the same limit.
func (t Tail) SameAs(other Tail) bool {
	return t.Metric == other.Metric && t.Percentile == other.Percentile && t.Limit == other.Limit
}

// Plus is the tail of the samples of both.
func (t Tail) Plus(other Tail) Tail {
	t.N += other.N
	t.Under += other.Under
	t.Below = pick(t.Below, other.Below, math.Max)
	t.Above = pick(t.Above, other.Above, math.Min)
	return t
}

func pick(a, b *float64, of func(a, b float64) float64) *float64 {
	if a == nil || b == nil {
		return cmp.Or(a, b)
	}
	return new(of(*a, *b))
}

// Bound is where the percentile is, by k6's formula: on one side of the limit, or, between the two samples next to it, exactly
// there. False without samples, and where they contradict each other.
func (t Tail) Bound() (Bound, bool) {
	at := t.Percentile / 100 * (t.N - 1) //nolint:mnd // percent
	inner := tail{percentile: t.Percentile, under: t.Under}
	switch {
	case t.N <= 0 || (t.Under > 0) != (t.Below != nil) || (t.Under < t.N) != (t.Above != nil):
		return Bound{}, false
	case math.Ceil(at) < t.Under:
		return Bound{math.Inf(-1), *t.Below}, true
	case math.Floor(at) >= t.Under:
		return Bound{*t.Above, math.Inf(1)}, true
	default:
		inner.below, inner.above = *t.Below, *t.Above
		exactly := inner.value(t.N)
		return Bound{exactly, exactly}, true
	}
}
