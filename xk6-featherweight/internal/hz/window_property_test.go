package hz

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// measuredWindow is a window together with the looks at its ends.
type measuredWindow struct {
	Window
	first, last look
}

// windows closes a meter once a second, wherever readings were lost.
func windows(looks []look) []measuredWindow {
	m, out := NewMeter(time.Second), []measuredWindow{}
	known, end := map[Reading]look{}, time.Second
	for _, l := range looks {
		for ; l.Sent > end; end += time.Second {
			w := measuredWindow{first: known[m.start], last: known[m.last]}
			w.Window = m.Close()
			out = append(out, w)
		}
		known[l.Reading] = l
		m.Add(l.Reading)
	}
	return out
}

func TestEveryWindowEnclosesTheTruth(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, rng *rand.Rand) {
		rate, l := 0.0, irregular(rng, 0, 20*time.Second)
		if rng.IntN(2) == 0 {
			rate = constantRates()[rng.IntN(len(constantRates()))]
			l = steady(rng, rate, 0, 20*time.Second)
		}
		n := anyNetwork(rng)
		n.lost = 0.5 * rng.Float64()
		seen := 0
		for _, w := range windows(n.watch(rng, l)) {
			if !w.Measured {
				continue
			}
			seen++
			truth := trueMean(w.first, w.last)
			assert.True(t, encloses(w.Bounds, truth), "mean %v outside %+v", truth, w.Bounds)
			assert.True(t, rate == 0 || encloses(w.Bounds, rate), "rate %v outside %+v", rate, w.Bounds)
		}
		assert.GreaterOrEqual(t, seen, 5)
	})
}

func TestWindowsFollowEachOtherWithoutAHole(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, rng *rand.Rand) {
		n := anyNetwork(rng)
		n.lost = 0.9 * rng.Float64()
		looks := n.watch(rng, irregular(rng, 0, 20*time.Second))
		if len(looks) == 0 {
			return
		}
		first := looks[0].Count
		at, ticks := first, 0.0
		for _, w := range windows(looks) {
			if !w.Measured {
				assert.Zero(t, w.Ticks, "what is not measured counts nothing")
				continue
			}
			assert.Equal(t, at, w.From, "a window begins where the last measured one ended")
			at, ticks = w.To, ticks+w.Ticks
		}
		assert.Equal(t, at-first, ticks)
		assert.LessOrEqual(t, at, looks[len(looks)-1].Count)
	})
}

// The samples that a window makes are as many as it covers, and their mean is to be the mean over time. It is, but for
// what is rounded: a window that an outage cut short, and the one that spans the outage, are each a quarter of a length
// off at most.
func TestTheMeanOfWindowsWeightedByWhatTheyCoverIsTheMeanOverTime(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, rng *rand.Rand) {
		n := anyNetwork(rng)
		fast := steady(rng, 100, 0, 10*time.Second)
		slow := steady(rng, 50, 10*time.Second, 20*time.Second)
		slow.base = float64(len(fast.ticks))
		out := seconds(8 + 2*rng.Float64()) // an outage of the network of several windows, about the change
		back := out + seconds(1+4*rng.Float64())
		looks := []look{}
		for _, l := range n.watch(rng, fast, slow) {
			if l.Sent < out || l.Sent > back {
				looks = append(looks, l)
			}
		}
		var sum, covers, ticks, elapsed float64
		for _, w := range windows(looks) {
			if w.Measured {
				sum, covers = sum+w.Hz*float64(w.Covers), covers+float64(w.Covers)
				ticks, elapsed = ticks+w.Ticks, elapsed+w.Elapsed.Seconds()
			}
		}
		assert.LessOrEqual(t, math.Abs(covers-elapsed), 0.27, "a quarter and a round trip")
		assert.InDelta(t, ticks/elapsed, sum/covers, 50*(0.27+0.27)/elapsed, "the two rates are 50 Hz apart")
	})
}

func TestARestartIsNeverNegativeAndNeverCorrectedInSilence(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, rng *rand.Rand) {
		middle := seconds(3 + 10*rng.Float64())
		first := steady(rng, 100, 0, middle)
		second := steady(rng, 100, middle+seconds(2*rng.Float64()), 20*time.Second)
		if rng.IntN(2) == 0 {
			second.base, first.began, second.began = 1e6, 1e9, 1e9+50
		}
		n := anyNetwork(rng)
		n.lost = 0.3 * rng.Float64()
		restarts := 0
		for _, w := range windows(n.watch(rng, first, second)) {
			if w.Restarted {
				restarts++
				assert.False(t, w.Measured)
			}
			assert.GreaterOrEqual(t, w.Ticks, 0.)
			if w.Measured {
				assert.True(t, encloses(w.Bounds, 100), "%+v", w)
			}
		}
		assert.Equal(t, 1, restarts)
	})
}
