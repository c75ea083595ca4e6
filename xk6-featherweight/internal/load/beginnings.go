package load

import (
	"sync"
	"time"
)

// Beginnings hands out those of a schedule, each to one user. Who is free asks for one before its moment has come, so one
// whose moment has passed when it is asked for found nobody who was free: it is never begun late, but counted. So the moment
// of what begins is known exactly, however late the user wakes up for it. It may be used by many users at once.
type Beginnings struct {
	schedule *Schedule
	strides  []int64 // from each of ours to the next, again and again

	mu   sync.Mutex
	next int64 // from 1 on
	took int
}

// NewBeginnings takes those of a schedule that are one runner's: the first is first, from 0 on, and the way to the next is that
// of strides, in turn (lib.ExecutionTuple.GetStripedOffsets of k6); 0 and {1} are all of them.
func NewBeginnings(s *Schedule, first int64, strides []int64) *Beginnings {
	return &Beginnings{schedule: s, strides: strides, next: first + 1}
}

// Take is the next beginning that is not before now, both counted from the start of the schedule, and how many before it
// found nobody. There is none when the schedule is over.
func (b *Beginnings) Take(now time.Duration) (at time.Duration, missed int, there bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.next <= int64(b.schedule.Len()) {
		at = b.schedule.At(int(b.next))
		b.next += b.strides[b.took%len(b.strides)]
		b.took++
		if at >= now {
			return at, missed, true
		}
		missed++
	}
	return 0, missed, false
}
