//go:build stack

package monitoring

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/featherweight/tests/harness"
)

// inContainers is where k6-operator runs: containers of the image, its entrypoint not used, with a shell that looks for the script first,
// and a volume that all of them write.
func inContainers(t *testing.T, dir string) harness.Place {
	t.Helper()
	if err := os.Chmod(dir, 0o777); err != nil { // who runs in the image is not who tests
		t.Fatal(err)
	}
	name := func(number int) string {
		return fmt.Sprintf("%s-%s-%d", project, strings.ReplaceAll(t.Name(), "/", "-"), number)
	}
	const script = "/scripts/websocket-streaming-load-test.js"
	return harness.Place{
		Script: script, Results: "/results",
		Line: func(number int, env, words []string) []string {
			line := []string{"docker", "run", "--rm", "--network", "host", "--name", name(number), "-v", dir + ":/results", "--entrypoint", "sh"}
			for _, one := range env {
				line = append(line, "-e", one)
			}
			looks := "if [ ! -f " + script + " ]; then echo 'LocalFile not found exiting...'; exit 1; fi; "
			return append(line, "fw-k6:latest", "-c", looks+"k6 "+strings.Join(words, " "))
		},
		Kill: func(number int) { _ = exec.Command("docker", "kill", name(number)).Run() },
	}
}

// verdictInContainer is what the job of deploy/k6-operator says.
func verdictInContainer(t *testing.T, dir, wait string) (said string, code int) {
	t.Helper()
	return command(t, nil, "docker", "run", "--rm", "--entrypoint", "k6", "-v", dir+":/results", "fw-k6:latest",
		"x", "fwhz", "verdict", "--late", "1m", "--wait", wait, "--output", "/results/whole", "/results")
}

// testRunners: containers as k6-operator starts them, paused, told to go on one after the other, and judged by one more. Counts are
// those of the target exactly, and the verdict is that of the single run on the same load.
func testRunners(t *testing.T) {
	for name, c := range map[string]struct {
		faults  []string
		verdict string
		code    int
		missed  string
	}{
		"good":         {nil, "PASS", 0, ""},
		"errors":       {[]string{"--fault", "error_frame=0.2"}, "FAIL", 99, "error rate"},
		"slow loop":    {[]string{"--fault", "loop_hz=30"}, "FAIL", 99, "loop frequency"},
		"slow answers": {[]string{"--fault", "slow_tokens=10"}, "FAIL", 99, "response time"},
	} {
		t.Run(name, func(t *testing.T) {
			target := harness.StartTarget(t, append([]string{"--api", "127.0.0.1:0", "--tokens", "5", "--ttft", "100ms", "--token-interval", "50ms"}, c.faults...)...)
			env := ofRunners(target, "DURATION", "10s", "MESSAGE_RESPONSE_TIME_P90", "1500", "RESPONSE_TIMEOUT", "20s")
			test := harness.StartRunnersAt(t, func(dir string) harness.Place { return inContainers(t, dir) }, harness.RunnersWanted(), env)
			test.Go()
			test.Wait()
			said, code := verdictInContainer(t, test.Dir, "1m")
			whole := harness.Run{Code: code, Stdout: said}
			whole.ReadFrom(t, filepath.Join(test.Dir, "whole"), env["METRICS_URL"])
			missed := whole.Objectives("fail")
			if code != c.code || whole.Verdict() != c.verdict || (c.missed == "") != (len(missed) == 0) || (c.missed != "" && !slices.Contains(missed, c.missed)) {
				t.Errorf("exit code %d, %s, missed: %v; want %d, %s, %q\n%s", code, whole.Verdict(), missed, c.code, c.verdict, c.missed, said)
			}
			target.Audit(t, whole)
		})
	}
	t.Run("killed", func(t *testing.T) {
		target := harness.StartTarget(t, "--api", "127.0.0.1:0")
		env := ofRunners(target)
		test := harness.StartRunnersAt(t, func(dir string) harness.Place { return inContainers(t, dir) }, 3, env)
		test.Go()
		eventually(t, "there is load", func() string {
			if n := target.Live().TurnsCompleted; n < 20 {
				return fmt.Sprintf("%v turns", n)
			}
			return ""
		})
		test.Kill(2)
		test.Wait()
		said, code := verdictInContainer(t, test.Dir, "1s") // the one that was killed never ends
		if lacks := lacking(said, "VERDICT: INVALID", "2-of-3 (part 1/3:2/3) began and left no end: it was killed, or still runs"); lacks != "" || code != 99 {
			t.Errorf("exit code %d: %s\n%s", code, lacks, said)
		}
	})
}
