package slo_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/featherweight/xk6-featherweight/internal/slo"
	"github.com/featherweight/xk6-featherweight/internal/slo/slotest"
)

// standings are rows that stand so: 1 met, 0 missed, -1 undecided.
func standings(rows map[string]float64) []slo.Judged {
	var out []slo.Judged
	for _, row := range slotest.Plan().Rows() {
		standing, named := rows[row.Name]
		if !named {
			standing = 1
		}
		judged := slo.Judged{Row: row, Outcome: map[float64]slo.Outcome{1: slo.Pass, 0: slo.Fail, -1: slo.Invalid}[standing]}
		if standing == 0 && row.Kind == slo.Precondition {
			judged.Outcome, judged.Value = slo.Invalid, new(2.0)
		}
		out = append(out, judged)
	}
	return out
}

func TestAnObjectiveIsGivenUpWhenItHasBeenMissedForSoLongWithoutABreak(t *testing.T) {
	t.Parallel()
	patience := slo.Patience{Limit: 3 * time.Second}
	missed, fine := map[string]float64{"error rate": 0}, map[string]float64{}
	for second, step := range []struct {
		rows map[string]float64
		want []string
	}{
		{missed, nil},
		{missed, nil},
		{missed, nil},
		{fine, nil}, // the break
		{missed, nil},
		{map[string]float64{"error rate": -1}, nil}, // undecided is none
		{missed, nil},
		{missed, nil},
		{missed, nil},
		{missed, []string{"error rate"}},
		{missed, []string{"error rate"}},
		{map[string]float64{"error rate": 0, "generator lag": 0}, nil}, // nothing is held against the server then
		{missed, nil},
		{missed, nil},
		{missed, nil},
		{missed, []string{"error rate"}},
	} {
		assert.Equal(t, step.want, patience.GivenUp(time.Duration(second)*time.Second, standings(step.rows)), "second %d", second)
	}
}

func TestWithoutPatienceSetAndForPreconditionsNothingIsGivenUp(t *testing.T) {
	t.Parallel()
	endless, limited := slo.Patience{}, slo.Patience{Limit: time.Second}
	for second := range 100 {
		at := time.Duration(second) * time.Second
		assert.Empty(t, endless.GivenUp(at, standings(map[string]float64{"error rate": 0})))
		assert.Empty(t, limited.GivenUp(at, standings(map[string]float64{"loop coverage": 0, "one loop": 0})))
	}
}

// given is a run that was ended for an objective after some seconds.
func given(name string, changes samples, evidence slo.Evidence) judged {
	plan := slotest.Plan()
	plan.Patience = 30 * time.Second
	run := slotest.Good().Changed(samples{"slo_given_up{slo:" + name + "}": {1}}).Changed(changes)
	data := slotest.Data(run, plan, slotest.Setup(), 45.25)
	return judged{slo.Judge(data, plan, evidence), slotest.ExitCode(data)}
}

func TestARunThatWasEndedForAnObjectiveIsAFailureOfIt(t *testing.T) {
	t.Parallel()
	result := given("error rate", samples{"error_rate": append(times(150, 0), times(50, 1)...), "chat_failures{reason:dial}": {50}}, nil)
	result.is(t, slo.FAIL, 99,
		"25.00% of turns failed (50 of 200), not less than 1.00%: dial 50; that went on for 30s, so the run was ended (ABORT_ON_FAIL)",
		"the run ended after 45s of 1m25s")
	assert.Equal(t, 99, *result.ExitCode)
	assert.False(t, result.Complete)
}

func TestWhatOnlyItsEndLeavesOpenDoesNotSaveIt(t *testing.T) {
	t.Parallel()
	// No steady phase at all, and an objective that is met again by the last samples.
	gone := samples{}
	for metric := range slotest.Good() {
		if metric == "loop_hz{phase:steady}" || metric == "message_response_time{phase:steady}" || metric == "ws_connection_time{phase:steady}" {
			gone[metric] = nil
		}
	}
	result := given("error rate", gone, nil)
	result.is(t, slo.FAIL, 99)
	assert.Equal(t, "error rate was missed; that went on for 30s, so the run was ended (ABORT_ON_FAIL)", result.Reasons[0])
	cut := fine()
	cut.response.Cut, cut.response.AtOnce, cut.response.Never = 500, 5000, 20000
	result = given("response time", samples{"message_response_time{phase:steady}": times(100, 12000)}, cut)
	result.is(t, slo.FAIL, 99)
	assert.Equal(t, slo.Fail, result.of("message_response_time{phase:steady}").Outcome)
	assert.NotNil(t, result.of("message_response_time{phase:steady}").Evidence)
	// Nothing that a generator says that is late is held against the server, and a run that was stopped by hand is no failure.
	given("error rate", samples{"generator_error": times(100, 500)}, nil).is(t, slo.INVALID, 99)
	with(nil, slotest.Setup(), 45.25).is(t, slo.INVALID, 0, "the run ended after 45s of 1m25s")
}
