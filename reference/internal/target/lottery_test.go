package target

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func drawn(l *lottery, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = l.draw()
	}
	return out
}

func count(list []string, kind string) int {
	n := 0
	for _, k := range list {
		if k == kind {
			n++
		}
	}
	return n
}

func TestLotteryHitsOnceInEachBlock(t *testing.T) {
	t.Parallel()
	for _, block := range []int{1, 2, 4, 10, 50, 100, 1000} {
		l := lottery{source: newSource(7)}
		l.set([]chance{{"drop", 1 / float64(block)}})
		places := map[int]bool{}
		for range 200 {
			hits := drawn(&l, block)
			assert.Equal(t, 1, count(hits, "drop"), "a block of %d", block)
			for i, kind := range hits {
				if kind != "" {
					places[i] = true
				}
			}
		}
		if block > 1 {
			assert.Greater(t, len(places), 1, "the place in a block of %d is drawn", block)
		}
	}
}

func TestLotteryKeepsOddSharesAndSeveralKindsToWithinOne(t *testing.T) {
	t.Parallel()
	l := lottery{source: newSource(1)}
	chances := []chance{{"a", 0.3}, {"b", 0.021}, {"c", 0}, {"d", 0.37}}
	l.set(chances)
	hits := drawn(&l, 10_000)
	for _, c := range chances {
		assert.InDelta(t, c.p*10_000, count(hits, c.kind), 2, c.kind)
	}
}

func TestLotteryThatAlwaysHitsMissesNobody(t *testing.T) {
	t.Parallel()
	l := lottery{source: newSource(1)}
	l.set([]chance{{"a", 0.5}, {"b", 0.5}})
	assert.LessOrEqual(t, count(drawn(&l, 1000), ""), 1)
}

func TestLotteryRepeatsWithTheSameSeed(t *testing.T) {
	t.Parallel()
	sequence := func(seed uint64) []string {
		l := lottery{source: newSource(seed)}
		l.set([]chance{{"a", 0.1}, {"b", 0.05}})
		return drawn(&l, 500)
	}
	assert.Equal(t, sequence(3), sequence(3))
	assert.NotEqual(t, sequence(3), sequence(4))
}

func TestLotteryGoesOnWhereNothingChanged(t *testing.T) {
	t.Parallel()
	l := lottery{source: newSource(1)}
	l.set([]chance{{"a", 0.1}, {"b", 0}})
	hits := drawn(&l, 5)
	l.set([]chance{{"a", 0.1}, {"b", 0}})
	hits = append(hits, drawn(&l, 5)...)
	assert.Equal(t, 1, count(hits, "a"), "the block was not begun again")
}
