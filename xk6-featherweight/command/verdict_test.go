package command_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/command"
	"github.com/featherweight/xk6-featherweight/internal/record"
	"github.com/featherweight/xk6-featherweight/internal/runners"
	"github.com/featherweight/xk6-featherweight/internal/slo"
	"github.com/featherweight/xk6-featherweight/internal/slo/slotest"
)

var loadBegan = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

// leave writes what one of two runners leaves: a good run, of which the first observed the loop. It has not ended without ended.
func leave(t *testing.T, dir string, number int, ended bool) string {
	t.Helper()
	folder := filepath.Join(dir, fmt.Sprintf("%d-of-2", number))
	require.NoError(t, os.MkdirAll(folder, 0o755))
	parts, plan := []string{"0:1/2", "1/2:1"}, slotest.Plan()
	account := runners.Account{
		Test: "t", Script: "s.js", Part: parts[number-1], Parts: parts, Observes: number == 1, Started: loadBegan, Plan: plan, Shape: slotest.Shape(),
	}
	if ended {
		data, record := slotest.Run(nil), (&record.Record{}).Attempts()
		if number == 2 {
			for name := range data.Metrics {
				if strings.HasPrefix(name, "loop_") || strings.HasPrefix(name, "hz_") || strings.HasPrefix(name, "checks") {
					delete(data.Metrics, name)
				}
			}
		}
		account.End = &runners.End{At: loadBegan.Add(85 * time.Second), Ran: 85_000, Complete: true, Verdict: slo.PASS, Source: "counter", Metrics: data.Metrics, Attempts: record}
		require.NoError(t, os.WriteFile(filepath.Join(folder, "series.ndjson"), seriesOf(t), 0o600))
	}
	text, err := account.JSON()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "runner.json"), text, 0o600))
	return folder
}

func seriesOf(t *testing.T) []byte {
	t.Helper()
	r := record.New(loadBegan)
	for range 180 {
		r.Add(loadBegan.Add(time.Second), "steady", record.Sample{Name: "message_response_time", Value: 1200})
	}
	for range 60 {
		r.Add(loadBegan.Add(time.Second), "steady", record.Sample{Name: "ws_connection_time", Value: 12})
	}
	for i := range 100 {
		r.Add(loadBegan, "idle", record.Sample{Name: "generator_error", Value: max(0.5, 40*float64(i-98))})
	}
	r.End(loadBegan.Add(85*time.Second), true)
	var out bytes.Buffer
	_, err := r.WriteTo(&out)
	require.NoError(t, err)
	return out.Bytes()
}

func verdictOf(t *testing.T, words ...string) command.Call {
	t.Helper()
	return command.CallDoor(t.Context(), map[string]string{"HOME": t.TempDir()}, t.TempDir(), nil, append([]string{"verdict"}, words...)...)
}

func TestRunnersThatAllPassedArePassedTogether(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, second := leave(t, dir, 1, true), leave(t, dir, 2, true)
	odd := filepath.Join(t.TempDir(), "run[1]*") // no pattern
	leave(t, odd, 1, true)
	leave(t, odd, 2, true)
	for _, words := range [][]string{{dir}, {first, second}, {odd}} {
		whole := filepath.Join(t.TempDir(), "whole")
		call := verdictOf(t, append(words, "-o", whole)...)
		assert.Equal(t, 0, call.Code, "%s%s", call.Out, call.Err)
		assert.Contains(t, call.Out, "VERDICT: PASS  every objective is met")
		assert.Contains(t, call.Out, "400 complete", "200 of each")
		for file, has := range map[string]string{
			"summary.json": `"verdict": "PASS"`, "series.ndjson": `"runners":2`, "report.html": "<title>", "report.md": "# PASS: s.js", "junit.xml": `errors="0"`,
		} {
			text, err := os.ReadFile(filepath.Join(whole, file))
			require.NoError(t, err)
			assert.Contains(t, string(text), has, file)
		}
	}
}

// A misspelt name would have no effect, and nobody would know.
func TestAToleranceOfAnObjectiveThatNoRunHasIsRefused(t *testing.T) {
	t.Parallel()
	dir, whole := t.TempDir(), filepath.Join(t.TempDir(), "whole")
	leave(t, dir, 1, true)
	leave(t, dir, 2, true)
	require.Equal(t, 0, verdictOf(t, dir, "-o", whole).Code)
	for name, code := range map[string]int{"response time": 0, "answer time": 2} {
		call := command.CallDoor(t.Context(), map[string]string{"HOME": t.TempDir()}, t.TempDir(), nil, "compare", whole, whole, "--tolerance", name+"=3%")
		assert.Equal(t, code, call.Code, "%s%s", call.Out, call.Err)
		if code != 0 {
			assert.Contains(t, call.Err, `--tolerance: no run has an objective "answer time": `)
			assert.Contains(t, call.Err, "response time")
		}
	}
}

func TestWhatOfRunnersIsMissingIsSaid(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, elsewhere := leave(t, dir, 1, true), t.TempDir()
	call := verdictOf(t, first, elsewhere)
	assert.Equal(t, 99, call.Code)
	assert.Contains(t, call.Out, "VERDICT: INVALID")
	assert.Contains(t, call.Out, elsewhere+" is missing: it left no runner.json")
	assert.Contains(t, call.Out, "the runner of the part 1/2:1 is missing")

	second := leave(t, dir, 2, true)
	require.NoError(t, os.Remove(filepath.Join(second, "series.ndjson")))
	assert.Contains(t, verdictOf(t, dir).Out, "left no recording: "+filepath.Join(second, "series.ndjson")+" is not there")
	require.NoError(t, os.WriteFile(filepath.Join(second, "series.ndjson"), seriesOf(t)[:200], 0o600))
	assert.Contains(t, verdictOf(t, dir).Out, "2-of-2 (part 1/2:1) left no recording: ")
}

func TestAVerdictWaitsForTheRunners(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	leave(t, dir, 1, true)
	leave(t, dir, 2, false)
	call := verdictOf(t, dir)
	assert.Equal(t, 99, call.Code)
	assert.Contains(t, call.Out, "2-of-2 (part 1/2:1) began and left no end")
	ended := make(chan command.Call, 1)
	go func() { ended <- verdictOf(t, dir, "--wait", "5m") }()
	leave(t, dir, 2, true)
	call = <-ended
	assert.Equal(t, 0, call.Code, "%s%s", call.Out, call.Err)
}

func TestAVerdictOverNothingIsAnErrorInOneLine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, test := range map[string]struct {
		words []string
		code  int
		says  string
	}{
		"no folder":      {nil, 2, "verdict needs the folders that the runners left"},
		"an empty one":   {[]string{dir}, 1, "no runner has left anything in [" + dir + "]: each leaves runner.json beside its series.ndjson"},
		"another option": {[]string{"--wait", "soon", dir}, 2, "--wait"},
	} {
		call := verdictOf(t, test.words...)
		assert.Equal(t, test.code, call.Code, name)
		assert.Contains(t, call.Err, test.says, name)
		assert.Equal(t, 1, strings.Count(call.Err, "\n"), name)
	}
	broken := leave(t, dir, 1, true)
	require.NoError(t, os.WriteFile(filepath.Join(broken, "runner.json"), []byte(`{"schema"`), 0o600))
	call := verdictOf(t, dir)
	assert.Equal(t, 1, call.Code)
	assert.Contains(t, call.Err, filepath.Join(broken, "runner.json")+": it is no account of featherweight-slo/runner/v1")
}
