package harness

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Audit stops the target and holds the run against its truth, by "k6 x fwhz audit". The loop that the run read is a Loop,
// or that of the target. How wide the bound of so short a run is depends on this machine.
func (t *Target) Audit(tb testing.TB, run Run) {
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
	audit := Command(tb, []string{K6(), "x", "fwhz", "audit", "--widest", "1000", summary, truth, readings}, nil)
	if audit.Code != 0 {
		tb.Errorf("the audit of the run: %s\n%s", audit.Describe(), run.Describe())
	}
}
