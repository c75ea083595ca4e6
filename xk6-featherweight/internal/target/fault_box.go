package target

import (
	"sync"
	"sync/atomic"
	"time"
)

// faultBox holds the faults in force and the draws that they need.
type faultBox struct {
	hz    float64 // the healthy rate of the loop
	loop  *loop
	tally *tally

	mu  sync.Mutex // one change at a time
	now atomic.Pointer[Faults]

	turns      lottery
	handshakes lottery
	closes     lottery
}

func newFaultBox(hz float64, l *loop, t *tally, s *source) *faultBox {
	b := &faultBox{hz: hz, loop: l, tally: t}
	b.turns.source, b.handshakes.source, b.closes.source = s, s, s
	b.now.Store(&Faults{})

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

	b.turns.set(next.turnChances())
	b.handshakes.set(next.handshakeChances())
	b.closes.set(next.closeChances())
	b.applyLoop(old, &next)
	b.now.Store(&next)

	return nil
}

// applyLoop does to the loop what changed from old to next. What happens once is done, and forgotten in next.
func (b *faultBox) applyLoop(old Faults, next *Faults) {
	if next.LoopHz != old.LoopHz {
		hz := next.LoopHz
		if hz == 0 {
			hz = b.hz
		} else {
			b.tally.fault(kindLoopHz)
		}

		b.loop.setRate(hz)
	}

	if next.LoopStop != old.LoopStop {
		if next.LoopStop {
			b.tally.fault(kindLoopStop)
		}

		b.loop.halt(next.LoopStop)
	}

	if next.LoopStall != old.LoopStall || next.LoopStallEvery != old.LoopStallEvery {
		b.loop.stall(time.Duration(next.LoopStall), time.Duration(next.LoopStallEvery))
	}

	if next.LoopStallEvery == 0 {
		next.LoopStall = 0
	}

	if next.LoopRestart {
		b.tally.fault(kindLoopRestart)
		b.loop.restart()
		next.LoopRestart = false
	}
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
	p := plan{kind: b.turns.draw(), oversize: f.Oversize, slow: 1}

	if p.kind == "" && f.Oversize > 0 {
		p.kind = kindOversize
	}

	if f.SlowTokens > 0 {
		p.slow = f.SlowTokens
		b.tally.fault(kindSlowTokens)
	}

	return p
}
