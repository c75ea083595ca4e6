package dist

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/featherweight/tests/harness"
)

// quick is a test that tells PASS from FAIL in a few seconds, on a busy machine, too.
func quick(more ...string) map[string]string {
	return harness.With(harness.Undemanding(map[string]string{
		"VUS": "2", "IDLE": "1s", "RAMP": "0", "DURATION": "3s", "THINK_MIN": "50ms", "THINK_MAX": "100ms", "K6_WEB_DASHBOARD_PORT": "0",
		"PROMETHEUS_URL": "http://" + harness.Nobody, "GRAFANA_URL": "http://" + harness.Nobody,
	}), more...)
}

// lively makes the reference target quick to answer, and so fast that it calls itself healthy on a busy machine.
func lively(more ...string) []string {
	return append([]string{"--hz", "200", "--ttft", "20ms", "--token-interval", "5ms"}, more...)
}

// pairs are names and values in turn.
func pairs(of map[string]string) (all []string) {
	for name, value := range of {
		all = append(all, name, value)
	}
	return all
}

// ending is how a test can end, and what brings it about.
type ending struct {
	verdict string // "" when there is no result
	code    int
	flags   []string // of the target
	values  []string // name and value in turn
}

func verdicts() []ending {
	return []ending{
		{verdict: "PASS", code: 0},
		{verdict: "FAIL", code: 99, flags: []string{"--fault", "error_frame=1"}},
		{verdict: "INVALID", code: 99, values: []string{"GENERATOR_LAG_P99", "0.001"}},
		{verdict: "", code: 104, values: []string{"VUS", "many"}},
	}
}

// env is that of the ending, with a target of its own.
func (e ending) env(t *testing.T) map[string]string {
	t.Helper()
	return harness.With(quick(e.values...), pairs(harness.StartTarget(t, lively(e.flags...)...).Env())...)
}

// call runs a command where Go is not on PATH and the environment is only what is given.
func call(t *testing.T, dir string, env map[string]string, words ...string) (said string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), words[0], words[1:]...)
	cmd.Dir, cmd.Env = dir, []string{"PATH=" + made.bin, "HOME=" + t.TempDir(), "K6_NO_USAGE_REPORT=true", "NO_COLOR=1"}
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, _ := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Fatalf("%v: could not be started", words)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// verdictOf is that of report.md.
func verdictOf(t *testing.T, name string) string {
	t.Helper()
	verdict, _, _ := strings.Cut(strings.TrimPrefix(string(read(t, name)), "# "), ":")
	return verdict
}

func TestWhoHasTheArchiveNeedsNoGo(t *testing.T) {
	t.Parallel()
	if said, code := call(t, made.suite, nil, "./validate-slo-setup.sh"); code != 0 || !strings.Contains(said, " 0 broken") {
		t.Errorf("validate: exit code %d\n%s", code, said)
	}
	if said, code := call(t, made.suite, nil, "./run-slo-testing.sh", "build-image"); code != 1 || !strings.Contains(said, "built from the sources") {
		t.Errorf("build-image: exit code %d\n%s", code, said)
	}
	k6, elsewhere := filepath.Join(made.suite, "bin", "k6"), t.TempDir()
	server := harness.StartTargetOf(t, k6, lively()...)
	said, code := call(t, elsewhere, harness.With(quick(), pairs(server.Env())...), k6, "x", "fwhz", "run-websocket")
	if code != 0 || !strings.Contains(said, "VERDICT: PASS") {
		t.Errorf("run-websocket: exit code %d\n%s", code, said)
	}
	if summary := string(read(t, filepath.Join(made.suite, "test-results", "latest", "summary.json"))); !strings.Contains(summary, `"xk6-featherweight": "`+made.version+`"`) {
		t.Errorf("summary.json does not say that it is of %s", made.version)
	}
	if left, err := os.ReadDir(elsewhere); err != nil || len(left) > 0 {
		t.Errorf("it left %v where it was called: %v", left, err)
	}
}

func TestTheArchiveGivesTheVerdictOfTheClone(t *testing.T) {
	t.Parallel()
	for _, row := range verdicts() {
		if row.verdict == "" {
			continue
		}
		t.Run(row.verdict, func(t *testing.T) {
			t.Parallel()
			env := row.env(t)
			for from, root := range map[string]string{"archive": made.suite, "clone": harness.Root()} {
				results := t.TempDir()
				env["TEST_RESULTS_DIR"], env["ENV_FILE"] = results, os.DevNull
				said, code := call(t, t.TempDir(), env, filepath.Join(root, "run-slo-testing.sh"), "run-websocket", "--skip-health")
				if verdict := verdictOf(t, filepath.Join(results, "latest", "report.md")); verdict != row.verdict || code != row.code {
					t.Errorf("%s: %s, exit code %d, and not %s, %d\n%s", from, verdict, code, row.verdict, row.code, said)
				}
			}
		})
	}
}
