package fwhz

import (
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/metrics"

	"github.com/featherweight/xk6-featherweight/internal/sampler"
)

// lags takes the samples of generator_lag.
func (u *virtualUser) lags() (all []metrics.Sample) {
	for _, sample := range u.everything() {
		if sample.Metric.Name == metricLag {
			all = append(all, sample)
		}
	}
	return all
}

// everything takes all samples.
func (u *virtualUser) everything() (all []metrics.Sample) {
	for len(u.samples) > 0 {
		all = append(all, (<-u.samples).GetSamples()...)
	}
	return all
}

// A server that this process reads late: the tokens wait in the kernel, which knows when they came.
func TestWhatIsReadLateIsToldAndIsNoErrorOfTheTimes(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("SKIPPED: no other kernel tells when what comes over TCP arrived")
	}
	u := newVU(t).chat(serveChat(t, goodChat), `{}`)
	u.run(`globalThis.session = chat.connect()`)
	assert.Len(t, values(u.everything(), metricError), 1, "of the time to connect")
	u.run(`session.ask('?')`)
	samples := u.everything()
	require.Len(t, values(samples, metricLate), 1)
	require.Len(t, values(samples, metricError), 1)
	assert.Positive(t, values(samples, metricLate)[0])
	assert.GreaterOrEqual(t, values(samples, metricError)[0], millis(leastError))
	assert.False(t, u.module.root.guessed.Load())
}

// Where times are taken by this process, how late it wakes is in them, tick by tick; where they are not, one sample a
// second says so.
func TestTheLagIsInTheTimesThatThisProcessTakes(t *testing.T) {
	t.Parallel()
	for _, guessed := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			u := newVU(t).start()
			u.module.sendLag(u.state)
			e := u.module.emit(u.state, nil)
			u.module.addError(e, 7*time.Millisecond, guessed)
			e.send()
			time.Sleep(1005 * time.Millisecond)
			u.module.sendLag(u.state)
			samples := u.everything()
			assert.Len(t, values(samples, metricLag), 100)
			if guessed {
				assert.Equal(t, slices.Repeat([]float64{millis(leastError)}, 100), values(samples, metricError), "nobody is late in virtual time")
			} else {
				assert.Equal(t, []float64{7, millis(leastError)}, values(samples, metricError))
			}
			time.Sleep(10 * time.Second) // the meter ends by itself
		})
	}
}

// Of a sleep that the system tells of, everything that is timed must be told: also without a reader of the loop, and one time.
func TestASleepIsOneSampleWhoeverSeesIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		root := New().(*rootModule)
		var slept time.Duration
		root.awake.Clock = func() time.Duration { return slept }
		chats, reads := vuOf(t, root).start(), vuOf(t, root).start()
		sleeps := func(u *virtualUser) (sum float64) {
			for _, value := range values(u.everything(), metricSuspended) {
				sum += value
			}
			return sum
		}
		sampling := &hzSampler{module: reads.module, sampler: sampler.New(nil, sampler.DefaultInterval, sampler.DefaultWindow)}
		window := sampler.Window{Lengths: 1, Suspended: true}
		chats.module.sendLag(chats.state)
		assert.Zero(t, sleeps(chats))

		slept += time.Minute
		time.Sleep(lagInterval)
		chats.module.sendLag(chats.state)
		reads.module.sendLag(reads.state)
		sampling.send(reads.state, window, "")
		assert.EqualValues(t, 1, sleeps(chats))
		assert.Zero(t, sleeps(reads), "it is counted already")

		sampling.send(reads.state, window, "")
		assert.EqualValues(t, 1, sleeps(reads), "one that only the counter and the time of day tell of")
		time.Sleep(10 * time.Second) // the meter ends by itself
	})
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
