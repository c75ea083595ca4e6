package fwhz

import (
	"math"
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
	state := s.state("Suite.observe()")
	// The phase of the middle of the window.
	s.tag(state, s.elapsed()+slo.Window/2) //nolint:mnd // half
	loop := s.sampler()
	w, phase, ended := loop.measure(state)
	if !ended && !w.Held {
		s.judgeWindow(state, w, phase)
	}
	return loop.windowObject(w, phase)
}

// sampler is made at the first use: only the observer and setup() need it.
func (s *suite) sampler() *hzSampler {
	if s.loop != nil {
		return s.loop
	}
	rt := s.vu.Runtime()
	loop, err := s.parseHzSampler(readOptions(rt, "new Suite", rt.ToValue(s.loopOptions())))
	if err != nil {
		common.Throw(rt, err) // it was checked in the init context
	}
	s.loop = loop
	return loop
}

// judgeWindow makes the check that HZ_AVERAGE_THRESHOLD stands for, and what charts and live rules need.
func (s *suite) judgeWindow(state *lib.State, w sampler.Window, phase string) {
	limit := s.slo.HzAverage
	e := s.emit(state, nil, "")
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
	for _, o := range s.objectives {
		e.addTagged(s.metrics.sloLimit, tagSLO, o.Name, o.Limit)
	}
	if w.Measured {
		s.drawWindow(e, w, phase)
	}
	e.send()
}

// drawWindow is for the eye: a chart draws loop_hz between these only if they are of its kind, a Trend; and its lines begin
// together, see docs/decisions/0007.
func (s *suite) drawWindow(e *emission, w sampler.Window, phase string) {
	if mean, ok := s.loop.sampler.Average(phase); ok && !math.IsInf(mean.High, 1) {
		if from, to, known := s.loop.sampler.Ends(phase); known { // who knows when these were given out can check the bound
			e.add(s.metrics.counterFrom, from)
			e.add(s.metrics.counterTo, to)
		}
	}
	e.add(s.metrics.windowLow, w.Low)
	e.add(s.metrics.windowHigh, w.High)
	e.add(s.metrics.hzLimit, s.slo.HzAverage)
}
