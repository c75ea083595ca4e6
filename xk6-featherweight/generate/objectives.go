package main

import (
	"strings"

	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/format"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// kindGenerator is the kind of what is about the load generator: what it says when it is late or lacks something is never
// held against the server. The others are slo.Objective and slo.Precondition.
const kindGenerator = "generator"

// objective is what the rules need to know of one: what the verdict of a run compares with its limit.
type objective struct {
	name, kind string
	// metrics are k6's, with their tags, as thresholds name them; the values of several are added.
	metrics   []string
	statistic string
	relation  slo.Relation // that value and limit should have
	ms        bool         // value and limit are times; k6 has them in ms, Prometheus in seconds
}

// objectives of all scripts, each once, in the order in which they are reported.
func objectives() []objective {
	defaults, err := config.Read(nil, config.Everyone)
	if err != nil {
		panic(err) // a default is allowed: a test of the table
	}
	seen := map[string]bool{}
	var all []objective
	for _, scenario := range []slo.Scenario{slo.Comprehensive(), slo.General()} {
		plan := slo.Plan{Scenario: &scenario, Limits: defaults.Numbers(), Open: true}
		for _, row := range plan.Rows() {
			if !seen[row.Name] {
				seen[row.Name] = true
				all = append(all, fromRow(row))
			}
		}
	}
	return all
}

func fromRow(row slo.Row) objective {
	o := objective{
		name: row.Name, kind: string(row.Kind), statistic: row.Statistic, relation: row.Relation,
		ms: row.Unit == format.Milliseconds,
	}
	if row.Generator {
		o.kind = kindGenerator
	}
	thresholds := row.Thresholds() // that of the row comes first, and the same of what is added to it
	for _, t := range thresholds {
		if t.Expression == thresholds[0].Expression {
			o.metrics = append(o.metrics, t.Metric)
		}
	}
	return o
}

// names of the objectives that are so, as a regular expression.
func names(so func(objective) bool) string {
	var all []string
	for _, o := range objectives() {
		if so(o) {
			all = append(all, o.name)
		}
	}
	return strings.Join(all, "|")
}
