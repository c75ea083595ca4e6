package slo

import (
	"math"
	"strings"
	"sync"

	"github.com/featherweight/xk6-featherweight/internal/format"
)

// Live is how the rows of a test stand while it runs, from its samples as they are made. The judge is that of the verdict, and
// so is the answer at the end: nothing is estimated, though no sample is kept (see tail). Its methods may be called by many
// users at once.
type Live struct {
	plan Plan
	rows []Row

	sinks map[string][]*sink // by the name of their metric, without tags
	mu    sync.Mutex         // guards what is in them
}

// Tags are those of a sample; those of k6 are some.
type Tags interface {
	Get(name string) (value string, there bool)
}

// NewLive has no samples yet.
func NewLive(plan Plan) *Live {
	l := &Live{plan: plan, rows: plan.Rows(), sinks: map[string][]*sink{}}
	for _, row := range l.rows {
		l.sink(row.Metric, row.Statistic).watch(row)
		for _, one := range row.Thresholds() {
			l.sink(one.Metric, one.Expression[:strings.IndexAny(one.Expression, "<>=")])
		}
	}
	l.sink(unreadWindows, rate)
	l.sink(pagePeriod, value)
	return l
}

// sink is that of a metric with its tags; it makes it.
func (l *Live) sink(metric, statistic string) *sink {
	name, tags, _ := strings.Cut(strings.TrimSuffix(metric, "}"), "{")
	for _, one := range l.sinks[name] {
		if one.metric == metric {
			return one
		}
	}
	made := &sink{metric: metric, statistic: statistic, least: math.Inf(1), most: math.Inf(-1)}
	for tag := range strings.SplitSeq(tags, ",") {
		if key, value, tagged := strings.Cut(tag, ":"); tagged {
			made.tags = append(made.tags, [2]string{key, value})
		}
	}
	l.sinks[name] = append(l.sinks[name], made)
	return made
}

// Add takes in a sample. What no row needs is left out.
func (l *Live) Add(metric string, tags Tags, value float64) {
	sinks := l.sinks[metric]
	if len(sinks) == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, one := range sinks {
		if one.takes(tags) {
			one.add(value)
		}
	}
}

// Now is how the rows stand: what the verdict would say of each, had the run ended now, but for those of which it is too early
// to say anything, which are Invalid. What waits that are cut off leave open, and EVIDENCE=require, belong to the end.
func (l *Live) Now(evidence Evidence) []Judged { return l.judged(evidence, Row.now) }

// End is what became of the rows: the same as in the verdict.
func (l *Live) End(evidence Evidence) []Judged {
	return l.judged(evidence, func(row Row, data Data) Judged {
		return row.evaluate(data).withProof(evidence, l.plan.EvidenceRequired)
	})
}

// judged is every row, judged by the samples so far.
func (l *Live) judged(evidence Evidence, judge func(Row, Data) Judged) []Judged {
	data := l.data(evidence)
	out := make([]Judged, 0, len(l.rows))
	for _, row := range l.rows {
		out = append(out, judge(row, data))
	}
	return out
}

// data is what k6 would hand to handleSummary now.
func (l *Live) data(evidence Evidence) Data {
	l.mu.Lock()
	defer l.mu.Unlock()
	data := Data{Metrics: map[string]Metric{}}
	for _, sinks := range l.sinks {
		for _, one := range sinks {
			data.Metrics[one.metric] = Metric{Values: one.values()}
		}
	}
	if evidence != nil { // a sample is made of it at the end only
		data.Metrics[silence] = Metric{Values: Values{value: float64(evidence.Silence().Failed)}}
	}
	if l.plan.Scenario != nil {
		for _, flow := range l.plan.Scenario.Flows { // the script counts the two together
			data.Metrics[flowRuns(flow.Name)] = Metric{Values: Values{count: data.Samples(flow.Failures)}}
		}
	}
	return data
}

// now is how a row stands while the run goes on.
func (r Row) now(data Data) Judged {
	if r.soFar != nil {
		return r.soFar(r, data)
	}
	if n := data.Samples(r.Metric); n < r.enough() {
		return Judged{Row: r, Outcome: Invalid, Why: "it is too early to say after " + format.Count(n, "sample")}
	}
	return r.evaluate(data)
}

// enough is with how many samples a single one no longer decides a share or a percentile: one of a hundred is 1 %.
func (r Row) enough() float64 {
	const percent, most = 100, 100
	var part float64 // of the samples, on the smaller side of the limit
	switch {
	case r.Statistic == rate:
		part = min(r.Limit, 1-r.Limit)
	case isPercentile(r.Statistic):
		part = 1 - percentileOf(r.Statistic)/percent
	default:
		return 0
	}
	return min(most, math.Ceil(1/max(part, 1.0/most)-1e-9)) // 1 - 0.9 is a little less than 0.1
}

// Standing is the outcome as slo_outcome has it: 1 met, 0 missed, -1 undecided; false for what this source cannot show. A
// precondition that does not hold is missed, though that makes the run INVALID.
func (j Judged) Standing() (standing float64, shown bool) {
	switch {
	case j.Outcome == Skipped:
		return 0, false
	case j.Outcome == Pass:
		return 1, true
	case j.Outcome == Fail, j.Kind == Precondition && j.Value != nil:
		return 0, true
	default:
		return -1, true
	}
}
