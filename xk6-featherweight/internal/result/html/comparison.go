package html

import (
	"bytes"
	_ "embed" // the template
	"fmt"
	"html/template"
	"strconv"

	"github.com/featherweight/xk6-featherweight/internal/compare"
	"github.com/featherweight/xk6-featherweight/internal/record"
	"github.com/featherweight/xk6-featherweight/internal/result"
)

//go:embed comparison.html.tmpl
var comparisonTemplate string

// RenderComparison makes the page of a comparison: its words, every line, and both sides drawn over one axis. It is one file,
// as that of a run is, and made of the same pieces.
func RenderComparison(r compare.Report) ([]byte, error) {
	t, err := template.New("page").Parse(pageTemplate)
	if err == nil {
		t, err = t.New("comparison").Parse(comparisonTemplate)
	}
	if err != nil {
		return nil, fmt.Errorf("failed to read the template of the page: %w", err)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, comparisonView(r)); err != nil {
		return nil, fmt.Errorf("failed to make the page: %w", err)
	}
	return out.Bytes(), nil
}

// comparison is what its template shows.
type comparison struct {
	Word       compare.Word
	Shown      verdict
	Conclusion string
	Promise    string
	Notes      []string
	Sides      []fact
	Groups     []comparedGroup
	Charts     []chart
	Bucket     string
	Style      template.CSS
}

type comparedGroup struct {
	Title string
	Rows  []comparedRow
}

type comparedRow struct {
	Outcome verdict
	result.ComparedLine
}

// shownWord is how a word is shown: not by its colour alone.
func shownWord(w compare.Word) verdict {
	return map[compare.Word]verdict{
		compare.Better:  {"✓", "pass", string(w)},
		compare.Same:    {"=", "pass", string(w)},
		compare.Worse:   {"✗", "fail", string(w)},
		compare.Unknown: {"?", "invalid", string(w)},
	}[w]
}

func comparisonView(r compare.Report) comparison {
	out := comparison{
		Word: r.Word(), Shown: shownWord(r.Word()), Conclusion: result.Conclusion(r), Promise: result.IntervalsHold, Notes: r.Notes,
		Style: template.CSS(style), //nolint:gosec // it is our own file
	}
	groups := []comparedGroup{{Title: "Objectives"}, {Title: "Other phases"}}
	for _, l := range r.Lines {
		at := 0
		if !l.Judged {
			at = 1
		}
		groups[at].Rows = append(groups[at].Rows, comparedRow{shownWord(l.Word), result.Compared(l)})
	}
	for _, g := range groups {
		if len(g.Rows) > 0 {
			out.Groups = append(out.Groups, g)
		}
	}
	var films []compared
	for _, side := range []struct {
		name  string
		style int
		runs  []compare.Run
	}{{"base", styleSecond, r.Base}, {"new", styleMain, r.New}} {
		for i, run := range side.runs {
			name := side.name
			if len(side.runs) > 1 {
				name += " " + strconv.Itoa(i+1)
			}
			out.Sides = append(out.Sides, fact{name, run.Name + ": " + run.Verdict})
			films = append(films, compared{name, side.style, cut(result.Summary{SLOs: run.SLOs, Phases: phasesOf(run.Recording)}, run.Recording)})
		}
	}
	out.Charts = overlaid(films)
	if width := films[len(films)-1].film.width; width > 1 {
		out.Bucket = duration(width * msPerSecond)
	}
	return out
}

// phasesOf are the phases as they were recorded: where the summary says how they were planned, answers came later.
func phasesOf(rec *record.Recording) []result.Phase {
	var out []result.Phase
	for _, name := range rec.Phases() {
		whole := rec.Whole(name)
		from := max(whole.From.Sub(rec.Started()).Seconds(), 0)
		if n := len(out); n > 0 {
			out[n-1].To = from
		}
		out = append(out, result.Phase{Name: name, From: from, To: from + whole.Seconds})
	}
	return out
}

// compared is a run in the pictures.
type compared struct {
	name  string
	style int
	film  film
}

// overlaid draws all runs over the axis of the longest, with the limits and phases of the last.
func overlaid(all []compared) []chart {
	last := all[len(all)-1].film
	x := last.x
	for _, one := range all {
		if one.film.x.to > x.to {
			x = one.film.x
		}
	}
	quantile := func(metric string, q float64) func(film) []point {
		return func(f film) []point {
			return f.points(func(s record.Stretch) float64 { return s.Of(metric).Quantile(q) })
		}
	}
	first := func(picture func(film) chart) func(film) []point {
		return func(f film) []point { return picture(f).Layers[0].points }
	}
	perSecond := func(metric string) func(film) []point {
		return first(func(f film) chart { return f.perSecond("", "", "", metric, "") })
	}
	var out []chart
	for _, c := range []struct {
		chart
		of func(film) []point
	}{
		{
			chart{ID: "loop", Title: "Loop frequency", Unit: "Hz", label: plain, About: "Mean of the windows.", Limits: append(last.limit("loop_hz"), last.limit("loop_hz_high")...)},
			func(f film) []point {
				return f.points(func(s record.Stretch) float64 { return s.Of("loop_hz").Mean() })
			},
		},
		{chart{ID: "users", Title: "Users connected", Unit: "sessions", label: plain, zero: true, About: "Most sessions that were open at the same time."}, first(film.users)},
		{chart{ID: "ttft", Title: "Time to first token, p90", label: duration, zero: true, About: "Of what ended in each stretch."}, quantile("chat_ttft", 0.9)},
		{chart{ID: "response", Title: "Response time, p90", label: duration, zero: true, About: "Of what ended in each stretch.", Limits: last.limit("message_response_time")}, quantile("message_response_time", 0.9)},
		{chart{ID: "connection", Title: "Connection time, p95", label: duration, zero: true, About: "Of what ended in each stretch.", Limits: last.limit("ws_connection_time")}, quantile("ws_connection_time", 0.95)},
		{chart{ID: "tokens", Title: "Tokens", Unit: "tokens/s", label: plain, zero: true, About: "Tokens received in a second."}, perSecond("chat_tokens")},
		{chart{ID: "failures", Title: "Failed turns", Unit: "turns/s", label: plain, zero: true, About: "Turns that failed in a second."}, perSecond("chat_failures")},
	} {
		for _, one := range all {
			if points := c.of(one.film); len(points) > 0 {
				c.Layers = append(c.Layers, layer{Kind: line, Name: one.name, Style: one.style, points: points})
			}
		}
		if len(c.Layers) > 0 {
			c.draw(x, last.summary.Phases, last.width)
			out = append(out, c.chart)
		}
	}
	return out
}
