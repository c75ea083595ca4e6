package main

import (
	"container/heap"
	"time"
)

// queue is who waits until when. The next one is the first.
type queue struct{ entries }

type entry struct {
	at  time.Time
	who int
}

type entries []entry

func (e entries) Len() int           { return len(e) }
func (e entries) Less(i, j int) bool { return e[i].at.Before(e[j].at) }
func (e entries) Swap(i, j int)      { e[i], e[j] = e[j], e[i] }
func (e *entries) Push(x any)        { *e = append(*e, x.(entry)) } //nolint:forcetypeassert // of add
func (e *entries) Pop() any {
	old := *e
	last := old[len(old)-1]
	*e = old[:len(old)-1]
	return last
}

func (q *queue) add(at time.Time, who int) { heap.Push(&q.entries, entry{at, who}) }

// take returns somebody whose time has come.
func (q *queue) take(now time.Time) (who int, due bool) {
	if len(q.entries) == 0 || q.entries[0].at.After(now) {
		return 0, false
	}
	return heap.Pop(&q.entries).(entry).who, true //nolint:forcetypeassert // of add
}

// left is how long it is to the next time, in ms, rounded up; -1 when nobody waits.
func (q *queue) left(now time.Time) int {
	if len(q.entries) == 0 {
		return -1
	}
	return int(max(0, (q.entries[0].at.Sub(now) + time.Millisecond - 1).Milliseconds()))
}
