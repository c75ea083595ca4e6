package target

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// loop is the heart of the target: a goroutine that ticks at a fixed rate and counts.
//
// A fault does to it what it would do to a real loop: a stall holds it up, a halt stops it, a restart makes it begin at
// 0. A machine that is too busy to wake it in time is no fault: what is due has happened for whoever looks, so that
// the truth about the loop does not depend on the machine. What the rest of the target says about the loop is read from
// here.
type loop struct {
	wake chan struct{} // something changed: look again
	quit chan struct{}
	done chan struct{}

	mu       sync.Mutex
	started  time.Time // when the first loop began
	stopped  time.Time // zero while it runs
	born     time.Time // when the present loop began: the start, or the latest restart
	last     time.Time // the latest tick, or born
	pace     pace
	window   window
	tickTime prometheus.Histogram

	turned chan struct{}                // closed at the next tick; nil while nobody waits for it
	note   func(count uint64, at int64) // takes every tick, if set

	total    uint64 // ticks since started
	count    uint64 // ticks since born: what /metrics shows
	restarts uint64
	longest  time.Duration // longest time between two ticks

	halted     bool
	heldUntil  time.Time // the end of what held it up; zero when nothing has since the latest tick
	stallUntil time.Time
}

// startLoop starts a loop of hz ticks per second. It must be stopped with stop.
func startLoop(hz float64) *loop {
	now := time.Now()
	l := &loop{
		wake:     make(chan struct{}, 1),
		quit:     make(chan struct{}),
		done:     make(chan struct{}),
		started:  now,
		born:     now,
		last:     now,
		pace:     pace{anchor: now, hz: hz},
		tickTime: newTickHistogram(),
	}
	go l.run()
	return l
}

// run ticks until quit.
func (l *loop) run() {
	defer close(l.done)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-l.wake:
		case <-l.quit:
			return
		}
		timer.Reset(l.step())
	}
}

// step takes the ticks that are due and returns how long to wait for the next.
func (l *loop) step() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.advance(time.Now())
}

// advance is step for whoever has the mutex.
func (l *loop) advance(now time.Time) time.Duration {
	if l.halted || !l.stopped.IsZero() {
		return time.Hour // until woken
	}
	if now.Before(l.stallUntil) {
		return l.stallUntil.Sub(now)
	}
	if !l.heldUntil.IsZero() {
		for range l.pace.takeLate(l.heldUntil) {
			l.tick(l.heldUntil)
		}
		l.heldUntil = time.Time{}
	}
	for at, ok := l.pace.takeOne(now); ok; at, ok = l.pace.takeOne(now) {
		l.tick(at)
	}
	return time.Until(l.pace.next())
}

// tick counts a turn that was at the given time: when it was due, however late this process woke up to take it.
func (l *loop) tick(at time.Time) {
	gap := at.Sub(l.last)
	l.last = at
	l.total++
	l.count++
	l.longest = max(l.longest, gap)
	l.window.add(at.Sub(l.born))
	l.tickTime.Observe(gap.Seconds())
	if l.turned != nil {
		close(l.turned)
		l.turned = nil
	}
	if l.note != nil {
		l.note(l.count, l.unix(at))
	}
}

// stop ends the loop and waits for it. It may be called again.
func (l *loop) stop() {
	l.mu.Lock()
	running := l.stopped.IsZero()
	if running {
		now := time.Now()
		l.advance(now)
		l.stopped = now
		close(l.quit)
	}
	l.mu.Unlock()
	<-l.done
}
