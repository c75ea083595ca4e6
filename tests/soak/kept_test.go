package soak

import (
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/featherweight/tests/harness"
)

// TestATurnLeavesWhatIsSaid counts the values that k6 keeps of a turn, in a real run of the main job, and holds them against
// what the first lines of a long run say. Who adds a Trend finds here what it costs.
func TestATurnLeavesWhatIsSaid(t *testing.T) {
	t.Parallel()
	target := harness.StartTarget(t, "--tokens", "3", "--ttft", "10ms", "--token-interval", "5ms")
	points := filepath.Join(t.TempDir(), "points.json")
	env := harness.With(target.Env(), "VUS", "20", "DURATION", "24h", "IDLE", "0s", "RAMP", "0", "THINK_MIN", "50ms", "THINK_MAX", "150ms", "GENERATOR_LAG_P99", "60000")
	k6 := watch(t, env, "--out", "json="+points)
	k6.await("the users have asked", func() bool { return target.Live().TurnsStarted > 300 })
	if code := k6.end(); code != 105 {
		t.Errorf("exit code %d\n%s", code, k6.out.String())
	}
	found := regexp.MustCompile(`up to ([0-9.]+) million turns, and about ([0-9.]+) GiB`).FindStringSubmatch(k6.out.String())
	if found == nil {
		t.Fatalf("nothing is said of what it keeps:\n%s", k6.out.String())
	}
	turns, _ := strconv.ParseFloat(found[1], 64)
	gib, _ := strconv.ParseFloat(found[2], 64)
	said := gib * (1 << 30) / (turns * 1e6)

	values, answers := kept(t, points)
	const reserve, wait, collector = 1.125, 24 * 4 / 3.0, 1.33 // on average; a wait of each turn and each connection; see load.Kept
	least := collector * reserve * (values/answers*8 + wait)
	t.Logf("%.1f values a turn, %.0f bytes with what stands beside them; %.0f are said", values/answers, least, said)
	if !(said >= least && said <= 1.5*least) { // also where nothing was kept
		t.Errorf("%.0f bytes a turn are said, and %.0f are kept", said, least)
	}
}

// kept are the values that k6 keeps: of each Trend, and of its sub-metrics that the tags of a value belong to.
func kept(t *testing.T, points string) (values, turns float64) {
	t.Helper()
	trends := map[string][]map[string]string{}
	harness.EachPoint(t, points, func(line harness.Point) {
		if line.Type == "Metric" && line.Data.Type == "trend" {
			trends[line.Metric] = []map[string]string{}
			for _, sub := range line.Data.Submetrics {
				trends[line.Metric] = append(trends[line.Metric], sub.Tags)
			}
		}
		subs, is := trends[line.Metric]
		if line.Type != "Point" || !is || line.Metric == "generator_lag" || line.Metric[:4] == "loop" || line.Metric[:3] == "hz_" { // which the time gives
			return
		}
		if line.Metric == "message_response_time" {
			turns++
		}
		values++
		for _, tags := range subs {
			if has(line.Data.Tags, tags) {
				values++
			}
		}
	})
	return values, turns
}

func has(all, some map[string]string) bool {
	for name, value := range some {
		if all[name] != value {
			return false
		}
	}
	return true
}
