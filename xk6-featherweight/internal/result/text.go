package result

import (
	"slices"
	"strings"

	"github.com/featherweight/xk6-featherweight/internal/format"
	"github.com/featherweight/xk6-featherweight/internal/load"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// labelWidth is that of k6's own rows.
const labelWidth = 30

// long is how many ms a run may go on behind its load without having waited for somebody.
const long = 1000.0

// Text is the result of a run for a terminal: the objectives, the phases side by side, the flows of a scenario (its rows may be
// nil), the totals, and at the end the verdict.
func Text(data slo.Data, verdict slo.Verdict, phases []load.Phase, flows [][]string, colour bool) string {
	paint := format.Painter(colour)
	conclusion := []string{paint("VERDICT: "+verdict.Verdict, verdictColour(verdict.Verdict)) + "  " + verdict.Reasons[0]}
	for _, reason := range verdict.Reasons[1:] {
		conclusion = append(conclusion, "         also  "+reason)
	}
	if !verdict.Started {
		return "\n" + strings.Join(conclusion, "\n") + "\n"
	}
	var lines []string
	for _, row := range objectiveRows(data, verdict.SLOs) {
		lines = append(lines, mark(row.outcome, paint)+" "+row.text)
	}
	lines = append(lines, "")
	lines = append(lines, indented(format.Table(phaseRows(data, phases), ""))...)
	lines = append(lines, "")
	if len(flows) > 0 {
		lines = append(lines, indented(format.Table(flows, ""))...)
		lines = append(lines, "")
	}
	lines = append(lines, totalRows(data, verdict)...)
	lines = append(lines, "")
	return "\n" + strings.Join(append(lines, conclusion...), "\n") + "\n"
}

func verdictColour(verdict string) format.Colour {
	switch verdict {
	case slo.PASS:
		return format.Green
	case slo.FAIL:
		return format.Red
	default:
		return format.Yellow
	}
}

func mark(outcome slo.Outcome, paint format.Paint) string {
	switch outcome {
	case slo.Pass:
		return paint("✓", format.Green)
	case slo.Fail:
		return paint("✗", format.Red)
	case slo.Invalid:
		return paint("?", format.Yellow)
	case slo.Skipped:
	}
	return "-"
}

func indented(lines []string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = "  " + line
	}
	return out
}

// phaseRows are what the phases were like, side by side.
func phaseRows(data slo.Data, phases []load.Phase) [][]string {
	head, length := []string{"phase"}, []string{"length"}
	for _, phase := range phases {
		head, length = append(head, phase.Name), append(length, format.Time(float64((phase.To-phase.From).Milliseconds())))
	}
	rows := [][]string{head, length}
	for _, one := range []struct {
		label, metric, statistic string
		shown                    func(float64) string
		evidence                 string // metric that tells whether there is a value; a gauge of 0 does not
		rare                     bool
	}{
		{"most open connections", "ws_connected", "max", format.Number, "", false},
		{"loop Hz", "loop_hz", "avg", format.Hz, "", false},
		{"  not below", "loop_hz_low", "value", format.Hz, "loop_hz", false},
		{"  not above", "loop_hz_high", "value", format.Hz, "loop_hz", false},
		{"complete turns", "chat_turns", "count", format.Number, "error_rate", false},
		{"cut off by the end", "chat_interrupted", "count", format.Number, "", true},
		{"errors", "error_rate", "rate", format.Percent, "", false},
		{"connection time p95", "ws_connection_time", "p(95)", format.Time, "", false},
		{"response time p90", "message_response_time", "p(90)", format.Time, "", false},
		{"first token p95", "chat_ttft", "p(95)", format.Time, "", false},
		{"between tokens avg", "chat_itl", "avg", format.Time, "", false},
	} {
		if one.rare && data.Sum(one.metric) == 0 {
			continue
		}
		row := []string{one.label}
		for _, phase := range phases {
			cell := format.Nothing
			tags := "{phase:" + phase.Name + "}"
			value, ok := data.Metrics[one.metric+tags].Values[one.statistic]
			if evidence := one.evidence; ok && data.Samples(orElse(evidence, one.metric)+tags) > 0 {
				cell = one.shown(value)
			}
			row = append(row, cell)
		}
		rows = append(rows, row)
	}
	return rows
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// totalRows are those of the whole run.
func totalRows(data slo.Data, verdict slo.Verdict) []string {
	failures := Object[float64]{}
	for _, failure := range data.Failures() {
		failures = append(failures, Member[float64]{failure.Reason, failure.Count})
	}
	sum := func(metric string) string { return format.Number(data.Sum(metric)) }
	loop := format.Count(data.Sum("hz_scrapes"), "reading") + ", " + sum("hz_scrape_failures") + " failed"
	if setup, _ := data.Setup(); setup.Source != "" {
		loop += "; source " + setup.Source
	}
	if !verdict.Measured {
		loop += "; reported, not measured"
	}
	if !slices.ContainsFunc(verdict.SLOs, func(j slo.Judged) bool { return j.Print.As == slo.PrintFrequency }) {
		loop = "observed by another runner"
	}
	if period := data.PagePeriod(); period > 0 {
		loop += "; the page is a copy, renewed every " + format.Time(period)
	}
	lag := "not measured"
	if values := data.Metrics["generator_lag"].Values; data.Samples("generator_lag") > 0 {
		lag = "p99 " + format.Time(values["p(99)"]) + ", max " + format.Time(values["max"])
		if in := data.Metrics["generator_error"].Values["p(99)"]; data.Samples("generator_late") > 0 && in < values["p(99)"] {
			lag += "; the kernel says when messages arrived, so in the times there is no more of it than p99 " + format.Time(in)
		}
	}
	lines := []string{
		"  turns          " + sum("chat_turns") + " complete, " + format.Number(failed(data)) + " failed, " + sum("chat_interrupted") +
			" cut off by the end of the test; " + format.Count(data.Sum("chat_tokens"), "token"),
		"  failures       " + failureList(failures),
		"  loop           " + loop,
		"  generator lag  " + lag,
	}
	if others := data.Sum("chat_other_messages"); others > 0 {
		lines = append(lines, "  other messages "+format.Number(others)+" of the server were nobody's answer (greetings, heartbeats and the like)")
	}
	if verdict.Overtime >= long {
		lines = append(lines, "  overtime       the run went on for "+format.Time(verdict.Overtime)+" after the load, until the last answer or its time-out")
	}
	return slices.Clip(lines)
}
