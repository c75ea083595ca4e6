package stopped

import (
	"slices"
	"strings"
	"testing"

	"github.com/featherweight/tests/harness"
)

// phase is a stretch of a run: variables that make it long, and how one sees in the log that it has come.
type phase struct {
	env    []string
	faults []string // of a target of its own
	come   func(log string) bool
}

const users4 = 4

// phases are those of a run, in their order.
func phases() map[string]phase {
	return map[string]phase{
		"setup": {
			env: []string{"CONNECT_TIMEOUT", "100s"}, faults: []string{"handshake_hang=1"},
			come: func(log string) bool { return strings.Contains(log, " setup()") },
		},
		"idle": {env: []string{"IDLE", "100s"}, come: func(log string) bool {
			seen, _ := users(log)
			return strings.Contains(log, "loop frequency: source") && len(seen) > 1
		}},
		"ramp": {env: []string{"RAMP", "1", "RAMP_SCALE", "0.2"}, come: func(log string) bool { // to 6, 12, 24 s
			seen, _ := users(log)
			return slices.Contains(seen, 1)
		}},
		"steady": {env: []string{"DURATION", "100s"}, come: func(log string) bool {
			seen, _ := users(log)
			return slices.Contains(seen, users4)
		}},
		"rampdown": {env: []string{"RAMP", "1", "RAMP_SCALE", "0.2", "DURATION", "3s"}, come: func(log string) bool { // of 6 s
			seen, _ := users(log)
			return slices.Contains(seen, users4) && len(seen) > 0 && seen[len(seen)-1] < users4
		}},
		// The load is over, and users wait for their last answers.
		"last answers": {env: []string{"DURATION", "1s"}, faults: []string{"never_answer=1"}, come: func(log string) bool {
			at := strings.LastIndex(log, "\nchat ")
			return at >= 0 && strings.Contains(log[at:], "100%")
		}},
	}
}

// environment is a run of few users on a target, in which every phase but the steady one is left out.
func environment(target *harness.Target, more ...string) map[string]string {
	return harness.With(harness.With(harness.Undemanding(target.Env()),
		"FW_ENV_READ", "true", "NO_COLOR", "1", "K6_NO_USAGE_REPORT", "true", "K6_AUTO_EXTENSION_RESOLUTION", "false", "ENV_FILE", "/dev/null",
		"K6_WEB_DASHBOARD", "false", "PROMETHEUS_URL", "http://"+harness.Nobody, "GRAFANA_URL", "http://"+harness.Nobody,
		"VUS", "4", "DURATION", "2s", "IDLE", "0s", "RAMP", "0", "THINK_MIN", "50ms", "THINK_MAX", "100ms", "RESPONSE_TIMEOUT", "30s",
		"METRICS_URL", harness.Loop(100)), more...)
}

// target is one whose answers take a tenth of a second.
func target(t *testing.T, faults ...string) *harness.Target {
	t.Helper()
	flags := []string{"--tokens", "5", "--ttft", "20ms", "--token-interval", "20ms"}
	for _, fault := range faults {
		flags = append(flags, "--fault", fault)
	}
	return harness.StartTarget(t, flags...)
}
