package slo_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/slo"
)

func TestTheDataOfK6AreRead(t *testing.T) {
	t.Parallel()
	data, err := slo.ParseData([]byte(`{
		"metrics": {
			"error_rate": {"type": "rate", "contains": "default", "values": {"rate": 0.5, "passes": 1, "fails": 1}, "thresholds": {"rate<0.01": {"ok": false}}},
			"chat_ttft": {"type": "trend", "contains": "time", "values": {"avg": null, "count": 2, "max": 7}},
			"loop_hz_low": {"type": "gauge", "values": {"value": 0, "min": 0, "max": 0}},
			"chat_turns": {"type": "counter", "values": {"count": 3, "rate": 1}}
		},
		"state": {"isStdOutTTY": true, "testRunDurationMs": 1500.25}, "options": {"noColor": true, "summaryTrendStats": ["avg"]},
		"root_group": {"name": "", "checks": []},
		"setup_data": {"started": "2026-01-02T03:04:05.000Z", "setupTime": 250, "source": "counter", "users": [{"email": "a@b"}]}
	}`))
	require.NoError(t, err)
	rate, ok := data.Stat("error_rate", "rate")
	assert.Equal(t, []any{0.5, true}, []any{rate, ok})
	_, ok = data.Stat("chat_ttft", "avg")
	assert.False(t, ok, "what is no number is not there")
	longest, ok := data.Stat("chat_ttft", "max")
	assert.Equal(t, []any{7.0, true}, []any{longest, ok})
	_, ok = data.Stat("unknown", "max")
	assert.False(t, ok)
	assert.Equal(t, []float64{2, 2, 0, 3, 0}, []float64{
		data.Samples("error_rate"), data.Samples("chat_ttft"), data.Samples("loop_hz_low"), data.Samples("chat_turns"), data.Samples("unknown"),
	})
	assert.Equal(t, []string{"error_rate: rate<0.01"}, data.Crossed())
	setup, ok := data.Setup()
	assert.True(t, ok)
	assert.Equal(t, slo.Setup{Started: "2026-01-02T03:04:05.000Z", SetupTime: 250, Source: "counter"}, setup)
	assert.True(t, data.State.IsStdOutTTY)
	assert.True(t, data.Options.NoColor)
	assert.InDelta(t, 1500.25, data.State.TestRunDurationMs, 0)
}

func TestTheOtherSummaryOfK6IsRefusedWithWhatToDo(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{}`, `{"metrics": {}}`, `{"metrics": null, "state": {}}`} {
		_, err := slo.ParseData([]byte(text))
		assert.ErrorContains(t, err, "leave out --new-machine-readable-summary")
	}
	_, err := slo.ParseData([]byte(`{"metrics"`))
	require.ErrorContains(t, err, "cannot be read")
	_, err = slo.ParseData([]byte(`{"metrics": [], "state": {}}`))
	require.ErrorContains(t, err, "cannot be read")
}

func TestASetupThatDidNotRunReturnedNothing(t *testing.T) {
	t.Parallel()
	for text, ran := range map[string]bool{
		`{"metrics": {}, "state": {}}`:                       false,
		`{"metrics": {}, "state": {}, "setup_data": null}`:   false,
		`{"metrics": {}, "state": {}, "setup_data": {}}`:     true,
		`{"metrics": {}, "state": {}, "setup_data": ["it"]}`: true,
	} {
		data, err := slo.ParseData([]byte(text))
		require.NoError(t, err)
		_, ok := data.Setup()
		assert.Equal(t, ran, ok, text)
	}
}
