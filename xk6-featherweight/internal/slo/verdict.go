package slo

import (
	"slices"
	"strings"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/format"
)

// The verdicts.
const (
	PASS    = "PASS"    // every threshold of k6 is met and the run went to its end: k6 exits with 0
	FAIL    = "FAIL"    // an objective was missed
	INVALID = "INVALID" // the run does not say whether the objectives are met
)

// Exit codes of k6 as its thresholds make them.
const (
	exitMet     = 0
	exitCrossed = 99
)

// short is how much shorter than planned a whole run may be, in ms: clocks and the last tick.
const short = 500.0

// Verdict is that over a run.
type Verdict struct {
	// Verdict is PASS, FAIL or INVALID.
	Verdict string
	// Reasons are what decided it first; never empty.
	Reasons []string
	SLOs    []Judged
	Started bool
	// Complete: the run went to its planned end.
	Complete bool
	// Overtime is how many ms the run went on behind its last stage, until the last answer or time-out.
	Overtime float64
	// Measured: the frequency was measured, not only reported by the server.
	Measured bool
	// ExitCode is what k6 ends with, 0 or 99; nil when something else than thresholds decides it.
	ExitCode *int
}

// Judge tells what became of a run. Evidence may be nil: then nothing was recorded.
func Judge(data Data, plan Plan, evidence Evidence) Verdict {
	setup, started := data.Setup()
	ran := data.State.TestRunDurationMs - setup.SetupTime
	planned := float64(plan.Planned) / float64(time.Millisecond)
	out := Verdict{
		Started:  started || data.Sum("hz_scrapes") > 0 || data.Samples("error_rate") > 0,
		Overtime: max(0, ran-planned),
		Measured: data.Samples("loop_longest_gap") > 0,
	}
	out.Complete = out.Started && !data.Aborted && ran >= planned-short
	for _, row := range plan.Rows() {
		out.SLOs = append(out.SLOs, row.evaluate(data).withProof(evidence, plan.EvidenceRequired))
	}
	if !out.Started {
		out.Verdict, out.Reasons = INVALID, []string{"the load was not started: the error line says why"}
		return out
	}
	crossed := data.Crossed()
	var cutShort []string
	if out.Complete {
		code := exitMet
		if len(crossed) > 0 {
			code = exitCrossed
		}
		out.ExitCode = &code
	} else {
		cutShort = []string{"the run ended after " + format.Time(ran) + " of " + format.Time(planned)}
		if ran >= planned {
			cutShort = []string{"the run was stopped before its last answers had come"}
		}
		if slices.ContainsFunc(plan.Rows(), func(r Row) bool { return r.endedBy(data) }) {
			out.ExitCode = new(exitCrossed)
		}
	}
	out.Verdict, out.Reasons = decide(out.SLOs, crossed, cutShort)
	if len(data.Flaws) > 0 { // the sum is that of another load than the planned one
		out.Verdict, out.ExitCode, out.Complete = INVALID, new(exitCrossed), false
		out.Reasons = slices.Concat(data.Flaws, whys(out.SLOs, Fail), cutShort, whys(out.SLOs, Invalid))
	}
	if out.Verdict == PASS {
		out.Reasons = []string{"every objective is met" + plan.reservation(data, out.Measured || plan.Blind)}
	}
	if plan.Part != "" {
		out.Reasons = append(out.Reasons, plan.partly())
	}
	return out
}

// partly is what a reader of the verdict over a part must know.
func (p Plan) partly() string {
	text := "this is the part " + p.Part + " of a test of several runners: k6 x fwhz verdict judges the whole"
	if p.Blind {
		text += "; another runner observes the loop"
	}
	return text
}

// reservation is what a reader of PASS must know about the frequency.
func (p Plan) reservation(data Data, measured bool) string {
	if !measured {
		return "; the loop frequency is reported by the server, not measured"
	}
	if period := data.PagePeriod(); period > 0 {
		return "; the metrics page is a copy, renewed every " + format.Time(period)
	}
	if unseen := data.unseen(); unseen > p.of("LOOP_LONGEST_GAP") {
		return "; nothing was seen of the loop for " + format.Time(unseen) + " at a time"
	}
	return ""
}

// decide makes the verdict from the outcomes; cutShort is why the run is not whole, empty when it is.
func decide(slos []Judged, crossed, cutShort []string) (verdict string, reasons []string) {
	failed := whys(slos, Fail)
	undecided := slices.Concat(cutShort, whys(slos, Invalid))

	// A generator that is late, or out of ports, makes a good server look bad, so nothing it says is held against the server.
	var own []string
	for _, slo := range slos {
		if slo.Generator && slo.Outcome != Pass {
			own = append(own, slo.Why)
		}
	}
	switch {
	case len(own) > 0:
		others := slices.DeleteFunc(slices.Clone(undecided), func(why string) bool { return slices.Contains(own, why) })
		return INVALID, slices.Concat(own, failed, others)
	case len(failed) > 0:
		return FAIL, slices.Concat(failed, undecided)
	case len(undecided) > 0:
		return INVALID, undecided
	case len(crossed) > 0: // cannot be, unless someone added a threshold: never say PASS with exit code 99
		return INVALID, []string{"k6 found a threshold crossed: " + strings.Join(crossed, ", ")}
	default:
		return PASS, nil
	}
}

// whys of those with an outcome, each once.
func whys(slos []Judged, outcome Outcome) []string {
	var all []string
	for _, slo := range slos {
		if slo.Outcome == outcome && !slices.Contains(all, slo.Why) {
			all = append(all, slo.Why)
		}
	}
	return all
}
