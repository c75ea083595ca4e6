package fwhz

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"
	"go.k6.io/k6/v2/lib"

	"github.com/featherweight/xk6-featherweight/internal/chat"
	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/format"
	"github.com/featherweight/xk6-featherweight/internal/result"
)

// servicesAsked is how many GETs there are at most: API, chat twice, metrics, Prometheus, Grafana.
const servicesAsked = 6

// healthOptions are those of the health check: one look at everything, and every required thing is there.
func (s *suite) healthOptions() map[string]any {
	longest := s.plan.config.Duration("CONNECT_TIMEOUT") + s.plan.config.Duration("RESPONSE_TIMEOUT") + servicesAsked*s.plan.config.Duration("HTTP_TIMEOUT")
	return map[string]any{
		"vus": 1, "iterations": 1,
		"thresholds":   map[string]any{"checks": []any{"rate>=1"}, "iterations": []any{"count>0"}}, // k6 lets an empty rate pass
		"setupTimeout": inMillis(longest + 2*closing),
	}
}

// look is what the health check sees of everything that a load test needs; it counts nothing.
func (s *suite) look() []map[string]any {
	state := s.module.state("Suite.look()")
	before, behind := s.services()
	var looks []result.Look
	for _, at := range before {
		looks = append(looks, s.lookAt(state, at))
	}
	looks = append(looks, s.lookAtChat(state))
	metrics := s.lookAtMetrics(state)
	looks = append(looks, metrics)
	if metrics.OK {
		looks = append(looks, s.lookAtLoop(state))
	}
	looks = append(looks, s.talk(state))
	for _, at := range behind {
		looks = append(looks, s.lookAt(state, at))
	}
	out := make([]map[string]any, 0, len(looks))
	for _, l := range looks {
		fields := map[string]any{"name": l.Name, "target": l.Target, "required": l.Required, "ok": l.OK, "latency": nil, "status": l.Status}
		if l.Latency != nil {
			fields["latency"] = *l.Latency
		}
		out = append(out, fields)
	}
	return out
}

func (s *suite) lookAtMetrics(state *lib.State) result.Look {
	look := result.Look{Name: "metrics", Target: config.WithoutSecrets(s.plan.config.Text("METRICS_URL")), Required: true}
	start := time.Now()
	reading, err := s.sampler().readOnce(state)
	if err != nil {
		look.Status = err.Error()
		return look
	}
	look.OK, look.Latency, look.Status = true, new(millis(time.Since(start))), "source "+string(reading.Source)
	return look
}

func (s *suite) lookAtLoop(state *lib.State) result.Look {
	limit := s.plan.config.Float("HZ_AVERAGE_THRESHOLD")
	look := result.Look{Name: "loop", Target: "above " + format.Number(limit) + " Hz", Required: true}
	w, _, _ := s.sampler().measure(state)
	if w.Elapsed > 0 {
		look.Latency = new(millis(w.Elapsed))
	}
	seen := result.Seen{Measured: w.Measured, Hz: w.Hz, Low: w.Low, High: w.High, Source: string(w.Source), Reported: !w.Source.Measured()}
	if w.Err != nil {
		seen.Problem = w.Err.Error()
	}
	look.OK, look.Status = result.LoopHealth(seen, limit)
	return look
}

// talk is a handshake and one streamed answer.
func (s *suite) talk(state *lib.State) result.Look {
	client := s.client()
	look := result.Look{Name: "WebSocket", Target: client.shown, Required: true}
	session, err := client.dial(s.module.vu.Context(), state, nil)
	if err != nil {
		look.Status = asFailure(err).Message
		return look
	}
	defer session.Close(closeNormal)
	question := chat.Question{Content: "Are you there?", UserID: "health-check", MessageID: s.module.nextID()}
	turn := session.Ask(s.module.vu.Context(), question, client.config.ResponseTimeout)
	look.OK, look.Latency = turn.OK(), new(millis(session.ConnectTime()))
	if look.OK {
		look.Status = fmt.Sprintf("streamed %d tokens in %s", turn.Tokens, format.Time(millis(turn.Duration)))
	} else if turn.Failure != nil {
		look.Status = advised(turn.Failure).Message
	}
	return look
}

// healthSummary is the handleSummary() of the health check: the looks that setup() returned.
func (s *suite) healthSummary(given sobek.Value) map[string]any {
	data := s.summaryData(given)
	var looks []result.Look
	if len(data.SetupData) > 0 {
		if err := json.Unmarshal(data.SetupData, &looks); err != nil {
			common.Throw(s.module.vu.Runtime(), fmt.Errorf("suite.healthSummary: setup() returned no looks: %w", err))
		}
	}
	told := result.NewHealth(looks, time.Now())
	out := map[string]any{"stdout": result.HealthText(told, coloured(data))}
	// Not the default of SUMMARY_FILE, which is where the last load test left its result.
	if s.plan.config.IsSet("SUMMARY_FILE") {
		s.file(out, "SUMMARY_FILE", func() string { return s.text(told.JSON()) })
	}
	s.file(out, "JUNIT_FILE", func() string { return result.HealthJUnit(told) })
	s.file(out, "REPORT_FILE", func() string { return result.HealthMarkdown(told) })
	return out
}
