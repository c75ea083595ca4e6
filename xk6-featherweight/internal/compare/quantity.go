package compare

import (
	"slices"
	"strconv"
	"strings"

	"github.com/featherweight/xk6-featherweight/internal/load"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// kind is how an objective is measured, and so how it is compared.
type kind int

const (
	told       kind = iota // a value of the summary, and nothing else
	share                  // of turns
	percentile             // of times
	frequency              // of the loop
	greatest               // of times: one event decides it
	count                  // of events
	proven                 // a value of the summary with the interval of its attempts
)

// hasInterval is whether one run says how far chance goes.
func (k kind) hasInterval() bool { return k != told && k != greatest && k != count }

// quantity is an objective and where it can be looked at.
type quantity struct {
	row    slo.Row
	kind   kind
	metric string  // without its tags
	phase  string  // in which it is judged; empty for the whole run
	q      float64 // of a percentile, from 0 to 1
	phases []string
}

// quantitiesOf are the objectives of either side, with the limits of the newer one. Preconditions say whether a run can be
// believed, and nothing of the server.
func quantitiesOf(base, latest group) []quantity {
	var out []quantity
	for _, side := range []group{latest, base} {
		for _, run := range side {
			for _, o := range run.SLOs {
				known := slices.ContainsFunc(out, func(q quantity) bool { return q.row.Name == o.Name && q.row.Flow == o.Flow })
				if known || o.Kind != slo.Objective || (base.outcome(o) == slo.Skipped && latest.outcome(o) == slo.Skipped) {
					continue
				}
				q := quantityOf(o)
				q.phases = []string{q.phase}
				if q.kind == share || q.kind == percentile || q.kind == frequency {
					for _, phase := range load.Phases() {
						if phase != q.phase && base.has(phase) && latest.has(phase) {
							q.phases = append(q.phases, phase)
						}
					}
				}
				out = append(out, q)
			}
		}
	}
	return oneFrequency(out, base, latest)
}

// quantityOf finds out from the metric and the statistic.
func quantityOf(o slo.Judged) quantity {
	metric, tags, _ := strings.Cut(strings.TrimSuffix(o.Metric, "}"), "{")
	phase, _ := strings.CutPrefix(tags, "phase:")
	q := quantity{row: o.Row, metric: metric}
	switch {
	case o.Flow != "" || strings.Contains(tags, "scenario:") || (tags != "" && phase == tags): // of a part that is not recorded
		q.kind = told
	case metric == "loop_hz" || metric == "loop_hz_high":
		q.kind, q.phase = frequency, phase
	case metric == "error_rate" && o.Statistic == "rate":
		q.kind, q.phase = share, phase
	case metric == "loop_longest_gap" && o.Statistic == "max":
		q.kind = greatest
	case metric == "loop_restarts":
		q.kind = count
	case slices.Contains([]string{"ws_connection_time", "message_response_time", "chat_ttft", "chat_itl", "chat_longest_gap"}, metric):
		if p, ok := percent(o.Statistic); ok {
			q.kind, q.phase, q.q = percentile, phase, p
		}
	}
	if q.kind == told && o.Evidence != nil {
		q.kind = proven
	}
	return q
}

// percent is p(95) as a share.
func percent(statistic string) (float64, bool) {
	number, ok := strings.CutPrefix(statistic, "p(")
	p, err := strconv.ParseFloat(strings.TrimSuffix(number, ")"), 64)
	return p / 100, ok && err == nil //nolint:mnd // percent
}

// oneFrequency leaves one of the two limits of the frequency: that which is too high only where a run missed it. Both are
// about the same number, and faster is better for one and worse for the other.
func oneFrequency(all []quantity, base, latest group) []quantity {
	isMaximum := func(q quantity) bool { return q.kind == frequency && q.row.Relation == slo.Less }
	tooFast := slices.ContainsFunc(all, func(q quantity) bool {
		return isMaximum(q) && (base.misses(q.row) || latest.misses(q.row))
	})
	return slices.DeleteFunc(all, func(q quantity) bool { return q.kind == frequency && isMaximum(q) != tooFast })
}
