package result_test

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/result"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

func infinity() float64 { return math.Inf(1) }

func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(result.SummarySchema()))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("summary.schema.json", document))
	compiled, err := compiler.Compile("summary.schema.json")
	require.NoError(t, err)
	return compiled
}

// document is a summary as a program reads it.
func document(t *testing.T, summary result.Summary) map[string]any {
	t.Helper()
	text, err := summary.JSON()
	require.NoError(t, err)
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	return value.(map[string]any)
}

func TestTheSummaryOfEveryRunFollowsTheSchema(t *testing.T) {
	t.Parallel()
	compiled := schema(t)
	for _, name := range goldens(t) {
		assert.NoError(t, compiled.Validate(any(document(t, load(t, name).summary))), name)
	}
}

func TestTheSchemaRefusesWhatIsWrong(t *testing.T) {
	t.Parallel()
	compiled := schema(t)
	for what, change := range map[string]func(map[string]any){
		"/verdict":                func(s map[string]any) { s["verdict"] = "GREEN" },
		"/reasons":                func(s map[string]any) { s["reasons"] = []any{} },
		"/exitCode":               func(s map[string]any) { s["exitCode"] = json.Number("1") },
		"'extra'":                 func(s map[string]any) { s["extra"] = json.Number("1") },
		"/endedAt":                func(s map[string]any) { s["endedAt"] = "yesterday" },
		"/totals/turns":           func(s map[string]any) { s["totals"].(map[string]any)["turns"] = json.Number("1.5") },
		"/totals/goodput":         func(s map[string]any) { s["totals"].(map[string]any)["goodput"] = json.Number("2") },
		"/slos/0/outcome":         func(s map[string]any) { s["slos"].([]any)[0].(map[string]any)["outcome"] = "ok" },
		"/phases/0/loopHz":        func(s map[string]any) { s["phases"].([]any)[0].(map[string]any)["loopHz"] = map[string]any{} },
		"'gremlins'":              func(s map[string]any) { s["failures"] = map[string]any{"gremlins": json.Number("1")} },
		"missing property 'loop'": func(s map[string]any) { delete(s, "loop") },
	} {
		summary := document(t, load(t, "passed").summary)
		require.NoError(t, compiled.Validate(any(summary)))
		change(summary)
		assert.ErrorContains(t, compiled.Validate(any(summary)), what)
	}
}

func TestTheSchemaKnowsEveryReasonOfAFailure(t *testing.T) {
	t.Parallel()
	var document struct {
		Properties struct {
			Failures struct {
				Properties map[string]any `json:"properties"`
			} `json:"failures"`
		} `json:"properties"`
	}
	require.NoError(t, json.Unmarshal(result.SummarySchema(), &document))
	assert.Len(t, document.Properties.Failures.Properties, len(slo.Reasons()))
	for _, reason := range slo.Reasons() {
		assert.Contains(t, document.Properties.Failures.Properties, reason)
	}
}

func TestASummaryIsTheSameAfterReadingIt(t *testing.T) {
	t.Parallel()
	for _, name := range goldens(t) {
		text, err := load(t, name).summary.JSON()
		require.NoError(t, err)
		var read result.Summary
		require.NoError(t, json.Unmarshal(text, &read))
		again, err := read.JSON()
		require.NoError(t, err)
		assert.Equal(t, string(text), string(again), name)
	}
}
