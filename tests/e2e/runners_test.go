package e2e

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
)

// ofRunners is a load whose answers take long enough that this machine does not decide about them.
func ofRunners(target *harness.Target, more ...string) map[string]string {
	return short(target, append([]string{"VUS", "41"}, more...)...)
}

// slowly makes the target answer in 0.6 s.
var slowly = []string{"--tokens", "5", "--ttft", "200ms", "--token-interval", "100ms"}

// outcomes are those of the objectives, by name.
func outcomes(t *testing.T, run harness.Run) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, row := range run.At(t, "slos").([]any) {
		out[row.(map[string]any)["name"].(string)] = row.(map[string]any)["outcome"].(string)
	}
	return out
}

// TestThreeRunnersHaveTheVerdictOfTheSingleRun: the same load on the same target, as k6-operator starts it and as one run.
func TestThreeRunnersHaveTheVerdictOfTheSingleRun(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		env    []string
		target []string
		code   int
		want   string
		missed string // the objective that decides; empty for none
	}{
		{"met", nil, nil, 0, "PASS", ""},
		{"one answer of ten is an error", nil, []string{"--fault", "error_frame=0.1"}, 99, "FAIL", "error rate"},
		{"answers are too slow", []string{"MESSAGE_RESPONSE_TIME_P90", "400"}, nil, 99, "FAIL", "response time"},
		{"the loop is too slow", []string{"METRICS_URL", harness.Loop(60), "HZ_AVERAGE_THRESHOLD", ""}, nil, 99, "FAIL", "loop frequency"},
		{"the generator is too weak", []string{"GENERATOR_LAG_P99", "0.001"}, nil, 99, "INVALID", "generator lag"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			one, three := harness.StartTarget(t, append(slowly, test.target...)...), harness.StartTarget(t, append(slowly, test.target...)...)
			single := harness.StartRunners(t, 1, ofRunners(one, append([]string{"METRICS_URL", harness.Loop(100)}, test.env...)...))
			several := harness.StartRunners(t, 3, ofRunners(three, test.env...))
			single.Go()
			several.Go()
			alone, parts := single.Wait()[0], several.Wait()
			whole := several.Verdict()
			verdict(t, whole, test.code, test.want)
			if alone.Code != test.code || alone.At(t, "verdict") != test.want {
				t.Errorf("the single run says %v with exit code %d\n%s", alone.At(t, "verdict"), alone.Code, alone.Describe())
			}
			verdict(t, single.Verdict(), test.code, test.want) // as the only runner
			ours, theirs := outcomes(t, whole), outcomes(t, alone)
			for name, outcome := range theirs {
				if ours[name] != outcome {
					t.Errorf("%s: %s, and %s in the single run\n%s", name, ours[name], outcome, whole.Describe())
				}
			}
			if len(ours) != len(theirs) || (test.missed != "" && ours[test.missed] == "pass") {
				t.Errorf("outcomes %v, and of the single run %v", ours, theirs)
			}
			observed := 0
			for _, part := range parts {
				if _, has := outcomes(t, part)["loop frequency"]; has {
					observed++
				}
			}
			if observed != 1 {
				t.Errorf("%d runners judged the loop", observed)
			}
			three.Audit(t, whole)
			if a, b := alone.Number(t, "totals", "turns"), whole.Number(t, "totals", "turns"); b < a/2 || b > a*2 {
				t.Errorf("%v turns, and %v in the single run", b, a)
			}
		})
	}
}

// pooled are the values of a metric in the steady phase that all runners told k6, in order.
func pooled(t *testing.T, files []string, metric string) []float64 {
	t.Helper()
	var all []float64
	for _, name := range files {
		harness.EachPoint(t, name, func(point harness.Point) {
			if point.Type == "Point" && point.Metric == metric && point.Data.Tags["phase"] == "steady" {
				all = append(all, point.Data.Value)
			}
		})
	}
	slices.Sort(all)
	return all
}

// TestTheSumOfRunnersIsExactWithinItsBounds holds it against every sample that the runners took, and against the target.
// FW_RUNNERS=10 is the longer form. A runner that is left out, or begins late, is said.
func TestTheSumOfRunnersIsExactWithinItsBounds(t *testing.T) {
	t.Parallel()
	target, n := harness.StartTarget(t, slowly...), harness.RunnersWanted()
	dir := t.TempDir()
	test := harness.StartRunners(t, n, ofRunners(target), "--out", "json="+filepath.Join(dir, "{n}.json"))
	test.Go()
	for _, part := range test.Wait() {
		if part.Code != 0 {
			t.Fatal(part.Describe())
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) != n {
		t.Fatalf("%d files of samples for %d runners: %v", len(files), n, err)
	}
	whole := test.Verdict()
	verdict(t, whole, 0, "PASS", "every objective is met")
	target.Audit(t, whole)
	judged := 0
	for _, row := range whole.At(t, "slos").([]any) {
		slo := row.(map[string]any)
		var metric string
		var p float64
		switch slo["name"] {
		case "response time":
			metric, p = "message_response_time", 0.9
		case "connection time":
			metric, p = "ws_connection_time", 0.95
		default:
			continue
		}
		judged++
		samples := pooled(t, files, metric)
		at := p * float64(len(samples)-1)
		low, high := int(at), min(int(at)+1, len(samples)-1)
		want := samples[low] + (samples[high]-samples[low])*(at-float64(low))
		if got := slo["low"].(float64); got > want+1e-6 {
			t.Errorf("%s: not below %v, and it is %v", metric, got, want)
		}
		if got := slo["high"].(float64); got < want-1e-6 || got > samples[high]*1.03 {
			t.Errorf("%s: not above %v, and it is %v", metric, got, want)
		}
		if slo["evidence"].(map[string]any)["n"].(float64) != float64(len(samples)) {
			t.Errorf("%s: %v of %d waits are evidence", metric, slo["evidence"], len(samples))
		}
	}
	if judged != 2 {
		t.Errorf("%d of two objectives were held against the samples", judged)
	}
	if most := steady(t, whole, "connections"); most > 41 || most < 30 {
		t.Errorf("most open connections %v, of 41 users", most)
	}
	folders, _ := filepath.Glob(filepath.Join(test.Dir, "*-of-*"))
	folders = slices.DeleteFunc(folders, func(name string) bool { return strings.HasSuffix(name, "1-of-1") })
	missing := harness.Verdict(t, "", slices.Delete(slices.Clone(folders), 1, 2)...)
	verdict(t, missing, 99, "INVALID", "is missing")
	late := harness.Verdict(t, "", append([]string{"--late", "1ns"}, folders...)...)
	verdict(t, late, 99, "INVALID", "was late")
}

// TestARunnerThatIsKilledMakesTheTestInvalid as it is while the runners still run.
func TestARunnerThatIsKilledMakesTheTestInvalid(t *testing.T) {
	t.Parallel()
	target := harness.StartTarget(t, quick...)
	test := harness.StartRunners(t, 3, ofRunners(target, "DURATION", "40s")) // a verdict is given meanwhile
	test.Go()
	awaitTurns(t, target, 100)
	early := test.Verdict()
	verdict(t, early, 99, "INVALID", "it was killed, or still runs")
	test.Kill(2)
	parts := test.Wait()
	if parts[0].Code != 0 || parts[1].Code == 0 || parts[2].Code != 0 {
		t.Errorf("exit codes %d %d %d", parts[0].Code, parts[1].Code, parts[2].Code)
	}
	whole := test.Verdict()
	verdict(t, whole, 99, "INVALID", "2-of-3 (part 1/3:2/3) began and left no end: it was killed, or still runs")
	if complete := whole.Summary["complete"]; complete != false {
		t.Errorf("complete: %v", complete)
	}
}

// awaitTurns waits until the target has completed so many.
func awaitTurns(t *testing.T, target *harness.Target, n float64) {
	t.Helper()
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	deadline := time.After(3 * time.Minute)
	for target.Live().TurnsCompleted < n {
		select {
		case <-poll.C:
		case <-deadline:
			t.Fatalf("the target did not complete %v turns within three minutes", n)
		}
	}
}

// TestTheObserverThatFindsNoLoopIsSaid: the others cannot know it, and run on.
func TestTheObserverThatFindsNoLoopIsSaid(t *testing.T) {
	t.Parallel()
	target := harness.StartTarget(t, quick...)
	test := harness.StartRunners(t, 3, ofRunners(target, "METRICS_URL", "http://"+harness.Nobody+"/metrics", "DURATION", "2s"))
	test.Go()
	test.Wait()
	verdict(t, test.Verdict(), 99, "INVALID", "started no load: its log says why")
}
