// Package html makes report.html, the page of a run: its verdict and why, every objective, pictures over the time of the
// run, and what it was run with. It is one file that needs no other, and is readable without JavaScript. Pure.
package html

import (
	"bytes"
	_ "embed" // the template and its style
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"github.com/featherweight/xk6-featherweight/internal/format"
	"github.com/featherweight/xk6-featherweight/internal/record"
	"github.com/featherweight/xk6-featherweight/internal/result"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

//go:embed page.html.tmpl
var pageTemplate string

//go:embed page.css
var style string

// Render makes the page of a run from its summary and its recording; without a recording, the page has no pictures.
func Render(s result.Summary, rec *record.Recording) ([]byte, error) {
	t, err := template.New("page").Parse(pageTemplate)
	if err != nil {
		return nil, fmt.Errorf("failed to read the template of the page: %w", err)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, view(s, rec)); err != nil {
		return nil, fmt.Errorf("failed to make the page: %w", err)
	}
	return out.Bytes(), nil
}

// verdict is how one is shown. Not by its colour alone: it has a mark and words.
type verdict struct{ Mark, Class, Meaning string }

func verdicts() map[string]verdict {
	return map[string]verdict{
		slo.PASS:    {"✓", "pass", "The server met every objective in this run."},
		slo.FAIL:    {"✗", "fail", "The server missed an objective in this run."},
		slo.INVALID: {"?", "invalid", "The run does not say whether the objectives are met: do not ship on it."},
	}
}

// outcome is how that of an objective is shown.
func outcome(of slo.Outcome) verdict {
	switch of {
	case slo.Pass:
		return verdict{Mark: "✓", Class: "pass", Meaning: "met"}
	case slo.Fail:
		return verdict{Mark: "✗", Class: "fail", Meaning: "missed"}
	case slo.Skipped:
		return verdict{Mark: nothing, Class: "skipped", Meaning: "not judged"}
	default:
		return verdict{Mark: "?", Class: "invalid", Meaning: "undecided"}
	}
}

// page is what the template shows.
type page struct {
	Verdict    string
	Shown      verdict
	Script     string
	Reasons    []string
	Facts      []fact
	Groups     []group
	Charts     []chart
	Bucket     string // how long a stretch is, where it is more than a second
	Recorded   bool
	Phases     []string
	Rows       []row
	Failures   []fact
	Config     []fact
	Versions   []fact
	Thresholds []objectiveRow
	Style      template.CSS
}

type fact struct{ Name, Value string }

type row struct {
	Name  string
	Cells []string
}

// group is a part of the table of objectives.
type group struct {
	Title string
	Rows  []objectiveRow
}

type objectiveRow struct {
	Outcome                                     verdict
	Name, Metric, Value, Evidence, Limit, Words string
}

func view(s result.Summary, rec *record.Recording) page {
	p := page{
		Verdict: s.Verdict, Shown: verdicts()[s.Verdict], Script: s.Script, Reasons: s.Reasons, Facts: facts(s), Groups: groups(s.SLOs),
		Rows: phaseRows(s.Phases), Failures: byName(s.Failures, count), Thresholds: thresholds(s.Thresholds),
		Style: template.CSS(style), //nolint:gosec // it is our own file
	}
	for _, ph := range s.Phases {
		p.Phases = append(p.Phases, ph.Name)
	}
	p.Config = byName(s.Config, configured)
	p.Versions = byName(s.Versions, func(version string) string { return version })
	p.Versions = append(p.Versions, fact{"summary", s.Schema})
	if rec == nil {
		return p
	}
	f := cut(s, rec)
	p.Recorded, p.Charts = true, f.pictures()
	if f.width > 1 {
		p.Bucket = duration(f.width * msPerSecond)
	}
	p.Versions = append(p.Versions, fact{"recording", record.Schema})
	return p
}

// byName are the members of an object as the page shows them.
func byName[V any](object result.Object[V], shown func(V) string) []fact {
	var out []fact
	for _, member := range object {
		out = append(out, fact{member.Name, shown(member.Value)})
	}
	slices.SortFunc(out, func(a, b fact) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func configured(value any) string {
	if n, isNumber := value.(float64); isNumber {
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	return fmt.Sprint(value)
}

// at is a moment as the page shows it.
func at(text *string) string {
	t, known, err := result.Moment(text)
	if !known || err != nil {
		return "never"
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

func facts(s result.Summary) []fact {
	length := duration(s.Seconds * msPerSecond)
	if !s.Complete {
		length += " of " + duration(s.PlannedSeconds*msPerSecond) + " planned"
	}
	out := []fact{{"Started", at(s.StartedAt)}, {"Ended", at(&s.EndedAt)}, {"Length", length}}
	if s.ExitCode != nil {
		out = append(out, fact{"Exit code", strconv.Itoa(*s.ExitCode)})
	}
	turns := count(s.Totals.Turns) + " complete, " + count(s.Totals.Failed) + " failed"
	if s.Totals.Interrupted > 0 {
		turns += ", " + count(s.Totals.Interrupted) + " cut off by the end"
	}
	out = append(out, fact{"Turns", turns}, fact{"Tokens", count(s.Totals.Tokens)})
	if s.Totals.Goodput != nil {
		out = append(out, fact{"Goodput", percent(*s.Totals.Goodput)})
	}
	return append(out, fact{"Frequency", source(s)})
}

// source says where the frequency comes from.
func source(s result.Summary) string {
	switch {
	case s.Loop.Source == nil:
		return "no source"
	case !s.Loop.Measured:
		return "reported by the server (" + *s.Loop.Source + "), not measured"
	case s.Loop.PagePeriod > 0:
		return "measured (" + *s.Loop.Source + "), on a page that is a copy, renewed every " + duration(s.Loop.PagePeriod)
	default:
		return "measured (" + *s.Loop.Source + ")"
	}
}

// groups puts the objectives of the server first: preconditions only say whether the run can be believed.
func groups(slos []slo.Judged) []group {
	out := []group{{Title: "Objectives"}, {Title: "Preconditions of the measurement"}}
	for _, o := range slos {
		at := 0
		if o.Kind == slo.Precondition {
			at = 1
		}
		out[at].Rows = append(out[at].Rows, objectiveOf(o))
	}
	return slices.DeleteFunc(out, func(g group) bool { return len(g.Rows) == 0 })
}

func objectiveOf(o slo.Judged) objectiveRow {
	r := objectiveRow{
		Outcome: outcome(o.Outcome), Name: o.Name, Metric: o.Metric, Value: "not measured", Evidence: nothing, Words: o.Why,
		Limit: limitOf(o),
	}
	if o.Flow != "" {
		r.Name = o.Flow + ": " + o.Name
	}
	if o.Value != nil {
		r.Value = inUnit(o.Unit, *o.Value)
	}
	switch {
	case o.Low != nil && o.High != nil && *o.Low < *o.High:
		r.Evidence = inUnit(o.Unit, *o.Low) + " to " + inUnit(o.Unit, *o.High) + ", bound"
	case o.Evidence != nil:
		high := "no upper end"
		if o.Evidence.High != nil {
			high = inUnit(o.Unit, *o.Evidence.High)
		}
		r.Evidence = inUnit(o.Unit, o.Evidence.Low) + " to " + high + ", from " + count(float64(o.Evidence.N)) + " attempts of " + count(float64(o.Evidence.Users)) + " users"
	}
	return r
}

func thresholds(all []result.Threshold) []objectiveRow {
	out := make([]objectiveRow, 0, len(all))
	for _, t := range all {
		r := objectiveRow{Metric: t.Metric, Limit: t.Expression, Outcome: outcome(slo.Skipped)}
		if t.OK != nil {
			r.Outcome = outcome(map[bool]slo.Outcome{true: slo.Pass, false: slo.Fail}[*t.OK])
		}
		out = append(out, r)
	}
	return out
}

func phaseRows(all []result.Phase) []row {
	of := func(name string, shown func(p result.Phase) string) row {
		r := row{Name: name}
		for _, p := range all {
			r.Cells = append(r.Cells, shown(p))
		}
		return r
	}
	timed := func(name string, which func(p result.Phase) *result.Latency, statistic func(result.Latency) *float64) row {
		return of(name, func(p result.Phase) string {
			if which(p) == nil || statistic(*which(p)) == nil {
				return nothing
			}
			return duration(*statistic(*which(p)))
		})
	}
	p90 := func(l result.Latency) *float64 { return l.P90 }
	p95 := func(l result.Latency) *float64 { return l.P95 }
	mean := func(l result.Latency) *float64 { return &l.Avg }
	return []row{
		of("from", func(p result.Phase) string { return clock(p.From) }),
		of("to", func(p result.Phase) string { return clock(p.To) }),
		of("users planned", func(p result.Phase) string { return count(float64(p.Users)) }),
		of("most open connections", func(p result.Phase) string {
			if p.Connections == nil {
				return nothing
			}
			return count(*p.Connections)
		}),
		of("loop frequency, Hz", func(p result.Phase) string {
			if p.LoopHz == nil {
				return nothing
			}
			return format.Hz(p.LoopHz.Avg)
		}),
		of("its bound", func(p result.Phase) string {
			if p.LoopHz == nil || p.LoopHz.Low == p.LoopHz.High {
				return nothing
			}
			return format.Hz(p.LoopHz.Low) + " to " + format.Hz(p.LoopHz.High)
		}),
		of("complete turns", func(p result.Phase) string { return count(p.Turns) }),
		of("cut off by the end", func(p result.Phase) string { return count(p.Interrupted) }),
		of("errors", func(p result.Phase) string {
			if p.ErrorRate == nil {
				return nothing
			}
			return percent(*p.ErrorRate)
		}),
		timed("connection time p95", func(p result.Phase) *result.Latency { return p.ConnectionTime }, p95),
		timed("response time p90", func(p result.Phase) *result.Latency { return p.ResponseTime }, p90),
		timed("first token p95", func(p result.Phase) *result.Latency { return p.FirstToken }, p95),
		timed("between tokens, mean", func(p result.Phase) *result.Latency { return p.BetweenTokens }, mean),
	}
}
