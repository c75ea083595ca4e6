//go:build stack

package monitoring

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
)

// project keeps what this test starts apart from what a user has.
const project = "k6-tests-e2e"

// TestDocker does what TestNative does with the real image and the real docker-compose.yml.
func TestDocker(t *testing.T) {
	t.Parallel()
	for _, port := range []string{"9090", "9093", "3001"} {
		listener, err := net.Listen("tcp", "127.0.0.1:"+port)
		if err != nil {
			t.Fatalf("the containers need this port, stop what has it: %v", err)
		}
		_ = listener.Close()
	}
	out, code := command(t, nil, append([]string{"./build-docker.sh"}, strings.Fields(os.Getenv("DOCKER_BUILD_ARGS"))...)...)
	if code != 0 {
		t.Fatalf("build-docker.sh: exit code %d\n%s", code, out)
	}
	t.Cleanup(func() {
		down := []string{"docker", "compose"}
		for _, profile := range []string{"monitoring", "load-test", "health", "comprehensive", "demo"} {
			down = append(down, "--profile", profile)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, down[0], append(down[1:], "down", "--volumes", "--remove-orphans")...)
		cmd.Dir = harness.Root()
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("clean up: %v\n%s", err, out)
		}
	})
	t.Run("image", testImage)
	t.Run("runners", testRunners)
	t.Run("refusals", testRefusals)
	t.Run("cancel", testCancel)
	t.Run("stack", testStack)
	t.Run("edits", testEdits)
	t.Run("demo", testDemo)
	t.Run("services", testServices)
}

// command runs a command line in the repository and returns all its output, and its exit code.
func command(t *testing.T, env []string, line ...string) (out string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 4*patience) // an image may have to be built
	defer cancel()
	cmd := exec.CommandContext(ctx, line[0], line[1:]...)
	cmd.Dir, cmd.Env = harness.Root(), append(append(os.Environ(), "NO_COLOR=1"), env...)
	text, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || ctx.Err() != nil) {
		t.Fatalf("%s: %v %v\n%s", strings.Join(line, " "), err, ctx.Err(), text)
	}
	return string(text), cmd.ProcessState.ExitCode()
}

// testImage: what the image is, and how it runs a test.
func testImage(t *testing.T) {
	var inspected []struct {
		Size   int64
		Config struct {
			User   string
			Labels map[string]string
		}
	}
	out, _ := command(t, nil, "docker", "image", "inspect", "fw-k6:latest")
	if err := json.Unmarshal([]byte(out), &inspected); err != nil {
		t.Fatal(err)
	}
	t.Logf("the image has %.1f MB", float64(inspected[0].Size)/1e6)
	if inspected[0].Size > 120e6 || inspected[0].Config.User != "65532:65532" {
		t.Errorf("the image has %d bytes and user %s", inspected[0].Size, inspected[0].Config.User)
	}
	for _, label := range []string{"title", "description", "source", "licenses", "version", "revision"} {
		if value := inspected[0].Config.Labels["org.opencontainers.image."+label]; value == "" || value == "unknown" {
			t.Errorf("the label %s is %q", label, value)
		}
	}

	target := harness.StartTarget(t)
	run := []string{
		"docker", "run", "--network", "host", "--read-only", "-e", "BASE_URL=http://" + target.API, "-e", "WS_URL=ws://" + target.Chat,
		"-e", "VUS=5", "-e", "IDLE=1s", "-e", "RAMP=0", "-e", "HZ_AVERAGE_THRESHOLD=50",
		"-e", "GENERATOR_LAG_P99=2000", // other tests have the processors, too
	}
	with := func(more ...string) []string { return append(append([]string{}, run...), more...) }

	// The main test as an ordinary user, with an argument for k6, results into a folder of that user.
	results := t.TempDir()
	if err := os.Chmod(results, 0o777); err != nil {
		t.Fatal(err)
	}
	out, code := command(t, nil, with("--rm", "--user", "12345:12345", "-v", results+":/results", "-e", "DURATION=5s",
		"-e", "K6_PROMETHEUS_RW_SERVER_URL=http://127.0.0.1:1/api/v1/write", "fw-k6:latest", "--tag", "extra=yes")...)
	if _, err := os.Stat(filepath.Join(results, "summary.json")); err != nil || code != 0 ||
		!strings.Contains(out, "no Prometheus answers at http://127.0.0.1:1/") || !strings.Contains(out, "VERDICT: PASS") {
		t.Errorf("a good test: exit code %d, %v\n%s", code, err, out)
	}
	// The other kinds of end.
	for _, c := range []struct {
		code int
		says string
		env  []string
	}{
		{0, "HEALTH: OK", []string{"-e", "TEST_TYPE=health"}},
		{99, "VERDICT: FAIL", []string{"-e", "DURATION=2s", "-e", "HZ_AVERAGE_THRESHOLD=1000", "-e", "HZ_AVERAGE_MAXIMUM=0"}},
		{2, `TEST_TYPE="nonsense" is not allowed: one of websocket-streaming, health`, []string{"-e", "TEST_TYPE=nonsense"}},
		{107, `VUS=\"many\" is not allowed`, []string{"-e", "VUS=many"}},
	} {
		out, code := command(t, nil, append(with("--rm"), append(c.env, "fw-k6:latest")...)...)
		if code != c.code || !strings.Contains(out, c.says) {
			t.Errorf("%v: exit code %d, want %d and %q\n%s", c.env, code, c.code, c.says, out)
		}
	}

	// k6 is the first process: SIGTERM reaches it, and it ends with its summary.
	out, _ = command(t, nil, with("--detach", "-e", "DURATION=5m", "fw-k6:latest")...)
	id := strings.TrimSpace(out)
	t.Cleanup(func() { _ = exec.Command("docker", "rm", "--force", "--volumes", id).Run() })
	eventually(t, "the test in the container is under way", func() string {
		out, _ := command(t, nil, "docker", "logs", id)
		if !strings.Contains(out, "6/6 VUs") {
			return "not all users are there yet: " + out
		}
		return ""
	})
	if out, _ := command(t, nil, "docker", "exec", id, "/busybox/cat", "/proc/1/comm"); out != "k6\n" {
		t.Errorf("process 1 is %q", out)
	}
	command(t, nil, "docker", "stop", "--time", "30", id)
	code = -1
	out, _ = command(t, nil, "docker", "wait", id)
	_, _ = fmt.Sscan(out, &code)
	if out, _ := command(t, nil, "docker", "logs", id); code != 105 || !strings.Contains(out, "VERDICT:") {
		t.Errorf("stopped: exit code %d\n%s", code, out)
	}
}

// testStack: the monitoring in containers, and a test in one of them.
func testStack(t *testing.T) {
	target := harness.StartTarget(t, "--api", "0.0.0.0:0", "--chat", "0.0.0.0:0")
	hook := startWebhook(t, "0.0.0.0:0")
	results := t.TempDir()
	env := []string{
		"BASE_URL=http://localhost:" + port(t, target.API), "WS_URL=ws://localhost:" + port(t, target.Chat),
		"ALERT_WEBHOOK_URL=http://localhost:" + port(t, hook.Listener.Addr().String()) + "/alerts",
		"GRAFANA_PASSWORD=not-the-default", "TEST_RESULTS_DIR=" + results, "RUNNER=docker",
	}
	begin := time.Now()
	out, code := command(t, env, "./run-slo-testing.sh", "start-monitoring")
	if code != 0 {
		t.Fatalf("start-monitoring: exit code %d\n%s", code, out)
	}
	t.Logf("the monitoring is up after %.0f s", time.Since(begin).Seconds())

	run := start(t, "run-websocket", env, "./run-slo-testing.sh", "run-websocket", "VUS=200", "IDLE=5s", "RAMP_SCALE=0.1", "DURATION=180s")
	p := prometheus{url: "http://localhost:3001/api/datasources/proxy/uid/prometheus", user: "admin", password: "not-the-default"}
	testid := p.pushes(t, results, "websocket-streaming")
	other := start(t, "run-comprehensive", env, "./run-slo-testing.sh", "run-comprehensive", "VUS=4", "IDLE=0s", "RAMP=0", "DURATION=40s", "THINK_MIN=0s", "THINK_MAX=100ms")
	otherid := p.pushes(t, results, "comprehensive")
	trouble(t, p, hook, target, testid, func() {
		checkQueries(t, p, begin, testid, otherid)
		out, _ := command(t, env, "./run-slo-testing.sh", "dashboard-url")
		if missing := p.page(strings.TrimSpace(out)); missing != "" {
			t.Errorf("the dashboard %s: %s", out, missing)
		}
	})
	if code := run.wait(); code != 99 {
		t.Errorf("a test with a slowed loop ended with exit code %d, want 99\n%s", code, run.log.String())
	}
	other.wait()
	wholeResults(t, target, results, 1) // the health check before asks one question

	if out, code := command(t, env, "./run-slo-testing.sh", "stop-monitoring"); code != 0 {
		t.Errorf("stop-monitoring: exit code %d\n%s", code, out)
	}
	nothingLeft(t)
}

func port(t *testing.T, address string) string {
	t.Helper()
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// page says whether a page of Grafana is there for the user.
func (p prometheus) page(address string) (missing string) {
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return err.Error()
	}
	req.SetBasicAuth(p.user, p.password)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err.Error()
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return resp.Status
	}
	return ""
}

// nothingLeft: no container and no network of the project; volumes hold data and stay.
func nothingLeft(t *testing.T) {
	t.Helper()
	label := "label=com.docker.compose.project=" + project
	for _, line := range [][]string{
		{"docker", "ps", "--all", "--quiet", "--filter", label},
		{"docker", "network", "ls", "--quiet", "--filter", label},
	} {
		if out, _ := command(t, nil, line...); out != "" {
			t.Errorf("%s is not empty:\n%s", strings.Join(line, " "), out)
		}
	}
}
