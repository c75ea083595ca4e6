package command_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/command"
	"github.com/featherweight/xk6-featherweight/internal/record"
)

const passed = `{"schema":"featherweight-slo/summary/v1","script":"websocket-streaming","verdict":"PASS","reasons":["every objective was met"],"seconds":2}`

// results is the folder that a run leaves, with the files given.
func results(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	return dir
}

func series(t *testing.T) string {
	t.Helper()
	start := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	r := record.New(start)
	r.Add(start.Add(time.Second), "steady", record.Sample{Name: "loop_hz", Value: 97.5})
	r.End(start.Add(2*time.Second), true)
	var out bytes.Buffer
	_, err := r.WriteTo(&out)
	require.NoError(t, err)
	return out.String()
}

func report(args ...string) (string, error) {
	var out bytes.Buffer
	cmd := command.Report(&out)
	cmd.SetArgs(args)
	err := cmd.Execute()
	return out.String(), err
}

func TestReportMakesThePageOfARun(t *testing.T) {
	t.Parallel()
	dir := results(t, map[string]string{"summary.json": passed, "series.ndjson": series(t)})
	out, err := report(dir)
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(dir, "report.html")+"\n", out)
	page, err := os.ReadFile(filepath.Join(dir, "report.html"))
	require.NoError(t, err)
	assert.Contains(t, string(page), "every objective was met")
	assert.Contains(t, string(page), `id="loop"`)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 3, "nothing else is left behind")

	elsewhere := filepath.Join(t.TempDir(), "page.html")
	_, err = report(dir, "--output", elsewhere)
	require.NoError(t, err)
	again, err := os.ReadFile(elsewhere)
	require.NoError(t, err)
	assert.Equal(t, string(page), string(again), "the same files make the same page")
}

func TestReportSaysWhichFileItCouldNotUse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		files map[string]string
		says  string
	}{
		"no run":               {nil, "name the folder that a run has left"},
		"another file":         {map[string]string{"summary.json": "{}"}, "summary.json: it is not a summary of featherweight-slo/summary/v1"},
		"half a recording":     {map[string]string{"summary.json": passed, "series.ndjson": series(t)[:700]}, "series.ndjson: line 1: it is cut off"},
		"no recording at all":  {map[string]string{"summary.json": passed, "series.ndjson": "hello\n"}, `its first line is "hello"`},
		"a folder that is not": {nil, "summary.json: no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := results(t, c.files)
			_, err := report(dir)
			require.ErrorContains(t, err, c.says)
			assert.NoFileExists(t, filepath.Join(dir, "report.html"))
		})
	}
}
