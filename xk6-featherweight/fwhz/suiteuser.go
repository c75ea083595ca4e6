package fwhz

import (
	"errors"
	"fmt"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"
	"go.k6.io/k6/v2/lib"
	"go.k6.io/k6/v2/metrics"

	"github.com/featherweight/xk6-featherweight/internal/load"
)

// elapsed is how long the load has been going on, idle phase included. k6's own progress is on the monotonic clock and
// leaves setup() out, so that users and observer count from the same moment.
func (s *suite) elapsed() time.Duration {
	from, length := time.Duration(0), s.plan.shape.Total
	scenario := lib.GetScenarioState(s.module.vu.Context())
	if scenario == nil {
		return 0
	}
	if scenario.Name == s.plan.kind.scenario {
		from, length = s.plan.shape.Idle, s.plan.shape.Total-s.plan.shape.Idle
	}
	progress, _ := scenario.ProgressFn()
	return from + time.Duration(progress*float64(length))
}

// tag makes every sample of this VU from now on belong to the phase that it is at that time of the load.
func (s *suite) tag(state *lib.State, at time.Duration) {
	phase := s.plan.shape.PhaseAt(at)
	state.Tags.Modify(func(tags *metrics.TagsAndMeta) { tags.SetTag(tagPhase, phase) })
}

// user is the number of this user in the whole test, from 1 to VUS (of a fleet, that of its VU): the same users are there, however
// many runners share them.
func (s *suite) user() int64 {
	s.module.state("Suite.user")
	if s.number == 0 {
		s.number = s.plan.part.nextUser()
	}
	return s.number
}

// phaseOf is a phase of the load.
func (s *suite) phaseOf(due time.Time) string { return s.plan.shape.PhaseAt(s.moment(due)) }

// moment is the time of the load now, or that at which something was to begin; on the axis of elapsed.
func (s *suite) moment(due time.Time) time.Duration {
	if scenario := lib.GetScenarioState(s.module.vu.Context()); scenario != nil && !due.IsZero() {
		return s.plan.shape.Idle + due.Sub(scenario.StartTime)
	}
	return s.elapsed()
}

// until is how many seconds there are until a phase begins; 0 when it has begun, and the time to the end of the load where
// there is no such phase.
func (s *suite) until(phase string) float64 {
	at := s.plan.shape.Total
	for _, one := range s.plan.shape.Phases {
		if one.Name == phase {
			at = one.From
		}
	}
	return max(0, at-s.elapsed()).Seconds()
}

// tagPhase makes every sample of this VU from now on belong to the phase of now, or in which its conversation was to begin.
func (s *suite) tagPhase() {
	s.tag(s.module.state("Suite.tagPhase()"), s.moment(s.module.due))
}

// left is how many seconds there are until the end of the load, after which a user begins nothing more.
func (s *suite) left() float64 {
	return max(0, s.plan.shape.Total-s.elapsed()).Seconds()
}

// guard makes a function of one that may throw. k6 itself would only log an exception, and let the run pass: here it is a
// sample of script_exceptions, which has an objective.
func (s *suite) guard(work sobek.Value) func(sobek.FunctionCall) sobek.Value {
	call, ok := sobek.AssertFunction(work)
	if !ok {
		common.Throw(s.module.vu.Runtime(), fmt.Errorf("suite.guard: %v is not allowed: a function", work))
	}
	return func(args sobek.FunctionCall) sobek.Value {
		result, err := call(args.This, args.Arguments...)
		if err == nil {
			return result
		}
		var thrown *sobek.Exception
		if !errors.As(err, &thrown) {
			panic(err) // an interruption: the end of the test
		}
		s.countException(s.module.state("a function of Suite.guard()"), thrown)
		return sobek.Undefined()
	}
}

func (s *suite) countException(state *lib.State, thrown *sobek.Exception) {
	e := s.module.emit(state, nil)
	e.add(s.module.metrics.exceptions, 1)
	e.send()
	state.Logger.Errorf("exception of the script: %s", thrown.String())
}

// replaced is the default function of a script with scenarios: it runs only when they were replaced and setup() was left out.
func (s *suite) replaced() { s.abort(load.Replaced) }

// flowObjects are the flows of the suite, for a script to count.
func (s *suite) flowObjects() []map[string]any {
	if s.plan.kind.flows == nil {
		return nil
	}
	out := make([]map[string]any, 0, len(s.plan.kind.flows.Flows))
	for _, flow := range s.plan.kind.flows.Flows {
		fields := map[string]any{"name": flow.Name, "failures": flow.Failures, "metric": nil}
		if flow.Speed != nil {
			fields["metric"] = flow.Speed.Metric
		}
		out = append(out, fields)
	}
	return out
}

// drawFlow is the name of the flow that a single random number stands for.
func (s *suite) drawFlow(number float64) string {
	if s.plan.kind.flows == nil {
		common.Throw(s.module.vu.Runtime(), errors.New("suite.drawFlow: this suite has no flows"))
	}
	return s.plan.kind.flows.Draw(number).Name
}
