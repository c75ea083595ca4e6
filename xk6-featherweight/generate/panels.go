package main

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// box is the place of a panel on the grid, which is 24 wide.
type box struct{ x, y, w, h uint32 }

func (b box) grid() dashboard.GridPos { return dashboard.GridPos{X: b.x, Y: b.y, W: b.w, H: b.h} }

// query asks Prometheus. Its legend names the series that it finds.
type query struct{ expr, legend string }

// board is a dashboard in the making. Its panels are numbered in the order in which they come.
type board struct {
	*dashboard.DashboardBuilder
	panels uint32
}

func (b *board) next() uint32 {
	b.panels++
	return b.panels
}

// row begins a part of the board.
func (b *board) row(title string, y uint32) {
	b.WithRow(dashboard.NewRowBuilder(title).Id(b.next()).GridPos(box{0, y, 24, 1}.grid()))
}

func source() common.DataSourceRef {
	return common.DataSourceRef{Type: cog.ToPtr("prometheus"), Uid: cog.ToPtr("prometheus")}
}

// bridged is how many ms without a sample a line goes on: three pushes of k6.
const bridged = 15000.0

func (q query) ranged(ref string) *prometheus.DataqueryBuilder {
	return prometheus.NewDataqueryBuilder().RefId(ref).Expr(q.expr).LegendFormat(q.legend).EditorMode(prometheus.QueryEditorModeCode).Range()
}

func (q query) instant(ref string) *prometheus.DataqueryBuilder {
	return q.ranged(ref).Instant()
}

// ref is the name of the n-th query of a panel: A, B and so on.
func ref(n int) string { return string(rune('A' + n)) }

// steps are the colours from these values on; the first counts from below.
func steps(from ...dashboard.Threshold) cog.Builder[dashboard.ThresholdsConfig] {
	return dashboard.NewThresholdsConfigBuilder().Mode(dashboard.ThresholdsModeAbsolute).Steps(from)
}

func below(color string) dashboard.Threshold { return dashboard.Threshold{Color: color} }

func from(value float64, color string) dashboard.Threshold {
	return dashboard.Threshold{Value: &value, Color: color}
}

// said is the text and the colour of a value.
type said struct{ text, color string }

// mapped shows the values 0, 1 and so on as words.
func mapped(words ...said) []dashboard.ValueMapping {
	options := map[string]dashboard.ValueMappingResult{}
	for i, word := range words {
		options[fmt.Sprint(i)] = dashboard.ValueMappingResult{Text: &word.text, Color: &word.color, Index: cog.ToPtr(int32(i))}
	}
	return []dashboard.ValueMapping{{ValueMap: &dashboard.ValueMap{Type: dashboard.MappingTypeValueToText, Options: options}}}
}

// property sets something of some of the series of a panel.
func property(id string, value any) dashboard.DynamicConfigValue {
	return dashboard.DynamicConfigValue{Id: id, Value: value}
}

func colored(color string) dashboard.DynamicConfigValue {
	return property("color", map[string]string{"mode": "fixed", "fixedColor": color})
}

// number is a panel of one value, or one for each test.
func (b *board) number(at box, title, about, unit string) *stat.PanelBuilder {
	return stat.NewPanelBuilder().Id(b.next()).Title(title).Description(about).Datasource(source()).GridPos(at.grid()).
		Unit(unit).NoValue("no data").ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdThresholds)).
		Thresholds(steps(below("text"))).
		ReduceOptions(common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"}).Fields("").Values(false)).
		ColorMode(common.BigValueColorModeBackground).GraphMode(common.BigValueGraphModeNone).JustifyMode(common.BigValueJustifyModeAuto).
		TextMode(common.BigValueTextModeAuto).Orientation(common.VizOrientationAuto).WideLayout(true)
}

// objective is a panel of what the verdict compares with a limit: the value in the colour of how it stands, and the limit.
// Nothing here has a limit of its own.
func (b *board) objective(at box, title, about, unit string, slos ...string) *stat.PanelBuilder {
	value := fmt.Sprintf(`max by (testid) (last_over_time(slo:worst{slo=%q, testid=~"$testid"}[$__range]))`, slos[0])
	var all string
	for i, slo := range slos {
		if i > 0 {
			all += "|"
		}
		all += slo
	}
	met := fmt.Sprintf(`min by (testid) (last_over_time(slo:met{slo=~%q, testid=~"$testid"}[$__range]))`, all)
	panel := b.number(at, title, about, unit)
	for i, one := range []struct{ when, legend, color string }{
		{value + " and on (testid) " + met + " == 1", "{{testid}}", "green"},
		{value + " and on (testid) " + met + " == 0", "{{testid}}", "red"},
		{value + " unless on (testid) " + met, "{{testid}}", "blue"},
		{fmt.Sprintf(`max by (testid, slo) (last_over_time(slo:limit{slo=~%q, testid=~"$testid"}[$__range]))`, all), "limit {{testid}}", "#6e6e6e"},
	} {
		panel.WithTarget(query{one.when, one.legend}.instant(ref(i))).
			OverrideByQuery(ref(i), []dashboard.DynamicConfigValue{colored(one.color)})
	}
	return panel
}

// lines is a panel of curves over time.
func (b *board) lines(at box, title, about, unit string, queries ...query) *timeseries.PanelBuilder {
	panel := timeseries.NewPanelBuilder().Id(b.next()).Title(title).Description(about).Datasource(source()).GridPos(at.grid()).
		Unit(unit).ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdPaletteClassic)).
		Thresholds(steps(below("green"))).
		DrawStyle(common.GraphDrawStyleLine).LineInterpolation(common.LineInterpolationLinear).LineWidth(1).FillOpacity(8).
		ShowPoints(common.VisibilityModeNever).SpanNulls(common.BoolOrFloat64{Float64: cog.ToPtr(bridged)}).AxisSoftMin(0).
		ThresholdsStyle(common.NewGraphThresholdsStyleConfigBuilder().Mode(common.GraphThresholdsStyleModeOff)).
		Stacking(common.NewStackingConfigBuilder().Mode(common.StackingModeNone).Group("A")).
		Legend(common.NewVizLegendOptionsBuilder().DisplayMode(common.LegendDisplayModeTable).Placement(common.LegendPlacementBottom).
			ShowLegend(true).Calcs([]string{"lastNotNull", "max"})).
		Tooltip(common.NewVizTooltipOptionsBuilder().Mode(common.TooltipDisplayModeMulti).Sort(common.SortOrderDescending))
	for i, q := range queries {
		panel.WithTarget(q.ranged(ref(i)))
	}
	return panel
}

// stacked puts the curves on each other.
func stacked(panel *timeseries.PanelBuilder) *timeseries.PanelBuilder {
	return panel.FillOpacity(30).Stacking(common.NewStackingConfigBuilder().Mode(common.StackingModeNormal).Group("A"))
}

// limited draws the limits in force of a test's objectives, dashed.
func limited(panel *timeseries.PanelBuilder, slos string) *timeseries.PanelBuilder {
	return dashed(panel, fmt.Sprintf(`max by (testid, slo) (slo:limit{slo=~%q, testid=~"$testid"})`, slos))
}

// promised draws the limits of the service itself.
func promised(panel *timeseries.PanelBuilder, slo string) *timeseries.PanelBuilder {
	return dashed(panel, fmt.Sprintf(`service:limit{slo=%q}`, slo))
}

func dashed(panel *timeseries.PanelBuilder, expr string) *timeseries.PanelBuilder {
	return panel.WithTarget(query{expr, "limit of {{slo}} {{testid}}"}.ranged("limit")).OverrideByQuery("limit", []dashboard.DynamicConfigValue{
		colored("red"), property("custom.fillOpacity", 0),
		property("custom.lineStyle", map[string]any{"fill": "dash", "dash": []int{10, 10}}),
	})
}
