package slo_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/featherweight/xk6-featherweight/internal/slo"
	"github.com/featherweight/xk6-featherweight/internal/slo/slotest"
)

// scheduled is the verdict on a good run of the open model in which missed of n conversations found no user.
func scheduled(n, missed int, changes samples) judged {
	plan := slotest.Plan()
	plan.Open = true
	run := slotest.Good().Changed(changes)
	run["chat_arrivals"], run["chat_arrivals_missed"] = times(n-missed, 1), append(times(missed, 1), times(n-missed, 0)...)
	data := slotest.Data(run, plan, slotest.Setup(), whole()+1)
	return judged{slo.Judge(data, plan, nil), slotest.ExitCode(data)}
}

func TestAboveOnePercentOfConversationsWithoutAUserTheRunIsInvalid(t *testing.T) {
	t.Parallel()
	scheduled(1000, 0, nil).is(t, slo.PASS, 0)
	scheduled(1000, 10, nil).is(t, slo.PASS, 0)
	scheduled(1000, 11, nil).is(t, slo.INVALID, 99,
		"1.10% of conversations (11 of 1000) found no free user when they were to begin, more than 1.00%: raise VUS, or lower ARRIVAL_RATE")
}

// It was missed with less load than promised.
func TestWhatIsMissedWithTooFewUsersIsStillAFailure(t *testing.T) {
	t.Parallel()
	result := scheduled(1000, 500, samples{"message_response_time{phase:steady}": times(100, 20000)})
	result.is(t, slo.FAIL, 99)
	assert.Len(t, result.Reasons, 2)
}

func TestAScriptThatNeverWaitsForItsScheduleIsInvalid(t *testing.T) {
	t.Parallel()
	scheduled(0, 0, nil).is(t, slo.INVALID, 99, "no conversation began as scheduled: a script of one's own calls suite.arrive() before each (ARRIVAL_RATE)")
}

func TestInTheClosedModelNothingIsScheduled(t *testing.T) {
	t.Parallel()
	assert.NotContains(t, byMetric(slotest.Plan().Objectives()), "chat_arrivals_missed")
}
