package result

import (
	"fmt"
	"math"
	"strings"

	"github.com/featherweight/xk6-featherweight/internal/compare"
	"github.com/featherweight/xk6-featherweight/internal/format"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// ComparedLine is a line of a comparison as every report shows it.
type ComparedLine struct {
	// Name has the flow and the percentile; Phase is "whole run" for all of it.
	Name, Phase string
	Word        compare.Word
	// Base, New and Difference have their unit; Share is the difference in percent of the base, empty for what is a share itself.
	Base, New, Difference, Share string
	// Interval is that of the difference, in its unit and in percent; a dash where there is none.
	Interval string
	// Matters is the tolerance.
	Matters string
	Why     string
}

// Compared is a line for people.
func Compared(l compare.Line) ComparedLine {
	out := ComparedLine{
		Name: title(slo.Judged{Row: l.Row}), Phase: l.Phase, Word: l.Word, Why: l.Why, Interval: format.Nothing,
		Difference: format.Nothing, Matters: strings.TrimPrefix(signed(l.Unit, l.Matters), "+"),
	}
	if strings.HasPrefix(l.Statistic, "p(") {
		out.Name += " " + l.Statistic
	}
	if l.Phase == "" {
		out.Phase = "whole run"
	}
	value := func(x float64) string {
		if math.IsNaN(x) {
			return "not measured"
		}
		return format.InUnit(l.Unit, x)
	}
	out.Base, out.New = value(l.Base), value(l.New)
	if math.IsNaN(l.Difference) {
		out.Matters = format.Nothing
		return out
	}
	percents := l.Unit != format.Ratio && l.Base != 0
	out.Difference = signed(l.Unit, l.Difference)
	if percents {
		out.Share = signedPercent(l.Share(l.Difference))
	}
	if math.IsNaN(l.Low) {
		return out
	}
	out.Interval = signed(l.Unit, l.Low) + " to " + signed(l.Unit, l.High)
	if percents && !math.IsInf(l.Low, 0) && !math.IsInf(l.High, 0) {
		out.Interval += " (" + signedPercent(l.Share(l.Low)) + " to " + signedPercent(l.Share(l.High)) + ")"
	}
	return out
}

// signed is a difference in its unit; those of shares are percentage points.
func signed(unit format.Unit, x float64) string {
	if math.IsInf(x, 0) {
		return "open"
	}
	size := math.Abs(x)
	text := format.InUnit(unit, size)
	switch unit {
	case format.Ratio:
		text = format.Fixed(size*100, 3) + " pp" //nolint:mnd // percent; digits
	case format.Plain:
		text = format.Trimmed(size, 2) //nolint:mnd // digits
	case format.Hertz, format.Milliseconds:
	}
	return signOf(x) + text
}

func signedPercent(share float64) string {
	return signOf(share) + format.Fixed(math.Abs(share)*100, 1) + "%" //nolint:mnd // percent
}

func signOf(x float64) string {
	if x < 0 {
		return "-"
	}
	return "+"
}

// Conclusion is what a comparison came to, in one line: which objectives are worse, in doubt, better, and how many are the same.
func Conclusion(r compare.Report) string {
	var parts []string
	for _, word := range compare.Words() {
		var names []string
		for _, l := range r.Lines {
			if l.Word != word || (!l.Judged && (word == compare.Unknown || word == compare.Same)) {
				continue
			}
			name := title(slo.Judged{Row: l.Row})
			if !l.Judged {
				name += " (" + Compared(l).Phase + ")"
			}
			names = append(names, name)
		}
		if len(names) > 0 {
			parts = append(parts, string(word)+": "+strings.Join(names, ", "))
		}
	}
	return strings.Join(parts, "; ")
}

// IntervalsHold says what the intervals of a comparison promise.
const IntervalsHold = "The intervals hold all together with 95 %. Same: it differs by less than what matters, with all of its interval. " +
	"Worse, better: the interval has 0 on one side. Cannot tell: neither."

// comparisonHead is the head of its table.
func comparisonHead() []string {
	return []string{"objective", "phase", "base", "new", "difference", "95% interval", "matters from"}
}

func (l ComparedLine) cells() []string {
	return []string{l.Name, l.Phase, l.Base, l.New, l.difference(), l.Interval, l.Matters}
}

func (l ComparedLine) difference() string {
	if l.Share == "" {
		return l.Difference
	}
	return l.Difference + ", " + l.Share
}

// sides are who was compared, with their verdicts.
func sides(r compare.Report) []string {
	var out []string
	for _, side := range []struct {
		name string
		runs []compare.Run
	}{{"base", r.Base}, {"new", r.New}} {
		for _, run := range side.runs {
			out = append(out, fmt.Sprintf("%-4s  %s: %s, %s", side.name, run.Name, run.Verdict, firstReason(run)))
		}
	}
	return out
}

func firstReason(run compare.Run) string {
	if len(run.Reasons) == 0 {
		return "without a reason"
	}
	return run.Reasons[0]
}

// ComparisonText is a comparison for a terminal: the objectives, the other phases, who was compared, and at the end the words.
func ComparisonText(r compare.Report, colour bool) string {
	paint := format.Painter(colour)
	rows := [][]string{append([]string{""}, comparisonHead()...)}
	var whys []string
	for _, l := range r.Lines {
		shown := Compared(l)
		rows = append(rows, append([]string{string(l.Word)}, shown.cells()...))
		if l.Why != "" {
			whys = append(whys, fmt.Sprintf("  %s: %s", shown.Name, l.Why))
		}
	}
	var lines []string
	for i, line := range format.Table(rows, "llllllll") {
		if i > 0 {
			line = comparedMark(r.Lines[i-1].Word, paint) + " " + line
		} else {
			line = "  " + line
		}
		lines = append(lines, line)
	}
	lines = append(lines, "")
	if len(whys) > 0 {
		lines = append(append(lines, whys...), "")
	}
	lines = append(lines, indented(sides(r))...)
	for _, note := range r.Notes {
		lines = append(lines, "  note  "+note)
	}
	lines = append(lines, "", IntervalsHold, "", paint("COMPARED: "+string(r.Word()), comparedColour(r.Word()))+"  "+Conclusion(r))
	return "\n" + strings.Join(lines, "\n") + "\n"
}

func comparedColour(word compare.Word) format.Colour {
	switch word {
	case compare.Worse:
		return format.Red
	case compare.Unknown:
		return format.Yellow
	case compare.Better, compare.Same:
	}
	return format.Green
}

func comparedMark(word compare.Word, paint format.Paint) string {
	return paint(map[compare.Word]string{compare.Worse: "✗", compare.Unknown: "?", compare.Better: "✓", compare.Same: "="}[word], comparedColour(word))
}
