package fwhz

import (
	"github.com/grafana/sobek"

	"github.com/featherweight/xk6-featherweight/internal/sampler"
)

// windowObject is what a script sees of a window.
func (s *hzSampler) windowObject(w sampler.Window, phase string) *sobek.Object {
	fields := map[string]any{
		"hz": nil, "low": nil, "high": nil, "average": s.averageObject(phase), "source": nil, "ticks": nil, "counter": nil, "longestGap": nil, "gauge": nil, "error": nil,
		"elapsed": millis(w.Elapsed), "restarted": w.Restarted, "stale": w.Stale,
		"scrapes": w.Scrapes, "failures": w.Failures, "covers": w.Covers,
		"period": millis(w.Period), "unseen": millis(w.Unseen), "speaksFor": 1 + w.HeldBefore,
	}
	if w.Source != "" {
		fields["source"] = string(w.Source)
	}
	if w.Measured {
		fields["hz"], fields["low"], fields["high"] = w.Hz, w.Low, w.High
	}
	if w.Source.Measured() {
		fields["longestGap"] = millis(w.LongestGap)
		if w.Measured {
			fields["ticks"], fields["counter"] = w.Ticks, s.module.vu.Runtime().NewArray(w.From, w.To)
		}
	}
	if w.HasGauge {
		fields["gauge"] = w.Gauge
	}
	if w.Err != nil {
		fields["error"] = s.module.errorObject(scrapeCode(w.Err), w.Err.Error())
	}
	obj := s.module.vu.Runtime().NewObject()
	setAll(obj, fields)
	return obj
}

// averageObject is the mean over the phase so far; nil before there is one.
func (s *hzSampler) averageObject(phase string) any {
	mean, ok := s.sampler.Average(phase)
	if !ok || !mean.Bounded() {
		return nil
	}
	fields := map[string]any{"hz": mean.Hz, "low": mean.Low, "high": mean.High, "counter": nil}
	if from, to, known := s.sampler.Ends(phase); known {
		fields["counter"] = s.module.vu.Runtime().NewArray(from, to)
	}
	obj := s.module.vu.Runtime().NewObject()
	setAll(obj, fields)
	return obj
}
