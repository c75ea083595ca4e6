package slo_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/featherweight/xk6-featherweight/internal/slo"
	"github.com/featherweight/xk6-featherweight/internal/slo/slotest"
)

func TestEveryLimitIsWhereTheVerdictChangesForK6AsForTheSummary(t *testing.T) {
	t.Parallel()
	// The same samples on both sides of each limit: the limit that they meet, the one that they miss, and what the miss is called.
	for name, one := range map[string]struct {
		met, missed float64
		verdict     string
		why         string
		changes     samples
	}{
		"ERROR_RATE_THRESHOLD": {
			0.06, 0.05, slo.FAIL, `of turns failed .*not less than 5\.00%`,
			samples{"error_rate": append(times(190, 0), times(10, 1)...)},
		},
		"HZ_AVERAGE_THRESHOLD": {99.9, 101, slo.FAIL, `loop frequency .* is not above 101 Hz`, nil},
		"HZ_AVERAGE_MAXIMUM": {
			100.1, 100, slo.FAIL, `is not below 100 Hz`,
			samples{"loop_hz_low{phase:steady}": {100}},
		},
		"WS_CONNECTION_TIME_P95":    {12.1, 12, slo.FAIL, `connection time .*12ms`, nil},
		"MESSAGE_RESPONSE_TIME_P90": {1201, 1200, slo.FAIL, `response time .*1\.2s`, nil},
		"LOOP_LONGEST_GAP":          {9.9, 9.8, slo.FAIL, `longest standstill`, samples{"loop_longest_unseen": {5}, "loop_lost_time": {5}}},
		"LOOP_RESTARTS": {
			2, 1, slo.FAIL, `restarted 2 times`,
			samples{"loop_restarts": {1, 1}},
		},
		"GENERATOR_LAG_P99": {
			0.9, 0.8, slo.INVALID, `the load generator was late`,
			samples{"generator_error": times(100, 0.9)},
		},
		"HZ_COVERAGE": {
			0.8, 0.81, slo.INVALID, `loop .*80`,
			samples{"hz_coverage": append(times(64, 1), times(16, 0)...)},
		},
	} {
		at := func(limit float64) judged {
			plan := slotest.Plan()
			plan.Limits[name] = limit
			data := slotest.Data(slotest.Good().Changed(one.changes), plan, slotest.Setup(), whole()+0.25)
			return judged{slo.Judge(data, plan, nil), slotest.ExitCode(data)}
		}
		at(one.met).is(t, slo.PASS, 0)
		missed := at(one.missed)
		missed.is(t, one.verdict, 99)
		assert.Regexp(t, one.why, strings.Join(missed.Reasons, "; "), name)
	}
}

// k6 itself would log an exception, and let the run pass.
func TestAnExceptionOfTheScriptFailsARunWithoutFlowsToo(t *testing.T) {
	t.Parallel()
	data := slotest.Run(samples{"script_exceptions": {1, 1, 1}})
	verdict := slo.Judge(data, slotest.Plan(), nil)
	assert.Equal(t, slo.FAIL, verdict.Verdict)
	assert.Equal(t, []string{"3 iterations ended with an exception of the script, not less than 1"}, verdict.Reasons)
	assert.Equal(t, 99, slotest.ExitCode(data))
}
