package slo

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTheNumberOfWindowsThatMayBeBelowIsThatOfTheBinomialDistribution(t *testing.T) {
	t.Parallel()
	// P(B >= b) with p = 0.05, from tables: n = 12: 0.4596 for 1, 0.1184 for 2, 0.0196 for 3.
	for n, most := range map[int]int{0: 0, 1: 1, 12: 2, 20: 3, 100: 9} {
		assert.Equal(t, most, allowedBelow(n), n)
	}
}

func TestADayOfWindowsIsNoMoreThanArithmetic(t *testing.T) {
	t.Parallel()
	day := float64(allowedBelow(86400)) // mean 4320, deviation 64.06: 1.645 of them above
	assert.GreaterOrEqual(t, day, 4320+1.6*64)
	assert.LessOrEqual(t, day, 4320+1.7*64)
}

func TestALoopThatJustMeetsTheObjectiveIsSaidToMissItInLessThan1Of20Runs(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 1))
	missed := func(share float64, n int) float64 {
		runs, most := 0, allowedBelow(n)
		for range 2000 {
			low := 0
			for range n {
				if random.Float64() < share {
					low++
				}
			}
			if low > most {
				runs++
			}
		}
		return float64(runs) / 2000
	}
	for _, n := range []int{12, 60, 460} {
		assert.Less(t, missed(0.05, n), 0.065, n)
	}
	assert.Greater(t, missed(0.25, 60), 0.99, "one that is far below is found in most")
}

func TestTheThresholdOfK6LiesBetweenTwoNumbersOfWindows(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 12, 85, 460, 86400} {
		most := float64(allowedBelow(n))
		assert.Greater(t, 1-most/float64(n), goodWindows(n), n)
		assert.Less(t, 1-(most+1)/float64(n), goodWindows(n), n)
	}
}

func TestSoManyFailuresInARowAreChanceInLessThanOneOfAMillionRuns(t *testing.T) {
	t.Parallel()
	for _, rate := range []float64{0.001, 0.01, 0.05, 0.3} {
		limit := silenceLimit(rate)
		assert.LessOrEqual(t, math.Pow(rate, limit), 1e-6*1.0001, rate)
		assert.True(t, limit == 3 || math.Pow(rate, limit-1) > 1e-6, "%v: no more than needed", rate)
	}
	assert.InDelta(t, 1e6, silenceLimit(1), 0, "everything may fail")
}
