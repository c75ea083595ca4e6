package fwhz

import (
	"context"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/load"
	"go.k6.io/k6/v2/lib"
)

// atLeast is for how long a user without a beginning waits, so that k6, which asks him again, sees that its time is over.
const atLeast = 10 * time.Millisecond

// arrive waits for the next beginning of the open model; false when there is none any more, or the test has ended. What was
// to begin while no user was free is counted by the next one who is.
func (s *suite) arrive() bool {
	ctx, schedule := s.module.vu.Context(), s.plan.shape.Schedule
	scenario := lib.GetScenarioState(ctx)
	if schedule == nil || scenario == nil {
		return true
	}
	state, start := s.module.state("Suite.arrive()"), scenario.StartTime
	s.module.due = time.Time{}
	at, missed, there := s.beginnings(ctx, start).Take(time.Since(start))
	s.tagPhase()
	s.countUnmet(state, missed)
	if !there {
		wait(ctx, max(time.Until(start.Add(s.plan.shape.Total-s.plan.shape.Idle)), 0)+atLeast)
		return false
	}
	due := start.Add(at)
	if !wait(ctx, time.Until(due)) {
		return false
	}
	s.module.due = due
	s.tagPhase()
	e := s.module.emit(state, nil)
	e.add(s.module.metrics.arrivals, 1)
	e.add(s.module.metrics.unmet, 0)
	e.addTime(s.module.metrics.wrong, time.Since(due)) // how late this process woke is in the times of the conversation
	e.send()
	return true
}

// countUnmet counts conversations that never began. k6 calls them dropped iterations.
func (s *suite) countUnmet(state *lib.State, missed int) {
	if missed == 0 {
		return
	}
	e := s.module.emit(state, nil)
	for range missed {
		e.add(s.module.metrics.unmet, 1)
	}
	e.add(state.BuiltinMetrics.DroppedIterations, float64(missed))
	e.send()
}

// beginnings are those of this runner: k6 may give it a part of the test (execution segments).
func (s *suite) beginnings(ctx context.Context, start time.Time) *load.Beginnings {
	s.plan.beginning.Lock()
	defer s.plan.beginning.Unlock()
	if s.plan.begins == nil {
		first, strides := int64(0), []int64{1}
		if es := lib.GetExecutionState(ctx); es != nil && es.ExecutionTuple != nil {
			first, strides, _ = es.ExecutionTuple.GetStripedOffsets()
		}
		s.plan.opened = start
		s.plan.begins = load.NewBeginnings(s.plan.shape.Schedule, first, strides)
	}
	return s.plan.begins
}

// countTheRest counts, when the last user has gone, what was still to begin.
func (s *suite) countTheRest(state *lib.State) {
	if s.plan.begins == nil {
		return
	}
	ended := s.plan.shape.Total - s.plan.shape.Idle
	_, missed, _ := s.plan.begins.Take(min(ended, time.Since(s.plan.opened))) // a run may be cut short
	s.tag(state, s.plan.shape.Total)
	s.countUnmet(state, missed)
}
