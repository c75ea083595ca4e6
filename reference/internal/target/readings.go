package target

import "sync"

// maxReadings is how many of the latest readings are kept: more than half an hour at ten scrapes a second.
const maxReadings = 20_000

// Reading is one value of the loop counter that /metrics gave out, and when; or a turn that pulses told, and when it was.
type Reading struct {
	Count uint64 `json:"count"`
	At    int64  `json:"at"` // nanoseconds since 1970; between two of them the monotonic clock counts
}

// readings keeps the latest readings: the truth about any measuring window that a client made of them.
type readings struct {
	mu   sync.Mutex
	ring []Reading
	next int // where the next one goes once the ring is full
}

func (r *readings) add(count uint64, at int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	x := Reading{Count: count, At: at}
	if len(r.ring) < maxReadings {
		r.ring = append(r.ring, x)
		return
	}
	r.ring[r.next] = x
	r.next = (r.next + 1) % maxReadings
}

// list returns them, oldest first.
func (r *readings) list() []Reading {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make([]Reading, 0, len(r.ring)) // never nil: in JSON it is a list
	return append(append(out, r.ring[r.next:]...), r.ring[:r.next]...)
}
