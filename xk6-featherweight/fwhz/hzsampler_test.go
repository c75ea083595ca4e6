package fwhz

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/metrics"
)

func TestASteadyLoopIsMeasuredWithItsBounds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		u := observer(t, steadyLoop(97.5), ``)
		for range 20 {
			w := u.object(`loop.next()`)
			hz, low, high := float(w["hz"]), float(w["low"]), float(w["high"])
			assert.InDelta(t, 97.5, hz, 0.5+1e-9, "whole turns only")
			assert.True(t, low <= 97.5 && 97.5 <= high, "%v %v", low, high)
			assert.Equal(t, "counter", w["source"])
			assert.Nil(t, w["error"])

			samples := u.emitted()
			assert.Equal(t, []float64{hz}, values(samples, metricLoopHz))
			assert.Equal(t, []float64{1}, values(samples, metricCoverage))
			assert.Equal(t, []float64{float(w["scrapes"])}, values(samples, metricScrapes))
			assert.Equal(t, []float64{float(w["longestGap"])}, values(samples, metricLoopGap))
			assert.Len(t, values(samples, metricScrapeTime), int(float(w["scrapes"])))
			phaseLow, phaseHigh := values(samples, metricLoopLow)[0], values(samples, metricLoopHigh)[0]
			assert.True(t, phaseLow <= 97.5 && 97.5 <= phaseHigh, "%v %v", phaseLow, phaseHigh)
			for _, sample := range samples {
				want := map[string]string{"phase": "steady"}
				if sample.Metric.Name == metricLoopHz {
					want["type"] = "hz"
				}
				assert.Equal(t, want, sample.Tags.Map())
			}
		}
		assert.Empty(t, u.warnings())
	})
}

// The phase of the VU is that of the bounds, and each phase has its own.
func TestTheBoundsAreThoseOfThePhase(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var at float64
		hz := 100.0
		last := time.Now()
		u := observer(t, func(w http.ResponseWriter, _ int) {
			at += time.Since(last).Seconds() * hz
			last = time.Now()
			exposition(w, "consciousness_loop_iterations_total %.0f", at)
		}, ``)
		bounds := func(phase string, loopHz float64, windows int) (low, high float64) {
			hz = loopHz
			u.state.Tags.Modify(func(tags *metrics.TagsAndMeta) { tags.SetTag("phase", phase) })
			for range windows {
				u.run(`loop.next()`)
			}
			samples := u.emitted()
			lows, highs := values(samples, metricLoopLow), values(samples, metricLoopHigh)
			from, to := values(samples, metricCounterFrom), values(samples, metricCounterTo)
			assert.Len(t, from, len(lows), "every bound says what it stands on")
			seconds := (to[len(to)-1] - from[len(from)-1]) / loopHz
			assert.True(t, seconds > float64(windows)*0.75 && seconds < float64(windows)+1.5, "%v s of %d windows", seconds, windows)
			return lows[len(lows)-1], highs[len(highs)-1]
		}
		idleLow, idleHigh := bounds("idle", 100, 10)
		steadyLow, steadyHigh := bounds("steady", 80, 10)
		assert.True(t, idleLow <= 100 && 100 <= idleHigh && idleLow > 99, "%v %v", idleLow, idleHigh)
		assert.True(t, steadyLow <= 80.1 && 80 <= steadyHigh && steadyHigh < 85, "%v %v", steadyLow, steadyHigh)
	})
}

func TestAnEndpointThatHangsCostsTheWindowsItHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		steady := steadyLoop(100)
		u := observer(t, func(w http.ResponseWriter, n int) {
			if n == 15 {
				time.Sleep(3 * time.Second)
			}
			steady(w, n)
		}, `timeout: '10s'`)
		var samples []metrics.Sample
		var covers float64
		start := time.Now()
		for time.Since(start) < 8*time.Second {
			w := u.object(`loop.next()`)
			require.Nil(t, w["error"])
			assert.True(t, float(w["low"]) <= 100 && 100 <= float(w["high"]), "%v", w)
			covers += float(w["covers"])
			samples = append(samples, u.emitted()...)
		}
		seconds := time.Since(start).Seconds()
		assert.InDelta(t, seconds, covers, 0.5)
		assert.Len(t, values(samples, metricLoopHz), int(covers), "a sample for every window length, so that their mean is the mean over time")
		coverage := values(samples, metricCoverage)
		assert.Len(t, coverage, int(seconds+0.5))
		assert.Less(t, sum(coverage), covers, "what one reading had to cover was not measured window by window")
		assert.InDelta(t, 100, sum(values(samples, metricLoopHz))/covers, 1)
	})
}

func sum(all []float64) (total float64) {
	for _, x := range all {
		total += x
	}
	return total
}

func TestARestartIsCountedAndNotMeasured(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		steady := steadyLoop(100)
		u := observer(t, func(w http.ResponseWriter, n int) {
			if n == 15 {
				steady = steadyLoop(100)
				steady(w, 0)
				return
			}
			steady(w, n)
		}, ``)
		u.run(`loop.next()`)
		u.emitted()
		fell := u.object(`loop.next()`) // a restart, or another process: only what follows tells
		assert.Equal(t, []any{nil, false, "undecided"}, []any{fell["hz"], fell["restarted"], fell["error"].(map[string]any)["code"]})
		assert.Empty(t, values(u.emitted(), metricRestarts))
		w := u.object(`loop.next()`)
		for w["error"].(map[string]any)["code"] == "undecided" {
			assert.Empty(t, values(u.emitted(), metricRestarts))
			w = u.object(`loop.next()`)
		}
		samples := u.emitted()
		assert.Equal(t, true, w["restarted"])
		assert.Equal(t, "restart", w["error"].(map[string]any)["code"])
		assert.Equal(t, []float64{1}, values(samples, metricRestarts))
		assert.Equal(t, []float64{0}, values(samples, metricCoverage))
		assert.Empty(t, values(samples, metricLoopHz))
		for range 2 {
			u.run(`loop.next()`)
		}
		samples = u.emitted()
		assert.Empty(t, values(samples, metricRestarts))
		none := make([]float64, len(values(samples, metricLoopLow)))
		assert.NotEmpty(t, none)
		assert.Equal(t, none, values(samples, metricCounterFrom), "a bound over two stretches does not say the ends of an earlier one")
		assert.Equal(t, none, values(samples, metricCounterTo))
		require.Len(t, u.warnings(), 1)
		assert.Contains(t, u.warnings()[0], "restarted")
	})
}

func TestAnEndpointThatIsNotThere(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		u := observer(t, func(w http.ResponseWriter, _ int) { w.WriteHeader(http.StatusNotFound) }, ``)
		w := u.object(`loop.next()`)
		samples := u.emitted()
		assert.Nil(t, w["hz"])
		assert.Nil(t, w["source"])
		assert.Equal(t, "status", w["error"].(map[string]any)["code"])
		failures := float(w["failures"])
		assert.Equal(t, []float64{failures}, values(samples, metricScrapeFail))
		assert.Equal(t, []float64{0}, values(samples, metricScrapes))
		assert.Equal(t, []float64{0}, values(samples, metricCoverage))
		assert.Empty(t, values(samples, metricLoopHz), "no reading is never a pass")
		u.run(`loop.next()`)
		assert.Len(t, u.warnings(), 1)
	})
}

func TestAReportedFrequencyHasNoBound(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		u := observer(t, func(w http.ResponseWriter, _ int) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusServiceUnavailable) // as Featherweight answers below 95 Hz
			_, _ = w.Write([]byte(`{"status":"degraded","hz":93.5}`))
		}, ``)
		w := u.object(`loop.next()`)
		assert.Equal(t, []any{93.5, 93.5, 93.5, "health"}, []any{w["hz"], w["low"], w["high"], w["source"]})
		samples := u.emitted()
		assert.Equal(t, []float64{93.5}, values(samples, metricLoopHz))
		assert.Equal(t, []float64{93.5}, values(samples, metricLoopLow))
		assert.Equal(t, []float64{93.5}, values(samples, metricLoopHigh))
		assert.Empty(t, values(samples, metricLoopGap))
		require.Len(t, u.warnings(), 1)
		assert.Contains(t, u.warnings()[0], "not measured")
	})
}

func TestAWindowThatTheEndOfTheTestCutOffCountsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		u := observer(t, steadyLoop(100), ``)
		time.AfterFunc(450*time.Millisecond, u.cancel)
		start := time.Now()
		w := u.object(`loop.next()`)
		assert.Equal(t, 450*time.Millisecond, time.Since(start))
		assert.Equal(t, "interrupted", w["error"].(map[string]any)["code"])
		requireLines(t, "loop_unseen ms", u.emitted())
		assert.Empty(t, u.warnings())
	})
}

func TestAProbeReadsOnceAndCountsNothing(t *testing.T) {
	t.Parallel()
	var requests atomic.Int32 // the race detector does not see that an answer comes after its request: the kernel is asked past it
	url := serveLoop(t, func(w http.ResponseWriter, _ int) {
		requests.Add(1)
		exposition(w, "consciousness_loop_iterations_total 7")
	})
	u := newVU(t)
	u.run(`
		globalThis.loop = new fwhz.HzSampler({url: %q});
		globalThis.none = new fwhz.HzSampler({url: 'http://%s/metrics'});`, url, nobody)
	u.start()
	assert.Equal(t, []any{true, "counter", int64(7), nil}, u.run(`const p = loop.probe(); [p.ok, p.source, p.value, p.error]`))
	assert.Equal(t, []any{false, nil, nil, "refused"}, u.run(`const q = none.probe(); [q.ok, q.source, q.value, q.error.code]`))
	assert.EqualValues(t, 1, requests.Load())
	requireLines(t, "", u.emitted())
}

func TestAProbeLeavesNoConnectionOpen(t *testing.T) {
	t.Parallel()
	closed := make(chan struct{})
	server := httptest.NewUnstartedServer(steadyLoop(100).handler())
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			close(closed)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	u := newVU(t)
	u.run(`globalThis.loop = new fwhz.HzSampler({url: %q})`, server.URL)
	u.start()
	assert.Equal(t, true, u.run(`loop.probe().ok`))
	<-closed
}

func TestAScrapeCarriesHeadersAndK6sUserAgent(t *testing.T) {
	t.Parallel()
	got := make(chan *http.Request, 1)
	u := newVU(t)
	u.run(`globalThis.loop = new fwhz.HzSampler({url: 'http://featherweight.test/metrics', headers: {authorization: 'Bearer x'}})`)
	u.start()
	u.state.Dialer = answering(t, func(_ http.ResponseWriter, r *http.Request) { got <- r })
	u.run(`loop.probe()`)
	req := <-got
	assert.Equal(t, "Bearer x", req.Header.Get("Authorization"))
	assert.Equal(t, "k6 under test", req.Header.Get("User-Agent"))
	assert.Equal(t, "identity", req.Header.Get("Accept-Encoding"), "compression would cost the loop that is measured")
	assert.Equal(t, "featherweight.test", req.Host)
}
