package target

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pipeClient makes requests over pipes.
func pipeClient(p *pipes) *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: p.dial, DisableKeepAlives: true}}
}

// get returns status, content type and body.
func get(t *testing.T, c *http.Client, url string) (code int, contentType, text string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	resp, err := c.Do(req)
	require.NoError(t, err)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp.StatusCode, resp.Header.Get("Content-Type"), string(body)
}

func families(t *testing.T, text string) map[string]*dto.MetricFamily {
	t.Helper()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	out, err := parser.TextToMetricFamilies(strings.NewReader(text))
	require.NoError(t, err)
	return out
}

func TestMetricsShowTheLoopOnBothPortsAndNoteTheReadings(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cfg := DefaultConfig()
		cfg.Hz = 97.5
		s, api, chat := startVirtual(t, cfg)
		born := time.Now()
		var want []Reading
		for i, p := range []*pipes{api, chat} {
			time.Sleep(10*time.Second + time.Millisecond)
			synctest.Wait()
			want = append(want, Reading{Count: uint64(975 * (i + 1)), At: time.Now().UnixNano()})
			code, contentType, text := get(t, pipeClient(p), "http://target/metrics")
			assert.Equal(t, http.StatusOK, code)
			assert.Contains(t, contentType, "text/plain; version=0.0.4")
			m := families(t, text)
			assert.InDelta(t, float64(975*(i+1)), m["consciousness_loop_iterations_total"].GetMetric()[0].GetCounter().GetValue(), 0)
			assert.InDelta(t, 97.5, m["consciousness_loop_hz"].GetMetric()[0].GetGauge().GetValue(), 1e-4)
			assert.InDelta(t, float64(born.UnixNano())/1e9,
				m["process_start_time_seconds"].GetMetric()[0].GetGauge().GetValue(), 1e-6)
			assert.Equal(t, uint64(975*(i+1)),
				m["consciousness_loop_tick_interval_seconds"].GetMetric()[0].GetHistogram().GetSampleCount())
		}
		assert.Equal(t, want, s.Readings())
		truth := s.Stop(t.Context())
		assert.Equal(t, uint64(2), truth.Scrapes)
		assert.Equal(t, int64(2), truth.HTTPRequests["GET /metrics 200"])
	})
}

func TestMetricsCountHTTPAndChat(t *testing.T) {
	t.Parallel()
	cfg := quick()
	s := startReal(t, cfg)
	c := connect(t, s)
	c.ask("m1")
	c.answer("m1")
	c.send("nonsense")
	c.read()
	code, _ := call(t, http.MethodGet, s.URLs().API+"/nowhere", "")
	assert.Equal(t, http.StatusNotFound, code)
	code, _ = call(t, "BREW", s.URLs().API+"/health", "")
	assert.Equal(t, http.StatusMethodNotAllowed, code)
	_, text := call(t, http.MethodGet, s.URLs().API+"/metrics", "")
	for _, line := range []string{
		"websocket_connections 1",
		`websocket_messages_total{direction="in"} 2`,
		`websocket_messages_total{direction="out"} 22`,
		"chat_tokens_total 20",
		`chat_turns_total{outcome="completed"} 1`,
		`chat_turns_total{outcome="cut"} 0`,
		`chat_turns_total{outcome="failed"} 0`,
		`http_requests_total{code="101",method="GET",route="/api/chat"} 1`,
		`http_requests_total{code="404",method="GET",route="other"} 1`,
		`http_requests_total{code="405",method="other",route="other"} 1`,
		`http_request_duration_seconds_count{route="/api/chat"} 1`,
	} {
		assert.Contains(t, text, "\n"+line+"\n")
	}
}

func TestMetricsSpeakOpenMetricsWhenAsked(t *testing.T) {
	t.Parallel()
	s := startReal(t, quick())
	_, text := call(t, http.MethodGet, s.URLs().API+"/metrics", "", "Accept", "application/openmetrics-text; version=1.0.0")
	assert.Contains(t, text, "# TYPE consciousness_loop_iterations counter\n")
	assert.True(t, strings.HasSuffix(text, "# EOF\n"))
	_, text = call(t, http.MethodGet, s.URLs().API+"/metrics", "")
	assert.Contains(t, text, "# TYPE consciousness_loop_iterations_total counter\n")
}

func TestReadingsKeepTheLatest(t *testing.T) {
	t.Parallel()
	var r readings
	assert.Empty(t, r.list())
	for i := range maxReadings + 5 {
		r.add(uint64(i), int64(10*i))
	}
	list := r.list()
	require.Len(t, list, maxReadings)
	assert.Equal(t, uint64(5), list[0].Count)
	assert.Equal(t, uint64(maxReadings+4), list[maxReadings-1].Count)
	assert.Equal(t, int64(50), list[0].At)
}
