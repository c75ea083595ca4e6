package fwhz

import (
	"context"
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/hz"
	"github.com/featherweight/xk6-featherweight/internal/sampler"
	"github.com/featherweight/xk6-featherweight/internal/scrape"
)

// samplerOf is a sampler of a started VU whose windows the test makes up.
func samplerOf(t *testing.T) (*virtualUser, *hzSampler) {
	t.Helper()
	u := newVU(t)
	u.run(`globalThis.loop = new fwhz.HzSampler({url: 'http://featherweight.test/metrics', tags: {loop: 'main'}})`)
	u.start()
	return u, &hzSampler{module: u.module, tags: map[string]string{"loop": "main"}, sampler: sampler.New(nil, time.Second, time.Second)}
}

// counted is a good window of a counter.
func counted(change func(*sampler.Window)) sampler.Window {
	w := sampler.Window{
		Window: hz.Window{
			Bounds: hz.Bounds{Hz: 98.5, Low: 98, High: 99}, Measured: true, Ticks: 98, From: 1, To: 99,
			Elapsed: time.Second, Covers: 1, LongestGap: 30 * time.Millisecond,
		},
		Source: scrape.SourceCounter, Scrapes: 2, Took: []time.Duration{time.Millisecond, 2 * time.Millisecond}, Lengths: 1,
	}
	change(&w)
	return w
}

func TestAWindowMakesItsSamples(t *testing.T) {
	t.Parallel()
	const sight = "loop_longest_gap ms;loop_longest_unseen ms;loop_lost_time ms"
	const good = "hz_coverage 1;hz_scrape_duration ms;hz_scrape_duration ms;hz_scrapes 2;loop_hz 98.5;" + sight
	const seen = "hz_scrape_duration ms;hz_scrape_duration ms;hz_scrapes 2;hz_coverage 0;" + sight
	for name, test := range map[string]struct {
		change func(*sampler.Window)
		want   string
	}{
		"measured":      {func(*sampler.Window) {}, good},
		"some failures": {func(w *sampler.Window) { w.Failures = 3 }, good + ";hz_scrape_failures 3"},
		"failures of this machine": {
			func(w *sampler.Window) { w.Failures, w.GeneratorFailures = 3, 2 }, good + ";hz_scrape_failures 3;generator_failures 2",
		},
		"covers three": {func(w *sampler.Window) { w.Covers, w.Lengths = 3, 3 }, good + ";loop_hz 98.5;loop_hz 98.5;hz_coverage 0;hz_coverage 0"},
		"covers the one before, which was not measured": {func(w *sampler.Window) { w.Covers = 2 }, good + ";loop_hz 98.5"},
		"restarted":       {func(w *sampler.Window) { w.Measured, w.Restarted, w.Err = false, true, sampler.ErrRestart }, seen + ";loop_restarts 1"},
		"leapt":           {func(w *sampler.Window) { w.Measured, w.Leapt, w.Err = false, true, sampler.ErrLeap }, seen + ";loop_leaps 1"},
		"slept":           {func(w *sampler.Window) { w.Measured, w.Suspended, w.Err = false, true, sampler.ErrSuspended }, seen + ";generator_suspended 1"},
		"too little seen": {func(w *sampler.Window) { w.Measured, w.Err = false, sampler.ErrNoReading }, seen},
		"nothing read": {
			func(w *sampler.Window) { *w = sampler.Window{Failures: 10, Lengths: 1, Err: errors.New("x")} },
			"hz_scrapes 0;hz_scrape_failures 10;hz_coverage 0",
		},
		"nothing read where there was a counter": {func(w *sampler.Window) {
			*w = sampler.Window{Source: scrape.SourceCounter, Failures: 1, Lengths: 2, Err: errors.New("x")}
		}, "hz_scrapes 0;hz_scrape_failures 1;hz_coverage 0;hz_coverage 0"},
		"reported": {func(w *sampler.Window) { w.Source = scrape.SourceGauge }, "hz_coverage 1;hz_scrape_duration ms;hz_scrape_duration ms;hz_scrapes 2;loop_hz 98.5"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u, s := samplerOf(t)
			s.send(u.state, counted(test.change), "steady")
			samples := u.emitted()
			requireLines(t, test.want+";loop_unseen ms", samples)
			for _, sample := range samples {
				want := map[string]string{"phase": "steady", "loop": "main"}
				if sample.Metric.Name == metricLoopHz {
					want["type"] = "hz"
				}
				assert.Equal(t, want, sample.Tags.Map(), sample.Metric.Name)
			}
		})
	}
}

// overlapping are readings that took longer than what is between them.
type overlapping struct{ turns *float64 }

func (o overlapping) Read(context.Context) (scrape.Reading, error) {
	*o.turns += 10
	return scrape.Reading{Source: scrape.SourceCounter, Value: *o.turns, Sent: time.Now().Add(-time.Minute), Received: time.Now().Add(time.Minute)}, nil
}

func TestABoundThatIsInfiniteIsNotEmitted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		u, s := samplerOf(t)
		s.sampler = sampler.New(overlapping{new(float64)}, 100*time.Millisecond, time.Second)
		_, err := s.sampler.Next(t.Context(), "steady")
		require.NoError(t, err)
		mean, ok := s.sampler.Average("steady")
		require.True(t, ok && math.IsInf(mean.High, 1), "%v", mean)
		s.send(u.state, counted(func(*sampler.Window) {}), "steady")
		samples := u.emitted()
		assert.Len(t, values(samples, metricLoopHz), 1)
		assert.Empty(t, append(values(samples, metricLoopLow), values(samples, metricLoopHigh)...))
	})
}

func TestTimesOfAWindowAreFloatMilliseconds(t *testing.T) {
	t.Parallel()
	u, s := samplerOf(t)
	s.send(u.state, counted(func(w *sampler.Window) { w.LongestGap = 30500 * time.Microsecond }), "steady")
	samples := u.emitted()
	assert.Equal(t, []float64{30.5}, values(samples, metricLoopGap))
	assert.Equal(t, []float64{1, 2}, values(samples, metricScrapeTime))
}

func TestTheSourceIsSaidOnceWhereItIsNotACounter(t *testing.T) {
	t.Parallel()
	for source, want := range map[scrape.Source]string{
		scrape.SourceGauge: "loop Hz is reported by the server (source gauge), not measured", scrape.SourceHealth: "(source health), not measured",
	} {
		u, s := samplerOf(t)
		for range 3 {
			s.warn(u.state, counted(func(w *sampler.Window) { w.Source = source }))
		}
		require.Len(t, u.warnings(), 1)
		assert.Contains(t, u.warnings()[0], want)
	}
}

func TestAGaugeThatDisagreesWithTheCounterIsSaidOnceWithBothNumbers(t *testing.T) {
	t.Parallel()
	for gauge, want := range map[float64]int{98.5: 0, 103.9: 0, 104: 1, 93.2: 0, 93: 1, 0: 1} { // 98 - 5 %, 99 + 5 %
		u, s := samplerOf(t)
		for range 2 {
			s.warn(u.state, counted(func(w *sampler.Window) { w.Gauge, w.HasGauge = gauge, true }))
		}
		assert.Len(t, u.warnings(), want, "%v", gauge)
		for _, warning := range u.warnings() {
			assert.Contains(t, warning, "98.50 Hz (between 98.00 and 99.00): the counter is believed")
		}
	}
	u, s := samplerOf(t)
	s.warn(u.state, counted(func(w *sampler.Window) { w.Gauge = 1 }))
	assert.Empty(t, u.warnings(), "a gauge that is not there disagrees with nobody")
}

func TestEachKindOfFailureIsSaidOnce(t *testing.T) {
	t.Parallel()
	u, s := samplerOf(t)
	for range 2 {
		for _, err := range []error{
			&scrape.Error{Code: scrape.CodeRefused, Message: "refused!"}, &scrape.Error{Code: scrape.CodeTimeout, Message: "slow!"},
			sampler.ErrRestart,
		} {
			s.warn(u.state, sampler.Window{Err: err})
		}
	}
	assert.Equal(t, []string{"refused!", "slow!", sampler.ErrRestart.Error()}, u.warnings())
}

func TestWhatAScriptSeesOfAWindow(t *testing.T) {
	t.Parallel()
	_, s := samplerOf(t)
	seen := func(change func(*sampler.Window)) map[string]any {
		return s.windowObject(counted(change), "").Export().(map[string]any)
	}
	good := seen(func(w *sampler.Window) { w.Gauge, w.HasGauge = 97, true })
	for field, want := range map[string]any{
		"hz": 98.5, "low": 98.0, "high": 99.0, "source": "counter", "ticks": 98.0, "counter": []any{int64(1), int64(99)}, "elapsed": 1000.0,
		"longestGap": 30.0, "restarted": false, "stale": false, "gauge": 97.0, "scrapes": 2, "failures": 0, "covers": 1, "error": nil,
	} {
		assert.EqualValues(t, want, good[field], field)
	}

	restarted := seen(func(w *sampler.Window) { w.Measured, w.Restarted, w.Err = false, true, sampler.ErrRestart })
	for _, field := range []string{"hz", "low", "high", "ticks", "counter", "gauge"} {
		assert.Nil(t, restarted[field], field)
	}
	assert.Equal(t, true, restarted["restarted"])
	assert.Equal(t, map[string]any{"code": "restart", "message": sampler.ErrRestart.Error()}, restarted["error"])

	reported := seen(func(w *sampler.Window) { w.Source = scrape.SourceHealth })
	for _, field := range []string{"ticks", "counter", "longestGap"} {
		assert.Nil(t, reported[field], field)
	}
	assert.Equal(t, "health", reported["source"])

	for code, err := range map[string]error{"timeout": sampler.ErrNoReading, "refused": &scrape.Error{Code: scrape.CodeRefused}} {
		blind := seen(func(w *sampler.Window) { *w = sampler.Window{Err: err} })
		assert.Equal(t, code, blind["error"].(map[string]any)["code"])
		assert.Nil(t, blind["source"])
	}
}
