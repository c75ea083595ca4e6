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
			target := harness.StartTarget(t, quick...)
			env := harness.With(target.Env(), "METRICS_URL", "http://"+target.API+"/metrics")
			if run := harness.Script(t, file, env); run.Code != 0 {
				t.Errorf("on a good target: exit code %d\n%s", run.Code, run.Describe())
			}
			if !strings.HasPrefix(name, "loop-") {
				return
			}
			target.Fault(map[string]any{"loop_hz": 80})
			if run := harness.Script(t, file, env); run.Code != 99 {
				t.Errorf("with a loop at 80 Hz: exit code %d, not 99\n%s", run.Code, run.Describe())
			}
		})
	}
}
