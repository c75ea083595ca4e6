package fwhz

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"go.k6.io/k6/v2/metrics"
)

// lags takes the samples of generator_lag.
func (u *virtualUser) lags() (all []metrics.Sample) {
	for len(u.samples) > 0 {
		for _, sample := range (<-u.samples).GetSamples() {
			if sample.Metric.Name == metricLag {
				all = append(all, sample)
			}
		}
	}
	return all
}

func TestTheGeneratorsLagIsSampledOnceASecondByWhoeverComesFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		root := New().(*rootModule)
		first, second := vuOf(t, root).start(), vuOf(t, root).start()
		first.module.sendLag(first.state)
		assert.Empty(t, first.lags(), "nothing was measured yet")

		time.Sleep(500 * time.Millisecond)
		second.module.sendLag(second.state)
		assert.Empty(t, second.lags(), "not yet")

		time.Sleep(505 * time.Millisecond)
		second.module.sendLag(second.state)
		first.module.sendLag(first.state)
		assert.Empty(t, first.lags(), "another VU was first")
		samples := second.lags()
		assert.Len(t, samples, 100, "one for each tick of 10 ms")
		for _, sample := range samples {
			assert.Zero(t, sample.Value, "in virtual time nobody is late")
			assert.Equal(t, map[string]string{"phase": "steady"}, sample.Tags.Map())
		}
		time.Sleep(10 * time.Second) // the meter ends by itself
	})
}

func TestEveryUseOfTheModuleKeepsTheLagMeterRunning(t *testing.T) {
	t.Parallel()
	u := newVU(t)
	u.run(`globalThis.loop = new fwhz.HzSampler({url: %q, interval: '10ms', window: '20ms'})`, serveLoop(t, steadyLoop(100)))
	u.chat(serveChat(t, goodChat), `{}`)
	u.run(`globalThis.session = chat.connect()`)
	for _, script := range []string{`chat.connect().close()`, `session.ask('?')`, `session.think(0)`, `loop.next()`} {
		for len(u.lags()) == 0 { // the meter runs: sooner or later it has something
			u.module.root.lagTaken.Store(0)
			u.run(`%s`, script)
		}
	}
	u.run(`session.close()`)
}
