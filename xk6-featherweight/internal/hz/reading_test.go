package hz

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

const msec = time.Millisecond

func reading(count float64, sent, received time.Duration) Reading {
	return Reading{Count: count, Sent: sent, Received: received}
}

func millis(n int) time.Duration { return time.Duration(n) * msec }

func TestBetweenGivesTheBoundsThatPaperArithmeticGives(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		a, b          Reading
		hz, low, high float64
	}{
		"100 turns in a second, read at once": {
			a: reading(0, 0, 0), b: reading(100, time.Second, time.Second),
			hz: 100, low: 99, high: 101,
		},
		"10 ms round trips": { // middles 5 and 1005 ms; at most 1010 ms, at least 990 ms apart
			a: reading(500, 0, 10*msec), b: reading(600, time.Second, 1010*msec),
			hz: 100, low: 99 / 1.01, high: 101 / 0.99,
		},
		"round trips of different lengths": { // middles 10 and 1002 ms
			a: reading(0, 0, 20*msec), b: reading(96, time.Second, 1004*msec),
			hz: 96 / 0.992, low: 95 / 1.004, high: 97 / 0.98,
		},
		"a counter that stands still may still turn just under once": {
			a: reading(7, 0, 0), b: reading(7, 2*time.Second, 2*time.Second),
			hz: 0, low: 0, high: 0.5,
		},
		"readings that overlap leave the top open": {
			a: reading(0, 0, 30*msec), b: reading(2, 20*msec, 50*msec),
			hz: 100, low: 1 / 0.05, high: math.Inf(1),
		},
		"half of the longest round trip for ever": {
			a: reading(0, 0, 2*time.Second), b: reading(1000, 10*time.Second, 12*time.Second),
			hz: 100, low: 999. / 12, high: 1001. / 8,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := Between(c.a, c.b)
			assert.InDelta(t, c.hz, got.Hz, 1e-9)
			assert.InDelta(t, c.low, got.Low, 1e-9)
			if math.IsInf(c.high, 1) {
				assert.Equal(t, c.high, got.High)
			} else {
				assert.InDelta(t, c.high, got.High, 1e-9)
			}
		})
	}
}

func TestBetweenEnclosesTheTruthWheneverTheServerLooked(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, rng *rand.Rand) {
		rate := 0.0
		l := irregular(rng, 0, 20*time.Second)
		if rng.IntN(2) == 0 {
			rate = constantRates()[rng.IntN(len(constantRates()))]
			l = steady(rng, rate, 0, 20*time.Second)
		}
		looks := anyNetwork(rng).watch(rng, l)
		for range 50 {
			i := rng.IntN(len(looks) - 1)
			a, b := looks[i], looks[i+1+rng.IntN(len(looks)-i-1)]
			bounds := Between(a.Reading, b.Reading)
			assert.True(t, encloses(bounds, trueMean(a, b)), "mean %v outside %+v", trueMean(a, b), bounds)
			assert.True(t, encloses(bounds, bounds.Hz), "estimate outside %+v", bounds)
			assert.True(t, rate == 0 || encloses(bounds, rate), "rate %v outside %+v", rate, bounds)
		}
	})
}

// Without the open turn at either end the bound would be wrong in most windows of a loop just above the limit.
func TestACountedRatioIsNotTheRateOfTheLoop(t *testing.T) {
	t.Parallel()
	// 95.1 Hz: ticks at 10.515 ms intervals. Looks at 0 and at 999 ms, exactly known, see 0 and 95 turns: 95.095 Hz.
	got := Between(reading(0, 0, 0), reading(95, 999*msec, 999*msec))
	assert.Less(t, got.Hz, 95.1, "the ratio of what was counted is below the rate of the loop")
	assert.Greater(t, got.High, 95.1)
	assert.Less(t, got.Low, 95.1)
}

func TestRestartedIsACounterThatWentBackOrAnotherProcess(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		a, b Reading
		want bool
	}{
		"moved on":                            {Reading{Count: 5}, Reading{Count: 6}, false},
		"stands still":                        {Reading{Count: 5}, Reading{Count: 5}, false},
		"went back":                           {Reading{Count: 5}, Reading{Count: 4}, true},
		"back to zero":                        {Reading{Count: 5}, Reading{}, true},
		"same process":                        {Reading{Count: 5, Life: 1e9}, Reading{Count: 6, Life: 1e9}, false},
		"another process with a higher count": {Reading{Count: 5, Life: 1e9}, Reading{Count: 600, Life: 1e9 + 40}, true},
		"went back in the same process":       {Reading{Count: 5, Life: 1e9}, Reading{Count: 4, Life: 1e9}, true},
		"start time not known before":         {Reading{Count: 5}, Reading{Count: 6, Life: 1e9}, false},
		"start time not known any more":       {Reading{Count: 5, Life: 1e9}, Reading{Count: 6}, false},
		"start time moved by a clock step":    {Reading{Count: 5, Life: 1e9}, Reading{Count: 6, Life: 1e9 + 1}, false},
		"start time moved back by a step":     {Reading{Count: 5, Life: 1e9}, Reading{Count: 6, Life: 1e9 - 1}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.want, Restarted(c.a, c.b))
		})
	}
}

func TestAReadingIsUncertainByItsRoundTrip(t *testing.T) {
	t.Parallel()
	r := reading(1, 100*msec, 130*msec)
	assert.Equal(t, 30*msec, r.RTT())
	assert.Equal(t, 115*msec, r.Mid())
}

func TestAReportedFrequencyHasNoBounds(t *testing.T) {
	t.Parallel()
	assert.Equal(t, Bounds{Hz: 97.5, Low: 97.5, High: 97.5}, Reported(97.5))
	assert.Zero(t, Reported(97.5).Width())
	assert.InDelta(t, 2.0, Bounds{Hz: 100, Low: 99, High: 101}.Width(), 1e-12)
}
