package command_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/errext"

	"github.com/featherweight/xk6-featherweight/command"
	"github.com/featherweight/xk6-featherweight/internal/sampler"
)

// turning is an endpoint whose counter turns at a known rate, whatever the machine does meanwhile.
func turning(t *testing.T, rate float64, more string) string {
	t.Helper()
	start := time.Now()
	return pages(t, http.StatusOK, func() string {
		turns := math.Floor(time.Since(start).Seconds() * rate)
		return fmt.Sprintf("# TYPE turns_total counter\nturns_total{app=\"a\"} %.0f\nturns_total{app=\"b\"} 7\n%s", turns, more)
	})
}

func pages(t *testing.T, status int, body func() string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body())
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// watch runs the command with short windows to its end and returns what it wrote.
func watch(ctx context.Context, t *testing.T, out io.Writer, args ...string) error {
	t.Helper()
	cmd := command.Hz(out)
	var noise bytes.Buffer
	cmd.SetOut(&noise)
	cmd.SetErr(&noise)
	cmd.SetArgs(append([]string{"--interval", "50ms", "--window", "250ms"}, args...))
	err := cmd.ExecuteContext(ctx)
	for line := range strings.Lines(noise.String()) {
		assert.True(t, strings.HasPrefix(line, "note: "), "k6 shows the error; the usage would bury it: %s", line)
	}
	return err
}

func watchJSON(t *testing.T, args ...string) (windows []map[string]any, summary map[string]any, err error) {
	t.Helper()
	var out bytes.Buffer
	err = watch(t.Context(), t, &out, append(args, "--json")...)
	for line := range strings.Lines(out.String()) {
		fields := map[string]any{}
		require.NoError(t, json.Unmarshal([]byte(line), &fields), line)
		windows = append(windows, fields)
	}
	require.NotEmpty(t, windows)
	last := len(windows) - 1
	require.Equal(t, true, windows[last]["summary"], "the last line is the summary")
	return windows[:last], windows[last], err
}

func num(t *testing.T, fields map[string]any, name string) float64 {
	t.Helper()
	value, ok := fields[name].(float64)
	require.True(t, ok, "%s is %v in %v", name, fields[name], fields)
	return value
}

func requireOneLine(t *testing.T, err error, said ...string) {
	t.Helper()
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "\n")
	for _, part := range said {
		assert.Contains(t, err.Error(), part)
	}
	var coded errext.HasExitCode
	require.ErrorAs(t, err, &coded)
	assert.EqualValues(t, 1, coded.ExitCode())
}

func TestHzShowsTheFrequencyOfACounterWithItsBounds(t *testing.T) {
	t.Parallel()
	url := turning(t, 500, "consciousness_loop_hz 500\n")
	windows, summary, err := watchJSON(t, url, "--counter", `turns_total{app="a"}`, "--duration", "750ms")
	require.NoError(t, err)
	covered, missed := 0.0, 0
	for _, w := range windows {
		if w["error"] == sampler.ErrNoReading.Error() { // a machine that is busy elsewhere reads too late
			missed++
			continue
		}
		covered += num(t, w, "covers")
		assert.Equal(t, "counter", w["source"])
		assert.LessOrEqual(t, num(t, w, "low"), 500.)
		assert.GreaterOrEqual(t, num(t, w, "high"), 500.)
		assert.InDelta(t, num(t, w, "hz"), num(t, w, "ticks")/num(t, w, "elapsed_ms")*1000, 1e-6)
		assert.GreaterOrEqual(t, num(t, w, "elapsed_ms"), 250*0.75)
		assert.Equal(t, false, w["stale"])
		assert.Equal(t, false, w["restarted"])
		assert.LessOrEqual(t, num(t, w, "longest_gap_ms"), 1000./500, "what is proven is no more than the counter's step; on a busy machine it is nothing")
		assert.GreaterOrEqual(t, num(t, w, "longest_gap_ms"), 0.)
		assert.Positive(t, num(t, w, "scrape_ms"))
		assert.Positive(t, num(t, w, "scrapes"))
		assert.InDelta(t, 500, num(t, w, "gauge"), 0)
		assert.NotContains(t, w, "error")
		ends, ok := w["counter"].([]any)
		require.True(t, ok)
		assert.Equal(t, w["ticks"], ends[1].(float64)-ends[0].(float64))
		_, err := time.Parse(time.RFC3339Nano, fmt.Sprint(w["time"]))
		require.NoError(t, err)
	}
	assert.LessOrEqual(t, covered, 3., "as many windows as the duration has")
	assert.GreaterOrEqual(t, covered+float64(missed), 3., "and some of them may speak for one before, which was missed")
	assert.InDelta(t, len(windows)-missed, num(t, summary, "windows"), 0)
	assert.InDelta(t, missed, num(t, summary, "not_measured"), 0)
	assert.Less(t, missed, len(windows))
	assert.InDelta(t, 0, num(t, summary, "restarts"), 0)
	assert.LessOrEqual(t, num(t, summary, "low"), 500.)
	assert.GreaterOrEqual(t, num(t, summary, "high"), 500.)
}

func TestHzWritesALineAWindowForPeople(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	err := watch(t.Context(), t, &out, turning(t, 500, ""), "--counter", `turns_total{app="a"}`, "--duration", "500ms")
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.GreaterOrEqual(t, len(lines), 3)
	window := regexp.MustCompile(`^\d\d:\d\d:\d\d +([\d.]+) Hz  \[([\d.]+), ([\d.]+)\]  counter  longest gap [\d.]+[µm]?s  scrape [\d.]+[µm]?s$`)
	missed := 0
	for _, line := range lines[:len(lines)-2] {
		if strings.HasSuffix(line, "  not measured: "+sampler.ErrNoReading.Error()) { // a machine that is busy elsewhere reads too late
			missed++
			continue
		}
		parts := window.FindStringSubmatch(line)
		require.NotNil(t, parts, line)
		low, err := strconv.ParseFloat(parts[2], 64)
		require.NoError(t, err)
		high, err := strconv.ParseFloat(parts[3], 64)
		require.NoError(t, err)
		assert.LessOrEqual(t, low, 500.)
		assert.GreaterOrEqual(t, high, 500.)
	}
	assert.Regexp(t, fmt.Sprintf(`^mean +[\d.]+ Hz  \[[\d.]+, [\d.]+\]  counter, \d windows, %d not measured, 0 restarts$`, missed), lines[len(lines)-2])
	assert.Regexp(t, `^worst +[\d.]+ Hz  \[[\d.]+, [\d.]+\]  longest gap [\d.]+[µm]?s$`, lines[len(lines)-1])
}

func TestHzSaysOfWhatIsReportedThatItIsNotMeasured(t *testing.T) {
	t.Parallel()
	for source, url := range map[string]string{
		"gauge":  pages(t, 200, func() string { return "consciousness_loop_hz 97.5\n" }),
		"health": pages(t, 503, func() string { return `{"status":"unhealthy","hz":97.5}` }),
	} {
		t.Run(source, func(t *testing.T) {
			t.Parallel()
			windows, summary, err := watchJSON(t, url, "--duration", "250ms")
			require.NoError(t, err)
			for _, w := range append(windows, summary) {
				assert.Equal(t, source, w["source"])
				assert.InDelta(t, 97.5, num(t, w, "hz"), 0)
				assert.InDelta(t, 97.5, num(t, w, "low"), 0)
				assert.InDelta(t, 97.5, num(t, w, "high"), 0)
				assert.NotContains(t, w, "ticks")
				assert.NotContains(t, w, "stale")
			}
			var out bytes.Buffer
			require.NoError(t, watch(t.Context(), t, &out, url, "--duration", "250ms"))
			assert.Contains(t, out.String(), "97.500 Hz  reported, not measured  "+source)
			assert.NotContains(t, strings.Split(out.String(), "\n")[0], "longest gap")
		})
	}
}

func TestHzNotesBesideTheWindowsWhatThePageHasToSay(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprintf(w, "consciousness_loop_iterations_total %d\n", calls.Add(5))
	}))
	t.Cleanup(server.Close)
	var out, beside bytes.Buffer
	cmd := command.Hz(&out)
	cmd.SetErr(&beside)
	cmd.SetArgs([]string{server.URL, "--interval", "50ms", "--window", "250ms", "--duration", "500ms"})
	require.NoError(t, cmd.ExecuteContext(t.Context()))
	assert.NotContains(t, out.String(), "note")
	assert.Equal(t, 1, strings.Count(beside.String(), "note: GET "+server.URL+": the metrics page is called text/html"), beside.String())
}

func TestHzTellsOfARestart(t *testing.T) {
	t.Parallel()
	calls, begun := 0, time.Now().Add(-time.Hour)
	url := pages(t, 200, func() string {
		if calls++; calls == 20 {
			begun = time.Now()
		}
		return fmt.Sprintf("consciousness_loop_iterations_total %.0f\n", 100*time.Since(begun).Seconds())
	})
	windows, summary, _ := watchJSON(t, url, "--duration", "4s")
	assert.Positive(t, num(t, summary, "restarts"))
	told := 0
	for _, w := range windows {
		if w["restarted"] == true {
			told++
			assert.NotContains(t, w, "hz")
			assert.Contains(t, w["error"], "restarted")
		}
	}
	assert.InDelta(t, told, num(t, summary, "restarts"), 0)
}
