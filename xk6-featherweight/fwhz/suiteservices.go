package fwhz

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"go.k6.io/k6/v2/lib"

	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/mask"
	"github.com/featherweight/xk6-featherweight/internal/result"
)

// mostComplaint is how much of an answer is read for what the service says of its trouble, in bytes.
const mostComplaint = 64 << 10

// shownOfComplaint is how much of that is shown, in bytes.
const shownOfComplaint = 200

// service is an HTTP address that the health check asks for.
type service struct {
	name, url string
	required  bool // an optional one, such as the monitoring, is told and never missed
}

// services are those before the loop and the chat, and those behind them.
func (s *suite) services() (before, behind []service) {
	return []service{{"API", s.plan.config.Text("BASE_URL") + "/health", true}},
		[]service{
			{"Prometheus", s.plan.config.Text("PROMETHEUS_URL") + "/-/healthy", false},
			{"Grafana", s.plan.config.Text("GRAFANA_URL") + "/api/health", false},
		}
}

// lookAtChat: the chat has /healthz; stand-ins and gateways often have /health only.
func (s *suite) lookAtChat(state *lib.State) result.Look {
	base := s.plan.config.Text("CHAT_ORCHESTRATOR_URL")
	look := s.lookAt(state, service{"chat", base + "/healthz", true})
	if strings.HasPrefix(look.Status, "404") {
		return s.lookAt(state, service{"chat", base + "/health", true})
	}
	return look
}

// lookAt is one GET.
func (s *suite) lookAt(state *lib.State, at service) result.Look {
	look := result.Look{Name: at.name, Target: config.WithoutSecrets(at.url), Required: at.required}
	start := time.Now()
	response, err := s.get(state, at)
	if err != nil {
		look.Status = "not running (optional)"
		if at.required {
			look.Status = s.withoutRequest(err)
		}
		return look
	}
	defer func() { _ = response.Body.Close() }()
	body, _ := io.ReadAll(io.LimitReader(response.Body, mostComplaint)) // what came is enough
	look.OK, look.Latency = response.StatusCode == http.StatusOK, new(millis(time.Since(start)))
	look.Status = fmt.Sprintf("%d %s", response.StatusCode, http.StatusText(response.StatusCode))
	if !look.OK {
		look.Status += complaint(body)
	}
	return look
}

func (s *suite) get(state *lib.State, at service) (*http.Response, error) {
	request, err := http.NewRequestWithContext(s.module.vu.Context(), http.MethodGet, at.url, nil)
	if err != nil {
		return nil, err
	}
	if header := s.plan.config.Text("AUTH_HEADER"); at.required && header != "" { // the monitoring has no business with it
		request.Header.Set("Authorization", header)
	}
	request.Header = withUserAgent(request.Header, state)
	network := transport(state)
	network.DisableKeepAlives = true
	client := &http.Client{Transport: network, Timeout: s.plan.config.Duration("HTTP_TIMEOUT")}
	return client.Do(request)
}

// complaint is what a service says of its trouble, if it says it in JSON.
func complaint(body []byte) string {
	var told struct{ Error string }
	if json.Unmarshal(body, &told) != nil || told.Error == "" {
		return ""
	}
	return ": " + mask.Line(told.Error, shownOfComplaint)
}

// withoutRequest is the last word of a network error, without the request before it.
func (s *suite) withoutRequest(err error) string {
	var failed *url.Error
	if errors.As(err, &failed) {
		err = failed.Err
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return fmt.Sprintf("not answered within %s (HTTP_TIMEOUT)", s.plan.config.Duration("HTTP_TIMEOUT"))
	}
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" {
		err = dial.Err
	}
	return err.Error()
}
