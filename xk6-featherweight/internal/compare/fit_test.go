package compare_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/featherweight/xk6-featherweight/internal/compare"
	"github.com/featherweight/xk6-featherweight/internal/record"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// whole is a run that can be compared.
func whole(name string) compare.Run {
	r := record.New(began)
	r.End(began.Add(time.Minute), true)
	return compare.Run{
		Name: name, Script: "main.js", Verdict: slo.PASS, Complete: true, Measured: true, Recording: r,
		Settings: []compare.Setting{{Name: "VUS", Value: "1000"}, {Name: "DURATION", Value: "5m"}, {Name: "HZ_COVERAGE", Value: "0.9"}, {Name: "BASE_URL", Value: "http://one"}, {Name: "SUMMARY_FILE", Value: "test-results/" + name + "/summary.json"}},
		Versions: []compare.Setting{{Name: "k6", Value: "v2.2.0"}},
	}
}

func TestWhatFitsIsComparedWithoutAWord(t *testing.T) {
	t.Parallel()
	refused, warnings := compare.Fit([]compare.Run{whole("a")}, []compare.Run{whole("b")})
	assert.Empty(t, refused)
	assert.Empty(t, warnings)
}

func TestWhatDoesNotFitIsRefusedOrSaid(t *testing.T) {
	t.Parallel()
	set := func(name, value string) func(*compare.Run) {
		return func(r *compare.Run) {
			for i := range r.Settings {
				if r.Settings[i].Name == name {
					r.Settings[i].Value = value
				}
			}
		}
	}
	for name, c := range map[string]struct {
		change           func(*compare.Run)
		refused, warning string
	}{
		"users":      {set("VUS", "500"), `the load is another: VUS is "1000" in a, and "500" in b`, ""},
		"length":     {set("DURATION", "1m"), "", `the lengths differ: DURATION is "5m" in a, and "1m" in b`},
		"limit":      {set("HZ_COVERAGE", "0.5"), "", `the limits differ, and those of the new run count: HZ_COVERAGE is "0.9" in a, and "0.5" in b`},
		"target":     {set("BASE_URL", "http://two"), "", `not the same on all sides: BASE_URL is "http://one" in a, and "http://two" in b`},
		"version":    {func(r *compare.Run) { r.Versions[0].Value = "v2.3.0" }, "", `not the same on all sides: k6 is "v2.2.0" in a, and "v2.3.0" in b`},
		"older":      {func(r *compare.Run) { r.Settings = r.Settings[1:] }, "", ""},
		"script":     {func(r *compare.Run) { r.Script = "other.js" }, "a ran main.js, and b ran other.js", ""},
		"recording":  {func(r *compare.Run) { r.Recording = nil }, "b has no recording (series.ndjson): only a run with one can be compared", ""},
		"unmeasured": {func(r *compare.Run) { r.Measured = false }, "", "a frequency was reported by the server, and not measured: it has no bound"},
		"aborted": {
			func(r *compare.Run) { r.Complete, r.Length, r.Planned = false, 90*time.Second, 7*time.Minute },
			"b ended after 1m30s of 7m0s, before its planned end", "",
		},
		"generator": {func(r *compare.Run) {
			r.Verdict = slo.INVALID
			r.SLOs = []slo.Judged{{Row: slo.Row{Kind: slo.Precondition}, Outcome: slo.Invalid, Why: "the load generator was late"}}
		}, "b is INVALID and says nothing of the server: the load generator was late", ""},
		"undecided": {
			func(r *compare.Run) { r.Verdict, r.Reasons = slo.INVALID, []string{"too close to call"} }, "", "b is INVALID: too close to call",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := whole("b")
			c.change(&changed)
			refused, warnings := compare.Fit([]compare.Run{whole("a")}, []compare.Run{changed})
			for got, want := range map[string][]string{c.refused: refused, c.warning: warnings} {
				if got == "" {
					continue
				}
				assert.Equal(t, []string{got}, want)
			}
			if c.refused == "" {
				assert.Empty(t, refused)
			}
			if c.warning == "" {
				assert.Empty(t, warnings)
			}
		})
	}
}
