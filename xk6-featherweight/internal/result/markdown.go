package result

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/featherweight/xk6-featherweight/internal/format"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// Markdown is the result of a run for a pull request or a chat: what decided, then every objective, then what it was like.
func Markdown(run Summary) string {
	lines := []string{"# " + run.Verdict + ": " + run.Script, "", meaning(run.Verdict), ""}
	for _, reason := range run.Reasons {
		lines = append(lines, "- "+markdownText(reason))
	}
	started := "never"
	if run.StartedAt != nil {
		started = *run.StartedAt
	}
	lines = append(lines, "", fmt.Sprintf("Started %s, ended %s; %s of %s. Loop frequency: %s.", started, run.EndedAt,
		format.Time(run.Seconds*msPerSecond), format.Time(run.PlannedSeconds*msPerSecond), run.Loop.text()))
	lines = append(lines, "", "## Objectives", "")
	lines = append(lines, objectiveTable(run.SLOs)...)
	lines = append(lines, "", "## Phases", "")
	lines = append(lines, phaseTable(run.Phases)...)
	lines = append(lines, "", "## Turns", "", fmt.Sprintf("%s complete, %s failed, %s cut off by the end of the test; %s. Failures: %s.",
		format.Number(run.Totals.Turns), format.Number(run.Totals.Failed), format.Number(run.Totals.Interrupted),
		format.Count(run.Totals.Tokens, "token"), failureList(run.Failures)))
	lines = append(lines, "", "<details><summary>Configuration in force</summary>", "")
	config := make([][]string, 0, len(run.Config))
	for _, variable := range run.Config {
		config = append(config, []string{variable.Name, valueText(variable.Value)})
	}
	lines = append(lines, markdownTable([]string{"variable", "value"}, config)...)
	return strings.Join(append(lines, "", "</details>"), "\n") + "\n"
}

func meaning(verdict string) string {
	switch verdict {
	case slo.PASS:
		return "The server met every objective in this run."
	case slo.FAIL:
		return "The server missed an objective in this run."
	default:
		return "The run does not say whether the objectives are met: do not ship on it."
	}
}

func (l Loop) text() string {
	switch {
	case l.Source == nil:
		return "no source"
	case !l.Measured:
		return "reported by the server (" + *l.Source + "), not measured"
	case l.PagePeriod > 0:
		return "measured from a " + *l.Source + ", on a page that is a copy, renewed every " + format.Time(l.PagePeriod)
	default:
		return "measured from a " + *l.Source
	}
}

func objectiveTable(slos []slo.Judged) []string {
	marks := map[slo.Outcome]string{slo.Pass: "✅", slo.Fail: "❌", slo.Invalid: "❔", slo.Skipped: "➖"}
	rows := make([][]string, 0, len(slos))
	for _, one := range slos {
		shown := func(value float64) string { return format.InUnit(one.Unit, value) }
		measured, interval := "not measured", format.Nothing
		if one.Value != nil {
			measured = shown(*one.Value)
			if one.Low != nil && one.High != nil && *one.Low != *one.High {
				measured += ", between " + shown(*one.Low) + " and " + shown(*one.High)
			}
		}
		if one.Evidence != nil {
			interval = one.Evidence.Text(shown)
		}
		rows = append(rows, []string{
			marks[one.Outcome], title(one), measured, interval,
			one.Statistic + " " + string(one.Relation) + " " + shown(one.Limit), one.Why,
		})
	}
	return markdownTable([]string{"", "objective", "measured", "95% interval", "limit", "in words"}, rows)
}

func failureList(failures Object[float64]) string {
	texts := make([]string, 0, len(failures))
	for _, failure := range failures {
		texts = append(texts, failure.Name+" "+format.Number(failure.Value))
	}
	if len(texts) == 0 {
		return "none"
	}
	return strings.Join(texts, ", ")
}

func phaseTable(phases []Phase) []string {
	head := []string{""}
	for _, phase := range phases {
		head = append(head, phase.Name)
	}
	var rows [][]string
	row := func(label string, shown func(Phase) string) {
		cells := []string{label}
		for _, phase := range phases {
			cell := shown(phase)
			if cell == "" {
				cell = format.Nothing
			}
			cells = append(cells, cell)
		}
		rows = append(rows, cells)
	}
	row("length", func(p Phase) string { return format.Time((p.To - p.From) * msPerSecond) })
	row("most open connections", func(p Phase) string { return shownOr(p.Connections, format.Number) })
	row("loop Hz", func(p Phase) string {
		if p.LoopHz == nil {
			return ""
		}
		return fmt.Sprintf("%s (%s to %s)", format.Hz(p.LoopHz.Avg), format.Hz(p.LoopHz.Low), format.Hz(p.LoopHz.High))
	})
	row("complete turns", func(p Phase) string { return format.Number(p.Turns) })
	row("cut off by the end", func(p Phase) string { return format.Number(p.Interrupted) })
	row("errors", func(p Phase) string { return shownOr(p.ErrorRate, format.Percent) })
	row("connection time p95", func(p Phase) string { return p.ConnectionTime.shown(func(l Latency) *float64 { return l.P95 }) })
	row("response time p90", func(p Phase) string { return p.ResponseTime.shown(func(l Latency) *float64 { return l.P90 }) })
	row("first token p95", func(p Phase) string { return p.FirstToken.shown(func(l Latency) *float64 { return l.P95 }) })
	row("between tokens avg", func(p Phase) string { return p.BetweenTokens.shown(func(l Latency) *float64 { return &l.Avg }) })
	return markdownTable(head, rows)
}

// shown is one of the numbers; empty when nothing was measured.
func (l *Latency) shown(number func(Latency) *float64) string {
	if l == nil {
		return ""
	}
	return shownOr(number(*l), format.Time)
}

func shownOr(value *float64, shown func(float64) string) string {
	if value == nil {
		return ""
	}
	return shown(*value)
}

// markdownTable is one as GitHub and GitLab show it.
func markdownTable(head []string, rows [][]string) []string {
	line := func(cells []string) string {
		texts := make([]string, len(cells))
		for i, cell := range cells {
			texts[i] = markdownText(cell)
		}
		return "| " + strings.Join(texts, " | ") + " |"
	}
	lines := []string{line(head), "|" + strings.Repeat("---|", len(head))}
	for _, row := range rows {
		lines = append(lines, line(row))
	}
	return lines
}

var blanks = regexp.MustCompile(`\s+`)

// markdownText is text that stays on its line and is nothing but text.
func markdownText(words string) string {
	return strings.NewReplacer(`\`, `\\`, `|`, `\|`, `<`, `\<`, `>`, `\>`, `*`, `\*`, `_`, `\_`).Replace(blanks.ReplaceAllString(words, " "))
}
