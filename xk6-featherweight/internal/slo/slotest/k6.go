// Package slotest makes the data of a run as k6 makes it from samples, for tests: sinks, thresholds and what an empty metric
// looks like (metrics/sink.go, metrics/thresholds.go and internal/js/summary.go of k6 v2.2).
package slotest

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// The types of metrics.
const (
	Rate    = "rate"
	Counter = "counter"
	Gauge   = "gauge"
	Trend   = "trend"
)

// TypeOf is the type of a metric, with or without tags.
func TypeOf(metric string) string {
	name, _, _ := strings.Cut(metric, "{")
	switch name {
	case "error_rate", "chat_goodput", "chat_arrivals_missed", "hz_coverage", "checks", "http_req_failed":
		return Rate
	case "chat_turns", "chat_arrivals", "chat_tokens", "chat_failures", "chat_interrupted", "loop_restarts", "hz_scrapes", "hz_scrape_failures",
		"flow_runs", "ws_connection_errors", "script_exceptions", "ws_sessions", "ws_msgs_sent", "chat_other_messages", "generator_failures",
		"generator_suspended", "loop_replicas", "loop_leaps", "slo_missed", slo.GivenUp, "slo_undecided":
		return Counter
	case "ws_connected", "loop_counter_from", "loop_counter_to", "loop_hz_low", "loop_hz_high", "loop_unseen", "loop_page_period",
		"chat_silence":
		return Gauge
	}
	if strings.HasSuffix(name, "_failures") {
		return Rate
	}
	return Trend
}

func percentile(sorted []float64, p float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	at := p * float64(len(sorted)-1)
	low, high := sorted[int(math.Floor(at))], sorted[int(math.Ceil(at))]
	return low + (high-low)*(at-math.Floor(at))
}

func values(kind string, samples []float64) slo.Values {
	var total, ones float64
	for _, sample := range samples {
		total += sample
		if sample != 0 {
			ones++
		}
	}
	n := float64(len(samples))
	switch kind {
	case Counter:
		return slo.Values{"count": total, "rate": total}
	case Rate:
		out := slo.Values{"rate": 0, "passes": ones, "fails": n - ones}
		if n > 0 {
			out["rate"] = ones / n
		}
		return out
	}
	var low, high, last, mean float64
	if len(samples) > 0 {
		low, high, last, mean = slices.Min(samples), slices.Max(samples), samples[len(samples)-1], total/n
	}
	if kind == Gauge {
		return slo.Values{"value": last, "min": low, "max": high}
	}
	sorted := slices.Clone(samples)
	slices.Sort(sorted)
	return slo.Values{
		"avg": mean, "min": low, "max": high, "count": n, "med": percentile(sorted, 0.5),
		"p(90)": percentile(sorted, 0.9), "p(95)": percentile(sorted, 0.95), "p(99)": percentile(sorted, 0.99),
	}
}

// Expression takes a threshold apart: statistic, relation, limit.
var Expression = regexp.MustCompile(`^([^<>=]+?)(<=|>=|<|>)(\d.*)$`)

// check is a threshold taken apart.
type check struct {
	expression, statistic string
	relation              slo.Relation
	limit                 float64
}

func parse(expression string) check {
	parts := Expression.FindStringSubmatch(expression)
	if parts == nil {
		panic("k6 cannot read " + expression)
	}
	limit, err := strconv.ParseFloat(parts[3], 64)
	if err != nil {
		panic(err)
	}
	return check{expression, parts[1], slo.Relation(parts[2]), limit}
}

// holds tells whether k6 lets the threshold pass. An empty Rate has no value, and what has no value passes.
func (c check) holds(kind string, found slo.Values) bool {
	statistic, ok := found[c.statistic]
	if !ok {
		panic(fmt.Sprintf("k6 has no %s on a %s", c.statistic, kind))
	}
	if kind == Rate && found["passes"]+found["fails"] == 0 {
		return true
	}
	return c.relation.Holds(statistic, c.limit)
}

// Samples are those of a run by metric, with its tags.
type Samples map[string][]float64

// Times is a value so many times.
func Times(count int, value float64) []float64 { return slices.Repeat([]float64{value}, count) }

// Model is k6 with the thresholds of a plan.
type Model map[string][]check

// NewModel reads the thresholds.
func NewModel(plan slo.Plan) Model {
	model := Model{}
	for metric, expressions := range plan.Thresholds() {
		for _, expression := range expressions {
			model[metric] = append(model[metric], parse(expression))
		}
	}
	return model
}

// Data is what k6 hands to handleSummary after a run of those samples; setup is what setup() returned, nil for nothing.
func Data(samples Samples, plan slo.Plan, setup any, seconds float64) slo.Data {
	return NewModel(plan).Data(samples, setup, seconds)
}

// Data is that after a run under these thresholds.
func (m Model) Data(samples Samples, setup any, seconds float64) slo.Data {
	data := slo.Data{Metrics: make(map[string]slo.Metric, len(m)), State: slo.State{TestRunDurationMs: seconds * 1000}}
	add := func(name string) {
		kind := TypeOf(name)
		metric := slo.Metric{Type: kind, Values: values(kind, samples[name]), Thresholds: map[string]struct {
			OK bool `json:"ok"`
		}{}}
		for _, one := range m[name] {
			metric.Thresholds[one.expression] = struct {
				OK bool `json:"ok"`
			}{one.holds(kind, metric.Values)}
		}
		data.Metrics[name] = metric
	}
	for name := range m {
		add(name)
	}
	for name := range samples {
		if _, ok := m[name]; !ok {
			add(name)
		}
	}
	if setup != nil {
		text, err := json.Marshal(setup)
		if err != nil {
			panic(err)
		}
		data.SetupData = text
	}
	return data
}

// ExitCode is that of k6.
func ExitCode(data slo.Data) int {
	if len(data.Crossed()) > 0 {
		return 99
	}
	return 0
}
