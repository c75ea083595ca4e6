package slo_test

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/chat"
	"github.com/featherweight/xk6-featherweight/internal/slo"
	"github.com/featherweight/xk6-featherweight/internal/slo/slotest"
)

// byMetric are thresholds as k6's options have them.
func byMetric(all []slo.Threshold) map[string][]string {
	out := map[string][]string{}
	for _, one := range all {
		out[one.Metric] = append(out[one.Metric], one.Expression)
	}
	return out
}

func TestEveryThresholdUsesAnAggregationThatK6HasForItsMetric(t *testing.T) {
	t.Parallel()
	allowed := map[string]string{ // metrics/metric_type.go
		slotest.Counter: `^(count|rate)$`, slotest.Gauge: `^value$`, slotest.Rate: `^rate$`, slotest.Trend: `^(avg|min|max|med|p\(\d+(\.\d+)?\))$`,
	}
	plan := slotest.Plan()
	for _, scenario := range []slo.Scenario{slo.Comprehensive(), slo.General()} {
		plan.Scenario = &scenario
		for metric, expressions := range plan.Thresholds() {
			for _, expression := range expressions {
				parts := slotest.Expression.FindStringSubmatch(expression)
				require.NotNil(t, parts, expression)
				assert.Regexp(t, regexp.MustCompile(allowed[slotest.TypeOf(metric)]), parts[1], metric)
			}
		}
	}
}

func TestTheObjectivesAreThoseOfTheContract(t *testing.T) {
	t.Parallel()
	plan := slotest.Plan()
	assert.Equal(t, map[string][]string{
		"error_rate":                          {"rate<0.01"},
		"chat_turns":                          {"count>0"},
		"chat_silence":                        {"value<3"},
		"ws_connection_time{phase:steady}":    {"p(95)<5000", "max>0"},
		"message_response_time{phase:steady}": {"p(90)<10000", "max>0"},
		"loop_hz{phase:steady}":               {"avg>95", "avg<105"},
		"loop_hz_low{phase:steady}":           {"value>95"},
		"loop_hz_high{phase:steady}":          {"value<105"},
		"checks{type:hz}":                     {"rate>0.9"}, // 8 of 85 windows may be below
		"loop_longest_gap":                    {"max<=1000"},
		"loop_lost_time":                      {"max<=1000"},
		"loop_restarts":                       {"count<=0"},
		"hz_scrapes":                          {"count>0"},
		"hz_coverage":                         {"rate>=0.9"},
		"generator_error":                     {"p(99)<=100", "max>0"},
		"chat_failures{reason:generator}":     {"count<1"},
		"generator_failures":                  {"count<1"},
		"generator_suspended":                 {"count<1"},
		"loop_replicas":                       {"count<1"},
		"loop_leaps":                          {"count<1"},
		"loop_unseen":                         {"value<=1000"},
		"loop_unseen{phase:steady}":           {"value<=1000"},
		"slo_missed":                          {"count<1"},
		"slo_undecided":                       {"count<1"},
		"script_exceptions":                   {"count<1"},
	}, byMetric(plan.Objectives()))
	plan.Limits["HZ_AVERAGE_MAXIMUM"] = 0
	assert.NotContains(t, byMetric(plan.Objectives()), "loop_hz_high{phase:steady}")
	assert.Equal(t, []string{"avg>95"}, byMetric(plan.Objectives())["loop_hz{phase:steady}"])
}

func TestWhatIsThereForTheSummaryOnlyIsAlwaysMetAndReplacesNoObjective(t *testing.T) {
	t.Parallel()
	plan := slotest.Plan()
	all, objectives := plan.Thresholds(), byMetric(plan.Objectives())
	for metric, expressions := range objectives {
		assert.Equal(t, expressions, all[metric])
	}
	nothing := samples{}
	for metric := range all {
		nothing[metric] = nil
	}
	for _, data := range []slo.Data{slotest.Run(nil), slotest.Run(nothing)} {
		for _, only := range slo.SummaryOnly() {
			require.Contains(t, all, only.Metric)
			if _, ok := objectives[only.Metric]; !ok {
				assert.True(t, data.Metrics[only.Metric].Thresholds[only.Expression].OK, only.Metric)
			}
		}
	}
}

func TestEveryFailureReasonIsInTheSummaryData(t *testing.T) {
	t.Parallel()
	all := slotest.Plan().Thresholds()
	assert.Len(t, slo.Reasons(), 9)
	for _, reason := range slo.Reasons() {
		assert.Contains(t, all, "chat_failures{reason:"+reason+"}")
	}
	for i, reason := range chat.Reasons {
		assert.Equal(t, string(reason), slo.Reasons()[i])
	}
}

func TestNoTwoRowsHaveTheSameName(t *testing.T) {
	t.Parallel()
	plan := slotest.Plan()
	for _, scenario := range []slo.Scenario{slo.Comprehensive(), slo.General()} {
		plan.Scenario = &scenario
		seen := map[string]bool{}
		for _, row := range plan.Rows() {
			assert.False(t, seen[row.Name], row.Name)
			seen[row.Name] = true
		}
	}
}

func TestTheOrderOfTheRowsIsThatOfTheReports(t *testing.T) {
	t.Parallel()
	var names []string
	for _, row := range slotest.Plan().Rows() {
		names = append(names, row.Name)
	}
	assert.Equal(t, []string{
		"error rate", "answers to the end", "loop frequency", "loop frequency maximum", "good windows", "longest standstill", "loop restarts",
		"connection time", "response time", "generator lag", "generator failures", "generator awake", "one loop", "loop in course",
		"loop seen to the end of the steady phase", "loop seen to the end of the run", "loop in sight", "loop coverage", "script exceptions",
	}, names)
}
