package check_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/check"
)

func TestWhatIsDrawnTodayHolds(t *testing.T) {
	t.Parallel()
	for file, holds := range map[string]func([]byte) error{"dashboards/testing.json": check.Grafana, "scripts/k6-web-dashboard.json": check.Layout} {
		text, err := os.ReadFile("../../../" + file)
		require.NoError(t, err)
		require.NoError(t, holds(text), file)
		require.EqualError(t, holds(append(text, '}')), "this is not JSON: invalid character '}' after top-level value", file)
	}
}

func TestADashboardThatGrafanaCouldNotDrawIsNamed(t *testing.T) {
	t.Parallel()
	const head = `{"title": "T", "uid": "u", "schemaVersion": 39, "panels": [`
	panel := func(id, rest string) string { return `{"id": ` + id + `, "type": "stat", ` + rest + `}` }
	good := panel("1", `"title": "A", "targets": [{}, {"expr": "up"}]`)
	for text, says := range map[string]string{
		head + good + `]}`: "",
		head + good + `, {"id": 2, "type": "text"}, {"id": 3, "type": "row", "panels": [` + panel("4", `"title": "B", "targets": [{"expr": "up"}]`) + `]}]}`: "",
		`{"dashboard": ` + head + good + `]}}`:                                                   `the dashboard is wrapped in {"dashboard": ...}, which only the API understands: take the inner part`,
		`{"title": "T", "schemaVersion": 39}`:                                                    "a provisioned dashboard needs a title and a uid",
		`{"uid": "u", "schemaVersion": 39}`:                                                      "a provisioned dashboard needs a title and a uid",
		`{"title": "T", "uid": "u"}`:                                                             "schemaVersion is missing",
		head + `]}`:                                                                              "it has no panel",
		head + good + `, ` + good + `]}`:                                                         "two panels have the id 1",
		head + good + `, {"id": 2, "type": "row", "panels": [` + good + `]}]}`:                   "two panels have the id 1",
		head + panel("7", `"targets": [{"expr": "up"}]`) + `]}`:                                  "panel 7 has no title",
		head + panel("7", `"title": "A"`) + `]}`:                                                 `panel "A" has no query`,
		head + panel("7", `"title": "A", "targets": [{"refId": "A"}]`) + `]}`:                    `panel "A" has no query`,
		head + `{"id": 7, "title": "A", "targets": [{"expr": "up"}]}]}`:                          "panel 7 has no type",
		head + `{"id": 2, "type": "row", "panels": [{"id": 3, "type": "stat", "title": "B"}]}]}`: `panel "B" has no query`,
		head + `{"id": "7"}]}`:                                                                   "panels.id is of a wrong JSON type: string",
		`[]`:                                                                                     "the whole is of a wrong JSON type: array",
		``:                                                                                       "this is not JSON: unexpected end of JSON input",
	} {
		err := check.Grafana([]byte(text))
		if says == "" {
			require.NoError(t, err, text)
			continue
		}
		assert.EqualError(t, err, says, text)
	}
}

func TestALayoutThatTheLivePageCouldNotDrawIsNamed(t *testing.T) {
	t.Parallel()
	const head, tail = `{"tabs": [{"sections": [{"panels": [`, `]}]}]}`
	const good = `{"title": "A", "series": [{"query": "vus[avg]"}]}`
	require.NoError(t, check.Layout([]byte(head+good+tail)))
	for text, says := range map[string]string{
		`{}`:                                    "it has no panel",
		head + tail:                             "it has no panel",
		head + good + `, {"title": "B"}` + tail: `panel "B" has no query`,
		head + `{"title": "B", "series": [{"legend": "x"}]}` + tail: `panel "B" has no query`,
		head + `{"series": [{"query": "vus"}]}` + tail:              "a panel has no title",
	} {
		assert.EqualError(t, check.Layout([]byte(text)), says, text)
	}
}
