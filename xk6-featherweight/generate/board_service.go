package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/units"
)

// loop is the loop of the backend.
func (b *board) loop() {
	const fast, slow = 106, 90 // Hz: what the axis shows at the least
	b.row("The loop", 49)
	b.WithPanel(limited(b.lines(box{0, 50, 12, 10}, "Loop frequency",
		"Mean of the last 30 seconds, as the test measures it from the counter and as Prometheus does; the bounds of the average of the phase so "+
			"far; and the gauge that the server shows of itself, which may hide a stall. The dashed lines are the limits in force.", units.Hertz,
		query{`k6:loop_hz:30s{testid=~"$testid"}`, "measured by the test"},
		query{`loop:hz:30s`, "measured by Prometheus {{instance}}"},
		query{`consciousness_loop_hz{job="featherweight-api"}`, "reported by the server {{instance}}"},
		query{`min by (phase) (k6_loop_hz_low{testid=~"$testid"})`, "low bound {{phase}}"},
		query{`max by (phase) (k6_loop_hz_high{testid=~"$testid"})`, "high bound {{phase}}"},
	), "loop frequency|loop frequency maximum").AxisSoftMin(slow).AxisSoftMax(fast))
	b.WithPanel(limited(b.lines(box{12, 50, 6, 10}, "Longest standstill and ticks",
		"The longest proven standstill of each phase, as the test sees it from outside, and the time between two turns of the loop as the server "+
			"sees it. The dashed line is the limit in force for the standstill.", units.Seconds,
		query{`max by (phase) (k6_loop_longest_gap_max{testid=~"$testid"})`, "longest standstill {{phase}}"},
		query{`histogram_quantile(0.99, sum by (le) (rate(consciousness_loop_tick_interval_seconds_bucket{job="featherweight-api"}[$__rate_interval])))`, "between turns p99, says the server"},
	), "longest standstill"))
	b.WithPanel(b.lines(box{18, 50, 6, 10}, "Readings of the loop",
		"Readings in a second by result, and how long a good one takes (right).", units.CountsPerSecond,
		query{`sum(rate(k6_hz_scrapes_total{testid=~"$testid"}[$__rate_interval]))`, "good"},
		query{`sum(rate(k6_hz_scrape_failures_total{testid=~"$testid"}[$__rate_interval]))`, "failed"},
		query{`max by (phase) (k6_hz_scrape_duration_p95{testid=~"$testid"})`, "p95 {{phase}}"}).
		OverrideByRegexp("/^p95/", []dashboard.DynamicConfigValue{property("unit", units.Seconds), property("custom.axisPlacement", "right")}).
		OverrideByName("failed", []dashboard.DynamicConfigValue{colored("red")}))
}

// api is what the service counts of itself.
func (b *board) api() {
	const (
		auth    = `http_request_duration_seconds_bucket{job="featherweight-api", route=~"/api/auth/.*"}[5m]`
		watched = `route!~"/(metrics|healthz|health|ready|api/health|api/chat|chat|ws)"`
		upload  = `http_requests_total{job="featherweight-api", route="/api/upload"`
	)
	b.row("HTTP API", 60)
	b.WithPanel(promised(b.lines(box{0, 61, 6, 8}, "Authentication latency",
		"Time of authentication requests in the last five minutes, as the API counts it. There is an alert when p95 is above the dashed line.", units.Seconds,
		query{`histogram_quantile(0.95, sum by (le) (rate(` + auth + `)))`, "p95"},
		query{`histogram_quantile(0.99, sum by (le) (rate(` + auth + `)))`, "p99"}), "authentication time"))
	b.WithPanel(promised(b.lines(box{6, 61, 6, 8}, "Upload success",
		"Share of uploads of the last five minutes that succeeded. There is an alert below the dashed line.", units.PercentUnit,
		query{`1 - (sum(rate(` + upload + `, code=~"4..|5..|none"}[5m])) or vector(0)) / sum(rate(` + upload + `}[5m]))`, "succeeded"},
	), "upload success").AxisSoftMin(0.9).Max(1))
	b.WithPanel(stacked(b.lines(box{12, 61, 6, 8}, "API requests",
		"Requests in a second by status, without those that only watch (metrics and health).", units.RequestsPerSecond,
		query{`sum by (code) (rate(http_requests_total{job="featherweight-api", ` + watched + `}[$__rate_interval]))`, "{{code}}"})))
	b.WithPanel(promised(b.lines(box{18, 61, 6, 8}, "API response time p95",
		"Time to answer a request, by route, in the last five minutes. The dashed line is what a request may take.", units.Seconds,
		query{`histogram_quantile(0.95, sum by (le, route) (rate(http_request_duration_seconds_bucket{job="featherweight-api", ` + watched + `}[5m])))`, "{{route}}"},
	), "request time"))
}

// monitoring is whether all this can be believed.
func (b *board) monitoring() {
	b.row("k6 and the monitoring", 69)
	b.WithPanel(b.lines(box{0, 70, 6, 8}, "Checks", "Share of k6's checks that passed, since the start.", units.PercentUnit,
		query{`min by (check) (k6_checks{testid=~"$testid"})`, "{{check}}"}).AxisSoftMin(0.9).Max(1))
	b.WithPanel(b.lines(box{6, 70, 6, 8}, "HTTP requests of k6",
		"p95 of the HTTP requests that k6 made: hz_scrape are the readings of the loop. And requests in a second (right), where the script makes any.",
		units.Seconds,
		query{`max by (name, phase) (k6_http_req_duration{testid=~"$testid", stat="p95"})`, "{{name}} {{phase}}"},
		query{`sum(rate(k6_http_reqs_total{testid=~"$testid"}[$__rate_interval]))`, "requests"}).
		OverrideByName("requests", []dashboard.DynamicConfigValue{property("unit", units.RequestsPerSecond), property("custom.axisPlacement", "right")}))
	b.WithPanel(b.lines(box{12, 70, 6, 8}, "Data", "Bytes in a second.", units.BytesPerSecondSI,
		query{`sum(rate(k6_data_received{testid=~"$testid"}[$__rate_interval]))`, "received"},
		query{`sum(rate(k6_data_sent{testid=~"$testid"}[$__rate_interval]))`, "sent"}))
	b.WithPanel(limited(b.lines(box{18, 70, 6, 8}, "Load generator",
		"How late k6 wakes for a 10 ms tick, how late it reads what the kernel has received, and how much of that is in its times (error). A run whose "+
			"error is above the dashed line says nothing.", units.Seconds,
		query{`max by (testid, instance) (k6_generator_error_p99{testid=~"$testid"})`, "error {{testid}}"},
		query{`max by (testid, instance) (k6_generator_late_p99{testid=~"$testid"})`, "late {{testid}}"},
		query{`max by (testid, instance) (k6_generator_lag_p99{testid=~"$testid"})`, "lag p99 {{testid}}"},
		query{`max by (testid, instance) (k6_generator_lag_max{testid=~"$testid"})`, "lag max {{testid}}"}), "generator lag"))
	b.WithPanel(table.NewPanelBuilder().Id(b.next()).Title("Firing alerts").
		Description("Alerts that fire now, in Prometheus. docs/runbook.md has a section for each.").
		Datasource(source()).GridPos(box{0, 78, 16, 8}.grid()).Unit(units.NoUnit).NoValue("none").Filterable(true).
		ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdThresholds)).Thresholds(steps(below("green"))).
		ShowHeader(true).CellHeight(common.TableCellHeightSm).
		Footer(common.NewTableFooterOptionsBuilder().Show(false).Reducer([]string{})). // the schema wants a list
		WithTarget(query{expr: `ALERTS{alertstate="firing"}`}.instant("A").Format(prometheus.PromQueryFormatTable)).
		WithTransformation(dashboard.DataTransformerConfig{Id: "organize", Options: map[string]any{
			"excludeByName": map[string]bool{"Time": true, "Value": true, "__name__": true, "alertstate": true},
			"indexByName":   map[string]int{"alertname": 0, "severity": 1, "testid": 2, "job": 3, "instance": 4},
			"renameByName":  map[string]string{"alertname": "alert"},
		}}))
	b.WithPanel(b.number(box{16, 78, 8, 8}, "Scrapes",
		"Whether Prometheus reaches what it scrapes. API and chat are wanted; the address behind them is that of BASE_URL and WS_URL.", units.NoUnit).
		Mappings(mapped(said{"down", "red"}, said{"up", "green"})).Thresholds(steps(below("red"), from(1, "green"))).
		Orientation(common.VizOrientationHorizontal).TextMode(common.BigValueTextModeValueAndName).
		WithTarget(query{`min by (job) (up)`, "{{job}}"}.instant("A")))
}
