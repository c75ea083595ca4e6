package e2e

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
)

// pulses is where a target sends the turns of its loop.
func pulses(target *harness.Target) string { return "ws://" + target.Chat + "/api/chat" }

func TestEveryWindowOfAStreamHoldsTheTruthAndIsNarrower(t *testing.T) {
	t.Parallel()
	target := harness.StartTarget(t, "--pulses")
	for _, rate := range []float64{100, 95.1, 50} {
		target.Fault(map[string]any{"loop_hz": rate})
		stream := holdsTheTruth(t, target, pulses(target), rate)
		asked := holdsTheTruth(t, target, "http://"+target.API+"/metrics", rate)
		if stream.Source != "stream" || asked.Source != "counter" {
			t.Errorf("sources %q and %q, not stream and counter", stream.Source, asked.Source)
		}
		if narrow, wide := stream.High-stream.Low, asked.High-asked.Low; narrow >= wide {
			t.Errorf("%v Hz: the bound of the stream is %v Hz wide, that of the counter %v", rate, narrow, wide)
		}
	}
}

func TestAStallOfTheLoopIsSeenInItsStream(t *testing.T) {
	t.Parallel()
	const stall = 400
	target := harness.StartTarget(t, "--pulses")
	var connected time.Time
	when(t, target, func(now harness.Truth) bool {
		if now.Connections > 0 && connected.IsZero() {
			connected = time.Now()
		}
		return !connected.IsZero() && time.Since(connected) > 2*time.Second
	}, func() { target.Fault(map[string]any{"loop_stall": "400ms"}) })
	run := harness.Command(t, []string{harness.K6(), "x", "fwhz", "hz", pulses(target), "--json", "--duration", "6s"}, nil)
	lines := strings.Split(strings.TrimSpace(run.Stdout), "\n")
	var whole window
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &whole); err != nil || !whole.Summary {
		t.Fatalf("the last line is no summary: %v\n%s", err, run.Describe())
	}
	if longest := target.Stop().LongestGap; whole.Gap < 0.6*stall || whole.Gap > longest {
		t.Errorf("a gap of %v ms is seen; the loop stood for %v ms\n%s", whole.Gap, longest, run.Describe())
	}
}

// Every user of this run gets 100 pulses a second beside the answers: they are nobody's answer, and no error.
func TestTheVerdictStandsOnAStream(t *testing.T) {
	t.Parallel()
	target := harness.StartTarget(t, append([]string{"--pulses"}, quick...)...)
	run := harness.Script(t, harness.MainScript(), short(target, "VUS", "10", "METRICS_URL", "", "HZ_SOURCE", "stream", "HZ_AVERAGE_THRESHOLD", ""))
	verdict(t, run, 0, "PASS")
	if got := run.At(t, "loop", "source"); got != "stream" {
		t.Errorf("source %v, not stream", got)
	}
	if run.At(t, "loop", "measured") != true || strings.Contains(run.Stdout, "reported") {
		t.Errorf("a stream is measured\n%s", run.Describe())
	}
	target.Audit(t, run)
}

func TestALoopTooSlowFailsByItsStream(t *testing.T) {
	t.Parallel()
	target := harness.StartTarget(t, append([]string{"--pulses", "--hz", "90"}, quick...)...)
	run := harness.Script(t, harness.MainScript(), short(target, "VUS", "10", "METRICS_URL", pulses(target), "HZ_AVERAGE_THRESHOLD", ""))
	verdict(t, run, 99, "FAIL", "Hz")
	if got := run.At(t, "loop", "source"); got != "stream" {
		t.Errorf("source %v, not stream", got)
	}
	target.Audit(t, run)
}

func TestAStreamThatSendsNoPulseIsNeverAPass(t *testing.T) {
	t.Parallel()
	target := harness.StartTarget(t, quick...)
	run := harness.Script(t, harness.MainScript(), short(target, "VUS", "10", "METRICS_URL", pulses(target), "HZ_AVERAGE_THRESHOLD", ""))
	if run.Code == 0 || !strings.Contains(run.Stderr, "no message of type") {
		t.Errorf("it must not pass, and say why\n%s", run.Describe())
	}
}
