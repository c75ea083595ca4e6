package command_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHzExitsWith1AndOneLineWhenNothingCanBeRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		url  string
		said string
	}{
		"nobody listens":   {"http://127.0.0.1:1", "connection refused"},
		"no such page":     {pages(t, 404, func() string { return "no\n" }), "404 Not Found"},
		"no such metric":   {pages(t, 200, func() string { return "up 1\n" }), "Hz metric not found"},
		"not metrics":      {pages(t, 200, func() string { return "<!doctype html>\n<p>hello\n" }), "not"},
		"not even a value": {pages(t, 200, func() string { return "consciousness_loop_iterations_total NaN\n" }), "NaN"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			err := watch(t.Context(), t, &out, c.url, "--duration", "250ms")
			requireOneLine(t, err, "nothing could be read: GET "+c.url, c.said)
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			for _, line := range lines {
				assert.Regexp(t, `^\d\d:\d\d:\d\d  not measured: GET `, line, "and no summary of nothing")
			}

			windows, summary, err := watchJSON(t, c.url, "--duration", "250ms")
			requireOneLine(t, err, c.said)
			assert.InDelta(t, 0, num(t, summary, "windows"), 0)
			assert.Positive(t, num(t, summary, "not_measured"))
			assert.NotContains(t, summary, "hz")
			for _, w := range windows {
				assert.NotContains(t, w, "hz", "what was not measured is not 0")
				assert.Contains(t, w["error"], c.said)
				assert.Positive(t, num(t, w, "failures"))
			}
		})
	}
}

func TestHzRejectsWhatMakesNoSenseInOneLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args []string
		said []string
	}{
		"interval":          {[]string{"--interval", "0s"}, []string{"--interval 0s is not allowed", "above 0"}},
		"interval no time":  {[]string{"--interval", "soon"}, []string{"--interval", "soon"}},
		"window":            {[]string{"--window", "120ms"}, []string{"--window 120ms is not allowed", "a multiple of --interval, which is 50ms"}},
		"negative window":   {[]string{"--window", "-1s"}, []string{"--window -1s is not allowed"}},
		"size":              {[]string{"--max-size", "0"}, []string{"--max-size 0 is not allowed", "bytes above 0"}},
		"timeout":           {[]string{"--timeout", "-2s"}, []string{"--timeout -2s is not allowed", "above 0"}},
		"short duration":    {[]string{"--duration", "100ms"}, []string{"--duration 100ms is not allowed", "at least one --window, which is 250ms"}},
		"negative duration": {[]string{"--duration", "-1s"}, []string{"--duration -1s is not allowed"}},
		"source":            {[]string{"--source", "guess"}, []string{`--source "guess" is not allowed`, "auto, counter, gauge, health or stream"}},
		"counter":           {[]string{"--counter", "a b"}, []string{`--counter: "a b" names no series`, `name{label="value"}`}},
		"gauge":             {[]string{"--gauge", "{"}, []string{`--gauge: "{" names no series`}},
		"header":            {[]string{"--header", "nonsense"}, []string{`--header "nonsense" is not allowed`, "Name: value"}},
		"header no name":    {[]string{"--header", ": x"}, []string{`--header ": x" is not allowed`}},
		"URL":               {[]string{"localhost:4000"}, []string{`url "localhost:4000" is not allowed`, "http://"}},
		"unknown flag":      {[]string{"--fast"}, []string{"unknown flag: --fast"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			requireOneLine(t, watch(t.Context(), t, &out, c.args...), c.said...)
			assert.Empty(t, out.String())
		})
	}
}

func TestHzEndsWithItsContextAndItsSummary(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out := &firstValue{then: cancel}
	require.NoError(t, watch(ctx, t, out, turning(t, 500, ""), "--counter", `turns_total{app="a"}`))
	assert.Contains(t, out.String(), "\nmean ")
}

// firstValue does something when the first window that was measured has been written.
type firstValue struct {
	bytes.Buffer

	then func()
}

func (f *firstValue) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(" Hz ")) {
		f.then()
	}
	return f.Buffer.Write(p)
}

func TestHzThatWasEndedBeforeTheFirstWindowHasReadNothing(t *testing.T) {
	t.Parallel()
	for name, requests := range map[string]int32{"at once": 0, "after two readings": 2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var left atomic.Int32
			left.Store(requests)
			url := pages(t, http.StatusOK, func() string {
				if left.Add(-1) < 0 {
					cancel()
				}
				return "consciousness_loop_iterations_total 1\n"
			})
			if requests == 0 {
				cancel()
			}
			var out bytes.Buffer
			err := watch(ctx, t, &out, url)
			requireOneLine(t, err, "nothing could be read", "ended before the first window was over")
			assert.Empty(t, out.String(), "no summary of nothing")
		})
	}
}

// A far endpoint answers later than half an interval after the duration: its last window counts all the same.
func TestHzDoesNotLoseTheLastWindowToASlowReading(t *testing.T) {
	t.Parallel()
	var turns atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		<-time.After(160 * time.Millisecond)
		_, _ = fmt.Fprintf(w, "consciousness_loop_iterations_total %d\n", turns.Add(20))
	}))
	t.Cleanup(server.Close)
	windows, summary, err := watchJSON(t, server.URL, "--interval", "200ms", "--window", "1s", "--duration", "2s")
	require.NoError(t, err)
	covered := 0.0
	for _, w := range windows {
		covered += num(t, w, "covers")
	}
	assert.InDelta(t, 2, covered, 0)
	assert.Equal(t, "counter", summary["source"])
}

func TestHzSendsTheHeadersThatItIsGiven(t *testing.T) {
	t.Parallel()
	var wrong atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer a:b" || len(r.Header.Values("X-Two")) != 2 || r.Header.Get("Accept-Encoding") != "identity" {
			wrong.Add(1)
		}
		_, _ = w.Write([]byte("consciousness_loop_hz 1\n"))
	}))
	t.Cleanup(server.Close)
	var out bytes.Buffer
	err := watch(t.Context(), t, &out, server.URL, "--duration", "250ms",
		"--header", "Authorization: Bearer a:b", "--header", "X-Two: 1", "--header", "X-Two:2")
	require.NoError(t, err)
	assert.Zero(t, wrong.Load())
}

func TestHzIsACommandOfTheExtension(t *testing.T) {
	t.Parallel()
	call := called(t, "hz", "one", "two")
	assert.NotZero(t, call.Code)
	assert.Contains(t, call.Err, "accepts at most 1 arg(s), received 2")
}
