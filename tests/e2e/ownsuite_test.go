package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/featherweight/tests/harness"
)

// A script of somebody's own that uses the Suite has the objectives, the verdict and the files of the suite's scripts.
func TestAScriptOfOnesOwnHasTheSameResults(t *testing.T) {
	t.Parallel()
	own := filepath.Join(harness.Root(), "xk6-featherweight", "examples", "own-suite.js")
	target := harness.StartTarget(t, quick...)
	dir := t.TempDir()
	page, series := filepath.Join(dir, "report.html"), filepath.Join(dir, "series.ndjson")
	run := harness.Script(t, own, harness.With(ownLoop(target), "HTML_FILE", page, "SERIES_FILE", series))
	verdict(t, run, 0, "PASS", "every objective is met")
	target.Audit(t, run)
	if target.Stop().TurnsCompleted == 0 {
		t.Error("no turn was completed")
	}
	if script := run.At(t, "script"); script != "own-suite" {
		t.Errorf("the script is called %v", script)
	}
	if version := run.At(t, "versions", "k6"); version != "v2.2.0" {
		t.Errorf("the summary says that k6 %v made the run", version)
	}
	text, err := os.ReadFile(page)
	if err != nil || !strings.Contains(string(text), "own-suite") || !strings.Contains(string(text), "PASS") {
		t.Errorf("the page does not tell of the run: %v", err)
	}
	lines, err := os.ReadFile(series)
	if err != nil || !strings.Contains(string(lines), `"end":true`) {
		t.Errorf("the recording does not come to its end: %v", err)
	}

	slow := harness.StartTarget(t, append([]string{"--fault", "loop_hz=60"}, quick...)...)
	verdict(t, harness.Script(t, own, ownLoop(slow, "HZ_AVERAGE_THRESHOLD", "")), 99, "FAIL", "is not above 95 Hz")
}

// With a limit of 50 Hz, a loop of 60 Hz passes everywhere: exit code, text, summary and the series that live rules compare with.
func TestTheLimitInForceIsTheSameEverywhere(t *testing.T) {
	t.Parallel()
	target := harness.StartTarget(t, append([]string{"--fault", "loop_hz=60"}, quick...)...)
	out := filepath.Join(t.TempDir(), "samples.json")
	run := harness.Script(t, harness.MainScript(), harness.With(ownLoop(target), "HZ_AVERAGE_THRESHOLD", "50", "K6_OUT", "json="+out))
	verdict(t, run, 0, "PASS", "every objective is met")
	if !strings.Contains(run.Stdout, "is above 50 Hz") {
		t.Errorf("the text does not say the limit\n%s", run.Describe())
	}
	samples, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	limits := 0
	for line := range strings.SplitSeq(string(samples), "\n") {
		if strings.Contains(line, `"metric":"slo_limit"`) && strings.Contains(line, `"slo":"loop frequency"`) && strings.Contains(line, `"type":"Point"`) {
			limits++
			if !strings.Contains(line, `"value":50,`) {
				t.Errorf("slo_limit is not 50: %s", line)
			}
		}
	}
	if limits < 10 {
		t.Errorf("slo_limit was said %d times in a run of 14 s", limits)
	}
}
