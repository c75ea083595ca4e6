// Package hz is the arithmetic of a loop's frequency: readings of a counter in, frequencies with bounds out.
//
// It knows no clock and no network. Times are offsets on one monotonic axis, given by the caller.
package hz

import (
	"math"
	"time"
)

// Reading is one look at a monotonic counter of loop turns.
//
// The server read the counter at some unknown moment between Sent and Received. That is all that can be known from
// outside, and every bound in this package follows from it.
type Reading struct {
	// Count is the counter's value, in turns of the loop.
	Count float64
	// Life is the time at which the server's process began, in Unix seconds; 0 when unknown.
	Life float64
	// Sent is when the request was sent, Received when the answer had been read to its end.
	Sent, Received time.Duration
}

// RTT is the time within which the counter was read: the reading's own uncertainty.
func (r Reading) RTT() time.Duration { return r.Received - r.Sent }

// Mid is the best guess of when the counter was read.
func (r Reading) Mid() time.Duration { return r.Sent + r.RTT()/2 }

// sameLife is how many seconds two start times of one process may differ. On Linux the start time is worked out anew at
// every scrape, from a boot time in whole seconds that a correction of the server's clock moves by one.
const sameLife = 2

// Restarted reports whether the counter of b is another one than that of a: it went back, or it belongs to another
// life of the server.
func Restarted(a, b Reading) bool {
	return b.Count < a.Count || (a.Life != 0 && b.Life != 0 && math.Abs(a.Life-b.Life) > sameLife)
}

// Bounds is a mean frequency in Hz and the interval in which the true one lies.
type Bounds struct {
	// Hz is the estimate.
	Hz float64
	// Low and High enclose the true mean. High is +Inf when the readings overlap in time.
	Low, High float64
}

// Reported is the frequency a server states of itself: nothing bounds it.
func Reported(hz float64) Bounds { return Bounds{Hz: hz, Low: hz, High: hz} }

// Width is the length of the interval, in Hz.
func (b Bounds) Width() float64 { return b.High - b.Low }

// Between bounds the mean frequency between two readings of the same counter.
//
// With N1 read in [s1,r1] and N2 in [s2,r2], the time between the two looks is at least s2-r1 and at most r2-s1
// (Cristian's algorithm, applied twice). A counter shows whole turns only: a loop that is 0.99 turns on looks like one
// that has just turned, so the turns made differ from N2-N1 by less than one. Hence
//
//	(N2-N1-1)/(r2-s1) < Hz < (N2-N1+1)/(s2-r1)
//
// and the estimate is (N2-N1) over the time between the middles.
func Between(a, b Reading) Bounds {
	return span{ticks: b.Count - a.Count, mid: b.Mid() - a.Mid(), longest: b.Received - a.Sent, shortest: b.Sent - a.Received}.
		bounds(1)
}

// span is a stretch of time in which ticks were counted.
type span struct {
	ticks                  float64
	mid, longest, shortest time.Duration
}

// add joins two stretches that need not touch.
func (s span) add(o span) span {
	return span{s.ticks + o.ticks, s.mid + o.mid, s.longest + o.longest, s.shortest + o.shortest}
}

// bounds is the mean frequency over the stretch, of which pieces ends are open by one turn each.
func (s span) bounds(pieces int) Bounds {
	open := float64(pieces)
	out := Bounds{
		Hz:   s.ticks / s.mid.Seconds(),
		Low:  math.Max(0, (s.ticks-open)/s.longest.Seconds()),
		High: math.Inf(1),
	}
	if s.shortest > 0 {
		out.High = (s.ticks + open) / s.shortest.Seconds()
	}
	return out
}
