package fwhz

import (
	"errors"
	"fmt"
	"time"

	"go.k6.io/k6/v2/lib"
	"go.k6.io/k6/v2/metrics"

	"github.com/featherweight/xk6-featherweight/internal/sampler"
	"github.com/featherweight/xk6-featherweight/internal/scrape"
)

// send makes the samples of a window.
func (s *hzSampler) send(state *lib.State, w sampler.Window, phase string) {
	e := s.module.emit(state, s.tags)
	e.add(s.module.metrics.scrapes, float64(w.Scrapes))
	if w.Failures > 0 {
		e.add(s.module.metrics.scrapeFail, float64(w.Failures))
	}
	if w.GeneratorFailures > 0 {
		e.add(s.module.metrics.generatorFail, float64(w.GeneratorFailures))
	}
	for _, took := range w.Took {
		e.addTime(s.module.metrics.scrapeTime, took)
	}
	e.addTime(s.module.metrics.unseen, w.Unseen)
	if w.Period > 0 {
		e.addTime(s.module.metrics.period, w.Period)
	}
	for metric, seen := range map[*metrics.Metric]bool{
		s.module.metrics.restarts: w.Restarted, s.module.metrics.replicas: w.Replicas, s.module.metrics.leaps: w.Leapt,
		s.module.metrics.suspended: w.Suspended && !s.sleepIsTold(state),
	} {
		if seen {
			e.add(metric, 1)
		}
	}
	s.sendCoverage(e, w)
	if w.Source.Measured() && w.Scrapes > 0 && !w.Replicas { // who has not looked knows of no gap
		e.addTime(s.module.metrics.loopGap, w.LongestGap)
		e.addTime(s.module.metrics.longestUnseen, w.LongestUnseen)
		e.addTime(s.module.metrics.lost, w.LostTime)
	}
	if w.Measured {
		for range w.Covers { // as many samples as window lengths, so that the mean of samples is the mean over time
			e.addTagged(s.module.metrics.loopHz, tagType, tagHz, w.Hz)
		}
		if mean, ok := s.sampler.Average(phase); ok && mean.Bounded() {
			e.add(s.module.metrics.loopLow, mean.Low)
			e.add(s.module.metrics.loopHigh, mean.High)
			// The readings that this very bound stands on: who knows when they were given out can check it. 0 where it stands on
			// several stretches, so that those of an earlier bound are not taken for its own.
			if w.Source.Measured() {
				from, to, _ := s.sampler.Ends(phase)
				e.add(s.module.metrics.counterFrom, from)
				e.add(s.module.metrics.counterTo, to)
			}
		}
	}
	e.send()
}

// sleepIsTold tells whether the system told of a sleep since this was asked last: it is counted then.
func (s *hzSampler) sleepIsTold(state *lib.State) bool {
	s.module.sendSleep(state)
	before := s.sleeps
	s.sleeps = s.module.root.awake.Times()
	return s.sleeps > before
}

// sendCoverage makes one sample a window length: 1 measured, 0 not. A window in which the page showed nothing new waits for
// the one that speaks for it, too.
func (s *hzSampler) sendCoverage(e *emission, w sampler.Window) {
	if w.Held {
		return
	}
	for i := range w.HeldBefore + w.Lengths { // a window that took three lengths is one that was measured and two that were not
		measured := 0.0
		if w.Measured && i <= w.HeldBefore {
			measured = 1
		}
		e.add(s.module.metrics.coverage, measured)
	}
}

// disagreement is how far the server's gauge may be from the measured frequency before we say so.
const disagreement = 0.05

// warn says once what a reader of the result must know.
func (s *hzSampler) warn(state *lib.State, w sampler.Window) {
	if w.Err != nil && !w.Held && !errors.Is(w.Err, sampler.ErrUndecided) { // of those, the next windows tell
		s.module.warnOnce(state, "hz "+scrapeCode(w.Err), w.Err.Error())
	}
	if w.Period > 0 {
		s.module.warnOnce(state, "hz period", fmt.Sprintf("the metrics page is a copy, renewed about every %s: the bounds of the frequency are wider "+
			"for it, and a standstill shorter than that cannot be seen; read the service itself, not a cache before it", w.Period.Round(10*time.Millisecond)))
	}
	if s.sampler.StartMoved() {
		s.module.warnOnce(state, "hz start", "the service's start time moved while its counter went on: its clock was set; that is no restart")
	}
	if s.sampler.StampsWrong() {
		s.module.warnOnce(state, "hz stamps", "the time stamps of the metrics page contradict its values or this machine's clock: they are not used")
	}
	switch {
	case !w.Measured:
	case w.Source == scrape.SourceGauge, w.Source == scrape.SourceHealth:
		s.module.warnOnce(state, "hz reported", fmt.Sprintf("loop Hz is reported by the server (source %s), not measured: no bound can be given, "+
			"and a lifetime average would hide a stall; expose a counter of loop turns and name it with HZ_COUNTER", w.Source))
	case w.HasGauge && (w.Gauge < w.Low*(1-disagreement) || w.Gauge > w.High*(1+disagreement)):
		s.module.warnOnce(state, "hz gauge", fmt.Sprintf("the server's gauge %s says %.2f Hz, but its counter turned at %.2f Hz (between %.2f and %.2f): "+
			"the counter is believed", s.config.Gauge, w.Gauge, w.Hz, w.Low, w.High))
	}
}
