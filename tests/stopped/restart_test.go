package stopped

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/featherweight/tests/harness"
)

// TestAServerThatIsKilledAndStartedAgainInTheMiddle loses what it was doing: users come back, the restart is in the verdict, and
// every question is accounted for by both servers and by the client.
func TestAServerThatIsKilledAndStartedAgainInTheMiddle(t *testing.T) {
	t.Parallel()
	const users = 10
	api, chat := harness.FreePort(t), harness.FreePort(t)
	serve := func() *harness.Target {
		return harness.StartTarget(t, "--tokens", "5", "--ttft", "50ms", "--token-interval", "50ms", "--api", "127.0.0.1:"+api, "--chat", "127.0.0.1:"+chat)
	}
	first, dir := serve(), t.TempDir()
	env := harness.With(environment(first, into(dir)...), "METRICS_URL", "http://"+first.API+"/metrics", "VUS", fmt.Sprint(users), "DURATION", "12s", "IDLE", "2s", "ERROR_RATE_THRESHOLD", "0.9")
	p := start(t, []string{harness.K6(), "run", harness.MainScript()}, env)
	await(t, "the users ask", func() bool { return first.Live().TurnsStarted > 30 }, p.screen.String)
	before := first.Live() // what it knows is lost with it
	first.Kill()
	second := serve()
	await(t, "the users are back", func() bool { return second.Live().TurnsCompleted > 30 }, p.screen.String)
	if code := p.code(); code != 99 {
		t.Errorf("exit code %d, not 99\n%s", code, p.screen)
	}
	after := second.Stop()
	there, _ := whole(t, dir)
	if !slices.Equal(there, all()) {
		t.Fatalf("it has left %v\n%s", there, p.screen)
	}
	var told struct {
		Verdict  string
		Reasons  []string
		Failures map[string]float64
		Totals   struct{ Turns, Failed, Interrupted, LoopRestarts float64 }
		SLOs     []struct {
			Name     string
			Value    float64
			Evidence struct{ N float64 }
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "summary.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &told); err != nil {
		t.Fatal(err)
	}
	totals := told.Totals
	if told.Verdict != "FAIL" || !strings.Contains(strings.Join(told.Reasons, "; "), "the loop was restarted 1 time") || totals.LoopRestarts != 1 {
		t.Errorf("the restart is not in the verdict: %s, %v, %v restarts", told.Verdict, told.Reasons, totals.LoopRestarts)
	}
	// Attempts are what the error rate counts: turns that are complete or failed, dials that nobody answered among them.
	rate, attempts := told.SLOs[0], totals.Turns+totals.Failed
	if rate.Name != "error rate" || rate.Evidence.N != attempts || math.Abs(rate.Value-totals.Failed/attempts) > 1e-9 {
		t.Errorf("%v complete and %v failed turns, and the error rate is %+v", totals.Turns, totals.Failed, rate)
	}
	failed := 0.0
	for reason, count := range told.Failures {
		failed += count
		if !slices.Contains([]string{"dial", "handshake", "reset"}, reason) {
			t.Errorf("%v turns failed as %s: a server that is killed resets, also in a handshake, and one that is not there refuses", count, reason)
		}
	}
	if failed != totals.Failed || failed == 0 || totals.Interrupted != 0 {
		t.Errorf("failures %v, and %v failed, %v were cut off", told.Failures, totals.Failed, totals.Interrupted)
	}
	// What the first server completed between the last look at it and its death is not known to anybody else.
	if complete := totals.Turns - after.TurnsCompleted; complete < before.TurnsCompleted || complete > before.TurnsStarted+40 {
		t.Errorf("%v turns are complete, of which the second server counted %v, and the first one %v to about %v", totals.Turns, after.TurnsCompleted, before.TurnsCompleted, before.TurnsStarted)
	}
	if reset := told.Failures["reset"]; reset > users {
		t.Errorf("%v turns were reset, of %d users", reset, users)
	}
}
