package hz

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func averageOf(t *testing.T, looks []look) Bounds {
	t.Helper()
	var a Average
	for _, l := range looks {
		a.Add(l.Reading)
	}
	bounds, ok := a.Bounds()
	require.True(t, ok)
	return bounds
}

func TestAnAverageNeedsTwoReadings(t *testing.T) {
	t.Parallel()
	var a Average
	_, ok := a.Bounds()
	assert.False(t, ok)
	a.Add(reading(5, 0, msec))
	_, ok = a.Bounds()
	assert.False(t, ok)
	a.Add(reading(105, time.Second, 1001*msec))
	bounds, ok := a.Bounds()
	assert.True(t, ok)
	assert.InDelta(t, 100, bounds.Hz, 1e-9)
}

func TestAnAverageTakesTheQuickestReadingNearEitherEnd(t *testing.T) {
	t.Parallel()
	var a Average
	for _, r := range []Reading{
		reading(0, 0, 400*msec), reading(50, 500*msec, 502*msec), // the second is the first quick one
		reading(500, 5*time.Second, 5001*msec),
		reading(950, 9500*msec, 9502*msec), reading(1000, 10*time.Second, 10400*msec),
	} {
		a.Add(r)
	}
	got, ok := a.Bounds()
	assert.True(t, ok)
	assert.InDelta(t, 100, got.Hz, 1e-9)
	assert.InDelta(t, 899/9.002, got.Low, 1e-9)
	assert.InDelta(t, 901/8.998, got.High, 1e-9)
	from, to, ok := a.Ends(Doubt{})
	assert.True(t, ok)
	assert.Equal(t, []float64{50, 950}, []float64{from, to}, "the readings that it took")

	a.Add(reading(3, 11*time.Second, 11001*msec)) // a restart makes a second piece
	a.Add(reading(103, 12*time.Second, 12001*msec))
	_, _, ok = a.Ends(Doubt{})
	assert.False(t, ok)
}

func TestAnAverageDoesNotGiveAwayMoreThanATenthOfAShortStretch(t *testing.T) {
	t.Parallel()
	var a Average
	// The quick reading in the middle would be the tightest end, but it would leave out half of what was seen.
	for _, r := range []Reading{reading(0, 0, 20*msec), reading(50, 500*msec, 501*msec), reading(60, time.Second, 1020*msec)} {
		a.Add(r)
	}
	got, _ := a.Bounds()
	assert.InDelta(t, 60, got.Hz, 1e-9)
}

func TestTheAverageEnclosesTheRateOfTheLoop(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, rng *rand.Rand) {
		rate := constantRates()[rng.IntN(len(constantRates()))]
		n := anyNetwork(rng)
		n.lost = 0.5 * rng.Float64()
		got := averageOf(t, n.watch(rng, steady(rng, rate, 0, seconds(2+30*rng.Float64()))))
		assert.True(t, encloses(got, rate), "rate %v outside %+v", rate, got)
		assert.True(t, encloses(got, got.Hz), "%+v", got)
	})
}

func TestTheAverageEnclosesTheTrueMeanOfAnIrregularLoop(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, rng *rand.Rand) {
		n := anyNetwork(rng)
		rtt := n.rtt()
		n.rtt = func() time.Duration { return rtt } // all alike, so that the very first and last readings are its ends
		looks := n.watch(rng, irregular(rng, 0, 30*time.Second))
		truth := trueMean(looks[0], looks[len(looks)-1])
		got := averageOf(t, looks)
		assert.True(t, encloses(got, truth), "mean %v outside %+v", truth, got)
	})
}

func TestTheAverageOfAMinuteIsKnownToAFifthOfAHertz(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, rng *rand.Rand) {
		n := anyNetwork(rng)
		n.rtt = func() time.Duration { return 20 * msec }
		got := averageOf(t, n.watch(rng, steady(rng, 100, 0, time.Minute)))
		assert.LessOrEqual(t, got.Width(), 0.2)
		assert.True(t, encloses(got, 100), "%+v", got)
	})
}

func TestARestartIsNotPartOfTheAverage(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, rng *rand.Rand) {
		first := steady(rng, 97.5, 0, 10*time.Second)
		second := steady(rng, 97.5, 14*time.Second, 20*time.Second)
		if rng.IntN(2) == 0 {
			second.base, first.began, second.began = 1e6, 1e9, 1e9+50
		}
		got := averageOf(t, anyNetwork(rng).watch(rng, first, second))
		assert.True(t, encloses(got, 97.5), "%+v", got)
		assert.Less(t, got.Width(), 1.)
	})
}

func TestWhatHappensAfterABreakIsNotPartOfTheAverage(t *testing.T) {
	t.Parallel()
	var a Average
	add := func(count float64, at time.Duration) { a.Add(reading(count, at, at)) }
	a.Break() // with nothing to break
	add(0, 0)
	add(100, time.Second)
	a.Break()
	add(100_000, 60*time.Second)
	got, ok := a.Bounds()
	assert.True(t, ok)
	assert.InDelta(t, 100, got.Hz, 1e-9, "one reading is no piece")
	add(100_050, 61*time.Second)
	got, _ = a.Bounds()
	assert.InDelta(t, 75, got.Hz, 1e-9)
	assert.InDelta(t, 148./2, got.Low, 1e-9, "two pieces have two open turns")
	assert.InDelta(t, 152./2, got.High, 1e-9)
}
