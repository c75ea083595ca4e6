package slo

import (
	"math"
	"strconv"
	"strings"

	"github.com/featherweight/xk6-featherweight/internal/format"
)

// sink is what the samples of a metric with certain tags came to, as k6's is, but for the samples themselves.
type sink struct {
	metric    string // with its tags
	tags      [][2]string
	statistic string // which tells the type of the metric

	n, sum, ones, least, most, last float64

	tails []*tail
}

// tail decides on which side of a limit a percentile is, without the samples: that takes how many are below, and the two next
// to the limit, between which it may lie. It is as exact as k6, which keeps and sorts all of them.
type tail struct {
	percentile   float64 // from 0 to 100
	relation     Relation
	limit        float64
	under        float64 // how many are below the limit; with <= also at it
	below, above float64 // the greatest of those, and the least of the others
}

// watch makes room for the percentile of a row.
func (s *sink) watch(row Row) {
	if isPercentile(row.Statistic) {
		s.tails = append(s.tails, &tail{
			percentile: percentileOf(row.Statistic), relation: row.Relation, limit: row.Limit, below: math.Inf(-1), above: math.Inf(1),
		})
	}
}

// percentileName is how k6 calls a percentile.
func percentileName(percentile float64) string { return "p(" + format.Number(percentile) + ")" }

func isPercentile(statistic string) bool { return strings.HasPrefix(statistic, "p(") }

// percentileOf is that of "p(95)".
func percentileOf(statistic string) float64 {
	number, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimPrefix(statistic, "p("), ")"), 64)
	if err != nil {
		panic(err) // it is written in a row
	}
	return number
}

// PercentileOf is the percentile that a statistic of a Trend is, from 0 to 100; false for what is none.
func PercentileOf(statistic string) (float64, bool) {
	switch {
	case statistic == "med":
		return 50, true //nolint:mnd // the median
	case isPercentile(statistic):
		return percentileOf(statistic), true
	default:
		return 0, false
	}
}

// takes tells whether a sample with these tags belongs to it.
func (s *sink) takes(tags Tags) bool {
	for _, tag := range s.tags {
		if found, there := tags.Get(tag[0]); !there || found != tag[1] {
			return false
		}
	}
	return true
}

func (s *sink) add(value float64) {
	s.n++
	s.sum += value
	if value != 0 {
		s.ones++
	}
	s.least, s.most, s.last = min(s.least, value), max(s.most, value), value
	for _, t := range s.tails {
		t.add(value)
	}
}

func (t *tail) add(value float64) {
	if t.relation.Holds(value, t.limit) {
		t.under++
		t.below = max(t.below, value)
		return
	}
	t.above = min(t.above, value)
}

// value is on the same side of the limit as the percentile; where it lies between two samples beside the limit it is the
// percentile, by k6's formula.
func (t *tail) value(n float64) float64 {
	at := t.percentile / 100 * (n - 1) //nolint:mnd // percent
	switch low, high := math.Floor(at), math.Ceil(at); {
	case high < t.under:
		return t.below
	case low >= t.under:
		return t.above
	default:
		return t.below + (t.above-t.below)*(at-low)
	}
}

// values are those that k6 has for a metric of that type.
func (s *sink) values() Values {
	switch s.statistic {
	case rate:
		out := Values{"passes": s.ones, "fails": s.n - s.ones}
		if s.n > 0 {
			out[rate] = s.ones / s.n
		}
		return out
	case count:
		return Values{count: s.sum}
	}
	out := Values{count: s.n}
	if s.statistic == value {
		out = Values{}
	}
	if s.n == 0 {
		return out
	}
	out["min"], out["max"], out["avg"], out[value] = s.least, s.most, s.sum/s.n, s.last
	for _, t := range s.tails {
		out[percentileName(t.percentile)] = t.value(s.n)
	}
	return out
}
