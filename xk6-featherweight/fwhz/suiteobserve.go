package fwhz

import (
	"strconv"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"
	"go.k6.io/k6/v2/lib"
	"go.k6.io/k6/v2/metrics"

	"github.com/featherweight/xk6-featherweight/internal/sampler"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// tagReading tells the windows without a reading: they fail the check, but prove nothing.
const tagReading = "reading"

// observe is the observer: one iteration of its scenario is one window of the loop. It returns what HzSampler.next() does.
func (s *suite) observe() *sobek.Object {
	state := s.module.state("Suite.observe()")
	// The phase of the middle of the window.
	s.tag(state, s.elapsed()+slo.Window/2) //nolint:mnd // half
	loop := s.sampler()
	w, phase, ended := loop.measure(state)
	if !ended && !w.Held {
		s.judgeWindow(state, w)
	}
	if !ended {
		rows := s.plan.live.Now(&s.module.root.record)
		s.tellObjectives(state, rows)
		s.giveUp(state, rows)
	}
	return loop.windowObject(w, phase)
}

// sampler is made at the first use: only the observer and setup() need it.
func (s *suite) sampler() *hzSampler {
	if s.loop != nil {
		return s.loop
	}
	rt := s.module.vu.Runtime()
	loop, err := s.module.parseHzSampler(readOptions(rt, "new Suite", rt.ToValue(s.loopOptions())))
	if err != nil {
		common.Throw(rt, err) // it was checked in the init context
	}
	s.loop = loop
	return loop
}

// judgeWindow makes the check that HZ_AVERAGE_THRESHOLD stands for, and what charts and live rules need.
func (s *suite) judgeWindow(state *lib.State, w sampler.Window) {
	limit := s.plan.config.Float("HZ_AVERAGE_THRESHOLD")
	e := s.module.emit(state, nil)
	good, reading := 0.0, "none"
	if w.Measured {
		reading = "ok"
		if w.High > limit { // a single window is bad only if it is provably below
			good = 1
		}
	}
	tags := e.tags.Tags.With(tagType, tagHz).With(tagReading, reading)
	if state.Options.SystemTags.Has(metrics.TagCheck) {
		tags = tags.With("check", "loop not provably below "+strconv.FormatFloat(limit, 'f', -1, 64)+" Hz")
	}
	for range 1 + w.HeldBefore { // the window that ends when the page moves again speaks for those before it, too
		e.addTo(state.BuiltinMetrics.Checks, tags, good)
	}
	if w.Measured {
		s.drawWindow(e, w)
	}
	e.send()
}

// tellObjectives makes samples of the limits in force, and of how the objectives stand. Of a metric that the script makes itself
// this process knows what the script told (evidence).
func (s *suite) tellObjectives(state *lib.State, rows []slo.Judged) {
	e := s.module.emit(state, nil)
	for _, row := range rows {
		e.addTagged(s.module.metrics.sloLimit, tagSLO, row.Name, row.Limit)
		if standing, shown := row.Standing(); shown {
			e.addTagged(s.module.metrics.sloOutcome, tagSLO, row.Name, standing)
		}
	}
	e.send()
}

// giveUp makes the samples that end the run (ABORT_ON_FAIL), and says why.
func (s *suite) giveUp(state *lib.State, rows []slo.Judged) {
	e := s.module.emit(state, nil)
	for _, name := range s.patience.GivenUp(s.elapsed(), rows) {
		e.addTagged(s.module.metrics.sloGivenUp, tagSLO, name, 1)
		s.module.warnOnce(state, "given up "+name, name+" has been missed for "+s.patience.Limit.String()+": the run is ended (ABORT_ON_FAIL)")
	}
	e.send()
}

// drawWindow is for the eye: a chart draws loop_hz between these only if they are of its kind, a Trend; and its lines begin
// together, see docs/decisions/0007.
func (s *suite) drawWindow(e *emission, w sampler.Window) {
	if !w.Bounded() {
		return
	}
	e.add(s.module.metrics.windowLow, w.Low)
	e.add(s.module.metrics.windowHigh, w.High)
	e.add(s.module.metrics.hzLimit, s.plan.config.Float("HZ_AVERAGE_THRESHOLD"))
}
