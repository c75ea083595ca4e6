package config_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/config"
)

func TestSecretsAreNeitherInErrorsNorInWhatIsShown(t *testing.T) {
	t.Parallel()
	shown := read(t, env{
		"CHAT_TOKEN": "hunter2", "AUTH_HEADER": "Bearer hunter2", "BASE_URL": "http://me:hunter2@api:4000",
		"METRICS_URL": "http://m/metrics?key=hunter2", "WS_URL": "ws://me:hunter2@ss@chat",
	}).Shown(config.Main)
	assert.NotContains(t, fmt.Sprint(shown), "hunter2")
	assert.NotContains(t, fmt.Sprint(shown), "ss@")
	for name, want := range map[string]string{
		"CHAT_TOKEN": "(hidden)", "METRICS_AUTH_HEADER": "", "BASE_URL": "http://api:4000", "METRICS_URL": "http://m/metrics?key=...",
		"WS_URL": "ws://chat", "CHAT_ORCHESTRATOR_URL": "http://chat",
	} {
		assert.Equal(t, want, shown[name], name)
	}
}

func TestARefusedValueDoesNotShowItsSecretHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]string{
		"WS_URL": "http://me:hunter2@chat", "BASE_URL": "http://u:hunter/2@host", "CHAT_ORCHESTRATOR_URL": "HTTP://u:hunter2@host",
		"METRICS_URL": "u:hunter2@host/metrics", "CHAT_PATH": "http://u:hunter2@host/?x", "HZ_COUNTER": "x http://u:hunter2@host",
	} {
		message := refused(t, env{name: value})
		assert.NotContains(t, message, "hunter", value)
		assert.Contains(t, message, name+`="`)
	}
	_, err := config.Read(env{"ALERT_WEBHOOK_URL": "hooks.example/hunter2"}, config.Monitoring)
	require.ErrorContains(t, err, "ALERT_WEBHOOK_URL=(hidden) is not allowed: a URL")
}

func TestAValueOfAnyNameIsShownWithoutItsSecrets(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, value, want string }{
		{"VUS", "5", "5"},
		{"ROLLBACK_COMMAND", "curl -H 'Authorization: hunter2' https://x", "(hidden)"},
		{"ROLLBACK_COMMAND", "", ""},
		{"K6_PROMETHEUS_RW_HTTP_HEADERS", "Authorization:hunter2", "(hidden)"},
		{"K6_OTEL_HEADERS", "a=hunter2", "(hidden)"},
		{"K6_CLOUD_TOKEN", "hunter2", "(hidden)"},
		{"K6_PROMETHEUS_RW_PASSWORD", "hunter2", "(hidden)"},
		{"K6_OTEL_HTTP_EXPORTER_ENDPOINT", "https://u:hunter2@otel", "https://otel"},
		{"K6_OUT", "csv=x", "csv=x"},
		{"SSH_KEY_PATH", "~/.ssh/id", "~/.ssh/id"},
	} {
		assert.Equal(t, test.want, config.ShownValue(test.name, test.value), test.name)
	}
}

func TestWhatIsShownIsWhatTheReaderUsesWithDurationsAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	shown := read(t, env{"DURATION": "90s"}).Shown(config.Main)
	assert.Equal(t, []any{"1m30s", "10s", "100ms", int64(1000), true}, []any{shown["DURATION"], shown["IDLE"], shown["HZ_INTERVAL"], shown["VUS"], shown["RAMP"]})
	assert.NotContains(t, shown, "SSH_HOST")
	assert.NotContains(t, shown, "chatUrl")
}

func TestATextThatIsNoURLStays(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "Bearer a@b", config.WithoutSecrets("Bearer a@b"))
	assert.Equal(t, "http://h/p?k=...", config.WithoutSecrets("http://u@h/p?k=v"))
}
