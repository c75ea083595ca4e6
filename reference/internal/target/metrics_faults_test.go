package target

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMetricsFaults(t *testing.T) {
	t.Parallel()
	for kind, c := range map[string]struct {
		faults   Faults
		code     int
		has      []string
		lacks    []string
		readings int
	}{
		"metrics_404": {Faults{Metrics404: true}, 404, nil, []string{"consciousness"}, 0},
		"metrics_malformed": {
			Faults{MetricsMalformed: true}, 200, []string{"consciousness_loop_hz{app=\"feather 1e1.2"}, []string{"\nhttp_"}, 0,
		},
		"metrics_no_hz": {
			Faults{MetricsNoHz: true},
			200,
			[]string{"\nprocess_start_time_seconds ", "\nconsciousness_loop_tick_interval_seconds_count "},
			[]string{"consciousness_loop_hz", "consciousness_loop_iterations_total"},
			0,
		},
		"gauge_lie": {
			Faults{GaugeLie: 100.25},
			200,
			[]string{"\nconsciousness_loop_hz 100.25\n", "\nconsciousness_loop_iterations_total "},
			nil, 1,
		},
	} {
		s := startReal(t, quick())
		require.NoError(t, s.SetFaults(c.faults))
		code, text := call(t, http.MethodGet, s.URLs().API+"/metrics", "")
		assert.Equal(t, c.code, code, kind)
		for _, part := range c.has {
			assert.Contains(t, text, part, kind)
		}
		for _, part := range c.lacks {
			assert.NotContains(t, text, part, kind)
		}
		truth := s.Truth()
		assert.Equal(t, map[string]int64{kind: 1}, truth.Errors)
		assert.Equal(t, uint64(1), truth.Scrapes)
		assert.Len(t, s.Readings(), c.readings, kind)
	}
}

func TestMalformedMetricsDoNotParse(t *testing.T) {
	t.Parallel()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	_, err := parser.TextToMetricFamilies(strings.NewReader(malformed))
	assert.Error(t, err)
}

func TestSlowMetricsWaitAndThenReadTheCounter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cfg := DefaultConfig()
		cfg.Faults.MetricsSlow = Duration(3*time.Second + time.Millisecond)
		s, api, _ := startVirtual(t, cfg)
		asked := time.Now()
		_, _, text := get(t, pipeClient(api), "http://target/metrics")
		assert.Equal(t, 3*time.Second+time.Millisecond, time.Since(asked))
		assert.Contains(t, text, "\nconsciousness_loop_iterations_total 300\n")
		impatient := pipeClient(api)
		impatient.Timeout = time.Second
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://target/metrics", nil)
		require.NoError(t, err)
		_, err = impatient.Do(req) //nolint:bodyclose // there is no answer
		require.ErrorIs(t, err, context.DeadlineExceeded)
		truth := s.Stop(t.Context())
		assert.Equal(t, uint64(2), truth.Scrapes)
		assert.Equal(t, map[string]int64{"metrics_slow": 2}, truth.Errors)
		assert.Equal(t, map[string]int64{"GET /metrics 200": 1, "GET /metrics none": 1}, truth.HTTPRequests)
		assert.Len(t, s.Readings(), 1)
	})
}

func TestEndlessMetricsAreValidAndEndWithTheClientOrTheTarget(t *testing.T) {
	t.Parallel()
	cfg := quick()
	cfg.Faults.MetricsEndless = true
	s := startReal(t, cfg)
	open := func() *http.Response {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URLs().API+"/metrics", nil)
		require.NoError(t, err)
		resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
		require.NoError(t, err)
		const megabyte = 1 << 20
		head := make([]byte, megabyte)
		_, err = io.ReadFull(bufio.NewReader(resp.Body), head)
		require.NoError(t, err)
		assert.Empty(t, families(t, string(head[:strings.LastIndexByte(string(head), '\n')+1])))
		return resp
	}
	require.NoError(t, open().Body.Close())
	resp := open()
	truth := s.Stop(t.Context())
	_, err := io.Copy(io.Discard, resp.Body)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF, "the end of the target ends it")
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, map[string]int64{"metrics_endless": 2}, truth.Errors)
	assert.Equal(t, map[string]int64{"GET /metrics 200": 2}, truth.HTTPRequests)
}
