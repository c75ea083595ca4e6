package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/featherweight/tests/harness"
)

// outcomeSeries are the values of slo_outcome that k6 was told, objective by objective, in the order of time.
func outcomeSeries(t *testing.T, file string) map[string][]float64 {
	t.Helper()
	out := map[string][]float64{}
	harness.EachPoint(t, file, func(point harness.Point) {
		if point.Type == "Point" && point.Metric == "slo_outcome" {
			name := point.Data.Tags["slo"]
			out[name] = append(out[name], point.Data.Value)
		}
	})
	return out
}

// TestTheLiveOutcomeIsUndecidedFirstAndTheVerdictAtTheEnd by limits that are not the default ones.
func TestTheLiveOutcomeIsUndecidedFirstAndTheVerdictAtTheEnd(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, loopLimit string
		faults          []string
		code            int
		verdict         string
		missed          string // the objective; empty for none
	}{
		{"60 Hz, of which 50 are wanted", "50", nil, 0, "PASS", ""},
		{"60 Hz, of which 70 are wanted", "70", nil, 99, "FAIL", "loop frequency"},
		{"one answer of ten is an error", "50", []string{"--fault", "error_frame=0.1"}, 99, "FAIL", "error rate"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			target := harness.StartTarget(t, append([]string{"--hz", "60"}, append(quick, test.faults...)...)...)
			points := filepath.Join(t.TempDir(), "points.json")
			run := harness.Script(t, harness.MainScript(), ownLoop(target, "HZ_AVERAGE_THRESHOLD", test.loopLimit), "--out", "json="+points)
			verdict(t, run, test.code, test.verdict)
			told := outcomeSeries(t, points)
			for _, row := range run.At(t, "slos").([]any) {
				name, outcome := row.(map[string]any)["name"].(string), row.(map[string]any)["outcome"].(string)
				series := told[name]
				want := map[string]float64{"pass": 1, "fail": 0}[outcome]
				if len(series) < 8 || series[len(series)-1] != want {
					t.Errorf("%s is %s at the end, and slo_outcome was %v", name, outcome, series)
				}
			}
			for _, name := range []string{"loop frequency", "error rate", "response time", "connection time"} {
				if series := told[name]; len(series) == 0 || series[0] != -1 {
					t.Errorf("%s was not undecided at first: %v", name, series)
				}
			}
			if series := told[test.missed]; test.missed != "" && series[len(series)-1] != 0 {
				t.Errorf("%s was to be missed: %v", test.missed, series)
			}
		})
	}
}

// TestARunThatCannotPassAnyMoreIsEndedWhenThatIsWanted is FAIL for what was missed, though no phase came to its end.
func TestARunThatCannotPassAnyMoreIsEndedWhenThatIsWanted(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, abort string
		ended       bool
	}{{"wanted", "2s", true}, {"not wanted, as by default", "", false}} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			duration := "8s"
			if test.ended {
				duration = "10m"
			}
			target := harness.StartTarget(t, append([]string{"--fault", "error_frame=0.3"}, quick...)...)
			run := harness.Script(t, harness.MainScript(), short(target, "DURATION", duration, "ABORT_ON_FAIL", test.abort))
			verdict(t, run, 99, "FAIL", "server_error")
			if complete := run.At(t, "complete").(bool); complete == test.ended {
				t.Errorf("complete is %v", complete)
			}
			if exit := run.Number(t, "exitCode"); exit != 99 {
				t.Errorf("summary.json says exit code %v, and k6 had 99", exit)
			}
			why := run.At(t, "reasons").([]any)[0].(string)
			if !strings.Contains(why, "of turns failed") || strings.Contains(why, "so the run was ended (ABORT_ON_FAIL)") != test.ended {
				t.Errorf("the first reason is %q", why)
			}
		})
	}
}
