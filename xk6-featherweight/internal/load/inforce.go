package load

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Replaced is why a load that was replaced is not run.
const Replaced = "the load of this script was replaced by --vus, --duration, --iterations or --stage on the command line, by " +
	"K6_VUS, K6_DURATION or another K6_ variable, or by a k6 configuration file: leave them out and set VUS= and " +
	"DURATION= instead, as in \"VUS=500 DURATION=3m k6 run ...\""

// mostDifferences is how many differences of a plan are named.
const mostDifferences = 3

// InForce compares the options that k6 runs with those that a script planned; both as anything that is JSON. It returns
// what is wrong, empty when nothing is.
//
// Options on the command line replace those of the script: --vus and --duration would even drop its scenarios, and with
// them ramps, phases and the measurement of the loop. A script that was packed (k6 archive) runs as many users, for as
// long and with the limits, as when it was packed, whatever the variables say now.
func InForce(running, planned any) (string, error) {
	force, err := plain(running)
	if err != nil {
		return "", err
	}
	plan, err := plain(planned)
	if err != nil {
		return "", err
	}
	scenarios, _ := force["scenarios"].(map[string]any)
	wanted, _ := plan["scenarios"].(map[string]any)
	for name := range wanted {
		if _, there := scenarios[name]; !there {
			return Replaced, nil
		}
	}
	if missing := lacking(force["summaryTrendStats"], plan["summaryTrendStats"]); len(missing) > 0 {
		return fmt.Sprintf("the summary needs %s: leave out --summary-trend-stats and K6_SUMMARY_TREND_STATS", strings.Join(missing, ", ")), nil
	}
	different := slices.Concat(differences(force["scenarios"], plan["scenarios"], "scenarios"),
		differences(force["thresholds"], plan["thresholds"], "thresholds"))
	if len(different) == 0 {
		return "", nil
	}
	more := ""
	if rest := len(different) - mostDifferences; rest > 0 {
		more = fmt.Sprintf("; and %d more", rest)
	}
	return "another plan runs than the variables of now give, as when a script was packed (k6 archive) with other ones: " +
		strings.Join(different[:min(len(different), mostDifferences)], "; ") + more +
		": pack it again with the variables of this run, or run the script itself", nil
}

// plain is a value as JSON has it.
func plain(value any) (map[string]any, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("failed to look at the options of the script: %w", err)
	}
	var out map[string]any
	if err := json.Unmarshal(text, &out); err != nil {
		return nil, fmt.Errorf("failed to look at the options of the script: %w", err)
	}
	return out, nil
}

// lacking lists the statistics that are wanted and not given.
func lacking(given, wanted any) []string {
	have, _ := given.([]any)
	want, _ := wanted.([]any)
	var out []string
	for _, statistic := range want {
		if !slices.Contains(have, statistic) {
			out = append(out, fmt.Sprint(statistic))
		}
	}
	return out
}

// differences are where a value in force is not as planned. What was not planned does not matter: k6 adds defaults.
func differences(running, planned any, at string) []string {
	switch plan := planned.(type) {
	case map[string]any:
		force, _ := running.(map[string]any)
		var out []string
		for _, key := range slices.Sorted(maps.Keys(plan)) {
			out = append(out, differences(force[key], plan[key], at+"."+key)...)
		}
		return out
	case []any:
		force, _ := running.([]any)
		if len(force) != len(plan) {
			return []string{fmt.Sprintf("%s has %d entries in force, %d planned", at, len(force), len(plan))}
		}
		var out []string
		for i := range plan {
			out = append(out, differences(force[i], plan[i], fmt.Sprintf("%s.%d", at, i))...)
		}
		return out
	}
	if same(running, planned) {
		return nil
	}
	shown := "not set"
	if running != nil {
		shown = fmt.Sprint(running)
	}
	return []string{fmt.Sprintf("%s is %s in force, %v planned", at, shown, planned)}
}

// same tells whether two values mean the same: k6 writes durations in its own way, 90s is 1m30s, and none is null.
func same(running, planned any) bool {
	if running == planned {
		return true
	}
	text, isText := planned.(string)
	if !isText {
		return false
	}
	if running == nil {
		running = "0"
	}
	length, err := time.ParseDuration(text)
	force, other := time.ParseDuration(fmt.Sprint(running))
	return err == nil && other == nil && length == force
}
