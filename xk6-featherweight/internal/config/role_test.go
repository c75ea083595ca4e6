package config_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/featherweight/xk6-featherweight/internal/config"
)

func TestTheRoleOfAVariableSaysWhatItDoesToARun(t *testing.T) {
	t.Parallel()
	for role, names := range map[config.Role][]string{
		config.RoleLoad:   {"VUS", "RAMP", "THINK_MAX", "TURNS_PER_SESSION", "RESPONSE_TIMEOUT", "TEST_USER_COUNT"},
		config.RoleLength: {"DURATION", "IDLE", "RAMP_SCALE"},
		config.RoleLimit:  {"ERROR_RATE_THRESHOLD", "HZ_AVERAGE_MAXIMUM", "HZ_COVERAGE", "EVIDENCE"},
		config.RoleOther:  {"BASE_URL", "TEST_SEED", "RUNNER", "HZ_INTERVAL", "DEBUG_MODE", "NO_SUCH_VARIABLE"},
		config.RolePlace:  {"SUMMARY_FILE", "SERIES_FILE", "RUNNER_DIR"},
	} {
		for _, name := range names {
			assert.Equal(t, role, config.RoleOf(name), name)
		}
	}
}
