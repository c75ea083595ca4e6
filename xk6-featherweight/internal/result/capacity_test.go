package result_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/capacity"
	"github.com/featherweight/xk6-featherweight/internal/result"
	"github.com/featherweight/xk6-featherweight/internal/slo"
	"github.com/featherweight/xk6-featherweight/internal/slo/slotest"
)

// stepOf is the step of 40 users whose run had these samples, and went on for that many seconds.
func stepOf(changes slotest.Samples, seconds float64) result.CapacityStep {
	plan := slotest.Plan()
	data := slotest.Data(slotest.Good().Changed(changes), plan, slotest.Setup(), seconds)
	return result.NewCapacityStep(40, "run", result.NewSummary(data, slo.Judge(data, plan, nil), result.Run{Plan: plan, Shape: slotest.Shape()}))
}

func TestAStepSaysWhatDecidedItsRun(t *testing.T) {
	t.Parallel()
	whole := slotest.Shape().Total.Seconds() + 1
	held := stepOf(nil, whole)
	assert.Equal(t, capacity.Step{Load: 40, Outcome: capacity.Held}, held.Step)
	require.NotNil(t, held.LoopHz)
	assert.InDelta(t, 100, held.LoopHz.Avg, 1e-9)
	assert.InDelta(t, 1200, *held.ResponseP90, 1e-9)
	assert.InDelta(t, 12, *held.ConnectionP95, 1e-9)

	slow := slotest.Samples{"message_response_time{phase:steady}": slotest.Times(100, 20000)}
	gave := stepOf(slow, whole)
	assert.Equal(t, []any{capacity.GaveWay, "response time"}, []any{gave.Outcome, gave.First})
	short := stepOf(slow, 30)
	assert.Equal(t, []any{capacity.GaveWay, "response time"}, []any{short.Outcome, short.First}, "a run that was ended for it is shorter")

	late := stepOf(slotest.Samples{"generator_error": slotest.Times(200, 5000), "message_response_time{phase:steady}": slotest.Times(100, 20000)}, whole)
	assert.Equal(t, []any{capacity.Unsure, "generator lag", true}, []any{late.Outcome, late.First, late.IsGenerator()}, "it is not held against the server")
	assert.False(t, gave.IsGenerator())
}

// Who waits when a run is ended for its slow answers is cut off, and has failed; that was not what gave way.
func TestWhatARunWasEndedForIsWhatGaveWayFirst(t *testing.T) {
	t.Parallel()
	plan := slotest.Plan()
	plan.WhenCertain = true
	data := slotest.Data(slotest.Good().Changed(slotest.Samples{
		"error_rate": slotest.Times(20, 1), "message_response_time{phase:steady}": slotest.Times(100, 20000), slo.GivenUp + "{slo:response time}": {1},
	}), plan, slotest.Setup(), 30)
	step := result.NewCapacityStep(40, "run", result.NewSummary(data, slo.Judge(data, plan, nil), result.Run{Plan: plan, Shape: slotest.Shape()}))
	assert.Equal(t, []any{capacity.GaveWay, "response time"}, []any{step.Outcome, step.First})
	assert.Contains(t, step.Why, "so the run was ended (ABORT_WHEN_CERTAIN)")
}

func TestTheAnswerIsASentence(t *testing.T) {
	t.Parallel()
	step := func(load float64, outcome capacity.Outcome) result.CapacityStep {
		return result.CapacityStep{Step: capacity.Step{Load: load, Outcome: outcome}}
	}
	users := func(low, high float64, first string) result.Capacity {
		c := result.Capacity{Unit: "users", Answer: capacity.Answer{Low: low, First: first}, Steps: []result.CapacityStep{step(low, capacity.Held)}}
		if high > 0 {
			c.Answer.High = &high
			c.Steps = append(c.Steps, step(high, capacity.GaveWay))
		}
		return c
	}
	generator, unsure, stopped := users(40, 42, "generator lag"), users(40, 42, "loop coverage"), users(16, 32, "error rate")
	generator.Generator = true
	unsure.Steps[1].Outcome = capacity.Unsure
	stopped.Stopped = "stopped with 20"
	rate := users(1, 1.05, "response time")
	rate.Unit = "conversations a second"
	for want, c := range map[string]result.Capacity{
		"from 40 to 42 users: 40 were held, with 42 it was loop frequency that gave way first":                            users(40, 42, "loop frequency"),
		"from 1 to 1.05 conversations a second: 1 were held, with 1.05 it was response time that gave way first":          rate,
		"at least 1000 users: the most that was tried, and held":                                                          users(1000, 0, ""),
		"less than 1 user: with 1 it was error rate that gave way first":                                                  users(0, 1, "error rate"),
		"at least 40 users: with 42 the load generator itself gave way (generator lag), which says nothing of the server": generator,
		"at least 40 users: with 42 the runs did not say (loop coverage)":                                                 unsure,
		"from 16 to 32 users: 16 were held, with 32 it was error rate that gave way first (so far: stopped with 20)":      stopped,
		"nothing is known yet (so far: stopped with 20)":                                                                  {Unit: "users", Stopped: "stopped with 20"},
	} {
		assert.Equal(t, want, c.Words())
	}
	assert.Equal(t, []bool{true, true, false, false}, []bool{stopped.Known(), rate.Known(), generator.Known(), unsure.Known()})
}
