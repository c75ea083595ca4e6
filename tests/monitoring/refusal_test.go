//go:build stack

package monitoring

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/featherweight/tests/harness"
)

// testRefusals: what is wrong is said in a line, and leaves nothing behind.
func testRefusals(t *testing.T) {
	t.Run("a port is taken", func(t *testing.T) {
		listener, err := net.Listen("tcp", "127.0.0.1:9090")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = listener.Close() }()
		out, code := command(t, nil, "./run-slo-testing.sh", "start-monitoring")
		if code == 0 || !strings.Contains(out, "port 9090 is taken, and Prometheus needs it") {
			t.Errorf("exit code %d\n%s", code, out)
		}
		nothingLeft(t)
	})
	t.Run("a rule file is broken", func(t *testing.T) {
		tree := t.TempDir()
		copyTree(t, tree)
		rules := filepath.Join(tree, "alerting-rules.yml")
		writeFile(t, rules, strings.Replace(readFile(t, "alerting-rules.yml"), "k6:loop_hz:30s <= on", "k6:loop_hz:30s <= <= on", 1))
		out, code := command(t, nil, filepath.Join(tree, "run-slo-testing.sh"), "start-monitoring")
		if code == 0 || !strings.Contains(out, "alerting-rules.yml") || !strings.Contains(out, "LowLoopHz") {
			t.Errorf("exit code %d\n%s", code, out)
		}
		nothingLeft(t)
	})
}

// testCancel: who stops a test in a container gets its summary, its files and its exit code, and no container stays.
func testCancel(t *testing.T) {
	target := harness.StartTarget(t, "--api", "0.0.0.0:0", "--chat", "0.0.0.0:0")
	results := t.TempDir()
	env := []string{
		"BASE_URL=http://localhost:" + port(t, target.API), "WS_URL=ws://localhost:" + port(t, target.Chat),
		"TEST_RESULTS_DIR=" + results, "RUNNER=docker",
	}
	out, code := command(t, env, "./run-slo-testing.sh", "run-websocket", "--skip-health", "--detach", "VUS=5", "IDLE=1s", "RAMP=0", "DURATION=5m")
	if code != 0 {
		t.Fatalf("exit code %d\n%s", code, out)
	}
	eventually(t, "turns are complete", func() string {
		if target.Live().TurnsCompleted == 0 {
			return "no turn yet"
		}
		return ""
	})
	out, code = command(t, env, "./run-slo-testing.sh", "cancel")
	if code != 0 || !strings.Contains(out, "exit code 105") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	// report.html takes a test of two periods, as k6 draws it.
	for _, name := range []string{"summary.json", "junit.xml", "report.md"} {
		if info, err := os.Stat(filepath.Join(results, "latest", name)); err != nil || info.Size() == 0 {
			t.Errorf("%s is not there, or empty: %v", name, err)
		}
	}
	if out, _ := command(t, nil, "docker", "ps", "--all", "--quiet", "--filter", "label=com.docker.compose.project="+project); out != "" {
		t.Errorf("containers are left: %s", out)
	}
}

// copyTree copies what start-monitoring needs.
func copyTree(t *testing.T, tree string) {
	t.Helper()
	for _, name := range []string{
		"run-slo-testing.sh", "shell", "docker-compose.yml", ".env", ".env.test.example", "prometheus.yml",
		"alerting-rules.yml", "monitoring", "grafana-provisioning", "dashboards",
	} {
		if out, err := exec.Command("cp", "-R", filepath.Join(harness.Root(), name), tree).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	if err := os.Symlink(filepath.Join(harness.Root(), "bin"), filepath.Join(tree, "bin")); err != nil {
		t.Fatal(err)
	}
}

// TestNoDocker: without an engine it is one line, and nothing is waited for.
func TestNoDocker(t *testing.T) {
	t.Parallel()
	env := []string{"DOCKER_HOST=unix://" + filepath.Join(t.TempDir(), "docker.sock")}
	for _, words := range [][]string{{"./run-slo-testing.sh", "start-monitoring"}, {"./run-slo-testing.sh", "run-websocket", "RUNNER=docker"}, {"./build-docker.sh"}} {
		out, code := command(t, env, words...)
		if code == 0 || strings.Count(out, "\n") != 1 || !regexp.MustCompile("Docker (does not answer|is not installed).*(start it|https)").MatchString(out) {
			t.Errorf("%v: exit code %d\n%s", words, code, out)
		}
	}
}

// TestBrokenRules: Prometheus does not start with rules that it cannot read, and names the file.
func TestBrokenRules(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "prometheus.yml"), readFile(t, "prometheus.yml"))
	writeFile(t, filepath.Join(dir, "alerting-rules.yml"), "groups: [{name: a, rules: [{alert: A, expr: 'up <='}]}]\n")
	env := []string{
		"PATH=" + filepath.Join(harness.Root(), "bin", "tools") + ":" + os.Getenv("PATH"),
		"CONFIG_DIR=" + dir, "RUN_DIR=" + filepath.Join(dir, "run"),
	}
	p := start(t, "prometheus", env, "sh", "monitoring/prometheus.sh", "--web.listen-address=127.0.0.1:"+harness.FreePort(t), "--storage.tsdb.path="+filepath.Join(dir, "tsdb"))
	if code := p.wait(); code == 0 || !strings.Contains(p.log.String(), "alerting-rules.yml") {
		t.Errorf("exit code %d\n%s", code, p.log.String())
	}
}
