package html

import (
	"bytes"
	_ "embed" // the template
	"fmt"
	"html/template"
	"maps"
	"math"
	"slices"

	"github.com/featherweight/xk6-featherweight/internal/capacity"
	"github.com/featherweight/xk6-featherweight/internal/format"
	"github.com/featherweight/xk6-featherweight/internal/result"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

//go:embed capacity.html.tmpl
var capacityTemplate string

// capacityPage is what the template shows.
type capacityPage struct {
	Shown       verdict
	Unit, Words string
	Facts       []fact
	Charts      []chart
	Columns     []string
	Rows        []capacityRow
	Style       template.CSS
}

type capacityRow struct {
	Load, Run string
	Outcome   verdict
	Cells     []string
}

// RenderCapacity makes the page of a search for the most load: the answer, frequency and times over the load, every run.
func RenderCapacity(c result.Capacity) ([]byte, error) {
	t, err := template.New("page").Parse(pageTemplate)
	if err == nil {
		t, err = t.Parse(capacityTemplate)
	}
	if err != nil {
		return nil, fmt.Errorf("failed to read the template of the page: %w", err)
	}
	var out bytes.Buffer
	if err := t.ExecuteTemplate(&out, "capacity", capacityView(c)); err != nil {
		return nil, fmt.Errorf("failed to make the page: %w", err)
	}
	return out.Bytes(), nil
}

func capacityView(c result.Capacity) capacityPage {
	p := capacityPage{
		Shown: verdict{Mark: "?", Class: "invalid"}, Unit: c.Unit, Words: c.Words(), Charts: overLoad(c),
		Columns: []string{c.Unit, "outcome", "gave way first", "loop Hz", "response p90", "first token p95", "connection p95", "errors", "run"},
		Style:   template.CSS(style), //nolint:gosec // it is our own file
		Facts: []fact{
			{"Started", at(&c.StartedAt)},
			{"Ended", at(&c.EndedAt)},
			{"Length", duration(c.Seconds * msPerSecond)},
			{"Promised", "at most " + duration(c.PromisedSeconds*msPerSecond)},
			{"Runs", count(float64(len(c.Steps)))},
		},
	}
	if c.Answer.Sure && c.Known() {
		p.Shown = verdict{Mark: "✓", Class: "pass"}
	}
	outcomes := map[capacity.Outcome]verdict{
		capacity.Held: {"✓", "pass", "held"}, capacity.GaveWay: {"✗", "fail", "gave way"}, capacity.Unsure: {"?", "invalid", "unsure"},
	}
	for _, s := range c.Steps {
		r := capacityRow{Load: format.Number(s.Load), Outcome: outcomes[s.Outcome], Run: s.Run, Cells: []string{s.First, nothing}}
		if s.LoopHz != nil {
			r.Cells[1] = format.Hz(s.LoopHz.Avg)
		}
		for _, one := range []*float64{s.ResponseP90, s.FirstTokenP95, s.ConnectionP95} {
			r.Cells = append(r.Cells, orNothing(one, duration))
		}
		r.Cells = append(r.Cells, orNothing(s.ErrorRate, percent))
		p.Rows = append(p.Rows, r)
	}
	return p
}

func orNothing(value *float64, shown func(float64) string) string {
	if value == nil {
		return nothing
	}
	return shown(*value)
}

// overLoad are the pictures: where the knee is.
func overLoad(c result.Capacity) []chart {
	byLoad := map[float64][]result.CapacityStep{}
	var slos []slo.Judged
	highest := 0.0
	for _, s := range c.Steps {
		byLoad[s.Load] = append(byLoad[s.Load], s)
		slos, highest = s.SLOs, max(highest, s.Load)
	}
	points := func(of func(result.CapacityStep) *float64) (out []point) {
		for _, load := range slices.Sorted(maps.Keys(byLoad)) {
			sum, n := 0.0, 0.0
			for _, s := range byLoad[load] {
				if value := of(s); value != nil {
					sum, n = sum+*value, n+1
				}
			}
			if n > 0 {
				out = append(out, point{load, sum / n})
			}
		}
		return out
	}
	hz := func(of func(result.LoopHz) float64) func(result.CapacityStep) *float64 {
		return func(s result.CapacityStep) *float64 {
			if s.LoopHz == nil {
				return nil
			}
			return new(of(*s.LoopHz))
		}
	}
	low, high := points(hz(func(l result.LoopHz) float64 { return l.Low })), points(hz(func(l result.LoopHz) float64 { return l.High }))
	bound := layer{Kind: band, Name: "bound of the average", Style: styleMain}
	for i := range low {
		bound.spans = append(bound.spans, span{low[i].at, low[i].value, high[i].value})
	}
	limits := film{summary: result.Summary{SLOs: slos}}.limit
	all := []chart{
		{
			ID: "loop", Title: "Loop frequency", Unit: "Hz", label: plain, Limits: limits("loop_hz"),
			About:  "Average of the steady phase over " + c.Unit + ", and the range in which it provably was.",
			Layers: []layer{bound, {Kind: line, Name: "average", Style: styleMain, points: points(hz(func(l result.LoopHz) float64 { return l.Avg }))}},
		},
		{
			ID: "response", Title: "Response time", label: duration, zero: true, Limits: limits("message_response_time"), About: "Of the steady phase, over " + c.Unit + ".",
			Layers: []layer{
				{Kind: line, Name: "response time p90", Style: styleMain, points: points(func(s result.CapacityStep) *float64 { return s.ResponseP90 })},
				{Kind: line, Name: "time to first token p95", Style: styleSecond, points: points(func(s result.CapacityStep) *float64 { return s.FirstTokenP95 })},
			},
		},
		{
			ID: "connection", Title: "Connection time", label: duration, zero: true, Limits: limits("ws_connection_time"), About: "Of the steady phase, over " + c.Unit + ".",
			Layers: []layer{{Kind: line, Name: "connection time p95", Style: styleMain, points: points(func(s result.CapacityStep) *float64 { return s.ConnectionP95 })}},
		},
	}
	shades := []result.Phase{{Name: "held", To: c.Answer.Low}}
	if c.Answer.High != nil {
		shades = append(shades, result.Phase{Name: "gave way", From: *c.Answer.High, To: math.Inf(1)})
	}
	for i := range all {
		all[i].Layers = slices.DeleteFunc(all[i].Layers, func(l layer) bool { return len(l.points)+len(l.spans) == 0 })
		all[i].labelX = format.Number
		all[i].draw(valueAxis(0, highest), shades, 0)
	}
	return slices.DeleteFunc(all, func(c chart) bool { return len(c.Layers) == 0 })
}
