package slo

import (
	"math"
)

// chance is how often, at most, a run whose true share just meets an objective is ended for it all the same.
const chance = 0.001

// alternative is how many times the share that is allowed the test looks for: the more, the sooner a server that is far beyond its
// limits is seen, and the later one that is just beyond.
const alternative = 3

// Certain are the names of the objectives that will be missed however the run goes on, by the rows as they stand now (Now).
// steady is which share of the steady phase is over, from 0 to 1. While the load generator itself is too weak, nothing is.
//
// A greatest value and a count do not go back. An average frequency cannot be made good any more when the rest of the phase at
// HZ_AVERAGE_MAXIMUM would not be enough; faster than that would be missed as well. A share, such as that of turns that failed or took
// longer than the limit of a percentile, is decided by a sequential probability ratio test (A. Wald, Sequential Tests of
// Statistical Hypotheses, Ann. Math. Statist. 16, 1945): the ratio of the likelihood of three times the share that is allowed
// to that of the share itself comes to 1/c in at most c of all runs in which no more than that is true, however often one looks (J. Ville,
// Étude critique de la notion de collectif, 1939). It takes turns as independent of each other.
func (l *Live) Certain(rows []Judged, steady float64) []string {
	var out []string
	for _, row := range rows {
		if standing, shown := row.Standing(); shown && standing == 0 && row.Generator {
			return nil
		}
		if row.Kind == Objective && row.Outcome == Fail && l.certain(row, steady) {
			out = append(out, row.Name)
		}
	}
	return out
}

func (l *Live) certain(row Judged, steady float64) bool {
	switch {
	case row.Metric == steadyHz && row.High != nil:
		most := l.plan.of("HZ_AVERAGE_MAXIMUM")
		return most > 0 && *row.High*steady+most*(1-steady) < row.Limit
	case row.Metric == silence || row.Relation == More || row.Relation == AtLeast:
		return false
	case row.Statistic == count, row.Statistic == "max":
		return true
	case row.Statistic == rate:
		n, hits, _ := l.shareOf(row.Row)
		return beyond(n, hits, row.Limit)
	case isPercentile(row.Statistic):
		n, _, slow := l.shareOf(row.Row)
		return beyond(n, slow, 1-percentileOf(row.Statistic)/100) //nolint:mnd // percent
	}
	return false
}

// shareOf is how many samples a row has, how many of them are 1, and how many are beyond its limit.
func (l *Live) shareOf(row Row) (n, ones, slow float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.sink(row.Metric, row.Statistic)
	n, ones = s.n, s.ones
	for _, t := range s.tails { // other rows about the same metric have tails of their own
		if isPercentile(row.Statistic) && t.percentile == percentileOf(row.Statistic) && t.limit == row.Limit {
			slow = n - t.under
		}
	}
	return n, ones, slow
}

// beyond says that hits of n prove a share above allowed.
func beyond(n, hits, allowed float64) bool {
	more := min(alternative*allowed, (1+allowed)/2) //nolint:mnd // half way to all of them
	return hits*math.Log(more/allowed)+(n-hits)*math.Log((1-more)/(1-allowed)) >= -math.Log(chance)
}
