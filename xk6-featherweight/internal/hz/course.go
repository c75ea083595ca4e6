package hz

import (
	"math"
	"time"
)

// Event is what a reading means for the row that it belongs to.
type Event int

// The events.
const (
	Same      Event = iota // the counter goes on as before
	Undecided              // the counter is not where it should be: a restart, or another process; the next readings tell
	Restart                // another life of the server
	Leap                   // the counter has gone on from where no loop could have taken it
	Wrap                   // the counter went over its end, and shows too few digits to say where
	Replicas               // several processes answer, now and for good
)

const (
	// decided is how many readings a counter must stay on its new course to have left the old one for good. Of two
	// processes that answer in any order, both do so within that many, but for one time in a million.
	decided = 20
	// leapFactor is how many times its usual frequency a loop may have reached, and leapSlack how many turns more.
	leapFactor, leapSlack = 5, 20
	// fresh is how long a process may run, by its count, to have been started between two readings.
	fresh = time.Second
	// alternate is how often the start time may come back to one that it had.
	alternate = 4
)

// wraps are the values after which counters of 16, 31 and 32 bits begin anew.
func wraps() []float64 { return []float64{1 << 16, 1 << 31, 1 << 32} }

// course follows a counter: a fall, a leap or a new start time is a restart only if the old course never comes back.
type course struct {
	row      row
	old      row // where the counter was, while it is not decided
	pending  int // readings on the new course
	offset   float64
	lives    int     // rows so far: stands for the start time from here on
	start    float64 // the start time that the page gives
	former   float64 // the one before
	returned int     // how often it came back to former
	moved    bool    // the start time moved though the process did not
	replicas bool
}

// row is one course of a counter.
type row struct {
	first, last Reading
	step        Reading // the first reading that showed the last value
	n, moves    int     // readings, and how often the value was a new one
	fine        bool    // it has shown a value that is no multiple of ten: the page does not round
}

func (w *row) add(r Reading) {
	if w.n == 0 {
		w.first = r
	}
	if w.n == 0 || r.Count != w.last.Count {
		w.step = r
		w.moves++
	}
	w.last = r
	w.n++
}

// leastDigit is what the values of a page that rounds are at least a multiple of.
const leastDigit = 10

// rounded reports a page that shows few digits, such as 1.23457e+06: where it wraps is not known exactly.
func (w *row) rounded() bool { return w.n >= rateReadings && !w.fine }

func (w *row) rate() float64 {
	return (w.last.Count - w.first.Count) / (w.last.Mid() - w.first.Mid()).Seconds()
}

// earlyMoves is how many new values it takes to guess the usual frequency, and earlyFactor how far off it may be.
const earlyMoves, earlyFactor = 2, 8

// known reports whether the row is long enough to say what is impossible.
func (w *row) known() bool { return w.n >= rateReadings && w.moves > earlyMoves }

// most is how far the counter can be by r.
func (w *row) most(r Reading, nest time.Duration) float64 {
	factor := float64(leapFactor)
	if !w.known() {
		if factor = earlyFactor; w.moves <= earlyMoves {
			return math.Inf(1)
		}
	}
	return w.last.Count + leapSlack + factor*w.rate()*(r.Received-w.step.Sent+nest).Seconds()
}

// fits reports whether r can be the next reading of the row.
func (w *row) fits(r Reading, nest time.Duration) bool {
	return r.Count >= w.last.Count && r.Count <= w.most(r, nest)
}

// add takes the next raw reading. What it hands on has a count that goes on over a wrap, and a start time of its own.
func (c *course) add(r Reading, nest time.Duration) (Reading, Event) {
	raw := r.Life
	r.Count += c.offset
	if c.row.n == 0 {
		c.lives++
		c.start = raw
	}
	sameStart := raw == 0 || c.start == 0 || math.Abs(raw-c.start) <= sameLife
	wrapped := c.row.n > 0 && c.pending == 0 && sameStart && c.unwrap(&r)
	event := c.decide(&r, raw, nest, wrapped)
	r.Life = float64(c.lives) * 10 * sameLife
	return r, event
}

func (c *course) decide(r *Reading, life float64, nest time.Duration, wrapped bool) Event {
	switch {
	case c.replicas:
		return Replicas
	case c.row.n == 0:
		c.row.add(*r)
		c.row.fine = math.Mod(r.Count-c.offset, leastDigit) != 0
		return Same
	case c.pending > 0:
		return c.wait(r, life, nest)
	}
	otherStart := life != 0 && c.start != 0 && math.Abs(life-c.start) > sameLife
	fits := c.row.fits(*r, nest)
	switch {
	case fits && otherStart && c.young(life, *r):
		return c.begin(*r, life, Restart)
	case fits:
		if otherStart {
			c.moveStart(life)
		}
		if c.replicas {
			return Replicas
		}
		if wrapped && c.row.rounded() {
			return c.begin(*r, life, Wrap)
		}
		c.row.add(*r)
		c.row.fine = c.row.fine || math.Mod(r.Count-c.offset, leastDigit) != 0
		return Same
	case r.Count < c.row.last.Count && c.fresh(*r):
		return c.begin(*r, life, Restart)
	}
	c.old, c.row, c.pending = c.row, row{}, 1
	c.row.add(*r)
	return Undecided
}

// wait looks whether the counter stays on its new course.
func (c *course) wait(r *Reading, life float64, nest time.Duration) Event {
	switch {
	case c.row.fits(*r, nest) && !(c.old.known() && r.Count > c.row.last.Count+leapSlack && c.old.fits(*r, nest) && !c.near(*r)):
		c.row.add(*r)
		if c.pending++; c.pending <= decided {
			return Undecided
		}
		event := Leap
		if c.row.first.Count < c.old.last.Count || (life != 0 && c.start != 0 && math.Abs(life-c.start) > sameLife) {
			event = Restart
		}
		return c.begin(*r, life, event)
	case c.old.fits(*r, nest):
		c.replicas = true
		return Replicas
	}
	c.row = row{}
	c.row.add(*r)
	c.pending++
	if c.pending > decided {
		c.replicas = true // it has not stayed on any course
		return Replicas
	}
	return Undecided
}

// near reports whether r is where the new course leads at the old one's rate.
func (c *course) near(r Reading) bool {
	turns := c.old.rate() * (r.Received - c.row.step.Sent).Seconds()
	return r.Count-c.row.last.Count <= 2*turns+leapSlack
}

// begin makes r the first reading of a new row.
func (c *course) begin(r Reading, life float64, event Event) Event {
	c.row, c.old, c.pending = row{}, row{}, 0
	c.row.add(r)
	c.start, c.former, c.returned = life, 0, 0
	c.lives++
	return event
}

// fresh reports a count that a process can have reached that was started after the last reading.
func (c *course) fresh(r Reading) bool {
	if !c.row.known() {
		return false
	}
	return r.Count-c.offset <= c.row.rate()*max(fresh, r.Received-c.row.last.Sent).Seconds()
}

// youth is how far the clock of a server may be from ours, in seconds, for its start time to be understood.
const youth = 2.

// young reports a start time between the last reading and this one: the process is a new one, wherever it counts.
func (c *course) young(life float64, r Reading) bool {
	return r.Wall != 0 && life > c.start && life >= c.row.last.Wall-youth && life <= r.Wall+youth
}

// moveStart notes a start time that moved while the counter went on: a clock that was set. One that moves to and fro is
// that of several processes.
func (c *course) moveStart(life float64) {
	c.moved = true
	if math.Abs(life-c.former) <= sameLife {
		if c.returned++; c.returned >= alternate {
			c.replicas = true
		}
	}
	c.former, c.start = c.start, life
}

// unwrap lets a counter of few bits go on where it began anew, and reports that it did.
func (c *course) unwrap(r *Reading) bool {
	last := c.row.last.Count
	if r.Count >= last {
		return false
	}
	hidden := c.row.last.Resolution // a value that is rounded up may be beyond the end
	if c.row.rounded() {
		hidden = max(hidden, leastDigit)
	}
	for _, modulus := range wraps() {
		ahead := r.Count + modulus - last
		if last-c.offset > modulus+hidden || ahead < -hidden {
			continue
		}
		most := leapSlack + 1000*(r.Received-c.row.step.Sent).Seconds()
		if c.row.known() {
			most = leapSlack + 2*c.row.rate()*(r.Received-c.row.step.Sent).Seconds()
		}
		if ahead <= most {
			r.Count = max(last, r.Count+modulus)
			c.offset += modulus
			return true
		}
	}
	return false
}

// resume takes r for the next reading, wherever it is: the machine slept meanwhile.
func (c *course) resume(r Reading) (Reading, Event) {
	life := r.Life
	r.Count += c.offset
	event := Same
	if c.row.n > 0 && r.Count < c.row.last.Count {
		event = c.begin(r, life, Restart)
	} else {
		c.row, c.pending = row{}, 0
		c.row.add(r)
		c.start = life
		c.lives = max(1, c.lives)
	}
	r.Life = float64(c.lives) * 10 * sameLife
	return r, event
}
