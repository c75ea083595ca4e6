package config_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/featherweight/xk6-featherweight/internal/config"
)

func TestWhatIsAboutThisMachineStaysHere(t *testing.T) {
	t.Parallel()
	var stays []string
	for _, v := range config.Variables() {
		if config.StaysHere(v.Name) {
			stays = append(stays, v.Name)
		}
	}
	assert.ElementsMatch(t, []string{
		"RUNNER", "SAVE_TEST_RESULTS", "TEST_RESULTS_DIR", "ROLLBACK_COMMAND", "ROLLBACK_ON_INVALID", "GRAFANA_USER", "GRAFANA_PASSWORD",
		"ALERT_WEBHOOK_URL", "SSH_HOST", "SSH_USER", "SSH_KEY_PATH", "SSH_PORT", "SSH_DIR", "SSH_LATE",
	}, stays)
	assert.False(t, config.StaysHere("K6_DNS"), "one of k6's own goes with the test")
}
