package slo

import (
	"strconv"
	"strings"

	"github.com/featherweight/xk6-featherweight/internal/load"
	"github.com/featherweight/xk6-featherweight/internal/reason"
)

// generator is the reason that is this machine's fault.
const generator = string(reason.Generator)

// unreadWindows are those without a reading: they fail the check, but prove nothing.
const unreadWindows = "checks{type:hz,reading:none}"

// Reasons of a failed turn, as samples of chat_failures are tagged with them.
func Reasons() []string {
	all := reason.All()
	names := make([]string, len(all))
	for i, one := range all {
		names[i] = string(one)
	}
	return names
}

func failuresOf(reason string) string { return "chat_failures{reason:" + reason + "}" }

// TrendStats are what the summary needs to know of a Trend: k6's summaryTrendStats.
func TrendStats() []string {
	return []string{"avg", "min", "med", "max", "p(90)", "p(95)", "p(99)", "count"}
}

// Objectives are the thresholds of k6 that decide its exit code: those of the rows with their guards, and what only the
// whole run shows (Concluded).
func (p Plan) Objectives() []Threshold {
	var all []Threshold
	for _, row := range p.Rows() {
		all = append(all, row.Thresholds()...)
	}
	return append(all, Threshold{"slo_missed", "count<1"}, Threshold{"slo_undecided", "count<1"})
}

// SummaryOnly are thresholds that are always met and are nobody's objective. k6 hands a metric with tags to handleSummary
// only if a threshold names it; these name what the summary shows phase by phase and reason by reason.
func SummaryOnly() []Threshold {
	const trend, gauge, counter, share = "max>=0", "value>=0", "count>=0", "rate>=0"
	all := []Threshold{
		{unreadWindows, share}, {"loop_hz", trend}, {pagePeriod, gauge}, {"ws_connection_time", trend}, {"message_response_time", trend},
	}
	for _, phase := range load.Phases() {
		for _, one := range []Threshold{
			{"loop_hz", trend},
			{"ws_connection_time", trend},
			{"message_response_time", trend},
			{"chat_ttft", trend},
			{"chat_itl", trend},
			{"loop_hz_low", gauge},
			{"loop_hz_high", gauge},
			{"loop_counter_from", gauge},
			{"loop_counter_to", gauge},
			{"ws_connected", gauge},
			{"chat_turns", counter},
			{"chat_interrupted", counter},
			{"error_rate", share},
		} {
			all = append(all, Threshold{inPhase(one.Metric, phase), one.Expression})
		}
	}
	for _, one := range Reasons() {
		all = append(all, Threshold{failuresOf(one), counter})
	}
	return all
}

// Thresholds are all of the run, for k6's options. What an objective names needs nothing for the summary only.
func (p Plan) Thresholds() map[string][]string {
	all := map[string][]string{}
	for _, one := range p.Objectives() {
		all[one.Metric] = append(all[one.Metric], one.Expression)
	}
	objectives := len(all)
	only := make(map[string][]string, objectives)
	for _, one := range SummaryOnly() {
		if _, ok := all[one.Metric]; !ok {
			only[one.Metric] = append(only[one.Metric], one.Expression)
		}
	}
	for metric, expressions := range only {
		all[metric] = expressions
	}
	return all
}

// Met says whether k6 would find the threshold met: a Rate without samples always is, other statistics without any are 0.
func (t Threshold) Met(data Data) bool {
	at := strings.IndexAny(t.Expression, "<>=")
	statistic, rest := t.Expression[:at], t.Expression[at:]
	number := strings.TrimLeft(rest, "<>=")
	limit, err := strconv.ParseFloat(number, 64)
	if err != nil {
		panic("slo: the threshold " + t.Expression + " has no number") // rows are written here
	}
	if statistic == rate && data.Samples(t.Metric) == 0 {
		return true
	}
	return Relation(strings.TrimSuffix(rest, number)).Holds(data.Metrics[t.Metric].Values[statistic], limit)
}
