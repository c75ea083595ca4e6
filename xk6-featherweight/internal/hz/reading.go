// Package hz is the arithmetic of a loop's frequency: readings of a counter in, frequencies with bounds out.
//
// It knows no clock and no network. Times are offsets on one monotonic axis, given by the caller.
//
// A Watch takes raw readings, finds out what kind of page they come from (live, a copy, several processes), and hands on
// readings that say how old they may be. A Meter cuts those into windows, an Average spans a phase.
package hz

import (
	"math"
	"time"
)

// Reading is one look at a monotonic counter of loop turns.
//
// A live page was made at some unknown moment between Sent and Received. That is all that can be known from outside,
// and every bound in this package follows from it. A page that is a copy was made earlier; a Watch finds out how much.
type Reading struct {
	// Count is the counter's value, in turns of the loop.
	Count float64
	// Resolution is how much the writing of Count may hide: the true count differs from it by less. 0 when it is exact.
	Resolution float64
	// Life is the time at which the server's process began, in Unix seconds; 0 when unknown.
	Life float64
	// Sent is when the request was sent, Received when the answer had been read to its end.
	Sent, Received time.Duration
	// Wall is the time of Received on this machine's wall clock, in Unix seconds; 0 when unknown.
	Wall float64
	// Age is how old a cache says that the page is, in whole seconds; 0 when nobody says so.
	Age time.Duration
	// Stamp is the time stamp of the counter's sample on the clock of its writer, since 1970; 0 when there is none.
	Stamp time.Duration
	// Turn tells that the look was at the very moment of a turn, so that Count hides no part of one.
	Turn bool
	// Live tells that it cannot be a copy: a Watch need not find out.
	Live bool

	Trust
}

// Trust is what a Watch has found out about a reading. The zero value trusts it: a live page.
type Trust struct {
	// Index is the reading's place in the row.
	Index int
	// Since is the time from the sending of the reading before to the sending of this one: a page that differs from the
	// one before was made after that one was asked for.
	Since time.Duration
	// Blind is set for the first reading of a row: nothing before it shows how old it may be.
	Blind bool
	// Held is set while the page shows again what it has shown before: the old page, or a loop that stands still.
	Held bool
	// Rebase is set when what came before this reading turns out to be of unknown age.
	Rebase bool
	// Lag is how much older than Sent the page may be, as far as known when it was read.
	Lag time.Duration
	// Still is how long the counter had provably not moved before this reading, found out only now.
	Still time.Duration
	// Unseen is for how long nothing had been seen of the loop before this reading, Lost how much longer than its turns take was the
	// time since it had last shown another value, or the one before: see hiding.
	Unseen, Lost time.Duration
	// watched is set for every reading that went through a Watch.
	watched bool
}

// RTT is the time within which a live page was made: the reading's own uncertainty.
func (r Reading) RTT() time.Duration { return r.Received - r.Sent }

// Mid is the best guess of when the counter was read.
func (r Reading) Mid() time.Duration { return r.Sent + r.RTT()/2 }

// sameLife is how many seconds two start times of one process may differ. On Linux the start time is worked out anew at
// every scrape, from a boot time in whole seconds that a correction of the server's clock moves by one.
const sameLife = 2

// Restarted reports whether the counter of b is another one than that of a: it went back, or it belongs to another
// life of the server.
func Restarted(a, b Reading) bool { return b.Count < a.Count || otherLife(a, b) }

func otherLife(a, b Reading) bool {
	return a.Life != 0 && b.Life != 0 && math.Abs(a.Life-b.Life) > sameLife
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

// Bounded reports whether there is an upper bound. Without one there is nothing to show; and JSON has no infinity.
func (b Bounds) Bounded() bool { return !math.IsInf(b.High, 1) }

// Width is the length of the interval, in Hz.
func (b Bounds) Width() float64 { return b.High - b.Low }

// Between bounds the mean frequency between two readings of the same counter, taken from a live page.
//
// With N1 read in [s1,r1] and N2 in [s2,r2], the time between the two looks is at least s2-r1 and at most r2-s1
// (Cristian's algorithm, applied twice). A counter shows whole turns only: a loop that is 0.99 turns on looks like one
// that has just turned, so the turns made differ from N2-N1 by less than one. Hence
//
//	(N2-N1-1)/(r2-s1) < Hz < (N2-N1+1)/(s2-r1)
//
// and the estimate is (N2-N1) over the time between the middles. Doubt.Between is the same for a page that may be a copy.
func Between(a, b Reading) Bounds { return Doubt{}.Between(a, b) }
