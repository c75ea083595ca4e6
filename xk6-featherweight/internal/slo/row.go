// Package slo holds the objectives of a run: what is promised, and what became of it. Pure: numbers in, outcomes with their
// reasons out.
//
// An objective is a row of a table (rows.go, flows.go). From the rows come the thresholds of k6, and so its exit code; the
// outcomes of a run, and so the verdict; and what every report shows. They agree because there is nothing else.
package slo

import (
	"strings"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/format"
)

// Kind is what missing a row means.
type Kind string

// The kinds of row.
const (
	Objective    Kind = "objective"    // missed, it is a failure of the server
	Precondition Kind = "precondition" // missed, the run says nothing; it is no one's failure
)

// Relation is the one that value and limit should have.
type Relation string

// The relations, as thresholds of k6 have them.
const (
	Less    Relation = "<"
	AtMost  Relation = "<="
	More    Relation = ">"
	AtLeast Relation = ">="
)

// Holds reports whether value and limit have it.
func (r Relation) Holds(value, limit float64) bool {
	switch r {
	case Less:
		return value < limit
	case AtMost:
		return value <= limit
	case More:
		return value > limit
	case AtLeast:
		return value >= limit
	}
	return false
}

// Statistics that are not those of a Trend.
const (
	rate  = "rate"  // of a Rate; an empty one has none
	count = "count" // of a Counter; 0 when it was never added to
	value = "value" // of a Gauge; 0 when it was never set
)

// Row is an objective.
type Row struct {
	// Name tells it from all others.
	Name string `json:"name"`
	Kind Kind   `json:"kind"`
	// Flow is the part of the scenario that it belongs to; empty for the whole.
	Flow string `json:"flow,omitempty"`
	// Metric has its tags.
	Metric string `json:"metric"`
	// Generator: it is about this machine, so what is missed here is never held against the server.
	Generator bool `json:"generator,omitempty"`
	// Statistic is one that k6 has for the metric.
	Statistic string      `json:"statistic"`
	Relation  Relation    `json:"relation"`
	Limit     float64     `json:"limit"`
	Unit      format.Unit `json:"unit"`
	// Print is where and how the printed summary shows it.
	Print Print `json:"-"`
	// Recorded is what the attempts of it are recorded as; nil when they are not.
	Recorded *Recorded `json:"-"`

	also   []string    // further Counters that are added to Metric, with the same limit
	bounds []Threshold // what else must hold for it to be met
	guards []guard     // what shows that it was measured at all
	absent Outcome     // when it was not; empty: Invalid
	digits int         // of a share, behind the point
	words  words
	// patience is after which time of being missed it ends the run; 0: never.
	patience time.Duration
	ends     bool                   // its miss may end the run
	judge    func(Row, Data) Judged // for a row that is more than value, relation and limit
	soFar    func(Row, Data) Judged // the same while the run goes on, for one that allows more the longer it lasts
}

// Recorded is the name under which attempts are kept (internal/record).
type Recorded struct {
	Of string
	// Percentile of the waits in the steady phase, from 0 to 100; 0 for a share.
	Percentile float64
}

// guard is a statistic that is above 0 when there was something to judge. k6 lets an empty Rate pass every threshold and
// takes an empty Trend as 0.
type guard struct {
	metric, statistic string
	late              bool // a miss is one without it too
}

// words say what became of a row. In braces: value (with as many digits as it takes to tell it from the limit), shown (with
// the usual digits), limit, hits and n (of a Rate), things (the value counted), reasons (the most frequent of failures).
type words struct {
	none, met, missed string
	thing             string // what a value counts
}

// Threshold is one of k6.
type Threshold struct{ Metric, Expression string }

func threshold(metric, statistic string, relation Relation, limit float64) Threshold {
	return Threshold{metric, statistic + string(relation) + format.Number(limit)}
}

// Thresholds are those of k6 that are all met when the row is.
func (r Row) Thresholds() []Threshold {
	all := []Threshold{threshold(r.Metric, r.Statistic, r.Relation, r.Limit)}
	for _, metric := range r.also {
		all = append(all, threshold(metric, r.Statistic, r.Relation, r.Limit))
	}
	all = append(all, r.bounds...)
	for _, g := range r.guards {
		all = append(all, threshold(g.metric, g.statistic, More, 0))
	}
	if r.ends {
		all = append(all, threshold(r.givenUp(), count, Less, 1))
	}
	return all
}

// measured is the value of the row; false when there was no sample.
func (r Row) measured(data Data) (float64, bool) {
	switch r.Statistic {
	case count:
		total := data.Sum(r.Metric)
		for _, metric := range r.also {
			total += data.Sum(metric)
		}
		return total, true
	case value:
		return data.Value(r.Metric), true
	default:
		return data.Stat(r.Metric, r.Statistic)
	}
}

// say fills in words.
func (r Row) say(template string, data Data, value float64) string {
	if !strings.Contains(template, "{") {
		return template
	}
	values := data.Metrics[r.Metric].Values
	return strings.NewReplacer(
		"{value}", format.Distinct(value, r.Limit, r.show, r.digits),
		"{shown}", r.show(value, r.digits),
		"{limit}", r.show(r.Limit, r.digits),
		"{hits}", format.Number(values["passes"]), // k6 calls the ones of a Rate so
		"{n}", format.Number(data.Samples(r.Metric)),
		"{things}", format.Count(value, r.words.thing),
		"{reasons}", mostFrequent(data),
	).Replace(template)
}

// show is a value in the unit of the row.
func (r Row) show(value float64, digits int) string {
	switch r.Unit {
	case format.Ratio:
		return format.PercentWith(value, digits)
	case format.Hertz:
		return format.Fixed(value, digits)
	case format.Milliseconds:
		return format.TimeWith(value, digits)
	case format.Plain:
	}
	return format.Number(value)
}

// mostFrequent reasons of failures, behind a colon; empty when no turn failed.
func mostFrequent(data Data) string {
	const most = 3
	failures := data.Failures()
	texts := make([]string, 0, most)
	for _, failure := range failures[:min(most, len(failures))] {
		texts = append(texts, failure.Reason+" "+format.Number(failure.Count))
	}
	if len(texts) == 0 {
		return ""
	}
	return ": " + strings.Join(texts, ", ")
}
