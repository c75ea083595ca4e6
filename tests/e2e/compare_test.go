package e2e

import (
	"math"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/featherweight/tests/harness"
)

// Two servers that differ in one thing: the tokens of one come half as fast. An answer has 10 tokens, 9 times 100 ms
// apart, so it takes 900 ms longer. Both run at the same time, so that what else this machine does is the same for both.
func TestCompareSaysByHowMuchAServerBecameSlower(t *testing.T) {
	t.Parallel()
	const slower, truth = "2", 900.0
	base, latest := t.TempDir(), t.TempDir()
	answers := []string{"--tokens", "10", "--ttft", "50ms", "--token-interval", "100ms"}
	var both sync.WaitGroup
	for dir, faults := range map[string][]string{base: nil, latest: {"--fault", "slow_tokens=" + slower}} {
		target := harness.StartTarget(t, append(faults, answers...)...)
		both.Go(func() {
			run := harness.Script(t, harness.MainScript(), short(target, "DURATION", "20s", "MESSAGE_RESPONSE_TIME_P90", "2500",
				"SUMMARY_FILE", filepath.Join(dir, "summary.json"), "SERIES_FILE", filepath.Join(dir, "series.ndjson")))
			if run.Code != 0 {
				t.Errorf("a run failed: %s", run.Describe())
			}
		})
	}
	both.Wait()
	if t.Failed() {
		return
	}

	changed := compared(t, 99, "--fail-on", "worse=5%", base, latest)
	if changed.word != "worse" || changed.low > truth || changed.high < truth || changed.low <= 0 {
		t.Errorf("response time: %s, %v to %v ms; it became worse by %v ms\n%s", changed.word, changed.low, changed.high, truth, changed.text)
	}
	if back := compared(t, 0, latest, base); back.word != "better" || back.low > -truth || back.high < -truth {
		t.Errorf("response time: %s, %v to %v ms; it became better by %v ms\n%s", back.word, back.low, back.high, truth, back.text)
	}
	itself := compared(t, 0, "--fail-on", "worse", base, base)
	if itself.word != "same" || !strings.Contains(itself.text, "COMPARED: same") {
		t.Errorf("a run compared with itself:\n%s", itself.text)
	}
	if loose := compared(t, 0, "--tolerance", "response time=200%", base, latest); loose.word != "same" {
		t.Errorf("900 ms are less than 200 %% of the base, and so the same:\n%s", loose.text)
	}
}

// comparison is the line of the response time.
type comparison struct {
	word      string
	low, high float64 // ms
	text      string
}

func compared(t *testing.T, code int, args ...string) comparison {
	t.Helper()
	run := harness.Command(t, append([]string{harness.K6(), "x", "fwhz", "compare"}, args...), nil)
	if run.Code != code {
		t.Errorf("compare %v: exit code %d, not %d\n%s\n%s", args, run.Code, code, run.Stdout, run.Stderr)
	}
	line := regexp.MustCompile(`(?m)^. (worse|same|better|cannot tell) +response time p\(90\) +steady .*?([+-][\d.]+)(ms|s) to ([+-][\d.]+)(ms|s)`).FindStringSubmatch(run.Stdout)
	if line == nil {
		t.Fatalf("there is no line of the response time in\n%s%s", run.Stdout, run.Stderr)
	}
	ms := func(number, unit string) float64 {
		value, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return math.NaN()
		}
		if unit == "s" {
			value *= 1000
		}
		return value
	}
	return comparison{line[1], ms(line[2], line[3]), ms(line[4], line[5]), run.Stdout}
}
