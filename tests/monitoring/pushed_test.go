//go:build stack

package monitoring

import (
	"fmt"
	"math"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/featherweight/tests/harness"
)

// ofRunners are the settings of runners, with limits that a machine without time keeps to.
func ofRunners(target *harness.Target, more ...string) map[string]string {
	return harness.With(map[string]string{
		"BASE_URL": "http://" + target.API, "WS_URL": "ws://" + target.Chat, "METRICS_URL": "http://" + target.API + "/metrics",
		"VUS": "41", "IDLE": "2s", "RAMP_SCALE": "0.02", "DURATION": "20s", "THINK_MIN": "0s", "THINK_MAX": "300ms", "GENERATOR_LAG_P99": "2000",
		"HZ_AVERAGE_THRESHOLD": "50", "HZ_AVERAGE_MAXIMUM": "200", "HZ_COVERAGE": "0.01", "LOOP_LONGEST_GAP": "5000",
	}, more...)
}

// pushing are those of runners that send what they leave to the Prometheus.
func pushing(s *stack, target *harness.Target, more ...string) map[string]string {
	return ofRunners(target, append([]string{"RUNNER_PUSH_URL", s.url + "/api/v1/write"}, more...)...)
}

// pushedVerdict is what "verdict --prometheus" says of the test.
func pushedVerdict(t *testing.T, s *stack, target *harness.Target, more ...string) harness.Run {
	t.Helper()
	words := append([]string{"--late", "1m", "--prometheus", s.url, "--testid", t.Name()}, more...)
	return harness.Verdict(t, "http://"+target.API+"/metrics", words...)
}

// lacking is the first of these texts that is not in the other.
func lacking(text string, wanted ...string) string {
	for _, one := range wanted {
		if !strings.Contains(text, one) {
			return "no " + one
		}
	}
	return ""
}

// connections is what is told of them in the table of phases. Runners tell theirs in Prometheus for ten seconds at once, and need
// not have had the most of them at the same moment, so that the sum there is coarser.
var connections = regexp.MustCompile(`(?m)^ *most open connections .*\n`)

// withoutConnections takes them out of the phases of a summary.
func withoutConnections(t *testing.T, run harness.Run) map[string]float64 {
	t.Helper()
	out := map[string]float64{}
	for _, one := range run.At(t, "phases").([]any) {
		phase := one.(map[string]any)
		if most, has := phase["connections"].(float64); has {
			out[phase["name"].(string)] = most
		}
		delete(phase, "connections")
	}
	if len(out) < 3 {
		t.Errorf("the summary tells of connections in %v only", out)
	}
	return out
}

// TestRunnersByPrometheusHaveTheVerdictOfTheirFolders: what three runners sent to a real Prometheus is judged as what they left in
// their folders, to the letter, and PromQL finds the same percentile over all of them.
func TestRunnersByPrometheusHaveTheVerdictOfTheirFolders(t *testing.T) {
	t.Parallel()
	target := harness.StartTarget(t, "--api", "127.0.0.1:0", "--tokens", "5", "--ttft", "200ms", "--token-interval", "100ms", "--fault", "error_frame=0.2")
	s := startStack(t, target, "http://"+harness.Nobody)
	test := harness.StartRunners(t, 3, pushing(s, target))
	test.Go()
	for _, part := range test.Wait() {
		if part.Code != 0 && part.Code != 99 {
			t.Fatal(part.Describe())
		}
	}
	folders, pushed := test.Verdict(), pushedVerdict(t, s, target)
	if folders.Verdict() != "FAIL" || folders.Code != 99 {
		t.Fatalf("every fifth turn fails, and the verdict is %s\n%s", folders.Verdict(), folders.Describe())
	}
	butConnections := func(text string) string { return connections.ReplaceAllString(text, "") }
	if butConnections(pushed.Stdout) != butConnections(folders.Stdout) || pushed.Code != folders.Code {
		t.Errorf("of the folders, exit code %d:\n%s\nof Prometheus, exit code %d:\n%s%s", folders.Code, folders.Stdout, pushed.Code, pushed.Stdout, pushed.Stderr)
	}
	ours, theirs := withoutConnections(t, pushed), withoutConnections(t, folders)
	for phase, most := range theirs {
		if ours[phase] < 1 || ours[phase] > 41 {
			t.Errorf("%s: %v open connections by Prometheus, %v by the folders, and there are 41 users", phase, ours[phase], most)
		}
	}
	if !reflect.DeepEqual(pushed.Summary, folders.Summary) {
		t.Errorf("summary.json of the folders:\n%v\nof Prometheus:\n%v", folders.Summary, pushed.Summary)
	}
	target.Audit(t, pushed)

	found, err := s.now(fmt.Sprintf("histogram_quantile(0.9, sum(last_over_time(fwhz_message_response_time{testid=%q,phase=\"steady\"}[1d])))", t.Name()))
	if err != nil || len(found) != 1 {
		t.Fatalf("PromQL finds %v: %v", found, err)
	}
	for _, row := range pushed.At(t, "slos").([]any) {
		if one := row.(map[string]any); one["name"] == "response time" {
			if want := one["value"].(float64); math.Abs(found[0].value-want) > 0.03*want {
				t.Errorf("the 90th percentile is %v by PromQL, and %v in the verdict", found[0].value, want)
			}
		}
	}
}

// TestARunnerThatSentNoEndMakesTheTestInvalid, and neither does what nobody sent pass.
func TestARunnerThatSentNoEndMakesTheTestInvalid(t *testing.T) {
	t.Parallel()
	target := harness.StartTarget(t, "--api", "127.0.0.1:0")
	s := startStack(t, target, "http://"+harness.Nobody)
	env := pushing(s, target, "RUNNER_DIR", "") // no folder at all
	nothing := pushedVerdict(t, s, target)
	if nothing.Code != 1 || nothing.Summary != nil {
		t.Errorf("nobody has sent anything, and the verdict is %s", nothing.Describe())
	}
	test := harness.StartRunners(t, 3, env)
	test.Go()
	eventually(t, "the runners say that they run", func() string {
		return lacking(pushedVerdict(t, s, target).Reasons(), "1-of-3", "2-of-3", "3-of-3", "it was killed, or still runs")
	})
	test.Kill(2)
	test.Wait()
	whole := pushedVerdict(t, s, target)
	if lacks := lacking(whole.Reasons(), "2-of-3 (part 1/3:2/3) began and left no end: it was killed, or still runs"); lacks != "" || whole.Verdict() != "INVALID" || whole.Code != 99 {
		t.Errorf("%s\n%s", lacks, whole.Describe())
	}
	if left, err := filepath.Glob(filepath.Join(test.Dir, "*-of-3")); err != nil || len(left) > 0 {
		t.Errorf("without RUNNER_DIR there are %v: %v", left, err)
	}
}

// TestARunnerThatCannotSendDoesNotBegin, and says where to and what came back.
func TestARunnerThatCannotSendDoesNotBegin(t *testing.T) {
	t.Parallel()
	target := harness.StartTarget(t, "--api", "127.0.0.1:0")
	s := startStack(t, target, "http://"+harness.Nobody)
	test := harness.StartRunners(t, 2, pushing(s, target, "RUNNER_PUSH_URL", s.url+"/api/v1/nowhere"))
	test.Go()
	for _, part := range test.Wait() {
		if lacks := lacking(part.Stderr, "the results of this runner cannot be sent to "+s.url+"/api/v1/nowhere", "404", "set RUNNER_PUSH_URL"); lacks != "" || part.Code == 0 {
			t.Errorf("%s\n%s", lacks, part.Describe())
		}
	}
	if turns := target.Live().TurnsCompleted; turns > 0 {
		t.Errorf("%v turns were had all the same", turns)
	}
}
