package hz

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// observed is what the arithmetic made of a world.
type observed struct {
	windows, measured, held int
	restarts                int
	replicas                bool
	average                 Bounds
	averaged                bool
	first, last             glance // of the average, if it is of one piece
	period, longestGap      time.Duration
}

// observe reads a world as the sampler does; claim is called with every window that is measured.
func observe(w *world, claim func(Window, glance, glance)) observed {
	var watch Watch
	var average Average
	meter, seen := NewMeter(time.Second), observed{}
	known := map[int]glance{}
	end := time.Second
	for i, g := range w.glances() {
		add := watch.Add
		if g.slept {
			meter.Break()
			average.Break()
			add = watch.Resume
		}
		r, event := add(g.Reading)
		known[r.Index] = g
		switch event {
		case Undecided:
		case Replicas:
			seen.replicas = true
		case Leap, Wrap:
			meter.Break()
			average.Break()
			fallthrough
		default:
			if event == Restart {
				seen.restarts++
			}
			if i == 0 && !r.Blind {
				panic("the first reading knows too much")
			}
			meter.Add(r)
			average.Add(r)
		}
		if r.Received >= end {
			for ; end <= r.Received; end += time.Second {
				seen.windows++
			}
			from, to := known[meter.start.Index], known[meter.last.Index]
			win := meter.CloseWithin(watch.Doubt())
			seen.longestGap = max(seen.longestGap, win.LongestGap)
			if win.Held {
				seen.held++
			}
			if win.Measured && !seen.replicas {
				seen.measured++
				claim(win, from, to)
			}
		}
		if g.slept || event == Leap || event == Wrap {
			continue
		}
	}
	seen.period = watch.Period()
	if !seen.replicas {
		seen.average, seen.averaged = average.Within(watch.Doubt())
		if p, ok := average.ends(watch.Doubt()); ok && len(average.done) == 0 {
			seen.first, seen.last = known[p.first.Index], known[p.last.Index]
		}
	}
	return seen
}

// mean is the truth: the turns that the loop made between two looks at its counter, with the parts of a turn that the
// counter does not show, by the time between them.
func mean(w *world, a, b glance) float64 {
	return (w.progress(b.look) - w.progress(a.look)) / (b.look - a.look).Seconds()
}

// inWorlds tries a claim in worlds that have each two of the tricks.
func inWorlds(t *testing.T, each int, try func(t *testing.T, name string, w *world)) {
	t.Helper()
	all := tricks()
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	for i, one := range names {
		for _, two := range names[i:] {
			for seed := range uint64(each) {
				w := plain(rand.New(rand.NewPCG(seed, uint64(i)*7919+uint64(len(two)))))
				all[one](w)
				name := one
				if one != two {
					all[two](w)
					name += " + " + two
				}
				t.Run(name, func(t *testing.T) {
					if try(t, name, w); t.Failed() {
						t.Logf("in the world of seed %d", seed)
					}
				})
			}
		}
	}
}

func TestEveryBoundThatIsClaimedHoldsInEveryWorld(t *testing.T) {
	t.Parallel()
	each, enough := 16, 100_000
	if testing.Short() {
		each, enough = 1, 5_000
	}
	windows, measured := 0, 0
	inWorlds(t, each, func(t *testing.T, _ string, w *world) {
		seen := observe(w, func(win Window, a, b glance) {
			truth := mean(w, a, b)
			if math.IsNaN(truth) || !encloses(win.Bounds, truth) || (w.rate > 0 && !encloses(win.Bounds, w.rate)) {
				t.Errorf("mean %v, rate %v, outside %+v of a window from %s to %s", truth, w.rate, win, a.Sent, b.Sent)
			}
		})
		windows, measured = windows+seen.windows, measured+seen.measured
		if seen.averaged && w.rate > 0 && !encloses(seen.average, w.rate) {
			t.Errorf("rate %v outside the average %+v", w.rate, seen.average)
		}
		if seen.averaged && seen.last.Sent > 0 && !encloses(seen.average, mean(w, seen.first, seen.last)) {
			t.Errorf("mean %v outside the average %+v", mean(w, seen.first, seen.last), seen.average)
		}
	})
	t.Logf("%d windows, of which %d were measured", windows, measured)
	assert.GreaterOrEqual(t, windows, enough)
}
