package result

import (
	"strings"

	"github.com/featherweight/xk6-featherweight/internal/compare"
	"github.com/featherweight/xk6-featherweight/internal/format"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// ComparisonMarkdown is a comparison for a pull request.
func ComparisonMarkdown(r compare.Report) string {
	marks := map[compare.Word]string{compare.Worse: "❌", compare.Unknown: "❔", compare.Better: "✅", compare.Same: "🟰"}
	table := func(judged bool) []string {
		var rows [][]string
		for _, l := range r.Lines {
			if l.Judged == judged {
				rows = append(rows, append([]string{marks[l.Word] + " " + string(l.Word)}, append(Compared(l).cells(), l.Why)...))
			}
		}
		if rows == nil {
			return nil
		}
		return markdownTable(append([]string{""}, append(comparisonHead(), "")...), rows)
	}
	lines := []string{"# Compared: " + string(r.Word()), "", markdownText(Conclusion(r)), ""}
	lines = append(lines, table(true)...)
	if others := table(false); others != nil {
		lines = append(lines, "", "<details><summary>Other phases</summary>", "")
		lines = append(lines, others...)
		lines = append(lines, "", "</details>")
	}
	lines = append(lines, "")
	for _, one := range append(sides(r), r.Notes...) {
		lines = append(lines, "- "+markdownText(one))
	}
	return strings.Join(append(lines, "", IntervalsHold), "\n") + "\n"
}

// ComparisonJUnit is a comparison for CI systems: one test case for each line. What the gate does not let pass is a failure;
// what cannot be told is skipped, as it is neither good nor bad.
func ComparisonJUnit(r compare.Report, gate compare.Gate) string {
	var cases []testCase
	for _, l := range r.Lines {
		shown := Compared(l)
		one := testCase{name: shown.Name + ", " + shown.Phase, outcome: slo.Pass, why: shown.sentence()}
		switch {
		case gate.Hits(l):
			one.outcome = slo.Fail
		case l.Word == compare.Unknown:
			one.outcome = slo.Skipped
		}
		cases = append(cases, one)
	}
	properties := Object[any]{{"compared", string(r.Word())}}
	for _, run := range r.Base {
		properties = append(properties, Member[any]{"base", run.Name})
	}
	for _, run := range r.New {
		properties = append(properties, Member[any]{"new", run.Name})
	}
	return suite{name: "compare", properties: properties, cases: cases}.xml()
}

// sentence is a line in words.
func (l ComparedLine) sentence() string {
	parts := []string{"base " + l.Base, "new " + l.New}
	if l.Difference != format.Nothing {
		parts = append(parts, "difference "+l.difference())
	}
	if l.Interval != format.Nothing {
		parts = append(parts, "95% interval "+l.Interval)
	}
	if l.Why != "" {
		parts = append(parts, l.Why)
	}
	return string(l.Word) + ": " + strings.Join(parts, "; ")
}
