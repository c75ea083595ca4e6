package capacity_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/capacity"
)

// users is the search of the front door by default.
func users(most float64) capacity.Plan {
	return capacity.Plan{From: max(1, math.Round(most/16)), Most: most, Grain: 1, Within: 0.05}
}

// found searches a server to the end, and counts its runs.
func found(t *testing.T, plan capacity.Plan, holds func(load float64) capacity.Outcome) (capacity.Answer, int) {
	t.Helper()
	s := capacity.New(plan)
	for runs := 0; ; runs++ {
		load, more := s.Next()
		if !more {
			return s.Answer(), runs
		}
		require.LessOrEqual(t, load, plan.Most)
		require.GreaterOrEqual(t, load, plan.Grain)
		require.Less(t, runs, 200, "it comes to an end: %v", s.Steps())
		outcome := holds(load)
		step := capacity.Step{Load: load, Outcome: outcome}
		if outcome != capacity.Held {
			step.First = "loop frequency"
		}
		s.Add(step)
	}
}

// exactly is a server that holds so many and no more.
func exactly(n float64) func(float64) capacity.Outcome {
	return func(load float64) capacity.Outcome {
		if load <= n {
			return capacity.Held
		}
		return capacity.GaveWay
	}
}

func TestEveryCapacityIsInsideItsAnswerWithin5PercentAndWithinThePromisedRuns(t *testing.T) {
	t.Parallel()
	for _, most := range []float64{1, 7, 64, 1000, 100_000} {
		plan := users(most)
		_, atMost := plan.Steps()
		for n := 1.0; n < most; n = math.Max(n+1, math.Floor(n*1.01)) {
			answer, runs := found(t, plan, exactly(n))
			require.NotNil(t, answer.High, n)
			require.True(t, answer.Low <= n && n < *answer.High, "%v is not in %v to %v", n, answer.Low, *answer.High)
			require.True(t, *answer.High <= answer.Low*1.05 || *answer.High == answer.Low+1, "%v: %v to %v", n, answer.Low, *answer.High)
			require.True(t, answer.Sure)
			require.Equal(t, "loop frequency", answer.First)
			require.LessOrEqual(t, runs, atMost, "%v of %v", n, most)
		}
	}
}

func TestTheStepsAreAStaircaseThenHalvesThenBothEndsAgain(t *testing.T) {
	t.Parallel()
	s := capacity.New(capacity.Plan{From: 16, Most: 64, Grain: 1, Within: 0.05})
	var tried []float64
	for load, more := s.Next(); more; load, more = s.Next() {
		tried = append(tried, load)
		s.Add(capacity.Step{Load: load, Outcome: exactly(40)(load)})
	}
	assert.Equal(t, []float64{16, 32, 64, 45, 38, 41, 39, 40, 40, 41}, tried)
}

func TestAServerThatHoldsEverythingHoldsAtLeastTheMost(t *testing.T) {
	t.Parallel()
	answer, runs := found(t, users(1000), exactly(5000))
	assert.Equal(t, capacity.Answer{Low: 1000, Sure: true}, answer)
	assert.Equal(t, 6, runs, "63 to 1,000, and 1,000 again")
}

func TestAServerThatHoldsNothingIsSaidTo(t *testing.T) {
	t.Parallel()
	answer, _ := found(t, users(1000), exactly(0))
	assert.Zero(t, answer.Low)
	assert.InDelta(t, 1, *answer.High, 0)
	assert.True(t, answer.Sure)
}

func TestRatesAreFoundAsUsersAre(t *testing.T) {
	t.Parallel()
	plan := capacity.Plan{From: 0.5, Most: 8, Grain: 0.01, Within: 0.05}
	for rate := 0.3; rate < 8; rate *= 1.07 {
		answer, _ := found(t, plan, exactly(rate))
		require.True(t, answer.Low <= rate && rate < *answer.High && *answer.High <= answer.Low*1.05+0.01, "%v: %v", rate, answer)
	}
}

// One run in 50 is wrong, whatever the load: the answer is, in at most 1 of 50 (docs/capacity.md has the arithmetic).
func TestAWrongRunIn50MakesAWrongAnswerInLessThanOneIn50(t *testing.T) {
	t.Parallel()
	const searches, wrong = 3000, 0.02
	random := rand.New(rand.NewPCG(3, 4))
	misses, runs := 0, 0
	for range searches {
		n := math.Floor(math.Exp(random.Float64()*math.Log(900))) + 1
		answer, took := found(t, users(1000), func(load float64) capacity.Outcome {
			outcome := exactly(n)(load)
			switch {
			case random.Float64() >= wrong:
				return outcome
			case outcome == capacity.Held:
				return capacity.GaveWay
			default:
				return capacity.Held
			}
		})
		runs += took
		if answer.High == nil || answer.Low > n || n >= *answer.High {
			misses++
		}
	}
	t.Logf("%d of %d answers are wrong, %.1f runs each", misses, searches, float64(runs)/searches)
	assert.Less(t, misses, searches/50)
}

// Near its capacity a server holds now and then: the more often, the less load. The answer is then near the load that it
// holds in half of the runs.
func TestAServerWithoutASharpEdgeIsFoundWithin5Percent(t *testing.T) {
	t.Parallel()
	const searches = 1000
	random := rand.New(rand.NewPCG(5, 6))
	far := 0
	for range searches {
		n := 50 + random.Float64()*850
		answer, _ := found(t, users(1000), func(load float64) capacity.Outcome {
			if random.Float64() < 1/(1+math.Exp(math.Log(load/n)/0.01)) { // from 95 % to 5 % within 6 % of the load
				return capacity.Held
			}
			return capacity.GaveWay
		})
		if answer.High == nil || *answer.High < n*0.95 || answer.Low > n*1.05 {
			far++
		}
	}
	assert.Less(t, far, searches/50, "of %d", searches)
}

func TestWhatSaysNothingIsAskedAgainAndThenIsNoHolding(t *testing.T) {
	t.Parallel()
	s := capacity.New(users(16))
	s.Add(capacity.Step{Load: 1, Outcome: capacity.Unsure})
	load, more := s.Next()
	assert.Equal(t, []any{1.0, true}, []any{load, more})
	s.Add(capacity.Step{Load: 1, Outcome: capacity.Held})
	load, _ = s.Next()
	assert.InDelta(t, 2, load, 0, "what said nothing is no vote against the one that did")
	for range 3 {
		load, _ = s.Next()
		assert.InDelta(t, 2, load, 0)
		s.Add(capacity.Step{Load: 2, Outcome: capacity.Unsure, First: "generator lag"})
	}
	answer := s.Answer()
	assert.InDelta(t, 1, answer.Low, 0)
	assert.InDelta(t, 2, *answer.High, 0)
	assert.Equal(t, "generator lag", answer.First)
}

func TestRunsThatSayNothingDoNotOutvoteOneThatHeld(t *testing.T) {
	t.Parallel()
	s := capacity.New(users(16))
	for _, outcome := range []capacity.Outcome{capacity.Unsure, capacity.Unsure, capacity.Held} {
		s.Add(capacity.Step{Load: 1, Outcome: outcome})
	}
	load, _ := s.Next()
	assert.InDelta(t, 2, load, 0)
	assert.Equal(t, capacity.Answer{Low: 1}, s.Answer())
}

func TestAnAnswerThatWasNotReachedSaysSo(t *testing.T) {
	t.Parallel()
	s := capacity.New(users(64))
	assert.Equal(t, capacity.Answer{}, s.Answer())
	for _, load := range []float64{4, 8, 16} {
		s.Add(capacity.Step{Load: load, Outcome: capacity.Held})
	}
	assert.Equal(t, capacity.Answer{Low: 16}, s.Answer())
	s.Add(capacity.Step{Load: 32, Outcome: capacity.GaveWay, First: "response time"})
	answer := s.Answer()
	assert.Equal(t, []any{16.0, 32.0, "response time", false}, []any{answer.Low, *answer.High, answer.First, answer.Sure})
}
