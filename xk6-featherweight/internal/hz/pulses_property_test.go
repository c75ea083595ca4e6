package hz

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// pulseTricks are what can happen to a loop, to its pulses, or to who reads them.
func pulseTricks() map[string]func(w *pulseWorld) {
	at := func(w *pulseWorld) time.Duration { return seconds(2 + w.rng.Float64()*15) }
	some := func(w *pulseWorld, into map[int]bool) { // two of them, never beside a long silence
		for range 2 {
			if i := 300 + w.rng.IntN(100); i+1 < len(w.life.ticks) {
				into[i] = true
			}
		}
	}
	return map[string]func(w *pulseWorld){
		"nothing": func(*pulseWorld) {},
		"delays that vary": func(w *pulseWorld) {
			w.delay = func() time.Duration { return seconds(w.rng.Float64() * 0.05) }
		},
		"delays with a long tail": func(w *pulseWorld) {
			w.delay = func() time.Duration { return seconds(w.rng.ExpFloat64() * 0.01) }
		},
		"a delay that grows": func(w *pulseWorld) {
			n := 0.
			w.delay = func() time.Duration { n++; return seconds(n * 0.00001) }
		},
		"a network that stands still now and then": func(w *pulseWorld) {
			w.delay = func() time.Duration {
				if w.rng.IntN(400) == 0 {
					return seconds(0.3)
				}
				return seconds(0.001)
			}
		},
		"a reader that wakes late, to many pulses at once": func(w *pulseWorld) {
			nap := seconds(0.005 + w.rng.Float64()*0.06)
			w.asleep = func(at time.Duration) time.Duration { return (at + nap - 1).Truncate(nap) }
		},
		"an irregular loop": func(w *pulseWorld) { w.life = irregular(w.rng, 0, worldEnd); w.awaiting = 60 * time.Millisecond },
		"a stall": func(w *pulseWorld) {
			from := at(w)
			w.life = w.life.stalled(from, from+seconds(w.rng.Float64()*2))
			w.awaiting = 60 * time.Millisecond
		},
		"a stall in which nothing is answered": func(w *pulseWorld) {
			w.hung[0] = at(w)
			w.hung[1] = w.hung[0] + seconds(w.rng.Float64())
			w.life = w.life.stalled(w.hung[0], w.hung[1])
		},
		"lost pulses":             func(w *pulseWorld) { some(w, w.lost) },
		"overtaken pulses":        func(w *pulseWorld) { some(w, w.late) },
		"another life":            func(w *pulseWorld) { w.life.base, w.restart = 1e6, at(w) },
		"many pings":              func(w *pulseWorld) { w.extra = 2000 },
		"pings just before":       func(w *pulseWorld) { w.lead = func() time.Duration { return 0 } },
		"a count told by a clock": func(w *pulseWorld) { w.life, w.clock = steady(w.rng, 300, 0, worldEnd), 37*time.Millisecond },
		"large numbers":           func(w *pulseWorld) { w.life.base = 1 << 52 },
		"a loop of 1,000 Hz":      func(w *pulseWorld) { w.life = steady(w.rng, 1000, 0, worldEnd) },
	}
}

// inPulseWorlds tries a claim in worlds that have each two of the tricks.
func inPulseWorlds(t *testing.T, each int, try func(t *testing.T, w *pulseWorld)) {
	t.Helper()
	all := pulseTricks()
	var names []string
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	for i, one := range names {
		for j, two := range names {
			for seed := range uint64(each) {
				w := calmPulses(rand.New(rand.NewPCG(seed, uint64(i*100+j))))
				all[one](w)
				if one != two {
					all[two](w)
				}
				t.Run(one+" + "+two, func(t *testing.T) {
					if try(t, w); t.Failed() {
						t.Logf("in the world of seed %d", seed)
					}
				})
			}
		}
	}
}

// measuredPulses cuts the readings of a world into windows as the sampler does.
func measuredPulses(w *pulseWorld, claim func(win Window, a, b seenPulse)) (average Bounds, ends [2]seenPulse, restarts int, gap time.Duration) {
	var watch Watch
	var mean Average
	meter, known, end := NewMeter(time.Second), map[int]seenPulse{}, time.Second
	for _, s := range w.readings() {
		r, event := watch.Add(s.Reading)
		known[r.Index] = s
		switch event {
		case Undecided, Replicas:
			meter.Break()
			mean.Break()
			continue
		case Leap, Wrap:
			meter.Break()
			mean.Break()
		case Restart:
			restarts++
		case Same:
		}
		meter.Add(r)
		mean.Add(r)
		if r.Received < end {
			continue
		}
		end += (r.Received - end).Truncate(time.Second) + time.Second
		from, to := known[meter.start.Index], known[meter.last.Index]
		win := meter.CloseWithin(watch.Doubt())
		gap = max(gap, win.LongestGap)
		if win.Measured {
			claim(win, from, to)
		}
	}
	average, _ = mean.Within(watch.Doubt())
	if p, ok := mean.ends(watch.Doubt()); ok && len(mean.done) == 0 {
		ends = [2]seenPulse{known[p.first.Index], known[p.last.Index]}
	}
	return average, ends, restarts, gap
}

func TestEveryBoundFromPulsesHoldsInEveryWorld(t *testing.T) {
	t.Parallel()
	each, enough := 2, 8_000
	if testing.Short() {
		each, enough = 1, 3_000
	}
	windows := 0
	inPulseWorlds(t, each, func(t *testing.T, w *pulseWorld) {
		plain := &world{ticks: w.life.ticks}
		truth := func(a, b seenPulse) float64 {
			return (plain.progress(b.look) - plain.progress(a.look)) / (b.look - a.look).Seconds()
		}
		average, ends, restarts, gap := measuredPulses(w, func(win Window, a, b seenPulse) {
			windows++
			if !encloses(win.Bounds, truth(a, b)) {
				t.Errorf("%v is outside of %+v, from %+v to %+v", truth(a, b), win.Bounds, a, b)
			}
		})
		if ends[1].look > ends[0].look && !encloses(average, truth(ends[0], ends[1])) {
			t.Errorf("%v is outside of the average %+v", truth(ends[0], ends[1]), average)
		}
		if longest := w.life.longestSilence(); gap > longest {
			t.Errorf("a gap of %s is claimed, the longest was %s", gap, longest)
		}
		if w.restart == 0 {
			assert.Zero(t, restarts)
		}
	})
	t.Logf("%d windows", windows)
	assert.Greater(t, windows, enough)
}
