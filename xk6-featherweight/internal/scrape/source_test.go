package scrape

import (
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	onlyCounter = "# TYPE consciousness_loop_iterations_total counter\nconsciousness_loop_iterations_total 12345\n"
	onlyGauge   = "# TYPE consciousness_loop_hz gauge\nconsciousness_loop_hz 97.5\n"
	bothOfThem  = onlyCounter + onlyGauge + "process_start_time_seconds 1.7e+09\n"
	neither     = "up 1\n"
)

func TestWhatIsReadDependsOnWhatTheEndpointOffers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		contentType, body string
		source            Source
		want              Reading
	}{
		"counter and gauge":   {classic, bothOfThem, "", Reading{Source: SourceCounter, Value: 12345, Gauge: 97.5, HasGauge: true, Life: 1.7e9}},
		"only the counter":    {classic, onlyCounter, "", Reading{Source: SourceCounter, Value: 12345}},
		"only the gauge":      {classic, onlyGauge, "", Reading{Source: SourceGauge, Value: 97.5}},
		"JSON":                {asJSON, `{"status":"healthy","hz":99.98}`, "", Reading{Source: SourceHealth, Value: 99.98}},
		"JSON labelled text":  {"text/plain", ` {"hz":99.98}`, "", Reading{Source: SourceHealth, Value: 99.98}},
		"JSON with hz 0":      {asJSON, `{"hz":0}`, "", Reading{Source: SourceHealth, Value: 0}},
		"auto said aloud":     {classic, bothOfThem, SourceAuto, Reading{Source: SourceCounter, Value: 12345, Gauge: 97.5, HasGauge: true, Life: 1.7e9}},
		"counter forced":      {classic, bothOfThem, SourceCounter, Reading{Source: SourceCounter, Value: 12345, Gauge: 97.5, HasGauge: true, Life: 1.7e9}},
		"gauge forced":        {classic, bothOfThem, SourceGauge, Reading{Source: SourceGauge, Value: 97.5}},
		"health forced":       {asJSON, `{"hz":1.5e1}`, SourceHealth, Reading{Source: SourceHealth, Value: 15}},
		"a gauge that is NaN": {classic, onlyCounter + "consciousness_loop_hz NaN\n", "", Reading{Source: SourceCounter, Value: 12345}},
		"several start times": {classic, onlyCounter + "process_start_time_seconds{p=\"1\"} 1\nprocess_start_time_seconds{p=\"2\"} 2\n", "", Reading{Source: SourceCounter, Value: 12345}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := readPage(t, c.contentType, c.body, from(c.source))
			require.NoError(t, err)
			assert.False(t, got.Received.Before(got.Sent))
			c.want.Sent, c.want.Received, c.want.Size = got.Sent, got.Received, len(c.body)
			assert.Equal(t, c.want, got)
		})
	}
}

func TestAForcedSourceThatIsNotThereIsAnError(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		contentType, body string
		source            Source
		code              Code
		said              []string
	}{
		"counter of a page with a gauge only": {classic, onlyGauge, SourceCounter, CodeNotFound, []string{"Hz metric not found", "no counter consciousness_loop_iterations_total", "it has consciousness_loop_hz", "HZ_COUNTER"}},
		"gauge of a page with a counter only": {classic, onlyCounter, SourceGauge, CodeNotFound, []string{"no gauge consciousness_loop_hz", "it has consciousness_loop_iterations_total", "HZ_GAUGE"}},
		"counter of JSON":                     {asJSON, `{"hz":100}`, SourceCounter, CodeSource, []string{"JSON, not metrics", `"counter"`, "HZ_SOURCE=health"}},
		"gauge of JSON":                       {asJSON, `{"hz":100}`, SourceGauge, CodeSource, []string{"JSON, not metrics", `"gauge"`, "HZ_SOURCE=health"}},
		"health of metrics":                   {classic, bothOfThem, SourceHealth, CodeSource, []string{"metrics, not JSON", `"health"`, "HZ_SOURCE=auto"}},
		"nothing for auto":                    {classic, neither, SourceAuto, CodeNotFound, []string{"neither counter consciousness_loop_iterations_total nor gauge consciousness_loop_hz", "none of its 1 metrics", "HZ_COUNTER"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, page(http.StatusOK, c.contentType, c.body))
			_, err := scraper(t, server.URL, from(c.source)).Read(t.Context())
			requireFailure(t, err, c.code, server.URL, c.said...)
		})
	}
}

// An ambiguous or unusable counter must not turn quietly into the server's own word either.
func TestACounterThatCannotBeReadIsNotReplacedByTheGauge(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body string
		code Code
	}{
		"several instances": {"consciousness_loop_iterations_total{app=\"a\"} 1\nconsciousness_loop_iterations_total{app=\"b\"} 2\n", CodeAmbiguous},
		"not a number":      {"consciousness_loop_iterations_total NaN\n", CodeNotANumber},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, page(http.StatusOK, classic, c.body+onlyGauge))
			_, err := scraper(t, server.URL).Read(t.Context())
			requireFailure(t, err, c.code, server.URL, "consciousness_loop_iterations_total")
		})
	}
}

func TestTheFirstReadingDecidesTheSourceForGood(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		first, later         string
		firstType, laterType string
		code                 Code
		said                 string
	}{
		"a counter that disappears":            {bothOfThem, onlyGauge, classic, classic, CodeNotFound, "counter consciousness_loop_iterations_total is gone, though earlier readings had it"},
		"a gauge that disappears":              {onlyGauge, neither, classic, classic, CodeNotFound, "gauge consciousness_loop_hz is gone"},
		"metrics that become JSON":             {onlyCounter, `{"hz":100}`, classic, asJSON, CodeSource, `earlier readings came from source "counter"`},
		"a health endpoint that shows metrics": {`{"hz":100}`, onlyCounter, asJSON, classic, CodeSource, `earlier readings came from source "health"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var now atomic.Pointer[http.HandlerFunc]
			show := func(contentType, body string) {
				handler := page(http.StatusOK, contentType, body)
				now.Store(&handler)
			}
			server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*now.Load())(w, r) }))
			s := scraper(t, server.URL)
			show(c.firstType, c.first)
			first, err := s.Read(t.Context())
			require.NoError(t, err)
			show(c.laterType, c.later)
			_, err = s.Read(t.Context())
			requireFailure(t, err, c.code, server.URL, c.said)
			show(c.firstType, c.first)
			again, err := s.Read(t.Context())
			require.NoError(t, err, "it may come back")
			assert.Equal(t, first.Source, again.Source)
		})
	}
}

func TestAFailedReadingDecidesNothing(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1) == 1 {
			page(http.StatusOK, classic, neither)(w, r)
			return
		}
		page(http.StatusOK, classic, onlyGauge)(w, r)
	}))
	s := scraper(t, server.URL)
	_, err := s.Read(t.Context())
	require.Error(t, err)
	got, err := s.Read(t.Context())
	require.NoError(t, err)
	assert.Equal(t, SourceGauge, got.Source)
}

func TestAGaugeDoesNotBecomeACounterInTheMiddleOfARun(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1) == 1 {
			page(http.StatusOK, classic, onlyGauge)(w, r)
			return
		}
		page(http.StatusOK, classic, bothOfThem)(w, r)
	}))
	s := scraper(t, server.URL)
	for range 2 {
		got, err := s.Read(t.Context())
		require.NoError(t, err)
		assert.Equal(t, SourceGauge, got.Source)
		assert.InDelta(t, 97.5, got.Value, 0)
	}
}
