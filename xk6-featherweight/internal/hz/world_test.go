package hz

import (
	"math"
	"math/rand/v2"
	"sort"
	"time"
)

// world is a server as somebody looks at it through a network: a loop whose every tick is known, and what stands between
// its counter and the reader.
type world struct {
	rng      *rand.Rand
	rate     float64         // of a loop of constant rate; 0 for any other
	ticks    []time.Duration // of the loop, sorted
	base     float64         // what the counter showed at the begin
	length   time.Duration
	every    time.Duration // between two readings
	rtt      func() time.Duration
	lost     float64
	copies   []*copied               // from the counter outwards
	shown    func(n float64) float64 // what is shown of a count
	coarse   bool                    // that is not the count itself
	life     func(at time.Duration) float64
	stamp    func(look, at time.Duration) time.Duration // of the page that was made then
	other    *world                                     // another process behind the same address
	pick     func(i int) bool                           // whether the ith reading goes to the other
	slept    []time.Duration                            // moments of our axis before which the machine slept for a while
	sleep    time.Duration
	leapt    time.Duration // the counter leaps then
	restarts []time.Duration
}

// copied is a layer that gives out copies and renews them.
type copied struct {
	period     func() time.Duration
	from, upTo time.Duration // it is there only then
	age        bool          // it says how old its copy is
	made       time.Duration // the moment of the present copy
	until      time.Duration
	inner      sight
}

// sight is what is seen of the counter at a moment.
type sight struct {
	count float64
	look  time.Duration // when the counter came to show that
	born  time.Duration // when the page was made
	stamp time.Duration
	age   time.Duration
	life  float64
}

// turns is how often the loop had turned.
func (w *world) turns(at time.Duration) int {
	return sort.Search(len(w.ticks), func(i int) bool { return w.ticks[i] > at })
}

// progress is how often the loop had turned, with the part of a turn that it is on.
func (w *world) progress(at time.Duration) float64 {
	n := w.turns(at)
	if n == 0 || n == len(w.ticks) {
		return float64(n)
	}
	before, after := w.ticks[n-1], w.ticks[n]
	return float64(n) + float64(at-before)/float64(after-before)
}

// live is what the counter itself shows.
func (w *world) live(at time.Duration) sight {
	n := w.turns(at)
	s := sight{count: w.base + float64(n), look: at, born: at}
	if w.leapt > 0 && at >= w.leapt {
		s.count += 1e6
	}
	for _, restart := range w.restarts {
		if at >= restart {
			s.count = float64(n - w.turns(restart))
		}
	}
	s.count, s.look = w.render(s.count, n, at)
	if w.life != nil {
		s.life = w.life(at)
	}
	if w.stamp != nil {
		s.stamp = w.stamp(s.look, at)
	}
	return s
}

// render is how a count is shown, and since when it has been. A count that is not shown exactly is as old as the turn at
// which it came to be shown.
func (w *world) render(count float64, n int, at time.Duration) (shown float64, since time.Duration) {
	shown = w.shown(count)
	if !w.coarse {
		return shown, at
	}
	back := sort.Search(n, func(k int) bool { return w.shown(count-float64(k)) != shown })
	if back == n {
		return shown, at
	}
	return shown, w.ticks[n-back]
}

// through is what is seen through the first n layers.
func (w *world) through(n int, at time.Duration) sight {
	if n == 0 {
		return w.live(at)
	}
	c := w.copies[n-1]
	if at < c.from || at >= c.upTo {
		return w.through(n-1, at)
	}
	if c.until == 0 || at >= c.until {
		var made time.Duration
		if c.until > 0 { // renewed on its own schedule, not on request
			for made = c.until; ; {
				next := made + c.period()
				if next > at {
					c.until = next
					break
				}
				made = next
			}
		} else {
			c.until = at + time.Duration(w.rng.Float64()*float64(c.period()))
			made = max(c.from, c.until-c.period())
		}
		c.made, c.inner = made, w.through(n-1, made)
	}
	s := c.inner
	if c.age {
		s.age = (at - c.made + s.age).Truncate(time.Second)
	}
	return s
}

// glance is a reading together with what the reader cannot know.
type glance struct {
	Reading
	sight
	at    time.Duration // on the axis of the loop, which goes on while the reader's machine sleeps
	slept bool
}

// glances reads the world from begin to end.
func (w *world) glances() []glance {
	var all []glance
	var asleep time.Duration
	pending := append([]time.Duration{}, w.slept...)
	free := time.Duration(0)
	for i := 0; ; i++ {
		sent := time.Duration(i) * w.every
		if sent < free {
			continue
		}
		slept := len(pending) > 0 && sent >= pending[0]
		if slept {
			pending, asleep = pending[1:], asleep+w.sleep
		}
		rtt := w.rtt()
		free = sent + rtt
		at := sent + asleep + time.Duration(w.rng.Float64()*float64(rtt))
		if at > w.length {
			return all
		}
		if w.rng.Float64() < w.lost && !slept {
			continue
		}
		from := w
		if w.other != nil && w.pick(len(all)) {
			from = w.other
		}
		s := from.through(len(from.copies), at)
		r := Reading{
			Count: s.count, Life: s.life, Sent: sent, Received: sent + rtt, Wall: 1e9 + (sent + asleep + rtt).Seconds(),
			Age: s.age, Stamp: s.stamp,
		}
		all = append(all, glance{Reading: r, sight: s, at: s.look, slept: slept})
	}
}

// plain is a world without any trick.
func plain(rng *rand.Rand) *world {
	w := &world{
		rng: rng, length: 60 * time.Second, every: 100 * time.Millisecond, base: float64(rng.IntN(1e6)),
		shown: func(n float64) float64 { return n },
		rtt:   func() time.Duration { return time.Duration(rng.Int64N(int64(5 * time.Millisecond))) },
	}
	switch rng.IntN(3) {
	case 0, 1:
		w.rate = []float64{100, 97.5, 95.1, 94.9, 50, 200}[rng.IntN(6)]
		phase := rng.Float64()
		for k := 0; ; k++ {
			at := seconds((float64(k) + phase) / w.rate)
			if at > 2*w.length {
				break
			}
			w.ticks = append(w.ticks, at)
		}
	default: // as a setInterval(10): every turn a little late, now and then a pause
		for at := time.Duration(0); at < 2*w.length; w.ticks = append(w.ticks, at) {
			at += seconds(0.010 + 0.001*rng.ExpFloat64())
			if rng.IntN(2000) == 0 {
				at += seconds(0.3 * rng.Float64())
			}
		}
	}
	return w
}

func always(w *world, period func() time.Duration) *copied {
	c := &copied{period: period, upTo: 10 * w.length}
	w.copies = append(w.copies, c)
	return c
}

func fixed(p time.Duration) func() time.Duration { return func() time.Duration { return p } }

// sameStart gives the world a process start time, so that other tricks can move it.
func (w *world) started() func(time.Duration) float64 {
	if w.life != nil {
		return w.life
	}
	return func(time.Duration) float64 { return 9e8 }
}

// tricks are what makes a page lie.
func tricks() map[string]func(w *world) {
	between := func(w *world, low, high float64) time.Duration { return seconds(low + (high-low)*w.rng.Float64()) }
	return map[string]func(w *world){
		"none":           func(*world) {},
		"3 s copy":       func(w *world) { always(w, fixed(3*time.Second)) },
		"any copy":       func(w *world) { always(w, fixed(between(w, 0.2, 6))) },
		"interval copy":  func(w *world) { always(w, fixed(w.every)) },
		"shorter copy":   func(w *world) { always(w, fixed(between(w, 0.0515, 0.098))) },
		"longer copy":    func(w *world) { always(w, fixed(between(w, 0.102, 0.25))) },
		"multiple copy":  func(w *world) { always(w, fixed(w.every*time.Duration(2+w.rng.IntN(8)))) },
		"jittering copy": func(w *world) { always(w, func() time.Duration { return between(w, 0.2, 2.5) }) },
		"changing copy": func(w *world) {
			n, one, two := 0, between(w, 0.2, 2), between(w, 1, 6)
			always(w, func() time.Duration {
				if n++; n > 12 {
					return two
				}
				return one
			})
		},
		"copy in between": func(w *world) {
			always(w, fixed(between(w, 0.3, 6))).from = between(w, 5, 40)
		},
		"copy taken out": func(w *world) { always(w, fixed(between(w, 0.3, 6))).upTo = between(w, 5, 40) },
		"cache with Age": func(w *world) { always(w, fixed(between(w, 1, 6))).age = true },
		"time stamps": func(w *world) {
			ahead := between(w, -1e4, 1e4) + 1e6*time.Second
			w.stamp = func(look, _ time.Duration) time.Duration { return (look + ahead).Truncate(time.Millisecond) }
		},
		"time stamps and the clock is set": func(w *world) {
			set := between(w, 10, 50)
			w.stamp = func(look, at time.Duration) time.Duration {
				if at > set {
					look += time.Hour
				}
				return look + 1e6*time.Second
			}
		},
		"time stamps of the scrape": func(w *world) {
			w.stamp = func(_, at time.Duration) time.Duration { return at + 1e6*time.Second }
		},
		"start time moves": func(w *world) {
			set, was := between(w, 5, 50), w.started()
			w.life = func(at time.Duration) float64 {
				if at > set {
					return was(at) + 3600
				}
				return was(at)
			}
		},
		"replicas": func(w *world) {
			two := *w
			two.copies = nil
			two.base += []float64{1e6, 5000, -w.base}[w.rng.IntN(3)]
			w.other = &two
			kind, from := w.rng.IntN(3), 12+int(400*w.rng.Float64())
			if w.rng.IntN(2) == 0 {
				from = 4 // two readings of each is not enough to know them apart
			}
			w.pick = func(i int) bool {
				switch {
				case i < from:
					return false
				case kind == 0:
					return i%2 == 0
				case kind == 1:
					return w.rng.IntN(2) == 0
				default:
					return i%7 > 3
				}
			}
		},
		"restart": func(w *world) {
			now, was := between(w, 5, 50), w.started()
			w.restarts = append(w.restarts, now)
			w.life = func(at time.Duration) float64 {
				if at >= now {
					return 1e9 + now.Seconds()
				}
				return was(at)
			}
		},
		"sleep": func(w *world) {
			w.slept, w.sleep, w.length = []time.Duration{between(w, 5, 30)}, between(w, 0.5, 30), w.length+30*time.Second
		},
		"leap": func(w *world) { w.leapt = between(w, 35, 50) },
		"32-bit wrap": func(w *world) {
			w.base = 1<<32 - 2000
			w.shown = then(w.shown, func(n float64) float64 { return math.Mod(n, 1<<32) })
		},
		"31-bit wrap": func(w *world) {
			w.base = 1<<31 - 2000
			w.shown = then(w.shown, func(n float64) float64 { return math.Mod(n, 1<<31) })
		},
		"beyond 2^53": func(w *world) {
			w.base = math.Ldexp(1, 53+w.rng.IntN(4))
			bits := w.base
			w.base = 0
			w.shown, w.coarse = then(func(n float64) float64 { return n + bits }, w.shown), true
		},
		"few digits": func(w *world) {
			w.shown, w.coarse = then(w.shown, func(n float64) float64 { return math.Round(n/10) * 10 }), true
		},
		"units": func(w *world) {
			w.shown, w.coarse = then(w.shown, func(n float64) float64 { return math.Floor(n/10) * 10 }), true
		},
		"seconds of latency": func(w *world) {
			w.rtt = func() time.Duration { return between(w, 0.5, 3) }
		},
		"lost readings": func(w *world) { w.lost = 0.6 },
		"slow reader":   func(w *world) { w.every = time.Second },
	}
}

func then(f, g func(float64) float64) func(float64) float64 {
	return func(n float64) float64 { return g(f(n)) }
}
