//go:build stack

package monitoring

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
)

// TestNative is a test of 200 users, started as a user starts it, against a real Prometheus and Alertmanager: metrics
// flow, every query of dashboard and rules finds data, an alert fires with a slowed loop and resolves after, and a
// Prometheus that goes away in the middle takes nothing from the results.
func TestNative(t *testing.T) {
	t.Parallel()
	target := harness.StartTarget(t, "--api", "127.0.0.1:0")
	hook := startWebhook(t, "127.0.0.1:0")
	s := startStack(t, target, hook.URL+"/alerts")
	results := t.TempDir()
	begin := time.Now()

	run := s.test(t, results, "run-websocket", "--skip-health", "VUS=200", "IDLE=5s", "RAMP_SCALE=0.1", "DURATION=180s")
	testid := s.pushes(t, results, "websocket-streaming")
	other := s.test(t, results, "run-comprehensive", "VUS=4", "IDLE=0s", "RAMP=0", "DURATION=40s", "THINK_MIN=0s", "THINK_MAX=100ms")
	otherid := s.pushes(t, results, "comprehensive")
	trouble(t, s.prometheus, hook, target, testid, func() {
		checkQueries(t, s.prometheus, begin, testid, otherid)
		checkRules(t, s.prometheus, begin)
	})
	prometheusGone(t, s, filepath.Join(results, testid, "k6.log"))

	other.wait()
	if code := run.wait(); code != 99 {
		t.Errorf("a test with a slowed loop ended with exit code %d, want 99\n%s", code, run.log.String())
	}
	if !strings.Contains(run.log.String(), "did not reach Prometheus") {
		t.Errorf("the run does not say that metrics were lost\n%s", run.log.String())
	}
	wholeResults(t, target, results, 0)
	eventually(t, "stale markers end the test", func() string {
		if got, err := s.now("k6_vus"); err != nil || len(got) > 0 {
			return fmt.Sprint(got, err)
		}
		return ""
	})
	// Those over the last minute need it to end.
	eventually(t, "and its alerts", func() string { return s.active("load-test") })
}

// active lists the alerts of a scope, as the rules hold them. The series ALERTS shows one that fired when Prometheus went
// away for five minutes more.
func (p prometheus) active(scope string) (alerts string) {
	var data struct {
		Alerts []struct{ Labels map[string]string }
	}
	if err := p.get("alerts", url.Values{}, &data); err != nil {
		return err.Error()
	}
	for _, a := range data.Alerts {
		if a.Labels["scope"] == scope {
			alerts += fmt.Sprintln(a.Labels)
		}
	}
	return alerts
}

// test starts run-slo-testing.sh on the target.
func (s *stack) test(t *testing.T, results, command string, words ...string) *process {
	t.Helper()
	env := append([]string{"PROMETHEUS_URL=" + s.url, "TEST_RESULTS_DIR=" + results, "NO_COLOR=1"}, s.targets...)
	return start(t, command, env, append([]string{"./run-slo-testing.sh", command}, words...)...)
}

// prometheusGone takes Prometheus away until k6 has missed it, and brings it back.
func prometheusGone(t *testing.T, s *stack, k6log string) {
	t.Helper()
	s.server.stop()
	eventually(t, "k6 misses Prometheus", func() string {
		if text, err := os.ReadFile(k6log); err != nil || !strings.Contains(string(text), "Failed to send the time series data") {
			return "no such line in " + k6log
		}
		return ""
	})
	back := time.Now()
	s.startPrometheus(t)
	s.wait(t, "k6 pushes again", fmt.Sprintf("timestamp(k6_vus) > %s", seconds(back)))
}

// wholeResults: the tests counted exactly what the target did, whatever reached Prometheus; others are the turns of
// whoever else talked to it.
func wholeResults(t *testing.T, target *harness.Target, dir string, others float64) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "20*", "summary.json"))
	if err != nil || len(files) != 2 {
		t.Fatalf("the results of two runs should be in %s: %v %v", dir, files, err)
	}
	turns := 0.0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var summary struct {
			Verdict string
			Totals  struct{ Turns float64 }
		}
		if err := json.Unmarshal(text, &summary); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, name := range []string{"junit.xml", "report.md", "report.html", "k6.log"} {
			if info, err := os.Stat(filepath.Join(filepath.Dir(file), name)); err != nil || info.Size() == 0 {
				t.Errorf("%s is not there, or empty: %v", name, err)
			}
		}
		t.Logf("%s: %s, %v turns", filepath.Base(filepath.Dir(file)), summary.Verdict, summary.Totals.Turns)
		turns += summary.Totals.Turns
	}
	if truth := target.Live(); turns+others != truth.TurnsCompleted {
		t.Errorf("the results hold %v turns, the target completed %v", turns, truth.TurnsCompleted)
	}
}
