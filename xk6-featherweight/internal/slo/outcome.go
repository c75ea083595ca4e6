package slo

import "fmt"

// Outcome is what became of a row.
type Outcome string

// The outcomes.
const (
	Pass    Outcome = "pass"
	Fail    Outcome = "fail"    // the data prove that it was missed
	Invalid Outcome = "invalid" // it can neither be said to be met nor missed
	Skipped Outcome = "skipped" // this source of the frequency cannot show it
)

// Judged is a row with what became of it.
type Judged struct {
	Row
	// Value is what was measured; nil when nothing was.
	Value *float64 `json:"value"`
	// Low and High: the true value is not below and not above these; nil where there is no bound.
	Low  *float64 `json:"low,omitempty"`
	High *float64 `json:"high,omitempty"`
	// Evidence is the 95 % interval of the true value; nil where no attempts are recorded.
	Evidence *Interval `json:"evidence,omitempty"`
	Outcome  Outcome   `json:"outcome"`
	// Why says it in words.
	Why string `json:"why"`

	settled bool // the run was ended for it: no proof changes its outcome
}

// evaluate tells what became of the row.
func (r Row) evaluate(data Data) Judged {
	judge := Row.compare
	if r.judge != nil {
		judge = r.judge
	}
	out := judge(r, data)
	if r.endedBy(data) {
		return out.ended()
	}
	return out
}

// compare is how every row is judged that is value, relation and limit.
func (r Row) compare(data Data) Judged {
	value, ok := r.measured(data)
	if !ok {
		return r.unmeasured(nil)
	}
	met := r.Relation.Holds(value, r.Limit)
	for _, g := range r.guards {
		if data.Metrics[g.metric].Values[g.statistic] > 0 || (g.late && !met) {
			continue
		}
		if g.metric == r.Metric { // an empty one reads 0, which is no value
			return r.unmeasured(nil)
		}
		return r.unmeasured(&value)
	}
	out := Judged{Row: r, Value: &value, Outcome: Pass, Why: r.say(r.words.met, data, value)}
	if bound, rough := data.Metrics[r.Metric].Bounds[r.Statistic]; rough {
		out.Low, out.High = &bound.Low, &bound.High
		if r.Relation.Holds(bound.Low, r.Limit) != r.Relation.Holds(bound.High, r.Limit) {
			out.Outcome = Invalid
			out.Why = fmt.Sprintf("%s %s is between %s and %s, too close to %s to call",
				r.Name, r.Statistic, r.show(bound.Low, r.digits), r.show(bound.High, r.digits), r.show(r.Limit, r.digits))
			return out
		}
	}
	if !met {
		out.Outcome, out.Why = r.miss(), r.say(r.words.missed, data, value)
	}
	return out
}

// miss is what not being met comes to.
func (r Row) miss() Outcome {
	if r.Kind == Precondition {
		return Invalid
	}
	return Fail
}

// unmeasured is the outcome without anything to judge.
func (r Row) unmeasured(value *float64) Judged {
	outcome := r.absent
	if outcome == "" {
		outcome = Invalid
	}
	return Judged{Row: r, Value: value, Outcome: outcome, Why: r.words.none}
}
