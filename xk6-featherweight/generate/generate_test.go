package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const root = "../.."

func TestTheRepositoryHoldsWhatIsGenerated(t *testing.T) {
	t.Parallel()
	made, err := files(root)
	require.NoError(t, err)
	require.Len(t, made, 2)
	for name, text := range made {
		held, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		assert.Equal(t, string(held), text, "%s is not as generated: run make generate", name)
	}
}

func TestWritingTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"dashboards", "monitoring"} {
		require.NoError(t, os.Mkdir(filepath.Join(dir, name), 0o755))
	}
	old := "groups:\n  - name: mine\n" + begin + "  - name: old\n" + end + "  - name: mine too\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "monitoring", "recording-rules.yml"), []byte(old), 0o600))

	require.NoError(t, write(dir))
	first, err := os.ReadFile(filepath.Join(dir, "monitoring", "recording-rules.yml"))
	require.NoError(t, err)
	require.NoError(t, write(dir))
	second, err := os.ReadFile(filepath.Join(dir, "monitoring", "recording-rules.yml"))
	require.NoError(t, err)

	assert.Equal(t, string(first), string(second))
	assert.Contains(t, string(first), "  - name: load-test-verdict\n")
	assert.NotContains(t, string(first), "- name: old")
	assert.True(t, strings.HasPrefix(string(first), "groups:\n  - name: mine\n"), "what stands before it stays")
	assert.True(t, strings.HasSuffix(string(first), "  - name: mine too\n"), "and what stands behind it")
}

func TestRulesWithoutAPlaceForTheVerdictAreRefused(t *testing.T) {
	t.Parallel()
	_, err := withVerdict("groups: []\n")
	assert.ErrorContains(t, err, "make generate")
}

func TestGrafanaUnderstandsTheDashboardStrictly(t *testing.T) {
	t.Parallel()
	text, err := testBoard()
	require.NoError(t, err)
	assert.Empty(t, strictly(text))

	found := strictly(strings.Replace(text, `"collapsed": false,`, "", 1))
	require.Len(t, found, 1, "and would find what is missing")
	assert.Contains(t, found.Error(), "panels[0].collapsed")
}

// strictly is what keeps a text from being a dashboard as Grafana's schema has it.
func strictly(text string) cog.BuildErrors {
	plugins.RegisterDefaultPlugins()
	var board dashboard.Dashboard //nolint:staticcheck // files for provisioning have the classic schema
	err := board.UnmarshalJSONStrict([]byte(text))
	var list cog.BuildErrors
	if !errors.As(err, &list) { // the SDK returns an empty list, and not nil, when nothing is wrong
		return cog.MakeBuildErrors("dashboard", err)
	}
	return list
}

// panels of the dashboard, as far as these tests look at them.
func panels(t *testing.T) []panel {
	t.Helper()
	text, err := testBoard()
	require.NoError(t, err)
	var board struct{ Panels []panel }
	require.NoError(t, json.Unmarshal([]byte(text), &board))
	require.Len(t, board.Panels, 42)
	return board.Panels
}

type panel struct {
	ID          int
	Type, Title string
	Description string
	GridPos     struct{ X, Y, W, H int }
	Targets     []struct{ RefID, Expr string }
	FieldConfig struct {
		Defaults struct {
			Thresholds struct{ Steps []struct{ Value *float64 } }
		}
	}
}

func TestPanelsAreNumberedDescribedAndDoNotOverlap(t *testing.T) {
	t.Parallel()
	taken := map[[2]int]string{}
	for i, p := range panels(t) {
		assert.Equal(t, i+1, p.ID, p.Title)
		assert.True(t, p.Type == "row" || p.Description != "", "%s says what it shows", p.Title)
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				assert.Less(t, x, 24, p.Title)
				assert.Empty(t, taken[[2]int{x, y}], "%s is where another panel is", p.Title)
				taken[[2]int{x, y}] = p.Title
			}
		}
	}
}

func TestNoPanelHasALimitOfItsOwn(t *testing.T) {
	t.Parallel()
	// Values that are words: up or down, met or missed.
	words := map[string]bool{"Objectives over time": true, "Scrapes": true}
	for _, p := range panels(t) {
		for _, step := range p.FieldConfig.Defaults.Thresholds.Steps {
			assert.True(t, step.Value == nil || words[p.Title], "%s has a threshold at a number", p.Title)
		}
	}
}

func TestEveryLimitOfTheDashboardIsOneOfAnObjective(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, o := range objectives() {
		known[o.name] = true
	}
	seen := 0
	for _, p := range panels(t) {
		for _, target := range p.Targets {
			for _, found := range regexp.MustCompile(`slo:\w+\{slo=~?"([^"]*)"`).FindAllStringSubmatch(target.Expr, -1) {
				for name := range strings.SplitSeq(found[1], "|") {
					seen++
					assert.True(t, known[name], "panel %q: there is no objective %q", p.Title, name)
				}
			}
		}
	}
	assert.Greater(t, seen, 20)
}

func TestEveryObjectiveHasALimitAndAValueInTheRules(t *testing.T) {
	t.Parallel()
	text := ""
	for _, r := range verdictRules() {
		text += r.String()
	}
	all := objectives()
	require.Len(t, all, 19+8+7+4) // of every run and of the open model, failures and times of the flows, requests and the rest
	for _, o := range all {
		assert.Contains(t, text, "labels: {slo: "+o.name+", kind: "+o.kind+", relation: \""+string(o.relation)+"\"}", "slo:worst of %q", o.name)
	}
}

func TestSeriesAreNamedAsK6PushesThem(t *testing.T) {
	t.Parallel()
	for metric, want := range map[string]string{
		"loop_hz":                         `k6_loop_hz_avg`,
		"loop_hz{phase:steady}":           `k6_loop_hz_avg{phase="steady"}`,
		"checks{type:hz,reading:none}":    `k6_checks_avg{type="hz", reading="none"}`,
		"http_req_failed{scenario:users}": `k6_http_req_failed_avg{scenario="users"}`,
	} {
		assert.Equal(t, want, selector(metric, suffix("avg")))
	}
	assert.Equal(t, "_p95", suffix("p(95)"))
}
