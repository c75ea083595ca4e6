package target

import (
	"math"
	"time"
)

// catchUp is how long a fault may hold up the loop that still makes up for the ticks it missed, at once and in a row. Held
// up for longer, it gives them up: they are lost for good, and the schedule starts anew from the present.
const catchUp = 100 * time.Millisecond

// pace is an absolute schedule: tick k is due at anchor + k/hz. It knows no clock; whoever asks brings the time.
type pace struct {
	anchor time.Time
	hz     float64
	done   uint64 // ticks taken since anchor
}

// due is the time of the k-th tick after the anchor. It is computed from the anchor, so rounding never adds up.
func (p *pace) due(k uint64) time.Time {
	return p.anchor.Add(time.Duration(math.Round(float64(k) * float64(time.Second) / p.hz)))
}

// next is the time of the next tick.
func (p *pace) next() time.Time { return p.due(p.done + 1) }

// takeLate is take for a loop that was held up until now.
func (p *pace) takeLate(now time.Time) int {
	if now.Sub(p.next()) > catchUp {
		p.anchor, p.done = now, 0
		return 1
	}
	return p.take(now)
}

// take returns how many ticks are due at now and counts them as taken, however many they are.
func (p *pace) take(now time.Time) int {
	n := 0
	for _, ok := p.takeOne(now); ok; _, ok = p.takeOne(now) {
		n++
	}
	return n
}

// takeOne counts the next tick as taken if it is due at now, and returns when it was due.
func (p *pace) takeOne(now time.Time) (due time.Time, ok bool) {
	due = p.next()
	if now.Before(due) {
		return due, false
	}
	p.done++
	return due, true
}

// setRate changes the rate from the last tick on, so that no part of a period is lost or counted twice.
func (p *pace) setRate(hz float64) {
	p.anchor, p.done, p.hz = p.due(p.done), 0, hz
}
