package hz

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestGapGivesTheSilencesThatPaperArithmeticGives(t *testing.T) {
	t.Parallel()
	at := func(count float64, ms int) Reading { return reading(count, millis(ms), millis(ms+4)) }
	for name, c := range map[string]struct {
		readings []Reading
		want     []time.Duration
	}{
		"the first reading proves nothing":  {[]Reading{at(7, 0)}, []time.Duration{0}},
		"9 turns cut 96 ms into 10 pieces":  {[]Reading{at(0, 0), at(9, 100)}, []time.Duration{0, 9600 * time.Microsecond}},
		"one turn cuts 196 ms into 2":       {[]Reading{at(0, 0), at(1, 200)}, []time.Duration{0, 98 * msec}},
		"the same value encloses a silence": {[]Reading{at(3, 0), at(3, 100)}, []time.Duration{0, 96 * msec}},
		"a silence grows from its begin": {
			[]Reading{at(3, 0), at(3, 100), at(3, 200), at(3, 300)},
			[]time.Duration{0, 96 * msec, 196 * msec, 296 * msec},
		},
		"the turn that ends a silence does not prolong it": {
			[]Reading{at(3, 0), at(3, 100), at(4, 200), at(4, 250)},
			[]time.Duration{0, 96 * msec, 98 * msec, 46 * msec},
		},
		"a restart proves no silence": {
			[]Reading{at(3, 0), at(3, 100), at(0, 200), at(0, 300)},
			[]time.Duration{0, 96 * msec, 0, 96 * msec},
		},
		"readings that overlap prove nothing": {
			[]Reading{reading(3, 0, 50*msec), reading(3, 40*msec, 90*msec)}, []time.Duration{0, 0},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var g gap
			for i, r := range c.readings {
				assert.Equal(t, c.want[i], g.add(r), "reading %d", i)
			}
		})
	}
}

func TestAReportedGapNeverExceedsTheTrueLongestSilence(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, rng *rand.Rand) {
		middle := seconds(5 + 10*rng.Float64())
		first, second := irregular(rng, 0, middle), irregular(rng, middle, 20*time.Second)
		switch rng.IntN(3) {
		case 0:
			rate := constantRates()[rng.IntN(len(constantRates()))]
			first, second = steady(rng, rate, 0, middle), steady(rng, rate, middle, 20*time.Second)
		case 1:
			first = steady(rng, 100, 0, middle).stalled(seconds(rng.Float64()*4), seconds(4+rng.Float64()))
		}
		second.base = float64(rng.IntN(2)) * 1e6 // 0: the count goes back; 1e6: only the start time tells
		first.began, second.began = 1e9, 1e9+100
		n := anyNetwork(rng)
		n.lost = rng.Float64() * 0.5
		truth := max(first.longestSilence(), second.longestSilence())
		var g gap
		for _, l := range n.watch(rng, first, second) {
			assert.LessOrEqual(t, g.add(l.Reading), truth)
		}
	})
}

// A reading that falls just before the stall does not see its begin, and the last in it may be an interval before its
// end; so two intervals and a round trip are all that may be missed. A server that looks now early and now late in the
// round trip costs one more of those.
func TestAStallIsReportedUpToTwoIntervalsAndARoundTrip(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, rng *rand.Rand) {
		every, rtt := seconds(0.05+0.2*rng.Float64()), seconds(0.02*rng.Float64())
		stall := 2*every + 2*rtt + seconds(2*rng.Float64())
		begins := seconds(2 + 3*rng.Float64())
		l := steady(rng, 100, 0, 12*time.Second).stalled(begins, begins+stall)
		share := rng.Float64()
		n := network{every: every, rtt: func() time.Duration { return rtt }, within: func() float64 { return share }}
		missed := 2*every + rtt
		if rng.IntN(2) == 0 {
			n.within, missed = rng.Float64, missed+rtt
		}
		var g gap
		longest := time.Duration(0)
		for _, l := range n.watch(rng, l) {
			longest = max(longest, g.add(l.Reading))
		}
		assert.GreaterOrEqual(t, longest, stall-missed, "a stall of %s, read every %s, round trip %s", stall, every, rtt)
		assert.LessOrEqual(t, longest, l.longestSilence())
	})
}

func TestASlowLoopShowsItsPeriodThoughItIsNeverCaughtStandingStill(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 1))
	n := anyNetwork(rng)
	n.rtt = func() time.Duration { return msec }
	var g gap
	longest := time.Duration(0)
	for _, l := range n.watch(rng, steady(rng, 20, 0, 10*time.Second)) {
		longest = max(longest, g.add(l.Reading))
	}
	assert.Greater(t, longest, 30*msec)
	assert.LessOrEqual(t, longest, 50*msec+1)
}
