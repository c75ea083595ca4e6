package stack_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/stack"
)

// monitoring is one at addresses that nobody is at, whose ports are on another machine.
func (e *engine) monitoring() (m stack.Monitoring, log interface{ String() string }) {
	p, log := e.project("DOCKER_HOST=tcp://elsewhere:2376")
	return stack.NewMonitoring(p, "http://127.0.0.1:1", "http://127.0.0.1:1"), log
}

func TestTheMonitoringIsUpWhenComposeSaysThatItIsHealthy(t *testing.T) {
	t.Parallel()
	e := &engine{}
	m, _ := e.monitoring()
	require.NoError(t, m.Start(t.Context()))
	assert.Len(t, e.called("--profile monitoring up -d --wait"), 1)
	assert.Empty(t, e.called(" down"))
	require.NoError(t, m.Stop(t.Context()))
	assert.Len(t, e.called("--profile monitoring down"), 1)
}

func TestWithTheOldComposeTheAddressesAreAskedUntilTheyAnswer(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()
	e := &engine{fails: map[string]string{"docker compose": "no such command"}}
	m, _ := e.monitoring()
	m.Prometheus, m.Grafana = server.URL, server.URL
	require.NoError(t, m.Start(t.Context()))
	assert.True(t, strings.HasSuffix(e.called(" up ")[0], "--profile monitoring up -d"))
	assert.EqualValues(t, 4, asked.Load(), "twice not ready, then both")
}

func TestWhatDoesNotAnswerIsShownAndTakenDown(t *testing.T) {
	t.Parallel()
	e := &engine{fails: map[string]string{"docker compose": "no such command"}, says: map[string]string{"logs --tail 20": "prometheus: bad rule"}}
	m, log := e.monitoring()
	m.Patience, m.Grafana = time.Millisecond, "http://me:geheim@127.0.0.1:1"
	require.EqualError(t, m.Start(t.Context()), "the monitoring was started but does not answer at http://127.0.0.1:1 and http://127.0.0.1:1 "+
		"(time is over after 1ms): the lines above may say why")
	assert.Contains(t, log.String(), "prometheus: bad rule")
	assert.Len(t, e.called("--profile monitoring down"), 1)
}

func TestWhatFailsWhileItIsStartedIsTakenDownUnlessItRanBefore(t *testing.T) {
	t.Parallel()
	for running, downs := range map[string]int{"": 1, "4f5e": 0} {
		e := &engine{says: map[string]string{" ps -q": running}, fails: map[string]string{" up ": "port is already allocated"}}
		m, log := e.monitoring()
		require.EqualError(t, m.Start(t.Context()), "the monitoring could not be started (exit status 18): the lines above say why")
		assert.Contains(t, log.String(), "port is already allocated")
		assert.Len(t, e.called("--profile monitoring logs --tail 20"), 1)
		assert.Len(t, e.called(" down"), downs, "running before: %q", running)
	}
}

func TestAPortThatIsTakenIsSaidBeforeAnythingIsStarted(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	port := listener.Addr().(*net.TCPAddr).Port
	e := &engine{}
	m, _ := e.monitoring()
	m.Ports = map[int]string{port: "Grafana"}
	require.ErrorContains(t, m.Start(t.Context()), "is taken, and Grafana needs it: stop what listens there (ss -ltnp shows it)")
	assert.Empty(t, e.called(" up "))

	e.says = map[string]string{" ps -q": "4f5e"} // then the port is its own
	require.NoError(t, m.Start(t.Context()))
}

func TestPortsOfThisMachineSayNothingAboutAnEngineElsewhere(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]int{"": 3, "unix:///run/user/1000/docker.sock": 3, "npipe:////./pipe/x": 3, "ssh://me@there": 0, "tcp://10.0.0.1:2376": 0} {
		p, _ := (&engine{}).project("DOCKER_HOST=" + host)
		assert.Len(t, stack.NewMonitoring(p, "", "").Ports, want, host)
	}
}

func TestItIsStoppedOrSaidWhyNot(t *testing.T) {
	t.Parallel()
	e := &engine{fails: map[string]string{" down": "network has active endpoints"}}
	m, log := e.monitoring()
	require.EqualError(t, m.Stop(t.Context()), "the monitoring could not be stopped (exit status 18): the lines above say why")
	assert.Equal(t, "network has active endpoints\n", log.String())
}
