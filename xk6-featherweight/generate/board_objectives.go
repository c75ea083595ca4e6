package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/statetimeline"
	"github.com/grafana/grafana-foundation-sdk/go/units"
)

const colors = " Green: met, red: missed, blue: not to be said yet; beside it the limit in force."

// objectives are what the verdict is made of.
func (b *board) objectives() {
	b.row("Objectives", 0)
	b.WithPanel(b.number(box{0, 1, 6, 5}, "Verdict so far",
		"The objectives as they stand, by the limits in force of each test. What counts is the verdict that k6 prints at the end. INVALID means "+
			"that nothing can be said: not measured, or the load generator did not keep up.", units.NoUnit).
		WithTarget(query{`max by (testid) (last_over_time(slo:verdict{testid=~"$testid"}[$__range]))`, "{{testid}}"}.instant("A")).
		Mappings(mapped(said{"PASS", "green"}, said{"FAIL", "red"}, said{"INVALID", "orange"}, said{"TOO EARLY", "blue"})))
	b.WithPanel(b.objective(box{6, 1, 4, 5}, "Error rate",
		"Share of attempted chat turns of the whole run that failed, connecting included."+colors, units.PercentUnit, "error rate").Decimals(2))
	b.WithPanel(b.objective(box{10, 1, 4, 5}, "Loop frequency, low bound",
		"The average over the steady phase is not below this, whatever the network did to the readings."+colors, units.Hertz,
		"loop frequency", "loop frequency maximum").Decimals(2))
	b.WithPanel(b.objective(box{14, 1, 5, 5}, "Connection time p95",
		"95 of 100 connections of the steady phase opened faster."+colors, units.Seconds, "connection time"))
	b.WithPanel(b.objective(box{19, 1, 5, 5}, "Response time p90",
		"90 of 100 answers of the steady phase were complete sooner."+colors, units.Seconds, "response time"))
	b.WithPanel(statetimeline.NewPanelBuilder().Id(b.next()).Title("Objectives over time").
		Description("Each objective and precondition of the verdict while the test runs. Where there is no bar, nothing can be said yet.").
		Datasource(source()).GridPos(box{0, 6, 12, 9}.grid()).Unit(units.NoUnit).
		ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdThresholds)).
		Mappings(mapped(said{"missed", "red"}, said{"met", "green"})).Thresholds(steps(below("red"), from(1, "green"))).
		FillOpacity(70).LineWidth(0).ShowValue(common.VisibilityModeNever).MergeValues(true).AlignValue(common.TimelineValueAlignmentLeft).RowHeight(0.9).
		OverrideByFieldType("number", []dashboard.DynamicConfigValue{property("custom.spanNulls", bridged)}).
		Legend(common.NewVizLegendOptionsBuilder().DisplayMode(common.LegendDisplayModeList).Placement(common.LegendPlacementBottom).ShowLegend(true)).
		Tooltip(common.NewVizTooltipOptionsBuilder().Mode(common.TooltipDisplayModeSingle).Sort(common.SortOrderNone)).
		WithTarget(query{`min by (testid, slo) (slo:met{testid=~"$testid"})`, "{{slo}}"}.ranged("A")))
	b.WithPanel(b.number(box{12, 6, 4, 5}, "Goodput",
		"Share of attempted turns of the steady phase that met every objective of a turn: each percentile alone can be met while few users get "+
			"all of it.", units.PercentUnit).Decimals(2).
		WithTarget(query{`min by (testid) (last_over_time(k6_chat_goodput_rate{testid=~"$testid", phase="steady"}[$__range]))`, "{{testid}}"}.instant("A")))
	b.WithPanel(b.objective(box{16, 6, 4, 5}, "Longest standstill",
		"The longest time of the run in which the loop's counter provably did not move."+colors, units.Seconds, "longest standstill"))
	b.WithPanel(b.objective(box{20, 6, 4, 5}, "Generator lag p99",
		"How much of the load generator's own lateness is in its times, in the phase in which it was worst. A run in which that is much says nothing "+
			"(INVALID)."+colors, units.Seconds, "generator lag"))
	b.WithPanel(b.objective(box{12, 11, 4, 4}, "Loop coverage",
		"Share of the time in which the loop was measured, in the phase in which it was least. A run that measured too little says nothing "+
			"(INVALID)."+colors, units.PercentUnit, "loop coverage").Decimals(1))
	b.WithPanel(b.objective(box{16, 11, 4, 4}, "Loop restarts",
		"How often the loop's counter began anew during the test."+colors, units.NoUnit, "loop restarts"))
	b.WithPanel(b.number(box{20, 11, 4, 4}, "Turns", "Chat turns whose answer was complete.", units.Short).
		WithTarget(query{`sum by (testid) (last_over_time(k6_chat_turns_total{testid=~"$testid"}[$__range]))`, "{{testid}}"}.instant("A")))
}
