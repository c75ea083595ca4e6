package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
)

// found is capacity.json of a search.
type found struct {
	Answer struct {
		Low   float64
		High  *float64
		First string
		Sure  bool
	}
	Seconds, PromisedSeconds float64
	Stopped                  string
	Steps                    []struct {
		Load         float64
		Outcome, Run string
	}
}

// search is what a search is called with: its values are in the environment.
func search(flags ...string) []string {
	return append([]string{harness.K6(), "x", "fwhz", "find-capacity", "--skip-health"}, flags...)
}

// searchEnv is a search of runs of 6 s. A loop that is slowed down runs at 25 Hz: on a machine with much to do too, its bounds are
// on one side of 60. Users keep their connections: one who reconnects is not there for a moment.
func searchEnv(target *harness.Target, results string, more ...string) map[string]string {
	return harness.With(harness.With(target.Env(), "TEST_RESULTS_DIR", results, "ENV_FILE", os.DevNull, "IDLE", "1s", "RAMP", "0", "DURATION", "5s", "TURNS_PER_SESSION", "1000", "THINK_MIN", "100ms", "THINK_MAX", "300ms",
		"HZ_AVERAGE_THRESHOLD", "60", "HZ_AVERAGE_MAXIMUM", "0", "HZ_COVERAGE", "0.1", "LOOP_LONGEST_GAP", "4000", "GENERATOR_LAG_P99", "5000",
		"RESPONSE_TIMEOUT", "6s", "MESSAGE_RESPONSE_TIME_P90", "5000", "CONNECT_TIMEOUT", "6s", "WS_CONNECTION_TIME_P95", "5000"), more...)
}

// answer reads what a search has left, and where.
func answer(t *testing.T, results string) (out found, folder string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(results, "*-capacity", "capacity.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%q are not one capacity.json: %v", files, err)
	}
	if latest, err := os.Readlink(filepath.Join(results, "latest")); latest != filepath.Base(filepath.Dir(files[0])) {
		t.Errorf("the latest run is %q (%v), not the search", latest, err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out, filepath.Dir(files[0])
}

// holds checks an answer against the truth: the greatest load that was held is not above it, the least that gave way is, and
// both are within 5 %, or one user, of each other.
func (f found) holds(t *testing.T, truth float64, run harness.Run) {
	t.Helper()
	if run.Code != 0 || !f.Answer.Sure || f.Answer.High == nil || f.Answer.Low > truth || *f.Answer.High <= truth || *f.Answer.High > max(f.Answer.Low*1.05, f.Answer.Low+1) {
		t.Errorf("the true capacity is %v users: %+v\n%s", truth, f, run.Describe())
	}
	if f.Answer.First != "loop frequency" {
		t.Errorf("%q gave way first, not the loop frequency\n%s", f.Answer.First, run.Describe())
	}
	if f.Seconds > f.PromisedSeconds {
		t.Errorf("it took %v s, and promised %v s at most", f.Seconds, f.PromisedSeconds)
	}
}

func TestTheCapacityOfAServerIsFound(t *testing.T) {
	t.Parallel()
	const truth = 40
	target := harness.StartTarget(t, append([]string{"--fault", "loop_capacity=" + strconv.Itoa(truth)}, quick...)...)
	results := t.TempDir()
	run := harness.Command(t, search("--from", "32"), searchEnv(target, results, "VUS", "64"))
	got, folder := answer(t, results)
	got.holds(t, truth, run)
	if !strings.Contains(run.Stdout, "capacity: from ") || !strings.Contains(run.Stdout, "it was loop frequency that gave way first") {
		t.Errorf("the answer is not printed\n%s", run.Describe())
	}
	page, err := os.ReadFile(filepath.Join(folder, "report.html"))
	if err != nil || !strings.Contains(string(page), `id="loop"`) || !strings.Contains(string(page), `id="response"`) {
		t.Errorf("report.html has not both pictures: %v", err)
	}
	for _, step := range got.Steps {
		for _, file := range []string{"summary.json", "report.html", "series.ndjson", "k6.log"} {
			if _, err := os.Stat(filepath.Join(results, step.Run, file)); err != nil {
				t.Errorf("the run with %v users: %v", step.Load, err)
			}
		}
	}
}

func TestASearchThatIsStoppedLeavesWhatItHasFound(t *testing.T) {
	t.Parallel()
	target := harness.StartTarget(t, quick...)
	results := t.TempDir()
	started := make(chan int, 1)
	over := make(chan struct{})
	go func() {
		pid := <-started
		for { // the second step is under way once the first is written down
			if runs, _ := filepath.Glob(filepath.Join(results, "*-capacity-step*", "series.ndjson")); len(runs) > 0 {
				_ = syscall.Kill(pid, syscall.SIGINT)
				return
			}
			select {
			case <-over:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	run := harness.CommandStarted(t, search("--from", "2"), searchEnv(target, results, "VUS", "8"), started)
	close(over)
	if run.Code == 0 {
		t.Errorf("a search that was stopped is no success\n%s", run.Describe())
	}
	got, folder := answer(t, results)
	if got.Answer.Sure || got.Stopped == "" {
		t.Errorf("%+v is not an answer of a search that was stopped\n%s", got, run.Describe())
	}
	if _, err := os.Stat(filepath.Join(folder, "report.html")); err != nil {
		t.Error(err)
	}
	if len(got.Steps) > 0 && got.Steps[0].Load != 2 {
		t.Errorf("the first step is %+v", got.Steps[0])
	}
}

// Of 20 users each waits for a second, where 90 of 100 may wait for half a one: that is proven when all have waited once.
func TestARunEndsWhenItIsCertainThatAnObjectiveIsMissed(t *testing.T) {
	t.Parallel()
	target := harness.StartTarget(t, "--tokens", "5", "--ttft", "1s", "--token-interval", "20ms")
	began := time.Now()
	run := harness.Script(t, harness.MainScript(), short(target, "VUS", "20", "RAMP", "0", "IDLE", "1s", "DURATION", "10m", "MESSAGE_RESPONSE_TIME_P90", "500", "ABORT_WHEN_CERTAIN", "true"))
	verdict(t, run, 99, "FAIL", "response time p(90)", "so the run was ended (ABORT_WHEN_CERTAIN)")
	if took := time.Since(began); took > 2*time.Minute {
		t.Errorf("it took %s of 10 minutes", took)
	}
}

// The long form, with the values of the help: CAPACITY_LONG=1 go test ./e2e -run LongForm -timeout 2h, on a quiet machine.
func TestTheLongFormFindsFiveOfFiveCapacities(t *testing.T) {
	if os.Getenv("CAPACITY_LONG") == "" {
		harness.LeaveOut(t, "find-capacity, long form", "it takes about 40 minutes: CAPACITY_LONG=1")
	}
	for _, truth := range []int{90, 210, 333, 480, 777} {
		target := harness.StartTarget(t, "--fault", "loop_capacity="+strconv.Itoa(truth))
		results := t.TempDir()
		run := harness.Command(t, search(), harness.With(target.Env(), "TEST_RESULTS_DIR", results, "ENV_FILE", os.DevNull, "VUS", "1000"))
		got, _ := answer(t, results)
		t.Logf("true %d: %s, %v of %v s, %d runs", truth, strings.TrimSpace(run.Stdout), got.Seconds, got.PromisedSeconds, len(got.Steps))
		got.holds(t, float64(truth), run)
	}
}
