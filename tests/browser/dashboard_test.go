package browser

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
)

// A run with failures of two kinds, looked at from its first second on, while it goes: every panel of the first tab is there
// and has data, wide and narrow, light and dark.
func TestTheLivePageShowsTheRun(t *testing.T) {
	target := harness.StartTarget(t, "--tokens", "5", "--ttft", "20ms", "--token-interval", "20ms", "--fault", "error_frame=0.1", "--fault", "drop=0.1")
	results := t.TempDir()
	env := harness.With(target.Env(), "TEST_RESULTS_DIR", results, "ENV_FILE", os.DevNull, "VUS", "20", "DURATION", "10m", "IDLE", "2s", "RAMP_SCALE", "0.02",
		"THINK_MIN", "100ms", "THINK_MAX", "300ms", "GENERATOR_LAG_P99", "60000", "K6_WEB_DASHBOARD_PORT", "0", "K6_WEB_DASHBOARD_PERIOD", "1s")
	frontDoor := func(words ...string) harness.Run {
		return harness.Command(t, append([]string{filepath.Join(harness.Root(), "run-slo-testing.sh")}, words...), env)
	}
	done := make(chan harness.Run, 1)
	go func() { done <- frontDoor("run-websocket", "--skip-health") }()
	page := livePage(t, filepath.Join(results, "latest", "k6.log"))
	board := readLayout(t)
	for _, l := range looks {
		t.Run("live "+l.name, func(t *testing.T) {
			s := l.show(t, page, titles(board, 0)...) // the page takes a panel in when its first sample comes
			l.fits(t, s)
			if dark := s.Background < 128; dark != l.dark {
				t.Errorf("the brightness of the background is %v", s.Background)
			}
			showsTab(t, board, 0, s)
		})
	}
	frontDoor("cancel") // it goes on as long as somebody looks
	if run := <-done; run.Code != 105 {
		t.Errorf("exit code %d, not 105\n%s", run.Code, run.Describe())
	}
}

// livePage waits until the run has said where its page is.
func livePage(t *testing.T, log string) string {
	t.Helper()
	said := regexp.MustCompile(`web dashboard: (http\S+)`)
	deadline := time.After(time.Minute)
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	for {
		data, err := os.ReadFile(log)
		if match := said.FindSubmatch(data); match != nil {
			return string(match[1]) + "/ui/?endpoint=/"
		}
		select {
		case <-deadline:
			t.Fatalf("the run does not say where its page is: %v\n%s", err, data)
		case <-poll.C:
		}
	}
}

// absent are panels of what this run has not: reasons that no turn failed for, readings that all succeeded.
var absent = regexp.MustCompile(`: (dial|handshake|connect_timeout|response_timeout|closed|protocol|generator)$|^Readings that failed|^Restarts`)

// titles are those of the panels of a tab that this run has data for.
func titles(board layout, tab int) (out []string) {
	for _, section := range board.Tabs[tab].Sections {
		for _, panel := range section.Panels {
			if panel.Kind != "" && !absent.MatchString(panel.Title) {
				out = append(out, panel.Title)
			}
		}
	}
	return out
}

// showsTab checks that every chart of a tab is drawn, and every panel has data.
func showsTab(t *testing.T, board layout, tab int, s seen) {
	t.Helper()
	charts := 0
	for _, section := range board.Tabs[tab].Sections {
		for _, panel := range section.Panels {
			if panel.Kind == "chart" && !absent.MatchString(panel.Title) {
				charts++
			}
		}
	}
	if s.Charts < charts {
		t.Errorf("tab %s has %d charts, and %d are drawn", board.Tabs[tab].Title, charts, s.Charts)
	}
	if strings.Contains(strings.ToLower(s.Text), "no data") {
		t.Errorf("tab %s: a panel says: no data", board.Tabs[tab].Title)
	}
}
