package slo_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/evidence"
	"github.com/featherweight/xk6-featherweight/internal/record"
	"github.com/featherweight/xk6-featherweight/internal/slo"
	"github.com/featherweight/xk6-featherweight/internal/slo/slotest"
)

var _ slo.Evidence = (*record.Record)(nil)

// recorded is evidence of the error rate and of the response time.
type recorded struct {
	errors   record.Share
	response record.Percentile
	silence  int
}

func (r recorded) Share(name string) (record.Share, bool) { return r.errors, name == "error_rate" }

func (r recorded) Percentile(name, phase string, p float64) (record.Percentile, bool) {
	return r.response, name == "message_response_time" && phase == "steady" && p == 0.9
}

func (r recorded) Silence() record.Silence { return record.Silence{Failed: r.silence} }

// fine is evidence of a good run.
func fine() recorded {
	return recorded{
		errors:   record.Share{Interval: evidence.Interval{Low: 0, High: 0.004, Effective: 800}, Hits: 1, N: 1000, Users: 100},
		response: record.Percentile{Interval: evidence.Interval{Low: 1100, High: 1300, Effective: 500}, AtOnce: 1200, Never: 1200, N: 1000, Users: 100},
	}
}

// proved is the verdict on a good run of which that is recorded, and k6's exit code with what teardown() makes of it.
func proved(r recorded, required bool) judged {
	plan := slotest.Plan()
	plan.EvidenceRequired = required
	changes := samples{}
	conclusions, silence := slo.Concluded(plan, r)
	for _, one := range conclusions {
		if one.Outcome == slo.Fail {
			changes["slo_missed"] = append(changes["slo_missed"], 1)
		} else {
			changes["slo_undecided"] = append(changes["slo_undecided"], 1)
		}
	}
	changes["chat_silence"] = []float64{float64(silence)}
	data := slotest.Data(slotest.Good().Changed(changes), plan, slotest.Setup(), whole()+0.25)
	return judged{slo.Judge(data, plan, r), slotest.ExitCode(data)}
}

func TestEveryRecordedObjectiveCarriesItsInterval(t *testing.T) {
	t.Parallel()
	result := proved(fine(), false)
	result.is(t, slo.PASS, 0)
	high, late := 0.004, 1300.0
	assert.Equal(t, &slo.Interval{Low: 0, High: &high, N: 1000, Users: 100, Effective: 800}, result.of("error_rate").Evidence)
	assert.Equal(t, &slo.Interval{Low: 1100, High: &late, N: 1000, Users: 100, Effective: 500}, result.of("message_response_time{phase:steady}").Evidence)
	assert.Nil(t, result.of("ws_connection_time{phase:steady}").Evidence, "nothing was recorded of it")
}

func TestRequiredEvidenceMakesALimitInsideTheIntervalInvalid(t *testing.T) {
	t.Parallel()
	for _, change := range []func(*recorded){
		func(r *recorded) { r.errors.Low, r.errors.High = 0.002, 0.013 },
		func(r *recorded) { r.response.High = math.Inf(1) },
		func(r *recorded) { r.response.High = 10000 },
	} {
		inside := fine()
		change(&inside)
		proved(inside, false).is(t, slo.PASS, 0)
		required := proved(inside, true)
		required.is(t, slo.INVALID, 99)
		assert.Regexp(t, `the 95% interval .* holds the limit .* EVIDENCE=require`, required.Reasons[0])
	}
	proved(fine(), true).is(t, slo.PASS, 0)
}

func TestAPercentileWhoseLimitLiesBetweenAtOnceAndNeverIsUndecided(t *testing.T) {
	t.Parallel()
	r := fine()
	r.response.Cut, r.response.AtOnce, r.response.Never = 150, 9000, math.Inf(1)
	proved(r, false).is(t, slo.INVALID, 99, "150 of 1000 waits were cut off by the end of the test: had they ended at once, p(90) were 9s, "+
		"and without an end had they never ended; the limit is 10s")
	r.response.Never = 12000
	assert.Contains(t, proved(r, false).Reasons[0], "p(90) were 9s, and 12s had they never ended")
}

func TestWaitsThatWereCutOffBehindTheLimitMissItThoughEveryAnswerThatCameWasQuick(t *testing.T) {
	t.Parallel()
	r := fine()
	r.response.Cut, r.response.AtOnce, r.response.Never = 200, 12000, math.Inf(1)
	result := proved(r, false)
	result.is(t, slo.FAIL, 99)
	assert.Regexp(t, `200 of 1000 waits were cut off .* p\(90\) were 12s, not less than 10s`, result.Reasons[0])
}

func TestWaitsThatWereCutOffDecideNothingWhereTheirEndDoesNotMatter(t *testing.T) {
	t.Parallel()
	r := fine()
	r.response.Cut, r.response.Never = 3, 1300
	proved(r, false).is(t, slo.PASS, 0)
}

func TestTheConclusionKnowsTheSilence(t *testing.T) {
	t.Parallel()
	r := fine()
	r.silence = 12
	proved(r, false).is(t, slo.FAIL, 99, "the chat did not answer any more at the end: the last 12 attempts all failed")
	conclusions, silence := slo.Concluded(slotest.Plan(), nil)
	assert.Empty(t, conclusions)
	assert.Zero(t, silence)
}

func TestTheFlowsAreRecordedToo(t *testing.T) {
	t.Parallel()
	scenario := slo.General()
	plan := slotest.Plan()
	plan.Scenario = &scenario
	var names []string
	for _, row := range plan.Rows() {
		if row.Recorded != nil {
			names = append(names, row.Name)
			require.NotEmpty(t, row.Recorded.Of)
		}
	}
	assert.Equal(t, []string{
		"error rate", "connection time", "response time", "health failures", "health time", "login failures", "login time",
		"conversations failures", "conversations time", "upload failures", "upload time", "websocket failures", "failed requests", "request time",
	}, names)
}
