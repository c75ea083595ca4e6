package hz

import (
	"math/rand/v2"
	"sort"
	"testing"
	"time"
)

// trials is how many random worlds every property is tried on.
const trials = 150

// eachWorld runs a property on many random worlds; a failure names the seed that repeats it.
func eachWorld(t *testing.T, property func(t *testing.T, rng *rand.Rand)) {
	t.Helper()
	for seed := range uint64(trials) {
		property(t, rand.New(rand.NewPCG(seed, 4)))
		if t.Failed() {
			t.Fatalf("in the world of seed %d", seed)
		}
	}
}

// life is one run of a server: a counter that begins at base and moves by one at every tick.
type life struct {
	began      float64
	base       float64
	from, upTo time.Duration
	ticks      []time.Duration
}

// count is what the counter shows at a moment.
func (l life) count(at time.Duration) float64 {
	return l.base + float64(sort.Search(len(l.ticks), func(i int) bool { return l.ticks[i] > at }))
}

// longestSilence is the truth that no reported gap may exceed.
func (l life) longestSilence() time.Duration {
	longest, before := time.Duration(0), l.from
	for _, tick := range append(append([]time.Duration{}, l.ticks...), l.upTo) {
		longest, before = max(longest, tick-before), tick
	}
	return longest
}

// steady is a life of constant rate; the first tick comes at a random moment of the first period.
func steady(rng *rand.Rand, rate float64, from, upTo time.Duration) life {
	l := life{from: from, upTo: upTo}
	for k, phase := 0, rng.Float64(); ; k++ {
		at := from + seconds((float64(k)+phase)/rate)
		if at >= upTo {
			return l
		}
		l.ticks = append(l.ticks, at)
	}
}

// irregular is a life whose periods are random, with long silences among them.
func irregular(rng *rand.Rand, from, upTo time.Duration) life {
	l := life{from: from, upTo: upTo}
	mean := 0.002 + 0.05*rng.Float64()
	for at := from; ; {
		period := rng.ExpFloat64() * mean
		if rng.IntN(50) == 0 {
			period += rng.Float64() * 2
		}
		if at += seconds(period); at >= upTo {
			return l
		}
		l.ticks = append(l.ticks, at)
	}
}

// stalled takes the ticks of a stretch away.
func (l life) stalled(from, upTo time.Duration) life {
	kept := l
	kept.ticks = nil
	for _, tick := range l.ticks {
		if tick < from || tick >= upTo {
			kept.ticks = append(kept.ticks, tick)
		}
	}
	return kept
}

// look is a reading together with what the reader cannot know: when the server really looked.
type look struct {
	Reading
	at time.Duration
}

// network says how readings are taken.
type network struct {
	every  time.Duration
	rtt    func() time.Duration
	within func() float64 // the share of the round trip after which the server looks
	lost   float64        // share of readings that fail
}

func anyNetwork(rng *rand.Rand) network {
	return network{
		every:  100 * time.Millisecond,
		rtt:    func() time.Duration { return time.Duration(rng.Int64N(int64(20 * time.Millisecond))) },
		within: rng.Float64,
	}
}

// watch reads lives, which follow each other, from the first's begin to the last's end.
func (n network) watch(rng *rand.Rand, lives ...life) []look {
	var looks []look
	for sent := lives[0].from; ; sent += n.every {
		rtt := n.rtt()
		at := sent + time.Duration(n.within()*float64(rtt))
		for len(lives) > 0 && at >= lives[0].upTo {
			lives = lives[1:]
		}
		if len(lives) == 0 {
			return looks
		}
		if rng.Float64() < n.lost || at < lives[0].from {
			continue
		}
		reading := Reading{Count: lives[0].count(at), Life: lives[0].began, Sent: sent, Received: sent + rtt}
		looks = append(looks, look{reading, at})
	}
}

// trueMean is the frequency that Between tries to enclose.
func trueMean(a, b look) float64 { return (b.Count - a.Count) / (b.at - a.at).Seconds() }

// constantRates are those that the limit of 95 Hz is about, and a slow one.
func constantRates() []float64 { return []float64{100, 97.5, 95.1, 94.9, 50} }

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// rounding is how far whole nanoseconds and floats may shift a bound, relatively.
const rounding = 1e-6

func encloses(b Bounds, hz float64) bool {
	return b.Low <= hz*(1+rounding) && b.High >= hz*(1-rounding)
}
