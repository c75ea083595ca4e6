package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/featherweight/tests/harness"
)

// Every example of the extension runs as it stands, and its thresholds mean something: a loop that is too slow fails
// those that look at one.
func TestTheExamplesRun(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(harness.Root(), "xk6-featherweight", "examples", "*.js"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".js")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if run := example(t, file, 120); run.Code != 0 {
				t.Errorf("with a loop at 120 Hz, of which more than 95 are wanted: exit code %d\n%s", run.Code, run.Describe())
			}
		})
		if !strings.HasPrefix(name, "loop-") {
			continue
		}
		t.Run(name+", slow loop", func(t *testing.T) {
			t.Parallel()
			if run := example(t, file, 80); run.Code != 99 {
				t.Errorf("with a loop at 80 Hz: exit code %d, not 99\n%s", run.Code, run.Describe())
			}
		})
	}
}

// example runs one with a chat that answers and a loop of that frequency.
func example(t *testing.T, file string, hz float64) harness.Run {
	t.Helper()
	loop := harness.Loop(hz)
	return harness.Script(t, file, wide(map[string]string{
		"WS_URL": harness.StartTarget(t, quick...).Env()["WS_URL"], "METRICS_URL": loop, "BASE_URL": strings.TrimSuffix(loop, "/metrics"),
		"VUS": "3", "DURATION": "4s", "IDLE": "1s", "RAMP": "0", // of those that use the Suite, as the limits are
	}))
}
