package harness

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Audit stops the target and holds the run against its truth: every difference fails the test.
func (t *Target) Audit(tb testing.TB, run Run) {
	tb.Helper()
	if audit := t.Books(tb, run); audit.Code != 0 {
		tb.Errorf("the audit of the run: %s\n%s", audit.Describe(), run.Describe())
	}
}

// Books stops the target and holds the run against its truth, by "k6 x fwhz audit" with these flags; exit code 0 when the two
// agree. The loop that the run read is a Loop, or that of the target. How wide the bound of so short a run is depends on this
// machine.
func (t *Target) Books(tb testing.TB, run Run, flags ...string) Run {
	tb.Helper()
	t.Stop()
	dir := tb.TempDir()
	summary, truth, readings := filepath.Join(dir, "summary.json"), filepath.Join(dir, "truth.json"), t.readings
	write := func(file string, content []byte) {
		if err := os.WriteFile(file, content, 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	if run.SummaryText != nil {
		write(summary, run.SummaryText)
	}
	write(truth, t.out.Bytes())
	if loop := given(run.loop); loop != nil {
		readings = filepath.Join(dir, "readings.json")
		text, err := json.Marshal(loop)
		if err != nil {
			tb.Fatal(err)
		}
		write(readings, text)
	}
	return Command(tb, append(append([]string{K6(), "x", "fwhz", "audit", "--widest", "1000"}, flags...), summary, truth, readings), nil)
}
