package config_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/config"
)

func TestLikelySlipsAreFoundNamesOfOtherProgramsAreNot(t *testing.T) {
	t.Parallel()
	slips := config.Slips(env{
		"HZ_SORCE": "1", "DURATIONS": "1", "CHATPATH": "1", "DUARTION": "1", "RAMPS": "1", "VSU": "1", "think_max": "1", "PATH": "1", "HOME": "1",
		"VUS": "1", "DURATION": "1", "": "",
	})
	assert.Equal(t, []config.Slip{
		{"CHATPATH", "CHAT_PATH"}, {"DUARTION", "DURATION"}, {"DURATIONS", "DURATION"}, {"HZ_SORCE", "HZ_SOURCE"}, {"RAMPS", "RAMP"}, {"think_max", "THINK_MAX"},
	}, slips)
}

func TestANameThatIsSetMustBeKnown(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"VUS", "K6_INSECURE_SKIP_TLS_VERIFY", "K6_PROMETHEUS_RW_TREND_STATS", "K6_LOG_LEVEL", "XK6_DASHBOARD_CONFIG"} {
		require.NoError(t, config.CheckName(name), name)
	}
	for name, says := range map[string]string{
		"VSU":        "there is no variable VSU; did you mean VUS?; allowed are the names in .env.test.example",
		"DURATIN":    "there is no variable DURATIN; did you mean DURATION?; allowed are the names in .env.test.example",
		"HELLO":      "there is no variable HELLO; allowed are the names in .env.test.example",
		"K6_VUS":     "K6_VUS would replace the load of the script and must not be set: set VUS instead",
		"K6_STAGES":  "K6_STAGES would replace the load of the script and must not be set: set VUS and DURATION instead",
		"K6_ANY":     "there is no variable K6_ANY; allowed are the names in .env.test.example",
		"xK6_OUT":    "there is no variable xK6_OUT; allowed are the names in .env.test.example",
		"K6_OUTPUTS": "there is no variable K6_OUTPUTS; allowed are the names in .env.test.example",
	} {
		require.EqualError(t, config.CheckName(name), says)
	}
}
