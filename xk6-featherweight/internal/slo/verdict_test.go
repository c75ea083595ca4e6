package slo_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/slo"
	"github.com/featherweight/xk6-featherweight/internal/slo/slotest"
)

// samples and times are written often.
type samples = slotest.Samples

var times = slotest.Times

// judged is a verdict beside k6's own.
type judged struct {
	slo.Verdict
	k6 int
}

func judgeData(data slo.Data) judged {
	return judged{slo.Judge(data, slotest.Plan(), nil), slotest.ExitCode(data)}
}

// verdict is that on a good run with changes.
func verdict(changes samples) judged { return judgeData(slotest.Run(changes)) }

// with is one whose setup returned something else, or which took another time.
func with(changes samples, setup any, seconds float64) judged {
	return judgeData(slotest.Data(slotest.Good().Changed(changes), slotest.Plan(), setup, seconds))
}

func (j judged) of(metric string) slo.Judged {
	for _, one := range j.SLOs {
		if one.Metric == metric {
			return one
		}
	}
	return slo.Judged{}
}

func (j judged) is(t *testing.T, verdict string, k6 int, reasons ...string) {
	t.Helper()
	assert.Equal(t, verdict, j.Verdict.Verdict, j.Reasons)
	assert.Equal(t, k6, j.k6)
	if len(reasons) > 0 {
		assert.Equal(t, reasons, j.Reasons)
	}
}

// whole is how long a run takes, in seconds.
func whole() float64 { return slotest.Shape().Total.Seconds() }

func TestARunThatWasStoppedWhileItsLastAnswersWereAwaitedIsNotWhole(t *testing.T) {
	t.Parallel()
	stopped := slotest.Data(slotest.Good(), slotest.Plan(), slotest.Setup(), whole()+1)
	stopped.Aborted = true
	result := judgeData(stopped)
	result.is(t, slo.INVALID, 0, "the run was stopped before its last answers had come")
	assert.False(t, result.Complete)
	assert.Nil(t, result.ExitCode, "k6's own says that it was stopped")
}

func TestAGoodRunPasses(t *testing.T) {
	t.Parallel()
	result := verdict(nil)
	result.is(t, slo.PASS, 0, "every objective is met")
	require.NotNil(t, result.ExitCode)
	assert.Zero(t, *result.ExitCode)
	for _, one := range result.SLOs {
		assert.Equal(t, slo.Pass, one.Outcome, one.Name)
	}
}

func TestTooManyErrorsFailWithTheMostFrequentReasons(t *testing.T) {
	t.Parallel()
	result := verdict(samples{
		"error_rate":                 append(times(190, 0), times(10, 1)...),
		"chat_failures{reason:dial}": {3}, "chat_failures{reason:closed}": {5}, "chat_failures{reason:reset}": {1, 1},
		"chat_failures{reason:protocol}": {1},
	})
	result.is(t, slo.FAIL, 99, "5.00% of turns failed (10 of 200), not less than 1.00%: closed 5, dial 3, reset 2")
	assert.Equal(t, 99, *result.ExitCode)
}

func TestAnErrorRateAtTheLimitFailsOneJustBelowItPasses(t *testing.T) {
	t.Parallel()
	verdict(samples{"error_rate": append(times(99, 0), 1)}).is(t, slo.FAIL, 99)
	verdict(samples{"error_rate": append(times(100, 0), 1)}).is(t, slo.PASS, 0)
}

func TestNumbersThatLookAlikeAreShownWithEnoughDigitsToBeToldApart(t *testing.T) {
	t.Parallel()
	result := verdict(samples{"error_rate": append(times(100, 1), times(9899, 0)...)})
	assert.Regexp(t, `^1\.0001% of turns failed \(100 of 9999\), not less than 1\.00%`, result.Reasons[0])
}

func TestNoTurnAtAllIsNoPass(t *testing.T) {
	t.Parallel()
	result := verdict(samples{"error_rate": {}, "chat_turns": {}, "ws_connection_time{phase:steady}": {}, "message_response_time{phase:steady}": {}})
	result.is(t, slo.INVALID, 99)
	assert.Contains(t, result.Reasons[0], "no turn was finished")
}

func TestIfEveryTurnFailsItIsAFailureNotALackOfData(t *testing.T) {
	t.Parallel()
	result := verdict(samples{"error_rate": times(50, 1), "chat_turns": {}, "message_response_time{phase:steady}": {}})
	result.is(t, slo.FAIL, 99)
	assert.Contains(t, result.Reasons[1], "no answer was completed in the steady phase")
}

// loop is a frequency in the steady phase with its bounds.
func loop(mean float64, low, high []float64) samples {
	return samples{"loop_hz{phase:steady}": times(60, mean), "loop_hz_low{phase:steady}": low, "loop_hz_high{phase:steady}": high}
}

func TestTheLoopIsTooSlowWhenEvenItsHighBoundIsNotAboveTheLimit(t *testing.T) {
	t.Parallel()
	verdict(loop(94, []float64{93.9}, []float64{94.1})).is(t, slo.FAIL, 99, "loop frequency 94.00 Hz (between 93.90 and 94.10) is not above 95 Hz")
}

func TestALimitInsideTheBoundIsTooCloseToCall(t *testing.T) {
	t.Parallel()
	verdict(loop(95.01, []float64{94.98}, []float64{95.04})).is(t, slo.INVALID, 99, "loop frequency 95.01 Hz (between 94.98 and 95.04) is too close to 95 Hz "+
		"to call: measure longer (DURATION), or from nearer to the server")
}

func TestABoundOrAMeanThatIsExactlyTheLimitIsTooCloseToCall(t *testing.T) {
	t.Parallel()
	verdict(loop(95.01, []float64{95}, []float64{95.02})).is(t, slo.INVALID, 99)
	verdict(loop(95, []float64{95.01}, []float64{95.02})).is(t, slo.INVALID, 99)
}

func TestExactlyTheLimitIsNotAboveIt(t *testing.T) {
	t.Parallel()
	verdict(loop(95, []float64{95}, []float64{95})).is(t, slo.FAIL, 99)
}

func TestAMeanOfWindowsOutsideTheBoundsIsSaidAsItIs(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "loop frequency between 72.10 and 72.30 Hz, 70.00 Hz as the mean of its windows, is not above 95 Hz",
		verdict(loop(70, []float64{72.1}, []float64{72.3})).Reasons[0])
}

func TestADeadLoopFails(t *testing.T) {
	t.Parallel()
	changes := loop(0, []float64{0}, []float64{0})
	changes["checks{type:hz}"], changes["loop_longest_gap"] = times(80, 0), []float64{70000}
	verdict(changes).is(t, slo.FAIL, 99,
		"loop frequency 0.00 Hz is not above 95 Hz", "80 of 80 windows provably below 95 Hz; 8 may be, for 5% and the luck of the draw",
		"longest standstill of the loop 1m10s, longer than 1s")
}

func TestAFrequencyWithoutBoundsIsNoPassAndNoFailure(t *testing.T) {
	t.Parallel()
	verdict(samples{"loop_hz_low{phase:steady}": {}, "loop_hz_high{phase:steady}": {}}).
		is(t, slo.INVALID, 99, "the steady phase is too short to bound the loop frequency")
}

func TestALoopThatWasNotMeasuredInTheSteadyPhaseIsNoPass(t *testing.T) {
	t.Parallel()
	verdict(samples{"loop_hz{phase:steady}": {}, "loop_hz_low{phase:steady}": {}, "loop_hz_high{phase:steady}": {}}).
		is(t, slo.INVALID, 99, "the loop frequency was not measured in the steady phase")
}

func TestWindowsWithoutAReadingProveNothingWindowsBelowTheLimitDo(t *testing.T) {
	t.Parallel()
	bad := append(times(70, 1), times(10, 0)...)
	verdict(samples{"checks{type:hz}": bad, "checks{type:hz,reading:none}": times(10, 0)}).
		is(t, slo.INVALID, 99, "10 of 80 windows without a reading of the loop")
	verdict(samples{"checks{type:hz}": bad}).
		is(t, slo.FAIL, 99, "10 of 80 windows provably below 95 Hz; 8 may be, for 5% and the luck of the draw")
	verdict(samples{"checks{type:hz}": bad, "checks{type:hz,reading:none}": times(1, 0)}).
		is(t, slo.FAIL, 99, "9 of 80 windows provably below 95 Hz; 8 may be, for 5% and the luck of the draw")
}

func TestAFewWindowsBelowAreChance(t *testing.T) {
	t.Parallel()
	below := func(n int) judged { return verdict(samples{"checks{type:hz}": append(times(85-n, 1), times(n, 0)...)}) }
	below(1).is(t, slo.PASS, 0)
	below(8).is(t, slo.PASS, 0)
	below(9).is(t, slo.FAIL, 99)
	assert.Equal(t, "8 of 85 windows provably below 95 Hz; 8 may be, for 5% and the luck of the draw", below(8).of("checks{type:hz}").Why)
	assert.Equal(t, "none of 80 windows provably below 95 Hz", verdict(nil).of("checks{type:hz}").Why)
}

func TestALoopThatTurnsTooFastFails(t *testing.T) {
	t.Parallel()
	verdict(loop(200, []float64{199.9}, []float64{200.1})).
		is(t, slo.FAIL, 99, "loop frequency 200.00 Hz (between 199.90 and 200.10) is not below 105 Hz: was the loop started twice?")
	verdict(loop(105, []float64{104.9}, []float64{105.1})).is(t, slo.INVALID, 99)
	verdict(loop(104.9, []float64{104.8}, []float64{104.99})).is(t, slo.PASS, 0)
}

func TestNoAnswerToTheEndFailsHoweverSmallTheErrorRateIs(t *testing.T) {
	t.Parallel()
	verdict(samples{"error_rate": append(times(9990, 0), times(10, 1)...), "chat_silence": {10}}).
		is(t, slo.FAIL, 99, "the chat did not answer any more at the end: the last 10 attempts all failed")
	verdict(samples{"chat_silence": {2}}).is(t, slo.PASS, 0)
}

func TestWhatThisMachineCouldNotDoIsNeverHeldAgainstTheServer(t *testing.T) {
	t.Parallel()
	for metric, one := range map[string]struct {
		times float64
		why   string
	}{
		"chat_failures{reason:generator}": {3, "no port, file or memory left 3 times"},
		"generator_failures":              {1, "no port, file or memory left 1 time:"},
		"generator_suspended":             {1, "slept or was paused 1 time:"},
	} {
		result := verdict(samples{metric: {one.times}, "error_rate": times(200, 1)})
		result.is(t, slo.INVALID, 99)
		assert.Contains(t, result.Reasons[0], one.why)
	}
}

func TestALoopThatIsOutOfSightAtTheEndOrOneOfSeveralIsNotJudged(t *testing.T) {
	t.Parallel()
	assert.Contains(t, verdict(samples{"loop_unseen{phase:steady}": {9000}}).Reasons[0], "could not be read any more for the last 9s of the steady phase")
	assert.Contains(t, verdict(samples{"loop_unseen": {1001}}).Reasons[0], "could not be read any more for the last 1s of the run")
	verdict(samples{"loop_unseen": {1000}}).is(t, slo.PASS, 0)
	several := verdict(samples{"loop_replicas": {3}})
	several.is(t, slo.INVALID, 99)
	assert.Contains(t, several.Reasons[0], "several processes answer at METRICS_URL")
}

func TestAPageThatIsACopyShowsNoStandstillShorterThanItsPeriod(t *testing.T) {
	t.Parallel()
	copied := verdict(samples{"loop_page_period": {3000}, "loop_longest_gap": {400}})
	copied.is(t, slo.PASS, 0, "every objective is met; the metrics page is a copy, renewed every 3s")
	assert.Equal(t, slo.Skipped, copied.of("loop_longest_gap").Outcome)
	verdict(samples{"loop_page_period": {3000}, "loop_longest_gap": {1001}}).is(t, slo.FAIL, 99) // provable all the same
}

func TestAStandstillThatMayHaveHiddenBetweenReadings(t *testing.T) {
	t.Parallel()
	madeUp := verdict(samples{"loop_longest_unseen": {110, 2100}})
	madeUp.is(t, slo.PASS, 0, "every objective is met; nothing was seen of the loop for 2.1s at a time")
	assert.Equal(t, slo.Skipped, madeUp.of("loop_longest_gap").Outcome)
	lost := verdict(samples{"loop_longest_unseen": {110, 2100}, "loop_lost_time": {12, 1900}})
	lost.is(t, slo.INVALID, 99)
	assert.Contains(t, lost.Reasons[0], "the loop lacks turns for 1.9s between two readings")
	verdict(samples{"loop_longest_unseen": {110, 2100}, "loop_lost_time": {1000}}).is(t, slo.PASS, 0)
	seen := verdict(samples{"loop_lost_time": {1900}, "loop_longest_gap": {1001}})
	seen.is(t, slo.FAIL, 99)
	assert.Equal(t, slo.Pass, seen.of("loop_lost_time").Outcome, "it is not undecided, but missed")
}

func TestAStandstillAndARestartFailAlsoOutsideTheSteadyPhase(t *testing.T) {
	t.Parallel()
	verdict(samples{"loop_longest_gap": {9, 1000.5}}).is(t, slo.FAIL, 99, "longest standstill of the loop 1.0005s, longer than 1s")
	verdict(samples{"loop_longest_gap": {9, 1000}}).is(t, slo.PASS, 0)
	verdict(samples{"loop_restarts": {1}}).is(t, slo.FAIL, 99, "the loop was restarted 1 time, more than 0")
}

func TestSlowConnectionsAndAnswersFail(t *testing.T) {
	t.Parallel()
	verdict(samples{
		"ws_connection_time{phase:steady}":    append(times(90, 10), times(10, 6000)...),
		"message_response_time{phase:steady}": append(times(80, 900), times(20, 10000)...),
	}).is(t, slo.FAIL, 99, "connection time p(95) 6s, not less than 5s", "response time p(90) 10s, not less than 10s")
}

func TestCoverageBelowTheLimitMakesTheRunInvalid(t *testing.T) {
	t.Parallel()
	verdict(samples{"hz_coverage": append(times(71, 1), times(9, 0)...)}).
		is(t, slo.INVALID, 99, "the loop was measured in 88.8% of the run, less than 90.0%")
	verdict(samples{"hz_scrapes": {}, "hz_coverage": {}}).is(t, slo.INVALID, 99, "the loop was never read")
}

func TestAFailureIsNamedBeforeWhatCouldNotBeDecided(t *testing.T) {
	t.Parallel()
	result := verdict(samples{"hz_coverage": append(times(40, 1), times(40, 0)...), "loop_restarts": {2}})
	result.is(t, slo.FAIL, 99)
	require.Len(t, result.Reasons, 2)
	assert.Equal(t, "the loop was restarted 2 times, more than 0", result.Reasons[0])
}

func TestALateGeneratorMakesTheRunInvalidWhateverElseThereIs(t *testing.T) {
	t.Parallel()
	result := verdict(samples{"generator_error": times(100, 250), "error_rate": times(200, 1)})
	result.is(t, slo.INVALID, 99)
	assert.Equal(t, 99, *result.ExitCode)
	assert.Regexp(t, `^the load generator was late, and that is in its times with up to 250ms \(p99\), more than 100ms`, result.Reasons[0])
	assert.Regexp(t, `^100\.00% of turns failed`, result.Reasons[1])
}

func TestAGeneratorOfWhichNothingIsKnownMakesTheRunInvalid(t *testing.T) {
	t.Parallel()
	verdict(samples{"generator_error": {}}).is(t, slo.INVALID, 99, "it is not known whether the load generator kept up")
}

func TestAFrequencyThatIsReportedAndNotMeasuredCanPassButSaysSo(t *testing.T) {
	t.Parallel()
	changes := samples{"loop_longest_gap": {}, "loop_hz_low{phase:steady}": {100}, "loop_hz_high{phase:steady}": {100}}
	result := with(changes, slo.Setup{Source: "gauge", SetupTime: 250}, whole()+0.25)
	result.is(t, slo.PASS, 0, "every objective is met; the loop frequency is reported by the server, not measured")
	assert.False(t, result.Measured)
	assert.Equal(t, slo.Skipped, result.of("loop_longest_gap").Outcome)
}

func TestARunThatWasCutShortIsNoPassAndTheExitCodeIsNotThatOfTheThresholds(t *testing.T) {
	t.Parallel()
	result := with(nil, slotest.Setup(), 40)
	result.is(t, slo.INVALID, 0, "the run ended after 39.8s of 1m25s")
	assert.False(t, result.Complete)
	assert.Nil(t, result.ExitCode)
}

func TestTheTimeThatSetupTookDoesNotMakeARunWhole(t *testing.T) {
	t.Parallel()
	setup := slo.Setup{Source: "counter", SetupTime: 20000}
	with(nil, setup, whole()+5).is(t, slo.INVALID, 0)
	with(nil, setup, whole()+20).is(t, slo.PASS, 0)
}

func TestARunThatDidNotStartIsInvalid(t *testing.T) {
	t.Parallel()
	result := slo.Judge(slotest.Data(nil, slotest.Plan(), nil, 0.1), slotest.Plan(), nil)
	assert.Equal(t, slo.INVALID, result.Verdict)
	assert.Equal(t, []string{"the load was not started: the error line says why"}, result.Reasons)
	assert.False(t, result.Started)
	assert.Nil(t, result.ExitCode)
}

func TestWithoutSetupDataTheSamplesShowThatTheRunStarted(t *testing.T) {
	t.Parallel()
	with(nil, nil, whole()+0.25).is(t, slo.PASS, 0)
	assert.True(t, with(samples{"hz_scrapes": {}}, nil, whole()).Started, "there were turns")
	assert.True(t, with(samples{"error_rate": {}}, nil, whole()).Started, "there were readings")
	assert.True(t, with(nil, nil, whole()-0.5).Complete, "no setup time to take off")
}

func TestAThresholdThatSomeoneAddedIsNotOverruled(t *testing.T) {
	t.Parallel()
	data := slotest.Run(nil)
	data.Metrics["error_rate"].Thresholds["rate<0"] = struct {
		OK bool `json:"ok"`
	}{false}
	judgeData(data).is(t, slo.INVALID, 99, "k6 found a threshold crossed: error_rate: rate<0")
}
