package fwhz

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"go.k6.io/k6/v2/metrics"
)

// The VU of these tests has no network before it starts: a dial fails the test.
func TestConstructorsDoNoIO(t *testing.T) {
	t.Parallel()
	u := newVU(t)
	u.run(`globalThis.loop = new fwhz.HzSampler({url: 'http://featherweight.test/metrics'})`)
	u.run(`globalThis.chat = new fwhz.ChatClient('wss://featherweight.test/api/chat')`)
	requireLines(t, "", u.emitted())
}

func TestMethodsDoNotWorkInTheInitContext(t *testing.T) {
	t.Parallel()
	u := newVU(t)
	u.run(`
		globalThis.loop = new fwhz.HzSampler({url: 'http://featherweight.test/metrics'});
		globalThis.chat = new fwhz.ChatClient('ws://featherweight.test/api/chat');`)
	for call, name := range map[string]string{
		`loop.next()`: "HzSampler.next()", `loop.probe()`: "HzSampler.probe()",
		`chat.connect()`: "ChatClient.connect()", `chat.probe()`: "ChatClient.probe()",
	} {
		assert.Contains(t, u.throws(call), name+" is not possible in the init context: call it in setup() or in a scenario")
	}
}

func TestTheDefaultExportHasTheClassesToo(t *testing.T) {
	t.Parallel()
	u := newVU(t)
	assert.NoError(t, u.VU.Runtime().Set("standard", u.module.Exports().Default))
	assert.Equal(t, []any{"ChatClient", "HzSampler", "Suite", "evidence"}, u.run(`Object.keys(standard).sort()`))
}

func TestEveryVURegistersTheSameMetrics(t *testing.T) {
	t.Parallel()
	registry := metrics.NewRegistry()
	first, err := registerMetrics(registry)
	assert.NoError(t, err)
	second, err := registerMetrics(registry)
	assert.NoError(t, err)
	assert.Equal(t, first, second)
}

func TestAMetricOfAnotherKindIsInTheWay(t *testing.T) {
	t.Parallel()
	registry := metrics.NewRegistry()
	_, err := registry.NewMetric(metricErrorRate, metrics.Counter)
	assert.NoError(t, err)
	_, err = registerMetrics(registry)
	assert.ErrorContains(t, err, "failed to register metric error_rate")
}

// The contract of design and dashboards: a name, its kind, and whether it is a time.
func TestTheMetricsAreThoseOfTheContract(t *testing.T) {
	t.Parallel()
	registry := metrics.NewRegistry()
	_, err := registerMetrics(registry)
	assert.NoError(t, err)
	got := map[string]string{}
	for _, metric := range registry.All() {
		kind := metric.Type.String()
		if metric.Contains == metrics.Time {
			kind += " of ms"
		}
		got[metric.Name] = kind
	}
	assert.Equal(t, map[string]string{
		"error_rate": "rate", "ws_connection_time": "trend of ms", "message_response_time": "trend of ms",
		"chat_ttft": "trend of ms", "chat_itl": "trend of ms", "chat_longest_gap": "trend of ms", "chat_other_messages": "counter", "chat_arrivals": "counter", "chat_arrivals_missed": "rate",
		"chat_turns": "counter", "chat_tokens": "counter", "chat_goodput": "rate", "chat_failures": "counter",
		"chat_interrupted": "counter", "ws_connected": "gauge",
		"loop_hz": "trend", "loop_hz_low": "gauge", "loop_hz_high": "gauge", "loop_longest_gap": "trend of ms", "loop_longest_unseen": "trend of ms", "loop_lost_time": "trend of ms",
		"loop_replicas": "counter", "loop_leaps": "counter", "loop_page_period": "gauge of ms", "loop_unseen": "gauge of ms", "generator_suspended": "counter",
		"script_exceptions": "counter", "slo_limit": "gauge", "slo_missed": "counter", "slo_given_up": "counter", "slo_outcome": "gauge", "slo_undecided": "counter", "chat_silence": "gauge",
		"loop_window_low": "trend", "loop_window_high": "trend", "loop_hz_limit": "trend", "loop_counter_from": "gauge", "loop_counter_to": "gauge",
		"loop_restarts": "counter", "hz_scrapes": "counter", "hz_scrape_failures": "counter",
		"hz_scrape_duration": "trend of ms", "hz_coverage": "rate", "generator_lag": "trend of ms", "generator_late": "trend of ms", "generator_error": "trend of ms", "generator_failures": "counter",
	}, got)
}
