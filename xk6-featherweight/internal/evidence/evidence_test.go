package evidence_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/evidence"
)

// The classic intervals of Clopper and Pearson, as printed in tables. With a user for each attempt there is no cluster,
// and with so many of them Student's correction is 1.
func TestAShareOfIndependentAttemptsHasTheIntervalOfClopperAndPearson(t *testing.T) {
	for _, c := range []struct {
		hits, n   int
		low, high float64
	}{
		{0, 1000, 0, 0.003682},
		{10, 1000, 0.004806, 0.018312},
		{1000, 1000, 0.996318, 1},
		{500, 1000, 0.468548, 0.531452},
	} {
		got := evidence.Share(users(c.hits, c.n))
		assert.InDelta(t, c.low, got.Low, 5e-5, "%d of %d", c.hits, c.n)
		assert.InDelta(t, c.high, got.High, 5e-5, "%d of %d", c.hits, c.n)
	}
}

func users(hits, n int) []evidence.Cluster {
	out := make([]evidence.Cluster, n)
	for i := range out {
		out[i].N = 1
		if i < hits {
			out[i].Hits = 1
		}
	}
	return out
}

func TestNoAttemptProvesNothing(t *testing.T) {
	got := evidence.Share(nil)
	assert.Equal(t, []float64{0, 1}, []float64{got.Low, got.High})
	wait := evidence.Quantile(nil, 0.9)
	assert.Equal(t, []float64{0, math.Inf(1)}, []float64{wait.Low, wait.High})
}

func TestASingleUserCountsAsOneAttempt(t *testing.T) {
	got := evidence.Share([]evidence.Cluster{{N: 10_000}})
	assert.InDelta(t, 0.975, got.High, 1e-9) // 1 - 0.025: one attempt that went well
}

// One user of a hundred fails always: that is one observation in a hundred, not a hundred in ten thousand.
func TestTurnsOfOneUserCountAsOneObservation(t *testing.T) {
	clusters := make([]evidence.Cluster, 100)
	for i := range clusters {
		clusters[i].N = 100
	}
	clusters[0].Hits = 100
	together := evidence.Share(clusters)
	apart := evidence.Share(users(1, 100))
	assert.InDelta(t, 98, together.Effective, 2) // less Student's correction for 100 users
	assert.InDelta(t, apart.High, together.High, 0.002)
}

func TestTheIntervalOfAPercentileIsThatOfItsRanks(t *testing.T) {
	// 100 independent values 1 to 100: the tables give ranks 84 and 96 for the 90th percentile at 95 %.
	waits := make([]evidence.Wait, 100)
	for i := range waits {
		waits[i] = evidence.Wait{User: uint64(i), Value: float64(i + 1)}
	}
	got := evidence.Quantile(waits, 0.9)
	assert.Equal(t, []float64{84, 96}, []float64{got.Low, got.High})
	assert.InDelta(t, 90.1, evidence.Percentile(waits, 0.9), 1e-9)
}

func TestTooFewWaitsBoundNoHighPercentile(t *testing.T) {
	waits := make([]evidence.Wait, 50) // 0.95^50 is 7.7 %: all of them may well lie below the percentile
	for i := range waits {
		waits[i] = evidence.Wait{User: uint64(i), Value: float64(i + 1)}
	}
	assert.True(t, math.IsInf(evidence.Quantile(waits, 0.95).High, 1))
}

func TestAWaitThatNeverEndedIsAboveEverything(t *testing.T) {
	waits := []evidence.Wait{{User: 1, Value: 5}, {User: 2, Value: 6}, {User: 3, Value: math.Inf(1)}, {User: 4, Value: math.Inf(1)}}
	assert.True(t, math.IsInf(evidence.Percentile(waits, 0.9), 1))
	assert.InDelta(t, 5.5, evidence.Percentile(waits[:2], 0.5), 1e-9)
}

// world draws users who differ from each other, and their turns: the truth is known because it is set.
type world struct {
	users, turns int
	between      float64 // spread between users, as a share of the one between turns
}

// Of 400 samples of each world at least 95 % of the intervals hold the truth, but for the luck of the draw: with a true
// 95 %, fewer than 366 hold it in one of a thousand.
const (
	samples   = 400
	leastHold = 366
)

func TestIntervalsOfAShareHoldTheTruth(t *testing.T) {
	t.Parallel()
	const truth = 0.02
	for _, w := range []world{{1000, 3, 0}, {200, 20, 0}, {200, 20, 1}, {50, 40, 2}, {20, 100, 1}} {
		random := rand.New(rand.NewPCG(1, uint64(w.users))) //nolint:gosec // a simulation
		held := 0
		for range samples {
			clusters := make([]evidence.Cluster, w.users)
			for i := range clusters {
				p := truth * (1 + w.between*(2*random.Float64()-1)/2) // on average the truth
				for range w.turns {
					clusters[i].N++
					if random.Float64() < p {
						clusters[i].Hits++
					}
				}
			}
			if evidence.Share(clusters).Holds(truth) {
				held++
			}
		}
		assert.GreaterOrEqual(t, held, leastHold, "%+v", w)
	}
}

func TestIntervalsOfAPercentileHoldTheTruth(t *testing.T) {
	t.Parallel()
	const p = 0.9
	for _, w := range []world{{1000, 3, 0}, {200, 20, 0}, {200, 20, 1}, {50, 40, 2}} {
		// A turn takes exp(turn + between*user), both standard normal: log-normal with that variance.
		truth := math.Exp(1.2815515655446004 * math.Sqrt(1+w.between*w.between))
		random := rand.New(rand.NewPCG(2, uint64(w.users))) //nolint:gosec // a simulation
		held := 0
		for range samples {
			waits := make([]evidence.Wait, 0, w.users*w.turns)
			for user := range w.users {
				own := w.between * random.NormFloat64()
				for range w.turns {
					waits = append(waits, evidence.Wait{User: uint64(user), Value: math.Exp(own + random.NormFloat64())})
				}
			}
			evidence.Sort(waits)
			if evidence.Quantile(waits, p).Holds(truth) {
				held++
			}
		}
		assert.GreaterOrEqual(t, held, leastHold, "%+v", w)
	}
}

func TestMoreTurnsNarrowTheInterval(t *testing.T) {
	few, many := evidence.Share(users(10, 1000)), evidence.Share(users(100, 10_000))
	require.Less(t, many.High-many.Low, few.High-few.Low)
}

// Waits that are alike may come as one with a count.
func TestWaitsThatAreAlikeCountAsManyAsTheyAre(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	var one, many []evidence.Wait
	for user := range uint64(20) {
		for range 5 {
			w := evidence.Wait{User: user, Value: float64(random.IntN(50)), N: 1 + random.IntN(9)}
			many = append(many, w)
			for range w.N {
				one = append(one, evidence.Wait{User: user, Value: w.Value})
			}
		}
	}
	evidence.Sort(one)
	evidence.Sort(many)
	for _, p := range []float64{0, 0.1, 0.5, 0.9, 0.95, 0.99, 1} {
		assert.InDelta(t, evidence.Percentile(one, p), evidence.Percentile(many, p), 0, "p %v", p)
		assert.Equal(t, evidence.Quantile(one, p), evidence.Quantile(many, p), "p %v", p)
	}
}

// What clusters prove does not depend on the order in which a map gives them, to the last digit.
func TestTheOrderOfUsersChangesNothing(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	clusters := make([]evidence.Cluster, 40)
	for i := range clusters {
		n := 1 + random.IntN(30)
		clusters[i] = evidence.Cluster{N: n, Hits: random.IntN(n + 1)}
	}
	want := evidence.Share(clusters)
	for range 50 {
		random.Shuffle(len(clusters), func(i, j int) { clusters[i], clusters[j] = clusters[j], clusters[i] })
		require.Equal(t, want, evidence.Share(clusters))
	}
}
