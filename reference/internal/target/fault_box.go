package target

import (
	"cmp"
	"sync"
	"sync/atomic"
	"time"
)

// faultBox holds the faults in force and the draws that they need.
type faultBox struct {
	hz    float64 // the healthy rate of the loop
	loop  *loop
	tally *tally

	// parts put a change into force, each its own; what happens once is done then, and forgotten in next. The first that
	// cannot ends the change.
	parts []func(old Faults, next *Faults) error

	mu  sync.Mutex // one change at a time
	now atomic.Pointer[Faults]

	crowd crowd

	turns      lottery
	handshakes lottery
}

func newFaultBox(hz float64, l *loop, t *tally, s *source) *faultBox {
	b := &faultBox{hz: hz, loop: l, tally: t}
	b.turns.source, b.handshakes.source = s, s
	b.now.Store(&Faults{})
	b.crowd.hz = hz
	return b
}

// get returns the faults in force.
func (b *faultBox) get() Faults { return *b.now.Load() }

// change applies f to the faults in force and puts the result into force.
func (b *faultBox) change(f func(*Faults) error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	old := b.get()
	next := old
	if err := f(&next); err != nil {
		return err
	}
	if err := next.Validate(); err != nil {
		return err
	}
	for _, apply := range b.parts {
		if err := apply(old, &next); err != nil {
			return err
		}
	}
	b.turns.set(next.chances(ofTurns))
	b.handshakes.set(next.chances(ofHandshakes))
	b.now.Store(&next)
	b.came(0)
	return nil
}

// applyLoop does to the loop what changed from old to next.
func (b *faultBox) applyLoop(old Faults, next *Faults) error {
	if next.LoopHz != old.LoopHz && next.LoopHz != 0 {
		b.tally.fault("loop_hz")
	}
	if next.LoopTwice && !old.LoopTwice {
		b.tally.fault("loop_twice")
	}
	if next.LoopStop != old.LoopStop {
		if next.LoopStop {
			b.tally.fault("loop_stop")
		}
		b.loop.halt(next.LoopStop)
	}
	if next.LoopStall > 0 {
		b.tally.fault("loop_stall")
		b.loop.stall(time.Duration(next.LoopStall))
		next.LoopStall = 0
	}
	if next.LoopRestart {
		b.tally.fault("loop_restart")
		b.loop.restart()
		next.LoopRestart = false
	}
	return nil
}

// rate is how fast the loop runs with these faults, in ticks per second.
func (b *faultBox) rate(f Faults) float64 {
	hz := cmp.Or(f.LoopHz, b.hz)
	if f.LoopTwice {
		hz *= 2
	}
	return hz
}

// plan is what a turn has in store.
type plan struct {
	kind     string // the fault that will end it as failed, or ""
	oversize int    // bytes of the message of an oversize fault
	slow     float64
}

// turn draws the plan of the next turn.
func (b *faultBox) turn() plan {
	f := b.get()
	p := plan{kind: b.turns.draw(), oversize: int(f.Oversize), slow: 1}
	if p.kind == "" && f.Oversize > 0 {
		p.kind = "oversize"
	}
	if f.SlowTokens > 0 {
		p.slow = f.SlowTokens
		b.tally.fault("slow_tokens")
	}
	return p
}
