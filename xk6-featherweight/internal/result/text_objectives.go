package result

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/featherweight/xk6-featherweight/internal/format"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// line is a row with what became of it.
type line struct {
	outcome slo.Outcome
	text    string
}

// cells are what a row of an objective is made of.
type cells struct {
	outcome             slo.Outcome
	label, value, limit string
}

// loopRows are the objectives that share the row of the frequency; Maximum is nil where there is no such limit.
type loopRows struct {
	frequency, windows slo.Judged
	maximum            *slo.Judged
}

// objectiveRows are one for each objective, then one for each thing a user would ask first.
func objectiveRows(data slo.Data, all []slo.Judged) []line {
	printed := slices.Clone(all)
	slices.SortStableFunc(printed, func(a, b slo.Judged) int { return a.Print.Place - b.Print.Place })
	var loop loopRows
	var errors slo.Judged
	for i, one := range printed {
		switch one.Print.As {
		case slo.PrintErrors:
			errors = one
		case slo.PrintFrequency:
			loop.frequency = one
		case slo.PrintMaximum:
			loop.maximum = &printed[i]
		case slo.PrintWindows:
			loop.windows = one
		case slo.PrintSingle, slo.PrintRare, slo.PrintTrend:
		}
	}
	decisive := loop.worst()
	var rows []cells
	for _, one := range printed {
		switch one.Print.As {
		case slo.PrintErrors:
			rows = append(rows, errorCells(data, one))
		case slo.PrintFrequency:
			rows = append(rows, loop.cells(data, decisive.Outcome))
		case slo.PrintTrend:
			rows = append(rows, trendCells(data, one))
		case slo.PrintRare:
			if one.Outcome != slo.Pass {
				rows = append(rows, singleCells(one))
			}
		case slo.PrintSingle:
			rows = append(rows, singleCells(one))
		case slo.PrintMaximum, slo.PrintWindows: // stand in the row of the frequency
		}
	}
	width := 0
	for _, row := range rows {
		width = max(width, utf8.RuneCountInString(row.value))
	}
	lines := make([]line, 0, len(rows)+3) //nolint:mnd // those below
	for _, row := range rows {
		lines = append(lines, line{row.outcome, format.Dotted(row.label, labelWidth) + " " + format.Pad(row.value, width) + "  " + row.limit})
	}
	return append(lines, checkLines(data, errors.Limit, decisive)...)
}

// checkLines are how the checks of users and observer went.
func checkLines(data slo.Data, errorRate float64, decisive slo.Judged) []line {
	opened, complete := data.Samples("ws_connection_time"), data.Sum("chat_turns")
	unopened := data.Sum("ws_sessions") - opened
	incomplete := data.Samples("error_rate") - unopened - complete
	lines := []line{
		shareLine("WebSocket connection established", opened, unopened, errorRate),
		shareLine("Message streaming successful", complete, incomplete, errorRate),
	}
	if decisive.Name == "" { // another runner observes the loop
		return lines
	}
	word := map[slo.Outcome]string{slo.Pass: "passed", slo.Fail: "failed"}[decisive.Outcome]
	return append(lines, line{decisive.Outcome, "Hz metric validation " + orElse(word, "undecided") + ": " + decisive.Why})
}

// shareLine is judged by the share of failures that the error rate may have.
func shareLine(label string, passes, fails, allowed float64) line {
	outcome := slo.Invalid
	if total := passes + fails; total != 0 {
		outcome = slo.Fail
		if fails/total < allowed {
			outcome = slo.Pass
		}
	}
	return line{outcome, label + ": " + format.Number(passes) + " of " + format.Number(passes+fails)}
}

// worst is the first of those with the worst outcome.
func (l loopRows) worst() slo.Judged {
	all := []slo.Judged{l.frequency}
	if l.maximum != nil {
		all = append(all, *l.maximum)
	}
	all = append(all, l.windows)
	for _, outcome := range []slo.Outcome{slo.Fail, slo.Invalid, slo.Pass} {
		for _, one := range all {
			if one.Outcome == outcome {
				return one
			}
		}
	}
	return all[0]
}

func (l loopRows) cells(data slo.Data, outcome slo.Outcome) cells {
	limit := limitOf(l.frequency, format.Number)
	if l.maximum != nil {
		limit += " and < " + format.Number(l.maximum.Limit)
	}
	limit += " Hz"
	if low, high := l.frequency.Low, l.frequency.High; low != nil && high != nil {
		if *low == *high {
			limit += ", reported"
		} else {
			limit += ", between " + format.Hz(*low) + " and " + format.Hz(*high)
		}
	}
	shown := func(hz float64) string { return format.Fixed(hz, 1) }
	return cells{outcome, l.windows.Metric, trend(data, l.frequency.Metric, shown), limit}
}

func errorCells(data slo.Data, one slo.Judged) cells {
	value := "no turn"
	if one.Value != nil {
		counts := data.Metrics[one.Metric].Values
		value = fmt.Sprintf("%s ✓ %s    ✗ %s", format.Percent(*one.Value), format.Number(counts["passes"]), format.Number(counts["fails"]))
	}
	return cells{one.Outcome, label(one), value, limitOf(one, format.Percent) + evidenceOf(one)}
}

func trendCells(data slo.Data, one slo.Judged) cells {
	limit := limitOf(one, format.Time)
	if one.Value != nil {
		limit += ", is " + format.Time(*one.Value)
	}
	return cells{one.Outcome, label(one), trend(data, one.Metric, format.Time), limit + evidenceOf(one)}
}

// singleCells is a row with one number.
func singleCells(one slo.Judged) cells {
	shown := func(value float64) string { return format.InUnit(one.Unit, value) }
	value := "not measured"
	if one.Value != nil {
		value = one.Statistic + "=" + shown(*one.Value)
	}
	return cells{one.Outcome, label(one), value, limitOf(one, shown) + evidenceOf(one)}
}

// label is the metric without its tags.
func label(one slo.Judged) string {
	name, _, _ := strings.Cut(one.Metric, "{")
	return name
}

func limitOf(one slo.Judged, shown func(float64) string) string {
	return one.Statistic + " " + string(one.Relation) + " " + shown(one.Limit)
}

// evidenceOf is the 95 % interval, where attempts are recorded.
func evidenceOf(one slo.Judged) string {
	if one.Evidence == nil {
		return ""
	}
	return ", 95% interval " + one.Evidence.Text(func(value float64) string { return format.InUnit(one.Unit, value) })
}

func trend(data slo.Data, metric string, shown func(float64) string) string {
	if data.Samples(metric) == 0 {
		return "not measured"
	}
	const width = 5
	values := data.Metrics[metric].Values
	return "avg=" + format.Pad(shown(values["avg"]), width) + " min=" + format.Pad(shown(values["min"]), width) + " max=" + shown(values["max"])
}
