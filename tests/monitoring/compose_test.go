//go:build stack

package monitoring

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/featherweight/tests/harness"
)

// TestMain names the project, for what runs in parallel too.
func TestMain(m *testing.M) {
	if err := os.Setenv("COMPOSE_PROJECT_NAME", project); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// compose is whatever spellings of it there are, the old one first: it is the one that the specification uses.
func compose(t *testing.T) (spellings [][]string) {
	t.Helper()
	if out, err := exec.Command("docker-compose", "version", "--short").Output(); err == nil && strings.HasPrefix(string(out), "1.") {
		spellings = append(spellings, []string{"docker-compose"})
	} else {
		t.Log("SKIPPED docker-compose 1.29: it is not installed")
	}
	return append(spellings, []string{"docker", "compose"})
}

// up runs one service of a profile to its end, as the specification does, but with its exit code.
func up(t *testing.T, spelling []string, profile, service string, env []string) (out string, code int) {
	t.Helper()
	base := append(append([]string{}, spelling...), "--profile", profile)
	out, code = command(t, env, append(base, "up", "--exit-code-from", service, service)...)
	if out, code := command(t, nil, append(base, "down")...); code != 0 {
		t.Errorf("down: exit code %d\n%s", code, out)
	}
	nothingLeft(t)
	return out, code
}

// testDemo: the profile with the reference target.
func testDemo(t *testing.T) {
	for _, spelling := range compose(t) {
		out, code := up(t, spelling, "demo", "k6-demo", []string{"VUS=5", "IDLE=1s", "RAMP=0", "DURATION=5s", "HZ_AVERAGE_THRESHOLD=50"})
		if code != 0 || !strings.Contains(out, "VERDICT: PASS") {
			t.Errorf("%v: exit code %d\n%s", spelling, code, out)
		}
	}
}

// testServices: the specification's services, on a target of this machine; results stay in the volume.
func testServices(t *testing.T) {
	target := harness.StartTarget(t, "--api", "0.0.0.0:0", "--chat", "0.0.0.0:0")
	env := []string{
		"BASE_URL=http://localhost:" + port(t, target.API), "WS_URL=ws://localhost:" + port(t, target.Chat),
		"IDLE=1s", "RAMP=0", "DURATION=5s", "HZ_AVERAGE_THRESHOLD=50",
	}
	for _, c := range []struct {
		profile, service, says string
		env                    []string
	}{
		{"health", "k6-health-check", "HEALTH: OK", nil},
		{"load-test", "k6-websocket-streaming", "VERDICT: PASS", []string{"VUS=5"}},
		// Its own number of users; five seconds of them say nothing about the server.
		{"comprehensive", "k6-comprehensive", "501 max VUs", nil},
	} {
		out, code := up(t, compose(t)[0], c.profile, c.service, append(c.env, env...))
		if ok := code == 0 || (code == 99 && c.profile == "comprehensive"); !ok || !strings.Contains(out, c.says) {
			t.Errorf("%s: exit code %d, want %q\n%s", c.service, code, c.says, out)
		}
	}
	out, _ := command(t, nil, "docker", "run", "--rm", "-v", project+"_k6-results:/results", "--entrypoint", "/busybox/ls", "fw-k6:latest", "/results")
	if !strings.Contains(out, "summary.json") {
		t.Errorf("the volume holds no results: %s", out)
	}
}
