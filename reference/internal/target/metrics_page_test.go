package target

import (
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// series returns what the page shows of a series of the loop: the rest of its line, in fields.
func seriesOf(t *testing.T, text, name string) []string {
	t.Helper()
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, name+" "); ok {
			return strings.Fields(rest)
		}
	}
	require.Failf(t, "no such series", "%s in %s", name, text)
	return nil
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(text, 64)
	require.NoError(t, err)
	return n
}

// fetch returns header and body of one answer.
func fetch(t *testing.T, c *http.Client, url string) (http.Header, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	resp, err := c.Do(req)
	require.NoError(t, err)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	c.CloseIdleConnections()
	return resp.Header, string(body)
}

const (
	loopCounter = "consciousness_loop_iterations_total"
	startTime   = "process_start_time_seconds"
)

func TestThePageComesAsTheFaultsHaveIt(t *testing.T) {
	t.Parallel()
	for fault, want := range map[string]func(h http.Header, body string){
		"metrics_type=text/html": func(h http.Header, _ string) { assert.Equal(t, "text/html", h.Get("Content-Type")) },
		"metrics_type=none":      func(h http.Header, _ string) { assert.NotContains(t, h, "Content-Type") },
		"metrics_no_newline":     func(_ http.Header, body string) { assert.NotContains(t, body[len(body)-1:], "\n") },
		"metrics_bom":            func(_ http.Header, body string) { assert.Equal(t, "\xef\xbb\xbf", body[:3]) },
		"metrics_utf8_name":      func(_ http.Header, body string) { assert.Equal(t, `{"api.requests.2xx",`, body[:20]) },
		"metrics_gzip": func(h http.Header, body string) {
			assert.Equal(t, "gzip", h.Get("Content-Encoding"))
			z, err := gzip.NewReader(strings.NewReader(body))
			require.NoError(t, err)
			plain, err := io.ReadAll(z)
			require.NoError(t, err)
			seriesOf(t, string(plain), loopCounter)
		},
	} {
		s := startReal(t, quick())
		f := Faults{}
		require.NoError(t, f.Set(fault))
		require.NoError(t, s.SetFaults(f))
		header, body := fetch(t, &http.Client{Transport: &http.Transport{DisableCompression: true}}, s.URLs().API+"/metrics")
		assert.Equal(t, strconv.Itoa(len(body)), header.Get("Content-Length"))
		want(header, body)
		kind, _, _ := strings.Cut(fault, "=")
		assert.Equal(t, map[string]int64{kind: 1}, s.Truth().Errors)
		if kind != "metrics_gzip" && kind != "metrics_no_newline" {
			seriesOf(t, body, loopCounter)
		}
	}
}

func TestACopyOfThePageIsMadeAnewWhenItIsTooOldAndCanSaySo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cfg := DefaultConfig()
		cfg.Faults = Faults{MetricsPeriod: Duration(3 * time.Second), MetricsAge: true, MetricsStamps: true}
		_, api, _ := startVirtual(t, cfg)
		born := time.Now()
		client := pipeClient(api)
		for _, want := range []struct {
			at    time.Duration
			count string
			age   string
			taken time.Duration
		}{
			{1005 * time.Millisecond, "100", "0", 1005 * time.Millisecond},
			{4 * time.Second, "100", "2", 1005 * time.Millisecond},
			{4005 * time.Millisecond, "400", "0", 4005 * time.Millisecond},
			{7 * time.Second, "400", "2", 4005 * time.Millisecond},
		} {
			time.Sleep(want.at - time.Since(born))
			header, text := fetch(t, client, "http://target/metrics")
			got := seriesOf(t, text, loopCounter)
			assert.Equal(t, []string{want.count, strconv.FormatInt(born.Add(want.taken).UnixMilli(), 10)}, got)
			assert.Equal(t, want.age, header.Get("Age"))
		}
	})
}

func TestSeveralProcessesBehindOneAddressHaveTheirOwnCourses(t *testing.T) {
	t.Parallel()
	cfg := quick()
	cfg.Faults.MetricsReplicas = 2
	s := startReal(t, cfg)
	page := func(client *http.Client) string {
		_, _, text := get(t, client, s.URLs().API+"/metrics")
		return text
	}
	one := page(http.DefaultClient)
	other := page(http.DefaultClient)
	again := page(http.DefaultClient)
	count := func(text string) float64 { return number(t, seriesOf(t, text, loopCounter)[0]) }
	assert.InDelta(t, otherCourse, count(one)-count(other), 5000)
	assert.InDelta(t, 0, count(again)-count(one), 5000, "they take turns")
	assert.InDelta(t, otherAge.Seconds(),
		number(t, seriesOf(t, other, startTime)[0])-number(t, seriesOf(t, one, startTime)[0]), .001)
	require.NoError(t, s.SetFaults(Faults{MetricsReplicas: 2, MetricsReplicasKept: true}))
	seen := map[bool]int{}
	for range 4 {
		client := &http.Client{Transport: &http.Transport{}}
		first := count(page(client))
		assert.InDelta(t, first, count(page(client)), 5000, "one connection, one process")
		client.CloseIdleConnections()
		seen[first > otherCourse/2]++
	}
	assert.Equal(t, map[bool]int{false: 2, true: 2}, seen)
}

func TestWhatThePageShowsOfTheCounter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		faults Faults
		count  uint64
		want   float64
	}{
		{Faults{}, 123, 123},
		{Faults{CounterAhead: 6000}, 123, 6123},
		{Faults{CounterAhead: 1<<53 - 1}, 2, 1 << 53}, // a float has no place for the odd one
		{Faults{CounterAhead: 1<<32 - 100, Counter32Bit: true}, 99, 1<<32 - 1},
		{Faults{CounterAhead: 1<<32 - 100, Counter32Bit: true}, 100, 0},
		{Faults{CounterDigits: 6}, 123_456, 123_456},
		{Faults{CounterDigits: 6}, 1_234_567, 1_234_570},
	} {
		assert.Equal(t, c.want, c.faults.counter(c.count), "%+v", c.faults)
	}
	cfg := quick()
	cfg.Faults = Faults{CounterAhead: 5_000_000, CounterDigits: 3}
	s := startReal(t, cfg)
	_, text := call(t, http.MethodGet, s.URLs().API+"/metrics", "")
	assert.Equal(t, []string{"5e+06"}, seriesOf(t, text, loopCounter))
	assert.Equal(t, uint64(5_000_000), s.Readings()[0].Count, "what was shown is what is kept")
}

func TestTheStartTimeMovesWhileTheCounterGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, api, _ := startVirtual(t, DefaultConfig())
		born := time.Now()
		client := pipeClient(api)
		for at, moved := range []time.Duration{0, time.Minute, 0} {
			require.NoError(t, s.SetFaults(Faults{StartTimeMoves: Duration(moved)}))
			time.Sleep(time.Duration(at+1)*time.Second + time.Millisecond - time.Since(born))
			_, _, text := get(t, client, "http://target/metrics")
			assert.Equal(t, []string{strconv.Itoa(100 * (at + 1))}, seriesOf(t, text, loopCounter))
			assert.InDelta(t, float64(born.Add(moved).UnixMilli())/1000, number(t, seriesOf(t, text, startTime)[0]), .0005)
		}
		assert.Zero(t, s.Truth().Restarts)
	})
}
