// Package awake tells whether this machine slept, as far as its system tells.
//
// What a load generator times across a sleep is wrong, whatever it times: so it is asked for once a process, and not by
// who reads the loop alone.
package awake

import (
	"sync"
	"sync/atomic"
	"time"
)

// Least is the shortest sleep: shorter ones are a difference of two clocks that are not read at once.
const Least = 100 * time.Millisecond

// Watch finds sleeps, each once, whoever asks. The zero value is ready, and begins with the first question.
type Watch struct {
	Clock func() time.Duration // instead of Suspended

	begin sync.Once
	last  atomic.Int64
	times atomic.Int64
}

// Slept tells whether the machine slept since anybody asked last.
func (w *Watch) Slept() bool {
	w.begin.Do(func() { w.last.Store(int64(w.suspended())) })
	now, last := int64(w.suspended()), w.last.Load()
	if now-last <= int64(Least) || !w.last.CompareAndSwap(last, now) {
		return false
	}
	w.times.Add(1)
	return true
}

// Times is how often it slept.
func (w *Watch) Times() int64 { return w.times.Load() }

func (w *Watch) suspended() time.Duration {
	if w.Clock != nil {
		return w.Clock()
	}
	return Suspended()
}
