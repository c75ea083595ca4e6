package e2e

import (
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
)

// TestTimeStampsThatContradictThemselvesAreSaidAndNotBelieved: a page whose samples carry time stamps, right ones and such as there are, of a
// loop that turns at 100 Hz. A clock that is wrong by an hour is still a clock.
func TestTimeStampsThatContradictThemselvesAreSaidAndNotBelieved(t *testing.T) {
	t.Parallel()
	target := harness.StartTarget(t, quick...)
	start := time.Now()
	for name, c := range map[string]struct {
		stamp func(turned time.Time, asked int) time.Time
		said  bool
	}{
		"right":                    {func(turned time.Time, _ int) time.Time { return turned }, false},
		"of a clock an hour late":  {func(turned time.Time, _ int) time.Time { return turned.Add(-time.Hour) }, false},
		"always the same":          {func(time.Time, int) time.Time { return start }, true},
		"of two clocks in turn":    {func(turned time.Time, asked int) time.Time { return turned.Add(time.Duration(asked%2) * time.Minute) }, true},
		"of a clock that runs off": {func(turned time.Time, _ int) time.Time { return turned.Add(turned.Sub(start)) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked := 0
			page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				asked++
				turns := math.Floor(time.Since(start).Seconds() * 100)
				at := c.stamp(start.Add(time.Duration(turns)*10*time.Millisecond), asked)
				_, _ = fmt.Fprintf(w, "# TYPE consciousness_loop_iterations_total counter\nconsciousness_loop_iterations_total %.0f %d\n", turns, at.UnixMilli())
			}))
			defer page.Close()
			run := harness.Script(t, harness.MainScript(), short(target, "METRICS_URL", page.URL, "VUS", "5"))
			verdict(t, run, 0, "PASS")
			if said := strings.Contains(run.Stderr, "the time stamps of the metrics page contradict"); said != c.said {
				t.Errorf("it is said: %v, and should be: %v\n%s", said, c.said, run.Stderr)
			}
			if low, high, claimed := run.LoopBound(); !claimed || low > 100 || high < 100 {
				t.Errorf("the loop turns at 100 Hz, and the bound is %v to %v", low, high)
			}
		})
	}
}
