package result_test

import (
	"cmp"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/evidence"
	"github.com/featherweight/xk6-featherweight/internal/record"
	"github.com/featherweight/xk6-featherweight/internal/result"
	"github.com/featherweight/xk6-featherweight/internal/slo"
	"github.com/featherweight/xk6-featherweight/internal/slo/slotest"
)

// update keeps the reports as they are now: go test ./internal/result -update; look at the difference before you commit it.
var update = flag.Bool("update", false, "keep the reports as they are now") //nolint:gochecknoglobals // a flag

// now is when the runs of the golden files ended.
func now() time.Time { return time.Date(2026, 1, 2, 3, 5, 31, 500e6, time.UTC) }

func file(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return text
}

// goldens are the runs whose reports are kept: what k6 handed over (.data.json), and text, JSON, XML and Markdown of it.
func goldens(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", "*.data.json"))
	require.NoError(t, err)
	var runs []string
	for _, name := range names {
		name = strings.TrimSuffix(filepath.Base(name), ".data.json")
		if !strings.HasPrefix(name, "health-") {
			runs = append(runs, name)
		}
	}
	require.Len(t, runs, 11)
	return runs
}

// recorded is what the run called evidence has besides k6's samples.
type recorded struct{}

func (recorded) Share(name string) (record.Share, bool) {
	return record.Share{Interval: evidence.Interval{Low: 0.021, High: 0.0987, Effective: 150}, Hits: 10, N: 200, Users: 10}, name == "error_rate"
}

func (recorded) Percentile(name, _ string, _ float64) (record.Percentile, bool) {
	if name == "message_response_time" {
		return record.Percentile{
			Interval: evidence.Interval{Low: 1100.25, High: infinity(), Effective: 95}, AtOnce: 9000, Never: infinity(), N: 190, Cut: 10, Users: 10,
		}, true
	}
	return record.Percentile{Interval: evidence.Interval{Low: 11, High: 13.5, Effective: 60}, AtOnce: 12, Never: 12, N: 60, Users: 10}, true
}

func (recorded) Silence() record.Silence { return record.Silence{} }

// golden is a run with all that is made of it.
type golden struct {
	data    slo.Data
	plan    slo.Plan
	verdict slo.Verdict
	summary result.Summary
	kept    result.Summary
}

// load judges a run anew, with the script and the configuration that its kept summary has.
func load(t *testing.T, name string) golden {
	t.Helper()
	data, err := slo.ParseData(file(t, name+".data.json"))
	require.NoError(t, err)
	out := golden{data: data, plan: slotest.Plan()}
	require.NoError(t, json.Unmarshal(file(t, name+".json"), &out.kept))
	var proof slo.Evidence
	switch name {
	case "comprehensive":
		scenario := slo.Comprehensive()
		out.plan.Scenario = &scenario
	case "load":
		scenario := slo.General()
		out.plan.Scenario = &scenario
	case "evidence":
		out.plan.EvidenceRequired, proof = true, recorded{}
	}
	out.verdict = slo.Judge(data, out.plan, proof)
	out.summary = result.NewSummary(data, out.verdict, result.Run{
		Script: out.kept.Script, Config: out.kept.Config, Plan: out.plan, Shape: slotest.Shape(), Now: now(),
	})
	return out
}

func (g golden) text() string {
	var flows [][]string
	if g.plan.Scenario != nil {
		flows = g.plan.Scenario.FlowRows(g.data)
	}
	return result.Text(g.data, g.verdict, slotest.Shape().Phases, flows, g.data.State.IsStdOutTTY && !g.data.Options.NoColor)
}

func TestTheReportsOfARunAreThoseThatAreKept(t *testing.T) {
	t.Parallel()
	for _, name := range goldens(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := load(t, name)
			text, err := g.summary.JSON()
			require.NoError(t, err)
			if *update {
				for suffix, content := range map[string]string{".txt": g.text(), ".xml": result.JUnit(g.summary), ".md": result.Markdown(g.summary), ".json": string(text)} {
					require.NoError(t, os.WriteFile(filepath.Join("testdata", name+suffix), []byte(content), 0o600))
				}
			}
			assert.Equal(t, string(file(t, name+".txt")), g.text())
			assert.Equal(t, string(file(t, name+".xml")), result.JUnit(g.summary))
			assert.Equal(t, string(file(t, name+".md")), result.Markdown(g.summary))
			assert.Equal(t, plain(t, file(t, name+".json")), plain(t, text))
		})
	}
}

// plain is a summary without what says nothing: the order of thresholds and of members, and a generator that it is not about.
func plain(t *testing.T, text []byte) map[string]any {
	t.Helper()
	var summary map[string]any
	require.NoError(t, json.Unmarshal(text, &summary))
	slices.SortFunc(summary["thresholds"].([]any), func(a, b any) int {
		of := func(x any) string {
			return x.(map[string]any)["metric"].(string) + x.(map[string]any)["expression"].(string)
		}
		return cmp.Compare(of(a), of(b))
	})
	for _, one := range summary["slos"].([]any) {
		if one := one.(map[string]any); one["generator"] == false {
			delete(one, "generator")
		}
	}
	return summary
}

func TestMembersOfTheSummaryStandInTheOrderOfTheKeptOne(t *testing.T) {
	t.Parallel()
	g := load(t, "failed")
	text, err := g.summary.JSON()
	require.NoError(t, err)
	members := func(text []byte) (names []string) {
		for _, line := range strings.Split(string(text), "\n") {
			if strings.HasPrefix(line, `  "`) {
				name, _, _ := strings.Cut(line[3:], `"`)
				names = append(names, name)
			}
		}
		return names
	}
	assert.Equal(t, members(file(t, "failed.json")), members(text))
	assert.Contains(t, string(text), `"/a|b<c>_\"d\"&*"`, "as it is")
}

func TestTheReportsOfAHealthCheckAreThoseThatAreKept(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"health-ok", "health-down", "health-nothing"} {
		var looks []result.Look
		require.NoError(t, json.Unmarshal(file(t, name+".data.json"), &looks))
		health := result.NewHealth(looks, now())
		text, err := health.JSON()
		require.NoError(t, err)
		if *update {
			require.NoError(t, os.WriteFile(filepath.Join("testdata", name+".xml"), []byte(result.HealthJUnit(health)), 0o600))
			require.NoError(t, os.WriteFile(filepath.Join("testdata", name+".md"), []byte(result.HealthMarkdown(health)), 0o600))
		}
		assert.Equal(t, string(file(t, name+".json")), string(text))
		assert.Equal(t, string(file(t, name+".txt")), result.HealthText(health, name == "health-down"))
		assert.Equal(t, string(file(t, name+".xml")), result.HealthJUnit(health))
		assert.Equal(t, string(file(t, name+".md")), result.HealthMarkdown(health))
	}
}
