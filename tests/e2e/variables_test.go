package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/featherweight/tests/harness"
)

var health = script("health-check.js")

// recorder is a server that answers everything and remembers who asked for what, with which Authorization.
type recorder struct {
	*httptest.Server
	mu   sync.Mutex
	seen map[string]string
}

func record(t *testing.T) *recorder {
	t.Helper()
	r := &recorder{seen: map[string]string{}}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		r.seen[req.URL.String()] = req.Header.Get("Authorization")
		r.mu.Unlock()
		if req.Header.Get("Upgrade") != "" {
			w.WriteHeader(http.StatusForbidden)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *recorder) address(scheme, path string) string {
	return scheme + strings.TrimPrefix(r.URL, "http") + path
}

func TestEveryAddressTokenAndHeaderReachesItsServer(t *testing.T) {
	t.Parallel()
	server := record(t)
	harness.Script(t, health, map[string]string{
		"BASE_URL": server.address("http", "/base"), "AUTH_HEADER": "Bearer api",
		"CHAT_ORCHESTRATOR_URL": server.address("http", "/orchestrator"),
		"WS_URL":                server.address("ws", "/ws"), "CHAT_PATH": "/talk", "CHAT_TOKEN": "word",
		"METRICS_URL": server.address("http", "/loop?of=chat"), "METRICS_AUTH_HEADER": "Basic metrics",
		"PROMETHEUS_URL": server.address("http", "/prometheus"), "GRAFANA_URL": server.address("http", "/grafana"),
	})
	want := map[string]string{
		"/base/health":          "Bearer api",
		"/orchestrator/healthz": "Bearer api",
		"/ws/talk?token=word":   "Bearer api",
		"/loop?of=chat":         "Basic metrics",
		"/prometheus/-/healthy": "",
		"/grafana/api/health":   "",
	}
	if !reflect.DeepEqual(server.seen, want) {
		t.Errorf("the servers were asked for\n%v\nnot for\n%v", server.seen, want)
	}
}

func TestAChatThatWantsATokenOpensWithCHATTOKENOnly(t *testing.T) {
	t.Parallel()
	target := harness.StartTarget(t, append([]string{"--require-token", "word"}, quick...)...)
	for token, want := range map[string]string{"": "✗ WebSocket", "other": "✗ WebSocket", "word": "✓ WebSocket"} {
		run := harness.Script(t, health, harness.With(target.Env(), "CHAT_TOKEN", token, "HZ_AVERAGE_THRESHOLD", "1"))
		if !strings.Contains(run.Stdout, want) || (run.Code == 0) != (token == "word") {
			t.Errorf("CHAT_TOKEN=%q: not %q\n%s", token, want, run.Describe())
		}
	}
}

// TestTheLoopIsReadWhereAndAsOftenAsConfigured has a counter and two gauges that say different things.
func TestTheLoopIsReadWhereAndAsOftenAsConfigured(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env  []string
		says string
		most int64 // readings of a second and the look before it, and a few more
	}{
		"counter":        {[]string{"HZ_COUNTER", "my_turns_total"}, "source counter", 20},
		"counter, rarer": {[]string{"HZ_COUNTER", "my_turns_total", "HZ_INTERVAL", "500ms"}, "source counter", 6},
		"gauge":          {[]string{"HZ_GAUGE", `my_hz{app="b"}`}, "123.0 Hz, reported by the server", 20},
		"forced gauge":   {[]string{"HZ_SOURCE", "gauge", "HZ_COUNTER", "my_turns_total", "HZ_GAUGE", `my_hz{app="a"}`}, "77.0 Hz", 20},
		"neither":        {nil, "Hz metric not found", 20},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var readings atomic.Int64
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				_, _ = fmt.Fprintf(w, "# TYPE my_turns_total counter\nmy_turns_total %d\n# TYPE my_hz gauge\nmy_hz{app=\"a\"} 77\nmy_hz{app=\"b\"} 123\n", 1000*readings.Add(1))
			}))
			t.Cleanup(server.Close)
			run := harness.Script(t, health, harness.With(map[string]string{"METRICS_URL": server.URL, "BASE_URL": server.URL, "WS_URL": "ws://" + harness.Nobody}, c.env...))
			if !strings.Contains(run.Stdout, c.says) {
				t.Errorf("the check does not say %q\n%s", c.says, run.Describe())
			}
			if n := readings.Load(); n > c.most {
				t.Errorf("%d readings, more than %d", n, c.most)
			}
		})
	}
}

func TestWaitingIsGivenUpAfterTheConfiguredTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ fault, variable, value, says string }{
		{"handshake_hang=1", "CONNECT_TIMEOUT", "1312ms", "not answered within 1.312s"},
		{"never_answer=1", "RESPONSE_TIMEOUT", "1432ms", "1.432s"},
	} {
		target := harness.StartTarget(t, "--fault", c.fault)
		run := harness.Script(t, health, harness.With(target.Env(), c.variable, c.value))
		if !strings.Contains(run.Stdout, c.says) || run.Code != 99 {
			t.Errorf("%s=%s: the check does not say %q\n%s", c.variable, c.value, c.says, run.Describe())
		}
	}
}

func TestAUserThinksAndReconnectsAsConfigured(t *testing.T) {
	t.Parallel()
	one := func(more ...string) harness.Truth {
		target := harness.StartTarget(t, quick...)
		harness.Script(t, harness.MainScript(), short(target, append([]string{"VUS", "1", "DURATION", "4s", "IDLE", "0s", "RAMP", "0"}, more...)...))
		return target.Stop()
	}
	restless := one("THINK_MIN", "0s", "THINK_MAX", "0s", "TURNS_PER_SESSION", "1")
	patient := one("THINK_MIN", "3s", "THINK_MAX", "3s")
	steady := one("THINK_MIN", "0s", "THINK_MAX", "0s", "TURNS_PER_SESSION", "10000")
	// Four seconds, and five more to come to an end, have room for three questions with pauses of three.
	if patient.TurnsStarted > 4 || patient.TurnsStarted == 0 || restless.TurnsStarted < 2*patient.TurnsStarted {
		t.Errorf("%v turns with pauses of 3 s, %v without", patient.TurnsStarted, restless.TurnsStarted)
	}
	// One connection is the look before the load, which asks nothing and may be repeated.
	if restless.Connections < restless.TurnsStarted || 3*(steady.Connections-1) > steady.TurnsStarted || steady.TurnsStarted < 5 {
		t.Errorf("%v connections for %v turns of one each, %v for %v turns of many", restless.Connections, restless.TurnsStarted, steady.Connections, steady.TurnsStarted)
	}
}

func TestTheSeedNamesTheAccounts(t *testing.T) {
	t.Parallel()
	target := flowing(t)
	harness.Script(t, general, few(target, "VUS", "1", "DURATION", "1s", "TEST_SEED", "7"))
	var session struct{ Token string }
	post(t, "http://"+target.API+"/api/auth/login", `{"email":"slo_7_0@load-test.example","password":"Feather-4-Weight!"}`, &session)
}
