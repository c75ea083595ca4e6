package slo

import (
	"fmt"
	"math"

	"github.com/featherweight/xk6-featherweight/internal/format"
	"github.com/featherweight/xk6-featherweight/internal/load"
	"github.com/featherweight/xk6-featherweight/internal/record"
)

// Evidence is what was recorded of the attempts; *record.Record is one.
type Evidence interface {
	// Share is false when nothing was recorded under that name.
	Share(name string) (record.Share, bool)
	// Percentile of the waits in a phase, p from 0 to 1; false when nothing was recorded.
	Percentile(name, phase string, p float64) (record.Percentile, bool)
	Silence() record.Silence
}

// Interval is the 95 % interval of a true value, from N attempts of so many users, each counting as a cluster.
type Interval struct {
	Low float64 `json:"low"`
	// High is nil when there are too few attempts to bound it.
	High  *float64 `json:"high"`
	N     int      `json:"n"`
	Users int      `json:"users"`
	// Effective is how many independent attempts those are worth.
	Effective float64 `json:"effective"`
}

// Text is the interval for people.
func (i Interval) Text(shown func(float64) string) string {
	if i.High == nil {
		return "from " + shown(i.Low) + " on"
	}
	return shown(i.Low) + " to " + shown(*i.High)
}

// holds reports whether the limit is inside.
func (i Interval) holds(limit float64) bool {
	return i.Low <= limit && (i.High == nil || limit <= *i.High)
}

// Conclusion is what only the whole run shows of an objective.
type Conclusion struct {
	SLO     string
	Outcome Outcome // Fail or Invalid
}

// proof is what the recorded attempts say of a row beyond k6's samples: a 95 % interval, and what the waits that the end of
// the test cut off leave open. The outcome is empty when they show no more than the samples.
type proof struct {
	evidence Interval
	outcome  Outcome
	why      string
}

// Concluded tells teardown() which objectives are missed or undecided for what the samples do not show, and how many attempts
// failed one after the other up to the end: it makes samples of that (slo_missed, slo_undecided, chat_silence), so that the
// thresholds of k6 know it and its exit code is that of the verdict.
func Concluded(plan Plan, evidence Evidence) (conclusions []Conclusion, silent int) {
	for _, row := range plan.Rows() {
		if found, ok := row.prove(evidence, plan.EvidenceRequired); ok && found.outcome != "" {
			conclusions = append(conclusions, Conclusion{row.Name, found.outcome})
		}
	}
	if evidence != nil {
		silent = evidence.Silence().Failed
	}
	return conclusions, silent
}

// prove is false when nothing was recorded of the row.
func (r Row) prove(evidence Evidence, required bool) (proof, bool) {
	if r.Recorded == nil || evidence == nil {
		return proof{}, false
	}
	var out proof
	if r.Recorded.Percentile == 0 {
		share, ok := evidence.Share(r.Recorded.Of)
		if !ok {
			return proof{}, false
		}
		out.evidence = Interval{share.Low, finite(share.High), share.N, share.Users, share.Effective}
	} else {
		const percent = 100
		waits, ok := evidence.Percentile(r.Recorded.Of, load.Steady, r.Recorded.Percentile/percent)
		if !ok {
			return proof{}, false
		}
		out.evidence = Interval{waits.Low, finite(waits.High), waits.N, waits.Users, waits.Effective}
		out.outcome, out.why = r.cutOff(waits)
	}
	if out.outcome == "" && required && out.evidence.holds(r.Limit) {
		shown := func(x float64) string { return format.InUnit(r.Unit, x) }
		out.outcome = Invalid
		out.why = fmt.Sprintf("%s: the 95%% interval %s holds the limit %s, and EVIDENCE=require wants it outside: "+
			"more turns of more users decide (DURATION, VUS)", r.Name, out.evidence.Text(shown), shown(r.Limit))
	}
	return out, true
}

// cutOff is what the waits that were cut off leave open. Each of them would have ended somewhere between that moment and never.
func (r Row) cutOff(waits record.Percentile) (Outcome, string) {
	if waits.Cut == 0 || waits.Never < r.Limit {
		return "", ""
	}
	text := fmt.Sprintf("%d of %d waits were cut off by the end of the test: had they ended at once, %s were %s",
		waits.Cut, waits.N, r.Statistic, orElse(waits.AtOnce, "never"))
	if waits.AtOnce >= r.Limit {
		return Fail, fmt.Sprintf("%s, not less than %s", text, format.Time(r.Limit))
	}
	return Invalid, fmt.Sprintf("%s, and %s had they never ended; the limit is %s",
		text, orElse(waits.Never, "without an end"), format.Time(r.Limit))
}

// orElse is a time, or the words for one that has no end.
func orElse(ms float64, words string) string {
	if math.IsInf(ms, 0) {
		return words
	}
	return format.Time(ms)
}

// finite is nil for what has no end.
func finite(x float64) *float64 {
	if math.IsInf(x, 0) {
		return nil
	}
	return &x
}

// withProof adds what was recorded. What k6's samples do not show is added to the outcome, never taken from it: a percentile of
// the answers that came leaves out those that were still awaited.
func (j Judged) withProof(evidence Evidence, required bool) Judged {
	found, ok := j.prove(evidence, required)
	if !ok {
		return j
	}
	j.Evidence = &found.evidence
	if j.settled { // the waits that this end cut off are open because of it
		return j
	}
	switch found.outcome {
	case Fail:
		if j.Outcome != Fail {
			j.Outcome, j.Why = Fail, found.why
		}
	case Invalid:
		j.Outcome, j.Why = Invalid, found.why
	case Pass, Skipped: // no proof comes to these
	}
	return j
}

// silence is how many attempts failed one after the other, up to the end.
const silence = "chat_silence"

// silenceLimit is how many attempts that fail one after the other, up to the end of the run, are no chance: a server that just
// meets its error rate (the limit) shows them once in a million runs.
func silenceLimit(errorRate float64) float64 {
	const most, least, million = 1e6, 3, -6 // the last as a power of ten
	if errorRate >= 1 {
		return most // everything may fail
	}
	return min(most, max(least, math.Ceil(million/math.Log10(errorRate))))
}
