package fwhz

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/load"
	"github.com/featherweight/xk6-featherweight/internal/scrape"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

const (
	// observerScenario is the scenario of the observer, and the function of the script that it runs.
	observerScenario = "hz"
	// userFunction is the function of the script that a user runs.
	userFunction = "user"
	// closing is beyond the longest wait of a user: for closing handshakes.
	closing = 5 * time.Second
	// setupTime is what setup() may take beyond its looks at the target.
	setupTime = 30 * time.Second
	// accountTime is what setup() may take for each account.
	accountTime = 2 * time.Second
	// mostAccounts: each is a registration and a login before the run, and the server spends 64 MiB and a good part of a
	// processor on each of the two.
	mostAccounts = 100
)

// options are plain options of k6: to look at and to change.
func (s *suite) options() map[string]any {
	// What was begun is followed to its answer or its time-out. k6 ends with the last user, so this costs time only if somebody waits.
	follow := max(s.plan.config.Duration("CONNECT_TIMEOUT"), s.plan.config.Duration("RESPONSE_TIMEOUT"))
	setup := looks*s.plan.config.Duration("CONNECT_TIMEOUT") + setupTime
	options := map[string]any{}
	if s.plan.kind.flows != nil {
		follow = max(follow, s.plan.config.Duration("HTTP_TIMEOUT"), s.plan.config.Duration("PROCESSING_TIMEOUT"))
		setup += looks*s.plan.config.Duration("HTTP_TIMEOUT") + time.Duration(s.plan.accounts)*accountTime
		pool := s.plan.config.Int("CONNECTION_POOL_SIZE")
		options["batch"], options["batchPerHost"] = pool, pool
	}
	follow += closing
	options["scenarios"] = map[string]any{
		observerScenario: map[string]any{
			"executor": "constant-vus", "exec": observerScenario, "vus": 1, "duration": inMillis(s.plan.shape.Total), "gracefulStop": "0s",
		},
		s.plan.kind.scenario: map[string]any{
			"executor": "ramping-vus", "exec": userFunction, "startTime": inMillis(s.plan.shape.Idle), "startVUs": 0, "stages": stages(s.plan.shape, s.plan.perVU),
			// A user who is to leave ends the conversation first, and nobody begins anything after the last stage.
			"gracefulRampDown": inMillis(s.plan.shape.Down + follow), "gracefulStop": inMillis(follow),
		},
	}
	options["thresholds"] = nativeThresholds(s.plan.slo)
	options["summaryTrendStats"] = slo.TrendStats()
	// Without url and error, whose values have no end.
	options["systemTags"] = []string{"check", "error_code", "expected_response", "group", "method", "name", "proto", "scenario", "status", "subproto"}
	options["setupTimeout"] = inMillis(setup)
	return options
}

// nativeThresholds are as k6 takes them: those that end the run are objects.
func nativeThresholds(plan slo.Plan) map[string][]any {
	out := map[string][]any{}
	for metric, expressions := range plan.Thresholds() {
		for _, expression := range expressions {
			var native any = expression
			if strings.HasPrefix(metric, slo.GivenUp) {
				native = map[string]any{"threshold": expression, "abortOnFail": true}
			}
			out[metric] = append(out[metric], native)
		}
	}
	return out
}

// stages are those of the users, in VUs of so many each.
func stages(shape load.Shape, perVU int) []map[string]any {
	out := make([]map[string]any, 0, len(shape.Stages))
	for _, stage := range shape.Stages {
		out = append(out, map[string]any{"duration": inMillis(stage.Duration), "target": (stage.Target + perVU - 1) / perVU})
	}
	return out
}

// inMillis is a duration as the options of k6 take it.
func inMillis(d time.Duration) string { return fmt.Sprintf("%dms", d.Milliseconds()) }

// loopOptions are those of HzSampler. A stream that is the chat itself is opened as the users open it.
func (s *suite) loopOptions() map[string]any {
	at, headers := s.plan.config.Text("METRICS_URL"), authorization(s.plan.config.Text("METRICS_AUTH_HEADER"))
	if s.plan.config.Text("HZ_SOURCE") == string(scrape.SourceStream) && !s.plan.config.IsSet("METRICS_URL") {
		if token := s.plan.config.Text("CHAT_TOKEN"); token != "" {
			at += "?" + url.Values{"token": {token}}.Encode()
		}
		for name, value := range s.plan.config.HandshakeHeaders() {
			if _, own := headers[name]; !own {
				headers[name] = value
			}
		}
	}
	return map[string]any{
		"url": at, "streamType": s.plan.config.Text("HZ_STREAM_TYPE"), "streamField": s.plan.config.Text("HZ_STREAM_FIELD"), "interval": s.plan.values["HZ_INTERVAL"], "window": slo.Window.Milliseconds(),
		"source": s.plan.config.Text("HZ_SOURCE"), "counter": s.plan.config.Text("HZ_COUNTER"), "gauge": s.plan.config.Text("HZ_GAUGE"),
		"timeout": s.plan.values["METRICS_TIMEOUT"], "maxSize": s.plan.config.Int("METRICS_MAX_SIZE"),
		"headers": headers,
	}
}

// chatOptions are those of ChatClient, which takes the url from them.
func (s *suite) chatOptions() map[string]any {
	query := map[string]any{}
	if token := s.plan.config.Text("CHAT_TOKEN"); token != "" {
		query["token"] = token
	}
	return map[string]any{
		"url": s.plan.config.ChatURL(), "connectTimeout": s.plan.values["CONNECT_TIMEOUT"], "responseTimeout": s.plan.values["RESPONSE_TIMEOUT"],
		"pingInterval": s.plan.values["WS_PING_INTERVAL"], "pongTimeout": s.plan.values["WS_PONG_TIMEOUT"],
		"headers": plainMap(s.plan.config.HandshakeHeaders()), "subprotocols": plainList(s.plan.config.Subprotocols()), "query": query,
		"slo": map[string]any{"connect": s.plan.config.Float("WS_CONNECTION_TIME_P95"), "response": s.plan.config.Float("MESSAGE_RESPONSE_TIME_P90")},
	}
}

// authorization is a header; an empty one is not the same as none.
func authorization(value string) map[string]any {
	if value == "" {
		return map[string]any{}
	}
	return map[string]any{"Authorization": value}
}

// plainMap and plainList are values as they come from a script.
func plainMap(values map[string]string) map[string]any {
	out := make(map[string]any, len(values))
	for name, value := range values {
		out[name] = value
	}
	return out
}

func plainList(values []string) []any {
	out := make([]any, 0, len(values))
	for _, value := range values {
		out = append(out, value)
	}
	return out
}
