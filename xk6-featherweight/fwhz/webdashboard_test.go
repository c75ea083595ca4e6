package fwhz

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/metrics"

	"github.com/featherweight/xk6-featherweight/internal/reason"
)

// webPanel is one of k6's live page.
type webPanel struct {
	ID, Title, Kind, Summary string
	Series                   []struct{ Query, Legend string }
}

type webSection struct {
	ID, Title string
	Panels    []webPanel
}

// webSections are those of scripts/k6-web-dashboard.json.
func webSections(t *testing.T) (sections []webSection, ids []string) {
	t.Helper()
	text, err := os.ReadFile("../../scripts/k6-web-dashboard.json")
	require.NoError(t, err)
	var layout struct {
		Tabs []struct {
			ID       string
			Sections []webSection
		}
	}
	require.NoError(t, json.Unmarshal(text, &layout))
	for _, tab := range layout.Tabs {
		ids = append(ids, tab.ID)
		for _, section := range tab.Sections {
			ids = append(ids, section.ID)
			sections = append(sections, section)
			for _, panel := range section.Panels {
				ids = append(ids, panel.ID)
			}
		}
	}
	return sections, ids
}

// metricOf is what a query begins with.
func metricOf(query string) string { return regexp.MustCompile(`^[a-z_]*`).FindString(query) }

// Else the live page goes blank, see docs/decisions/0007.
func TestASectionOfTheLivePageHasOneChartAndItsLinesBeginTogether(t *testing.T) {
	t.Parallel()
	together := []string{metricLoopHz, metricWindowLow, metricWindowHigh, metricHzLimit} // their samples are made together
	sections, _ := webSections(t)
	for _, section := range sections {
		charts := 0
		for _, panel := range section.Panels {
			if panel.Kind != "chart" {
				continue
			}
			charts++
			for _, line := range panel.Series {
				if len(panel.Series) > 1 {
					assert.Contains(t, together, metricOf(line.Query), panel.Title)
				}
			}
		}
		assert.LessOrEqual(t, charts, 1, section.ID)
	}
}

func TestEveryMetricOfTheLivePageIsOneThatIsEmitted(t *testing.T) {
	t.Parallel()
	registry := metrics.NewRegistry()
	metrics.RegisterBuiltinMetrics(registry)
	_, err := registerMetrics(registry)
	require.NoError(t, err)
	sections, _ := webSections(t)
	for _, section := range sections {
		for _, panel := range section.Panels {
			for _, line := range panel.Series {
				if name := metricOf(line.Query); name != "" {
					assert.NotNil(t, registry.Get(name), name)
				}
			}
		}
	}
}

func TestTheLivePageHasAChartForEachReasonOfFailure(t *testing.T) {
	t.Parallel()
	found := regexp.MustCompile(`^chat_failures\[\?tags\.reason == '(.*?)'`)
	var drawn []string
	sections, _ := webSections(t)
	for _, section := range sections {
		for _, panel := range section.Panels {
			for _, line := range panel.Series {
				if match := found.FindStringSubmatch(line.Query); match != nil && panel.Kind == "chart" {
					drawn = append(drawn, match[1])
				}
			}
		}
	}
	var reasons []string
	for _, one := range reason.All() {
		reasons = append(reasons, string(one))
	}
	assert.Equal(t, reasons, drawn)
}

func TestTheLivePageShowsWhatTheSpecificationAsks(t *testing.T) {
	t.Parallel()
	sections, ids := webSections(t)
	titles := map[string]bool{}
	seen := map[string]bool{}
	for _, id := range ids {
		assert.False(t, seen[id], "the id %s is there twice", id)
		seen[id] = true
	}
	for _, section := range sections {
		titles[section.Title] = true
		for _, panel := range section.Panels {
			titles[panel.Title] = true
			assert.True(t, panel.Kind == "summary" || len(panel.Summary) > 10, "%s does not say what it shows", panel.Title)
			if strings.HasPrefix(panel.Title, "Loop frequency") && panel.Kind == "chart" {
				var legends []string
				for _, line := range panel.Series {
					legends = append(legends, line.Legend)
				}
				assert.Equal(t, []string{"measured", "not below", "not above", "limit"}, legends)
			}
		}
	}
	for _, title := range []string{"SLO overview", "Loop frequency, turns a second", "Users", "Time to first token", "Response time", "Tokens a second", "Failed turns, share"} {
		assert.True(t, titles[title], title)
	}
}
