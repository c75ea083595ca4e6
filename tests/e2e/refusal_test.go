package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/featherweight/tests/harness"
)

// refused checks that no load was started: a non-zero exit, and one line that says what was tried and what to do.
func refused(t *testing.T, run harness.Run, words ...string) {
	t.Helper()
	if run.Code == 0 {
		t.Error("exit code 0, although there was nothing to test")
	}
	var lines []string
	for line := range strings.Lines(run.Stderr) {
		if strings.Contains(line, "level=error") {
			lines = append(lines, line)
		}
	}
	if len(lines) != 1 {
		t.Errorf("%d error lines, not one", len(lines))
	}
	for _, word := range words {
		if len(lines) == 0 || !strings.Contains(lines[0], word) {
			t.Errorf("the error line does not say %q", word)
		}
	}
	if strings.Contains(run.Stderr, "at file://") || strings.Contains(run.Stderr, "goroutine ") {
		t.Error("a stack trace was printed")
	}
	if t.Failed() {
		t.Log(run.Describe())
	}
}

func TestNoLoadIsStartedOnATargetThatIsNotThere(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		fault string
		env   []string
		words []string
	}{
		{"metrics 404", "metrics_404", nil, []string{"/metrics", "404"}},
		{"metrics without any Hz", "metrics_no_hz", nil, []string{"/metrics", "Hz metric not found", "HZ_COUNTER"}},
		{"metrics that never end", "metrics_endless", nil, []string{"/metrics", "never ends"}},
		{"metrics malformed", "metrics_malformed", nil, []string{"/metrics", "not valid Prometheus text"}},
		{"handshake 403", "handshake_403=1", nil, []string{"/api/chat", "unexpected response code: 403"}},
		{"handshake 503", "handshake_503=1", nil, []string{"/api/chat", "unexpected response code: 503"}},
		{"accepts and never answers", "handshake_hang=1", nil, []string{"/api/chat", "not answered within 3s"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			target := harness.StartTarget(t, "--fault", c.fault)
			run := harness.Script(t, harness.MainScript(), ownLoop(target, c.env...))
			refused(t, run, c.words...)
			if turns := target.Stop().TurnsStarted; turns != 0 {
				t.Errorf("%v turns were started", turns)
			}
		})
	}
}

func TestConnectionRefusedNamesTheAddressAndWhatToDo(t *testing.T) {
	t.Parallel()
	nobody := harness.Nobody
	target := harness.StartTarget(t)
	refused(t, harness.Script(t, harness.MainScript(), short(target, "BASE_URL", "http://"+nobody, "METRICS_URL", "")), nobody, "connection refused", "start")
	refused(t, harness.Script(t, harness.MainScript(), short(target, "WS_URL", "ws://"+nobody)), nobody, "connection refused", "start")
}

func TestABadVariableIsRefusedByNameValueAndWhatIsAllowed(t *testing.T) {
	t.Parallel()
	run := harness.Script(t, harness.MainScript(), map[string]string{"VUS": "many"})
	refused(t, run, "VUS", "many", "whole number")
}

func TestReplacingTheScenariosOnTheCommandLineIsRefused(t *testing.T) {
	t.Parallel()
	target := harness.StartTarget(t)
	run := harness.Script(t, harness.MainScript(), short(target), "--vus", "5", "--duration", "2s")
	refused(t, run, "VUS=", "DURATION=")
}

// A packed script holds the plan of the time of packing: what runs and what is judged must be the same.
func TestAPackedScriptRunsOnlyWithThePlanThatItWasPackedWith(t *testing.T) {
	t.Parallel()
	target := harness.StartTarget(t)
	packed := filepath.Join(t.TempDir(), "main.tar")
	env := short(target)
	if run := harness.Command(t, []string{harness.K6(), "archive", "--archive-out", packed, harness.MainScript()}, env); run.Code != 0 {
		t.Fatal(run.Describe())
	}
	refused(t, harness.Script(t, packed, harness.With(env, "VUS", "7")), "k6 archive", "scenarios.chat.stages", "pack it again")
	refused(t, harness.Script(t, packed, harness.With(env, "ERROR_RATE_THRESHOLD", "0.5")), "k6 archive", "thresholds.error_rate")
	if turns := target.Live().TurnsStarted; turns != 0 {
		t.Errorf("%v turns were started", turns)
	}
	if run := harness.Script(t, packed, env); run.Code != 0 {
		t.Error("with the plan that it was packed with: " + run.Describe())
	}
}
