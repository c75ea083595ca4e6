package main

import (
	"encoding/json"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// testBoard is the dashboard of a load test, as JSON for Grafana.
func testBoard() (string, error) {
	b := &board{DashboardBuilder: dashboard.NewDashboardBuilder("FlappyJournal SLO Testing Dashboard")} //nolint:staticcheck // files for provisioning have the classic schema
	b.Uid("testing").
		Description("A load test of Featherweight while it runs: objectives, WebSocket connections, chat streams, the 100 Hz loop, the API, and "+
			"the health of the test itself.").
		Tags([]string{"slo", "testing", "k6", "performance"}).Version(1).Editable().Tooltip(dashboard.DashboardCursorSyncCrosshair).
		Refresh("5s").Timezone("browser").Time("now-15m", "now").
		Timepicker(dashboard.NewTimePickerBuilder().RefreshIntervals([]string{"5s", "10s", "30s", "1m", "5m"})).
		Link(dashboard.NewDashboardLinkBuilder("Runbook").Type(dashboard.DashboardLinkTypeLink).Icon("doc").TargetBlank(true).
			Url("https://github.com/featherweight/featherweight-slo/blob/main/docs/runbook.md")).
		Annotation(annotation("Tests", "blue", `k6:live unless k6:live offset 15s`).TitleFormat("test {{testid}} begins").TagKeys("testid")).
		Annotation(annotation("Alerts", "red", `ALERTS{alertstate="firing"}`).TitleFormat("{{alertname}}").
			TextFormat("{{testid}} {{job}}").TagKeys("severity")).
		WithVariable(tests())
	b.objectives()
	b.connections()
	b.chat()
	b.loop()
	b.api()
	b.monitoring()
	built, err := b.Build()
	if err != nil {
		return "", err
	}
	for i := range built.Links { // to be seen, and not in a menu, where the SDK puts them
		built.Links[i].Placement = nil
	}
	for i := range built.Annotations.List {
		built.Annotations.List[i].Placement = nil
	}
	text, err := json.MarshalIndent(built, "", "  ")
	return string(text) + "\n", err
}

func annotation(name, color, expr string) *dashboard.AnnotationQueryBuilder {
	return dashboard.NewAnnotationQueryBuilder().Name(name).Datasource(source()).Enable(true).IconColor(color).Expr(expr).Step("5s")
}

// tests is the variable of which tests are shown.
func tests() *dashboard.QueryVariableBuilder {
	const all = "label_values(k6_vus, testid)"
	list := func(text string) dashboard.StringOrArrayOfString {
		return dashboard.StringOrArrayOfString{ArrayOfString: []string{text}}
	}
	return dashboard.NewQueryVariableBuilder("testid").Label("Test").Datasource(source()).
		Query(dashboard.StringOrMap{Map: map[string]any{"qryType": 1, "query": all, "refId": "PrometheusVariableQueryEditor-VariableQuery"}}).
		Definition(all).Refresh(dashboard.VariableRefreshOnTimeRangeChanged).Sort(dashboard.VariableSortAlphabeticalDesc).
		Multi(true).IncludeAll(true).AllValue(".*").
		Current(dashboard.VariableOption{Selected: cog.ToPtr(true), Text: list("All"), Value: list("$__all")})
}
