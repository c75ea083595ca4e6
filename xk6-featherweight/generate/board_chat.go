package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/units"
)

// connections are who is connected, and how it came to that.
func (b *board) connections() {
	b.row("Users and WebSocket connections", 15)
	b.WithPanel(b.lines(box{0, 16, 12, 8}, "Users and connections",
		"Users of the test, the connections that they have open, and those that the chat server counts itself.", units.Short,
		query{`sum by (testid) (k6_vus{testid=~"$testid"})`, "users {{testid}}"},
		query{`k6:ws_connected:now{testid=~"$testid"}`, "connected {{testid}}"},
		query{`sum(websocket_connections{job="featherweight-chat"})`, "connected, says the server"}))
	b.WithPanel(b.lines(box{12, 16, 12, 8}, "Connection attempts",
		"Connections tried in a second, and those that failed: refused, handshake rejected, or timed out.", units.CountsPerSecond,
		query{`sum by (testid) (rate(k6:ws_sessions:total{testid=~"$testid"}[$__rate_interval]))`, "tried {{testid}}"},
		query{`sum by (testid) (rate(k6:connect_failures:total{testid=~"$testid"}[$__rate_interval]))`, "failed {{testid}}"}).
		OverrideByRegexp("/^failed/", []dashboard.DynamicConfigValue{colored("red")}))
	b.WithPanel(limited(b.lines(box{0, 24, 12, 8}, "Connection time",
		"From the start of the dial to the end of the handshake, successes only. Since the start of each phase; the dashed line is the limit in "+
			"force for p95 of the steady phase.", units.Seconds,
		query{`max by (phase) (k6_ws_connection_time_med{testid=~"$testid"})`, "median {{phase}}"},
		query{`max by (phase) (k6_ws_connection_time_p95{testid=~"$testid"})`, "p95 {{phase}}"},
		query{`max by (phase) (k6_ws_connection_time_p99{testid=~"$testid"})`, "p99 {{phase}}"}), "connection time"))
	b.WithPanel(b.lines(box{12, 24, 6, 8}, "k6's ws_connecting",
		"k6's own measure of connecting, failures included: beside the connection time it shows how long failing takes.", units.Seconds,
		query{`max by (stat, phase) (k6_ws_connecting{testid=~"$testid", stat=~"avg|p95"})`, "{{stat}} {{phase}}"}))
	b.WithPanel(b.lines(box{18, 24, 6, 8}, "WebSocket messages",
		"Messages in a second: as the chat server counts them, and as the test does.", units.CountsPerSecond,
		query{`sum by (direction) (rate(websocket_messages_total{job="featherweight-chat"}[$__rate_interval]))`, "server {{direction}}"},
		query{`sum(rate(k6_ws_msgs_received_total{testid=~"$testid"}[$__rate_interval]))`, "test received"},
		query{`sum(rate(k6_ws_msgs_sent_total{testid=~"$testid"}[$__rate_interval]))`, "test sent"}))
}

// chat is what became of the questions.
func (b *board) chat() {
	b.row("Chat", 32)
	b.WithPanel(limited(b.lines(box{0, 33, 8, 8}, "Error rate",
		"Share of attempted turns that failed: in the last minute, and since the start. The dashed line is the limit in force for the whole run.",
		units.PercentUnit,
		query{`k6:error_ratio:1m{testid=~"$testid"}`, "last minute {{testid}}"},
		query{`k6:error_ratio:run{testid=~"$testid"}`, "whole run {{testid}}"}), "error rate"))
	b.WithPanel(stacked(b.lines(box{8, 33, 8, 8}, "Failures by reason",
		"Failed turns since the start. docs/slo.md says what each reason means.", units.Short,
		query{`sum by (reason) (last_over_time(k6_chat_failures_total{testid=~"$testid"}[$__range]))`, "{{reason}}"})))
	b.WithPanel(limited(b.lines(box{16, 33, 8, 8}, "Response time",
		"From the question to the complete answer, successes only, since the start of the steady phase. The dashed line is the limit in force for p90.",
		units.Seconds,
		query{`max(k6_message_response_time_med{testid=~"$testid", phase="steady"})`, "median"},
		query{`max(k6_message_response_time_p90{testid=~"$testid", phase="steady"})`, "p90"},
		query{`max(k6_message_response_time_p95{testid=~"$testid", phase="steady"})`, "p95"},
		query{`max(k6_message_response_time_p99{testid=~"$testid", phase="steady"})`, "p99"},
		query{`sum(increase(k6_message_response_time_sum{testid=~"$testid"}[1m])) / (1000 * sum(increase(k6_message_response_time_count{testid=~"$testid"}[1m])) > 0)`, "mean of the last minute"},
	), "response time"))
	b.WithPanel(b.lines(box{0, 41, 8, 8}, "Time to first token",
		"From the question to the first non-empty token, since the start of the steady phase.", units.Seconds,
		query{`max(k6_chat_ttft_med{testid=~"$testid", phase="steady"})`, "median"},
		query{`max(k6_chat_ttft_p95{testid=~"$testid", phase="steady"})`, "p95"},
		query{`max(k6_chat_ttft_p99{testid=~"$testid", phase="steady"})`, "p99"}))
	b.WithPanel(b.lines(box{8, 41, 8, 8}, "Between tokens",
		"Mean time between two tokens of an answer, and the longest wait within one, since the start of the steady phase.", units.Seconds,
		query{`max(k6_chat_itl_med{testid=~"$testid", phase="steady"})`, "between tokens, median"},
		query{`max(k6_chat_itl_p95{testid=~"$testid", phase="steady"})`, "between tokens, p95"},
		query{`max(k6_chat_longest_gap_p95{testid=~"$testid", phase="steady"})`, "longest wait, p95"},
		query{`max(k6_chat_longest_gap_max{testid=~"$testid", phase="steady"})`, "longest wait, max"}))
	b.WithPanel(b.lines(box{16, 41, 8, 8}, "Tokens and turns",
		"Tokens in a second, as the test receives them and the server sends them, and complete answers in a second.", units.CountsPerSecond,
		query{`sum(rate(k6_chat_tokens_total{testid=~"$testid"}[$__rate_interval]))`, "tokens received"},
		query{`sum(rate(chat_tokens_total{job="featherweight-chat"}[$__rate_interval]))`, "tokens sent, says the server"},
		query{`sum(rate(k6:chat_turns:total{testid=~"$testid"}[$__rate_interval]))`, "turns"}).
		OverrideByName("turns", []dashboard.DynamicConfigValue{property("custom.axisPlacement", "right")}))
}
