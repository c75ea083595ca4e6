package hz

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// What is said to be lost is never more than the loop stood still, but for what a loop that turns 5 % faster could make up
// meanwhile and the turns at the ends; and a standstill that goes unseen is found, but for as much.
func TestALoopHasLostWhatItStoodStill(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2000) {
		rng := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // a test that can be repeated
		rate := 40 + 160*rng.Float64()        // it has turned whenever it is read: a page that shows a value twice may be a copy
		stood := time.Duration(rng.Int64N(int64(4 * time.Second)))
		from := 10*time.Second + time.Duration(rng.Int64N(int64(time.Second)))
		hole := from + stood + time.Duration(rng.Int64N(int64(3*time.Second))) // no reading is sent from from to it
		turns := func(at time.Duration) float64 {
			missed := min(max(0, at-from), stood)
			return math.Floor((at - missed).Seconds() * rate)
		}
		var w Watch
		var lost, widest time.Duration
		at := time.Duration(0)
		for at < 30*time.Second {
			rtt := time.Duration(rng.Int64N(int64(30 * time.Millisecond)))
			looked := at + time.Duration(rng.Float64()*float64(rtt))
			r, event := w.Add(Reading{Count: turns(looked), Sent: at, Received: at + rtt})
			assert.Equal(t, Same, event)
			lost, widest = max(lost, r.Lost), max(widest, r.Unseen)
			next := at + 80*time.Millisecond + time.Duration(rng.Int64N(int64(40*time.Millisecond)))
			if next > from && next < hole {
				next = hole
			}
			at = next
		}
		ends := time.Duration(4 / rate * float64(time.Second))
		leeway := widest/20 + ends + 300*time.Millisecond // of the readings around it, too
		assert.LessOrEqual(t, lost, stood+leeway, "seed %d", seed)
		assert.GreaterOrEqual(t, lost, stood-leeway, "seed %d", seed)
	}
}

// A counter that is seen to stand by readings that come late lacks the turns of all of the standstill, whatever they prove of it.
func TestWhatLateReadingsDoNotProveOfAStandstillIsLost(t *testing.T) {
	t.Parallel()
	short := 0 // worlds in which a standstill of more than a second and a half is seen as one of less than a second
	for seed := range uint64(2000) {
		rng := rand.New(rand.NewPCG(seed, 2)) //nolint:gosec // a test that can be repeated
		rate := 40 + 160*rng.Float64()
		stood := 1100*time.Millisecond + time.Duration(rng.Int64N(int64(3*time.Second)))
		from := 10*time.Second + time.Duration(rng.Int64N(int64(time.Second)))
		turns := func(at time.Duration) float64 {
			return math.Floor((at - min(max(0, at-from), stood)).Seconds() * rate)
		}
		var w Watch
		m := NewMeter(30 * time.Second)
		for at := time.Duration(0); at < 30*time.Second; {
			rtt := time.Duration(rng.Int64N(int64(30 * time.Millisecond)))
			r, event := w.Add(Reading{Count: turns(at + time.Duration(rng.Float64()*float64(rtt))), Sent: at, Received: at + rtt})
			assert.Equal(t, Same, event)
			m.Add(r)
			at += 80*time.Millisecond + time.Duration(rng.Int64N(int64(40*time.Millisecond)))
			if at > from-time.Second && at < from+5*time.Second { // this process has no CPU
				at += time.Duration(rng.Int64N(int64(700 * time.Millisecond)))
			}
		}
		seen := m.Close()
		leeway := 200*time.Millisecond + time.Duration(4/rate*float64(time.Second)) // see above
		assert.LessOrEqual(t, seen.LongestGap, stood, "seed %d", seed)
		assert.LessOrEqual(t, seen.LostTime, stood+leeway, "seed %d", seed)
		assert.GreaterOrEqual(t, seen.LostTime, stood-leeway-200*time.Millisecond, "seed %d: readings so late may be of a page that is older", seed)
		if stood > 1500*time.Millisecond && seen.LongestGap < time.Second {
			short++
			assert.Greater(t, seen.LostTime, time.Second, "seed %d", seed)
		}
	}
	assert.Positive(t, short)
}
