package load_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/load"
)

type object = map[string]any

// planned is what a script asks for.
func planned() object {
	return object{
		"scenarios": object{
			"hz":   object{"executor": "constant-vus", "vus": 1, "duration": "90000ms", "gracefulStop": "0s"},
			"chat": object{"startTime": "2000ms", "stages": []object{{"duration": "30000ms", "target": 5}, {"duration": "60000ms", "target": 10}}},
		},
		"thresholds":        object{"error_rate": []string{"rate<0.01"}},
		"summaryTrendStats": []string{"avg", "p(95)"},
	}
}

// running is the same as k6 says it.
func running(change func(object)) object {
	out := object{
		"scenarios": object{
			"hz":   object{"executor": "constant-vus", "vus": 1, "duration": "1m30s", "gracefulStop": nil, "exec": "hz"},
			"chat": object{"startTime": "2s", "stages": []object{{"duration": "30s", "target": 5}, {"duration": "1m0s", "target": 10}}},
		},
		"thresholds":        object{"error_rate": []string{"rate<0.01"}, "mine": []string{"count>0"}},
		"summaryTrendStats": []string{"avg", "p(95)", "max"},
	}
	if change != nil {
		change(out)
	}
	return out
}

func TestWhatK6RunsIsComparedWithWhatTheScriptPlanned(t *testing.T) {
	t.Parallel()
	scenarios := func(o object) object { return o["scenarios"].(object) }
	for name, row := range map[string]struct {
		change func(object)
		want   string
	}{
		"the same in other words": {nil, ""},
		"the load is gone":        {func(o object) { o["scenarios"] = object{"default": object{}} }, load.Replaced},
		"one scenario is gone":    {func(o object) { delete(scenarios(o), "chat") }, load.Replaced},
		"no scenarios":            {func(o object) { o["scenarios"] = nil }, load.Replaced},
		"fewer statistics": {
			func(o object) { o["summaryTrendStats"] = []string{"avg"} },
			"the summary needs p(95): leave out --summary-trend-stats and K6_SUMMARY_TREND_STATS",
		},
		"a longer load": {
			func(o object) { scenarios(o)["hz"].(object)["duration"] = "2m" },
			"another plan runs than the variables of now give, as when a script was packed (k6 archive) with other ones: " +
				"scenarios.hz.duration is 2m in force, 90000ms planned: pack it again with the variables of this run, or run the script itself",
		},
		"another limit": {
			func(o object) { o["thresholds"].(object)["error_rate"] = []string{"rate<0.5"} },
			"another plan runs than the variables of now give, as when a script was packed (k6 archive) with other ones: " +
				"thresholds.error_rate.0 is rate<0.5 in force, rate<0.01 planned: pack it again with the variables of this run, or run the script itself",
		},
		"many differences": {
			func(o object) {
				scenarios(o)["chat"] = object{"startTime": "3s", "stages": []object{{"duration": "10s", "target": 1}, {"duration": "10s", "target": 1}}}
			},
			"another plan runs than the variables of now give, as when a script was packed (k6 archive) with other ones: " +
				"scenarios.chat.stages.0.duration is 10s in force, 30000ms planned; scenarios.chat.stages.0.target is 1 in force, 5 planned; " +
				"scenarios.chat.stages.1.duration is 10s in force, 60000ms planned; and 2 more: pack it again with the variables of this run, or run the script itself",
		},
		"another number of stages": {
			func(o object) { scenarios(o)["chat"].(object)["stages"] = []object{} },
			"another plan runs than the variables of now give, as when a script was packed (k6 archive) with other ones: " +
				"scenarios.chat.stages has 0 entries in force, 2 planned: pack it again with the variables of this run, or run the script itself",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := load.InForce(running(row.change), planned())
			require.NoError(t, err)
			assert.Equal(t, row.want, got)
		})
	}
}
