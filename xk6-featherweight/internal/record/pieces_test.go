package record_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/featherweight/xk6-featherweight/internal/record"
)

func TestAQuantileWithinItsBinHasTheTrueOneBetweenTheEnds(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for _, size := range []int{1, 2, 10, 1000} {
		r := record.New(start)
		var all []float64
		for range size {
			ms := 100 * math.Exp(random.NormFloat64()/2)
			all = append(all, ms)
			r.Add(after(1), "steady", one("chat_ttft", ms))
		}
		slices.Sort(all)
		stat := r.Whole().Of("chat_ttft")
		for _, q := range []float64{0, 0.1, 0.5, 0.9, 0.95, 1} {
			truth := all[int(q*float64(size-1))]
			at, low, high := stat.Within(q)
			assert.LessOrEqual(t, low, truth*(1+1e-9), "%v of %d", q, size)
			assert.GreaterOrEqual(t, high, truth*(1-1e-9), "%v of %d", q, size)
			assert.LessOrEqual(t, low, at)
			assert.GreaterOrEqual(t, high, at)
			assert.Less(t, high/low, 1.0203, "a bin is 2 %% wide")
			assert.InDelta(t, float64(countUpTo(all, high)), stat.UpTo(at), 0)
		}
	}
	at, low, high := (*record.Stat)(nil).Within(0.5)
	assert.True(t, math.IsNaN(at) && math.IsNaN(low) && math.IsNaN(high))
	assert.Zero(t, (*record.Stat)(nil).UpTo(5))
}

func countUpTo(sorted []float64, ms float64) int {
	n := 0
	for _, one := range sorted {
		if one <= ms*(1+1e-12) {
			n++
		}
	}
	return n
}

func TestTimesTooShortForABinCountUpToAnyTime(t *testing.T) {
	t.Parallel()
	r := record.New(start)
	r.Add(after(1), "steady", one("chat_ttft", 0), one("chat_ttft", 0), one("chat_ttft", 7))
	stat := r.Whole().Of("chat_ttft")
	at, low, high := stat.Within(0.1)
	assert.Equal(t, []float64{0, 0, 0}, []float64{at, low, high})
	assert.InDelta(t, 2, stat.UpTo(0), 0)
	assert.InDelta(t, 3, stat.UpTo(7), 0)
}

func TestTheBucketsOfAPhaseJoinToThatPhase(t *testing.T) {
	t.Parallel()
	r := record.New(start)
	for second := range 30 {
		phase := "ramp"
		if second >= 12 {
			phase = "steady"
		}
		r.Add(after(float64(second)), phase, one("chat_turns", float64(second)), one("chat_ttft", float64(10+second)), one("ws_connected", float64(second)))
	}
	buckets := r.Buckets(5, "steady")
	joined, whole := record.Join(buckets...), r.Whole("steady")
	assert.InDelta(t, whole.Of("chat_turns").Sum(), joined.Of("chat_turns").Sum(), 0)
	assert.InDelta(t, 12*18+17*18/2, joined.Of("chat_turns").Sum(), 0)
	assert.InDelta(t, whole.Of("chat_ttft").Quantile(0.5), joined.Of("chat_ttft").Quantile(0.5), 0)
	assert.InDelta(t, 29, joined.Of("ws_connected").Last(), 0)
	assert.Equal(t, buckets[0].From, joined.From)
	assert.Empty(t, record.Join().Of("chat_turns").Sum())
}
