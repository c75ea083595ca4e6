package target

import (
	"math/rand/v2"
	"sync"
)

// source is the one random source of a target. Same seed, same sequence of draws.
type source struct {
	mu  sync.Mutex
	rnd *rand.Rand
}

func newSource(seed uint64) *source {
	return &source{rnd: rand.New(rand.NewPCG(seed, 0x66772d736c6f))} //nolint:gosec // repeatable on purpose
}

func (s *source) float64() float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rnd.Float64()
}

// chance is the probability of one kind of fault.
type chance struct {
	kind string
	p    float64
}

// lottery draws, for each event, at most one of several faults.
//
// It keeps its word: a fault of probability p hits once in each block of 1/p events, at a random place in the block.
// So a share of 2 % is 20 of 1,000 turns, not 14 or 26, and a test can rely on it. When two faults fall due at the same
// event, one of them waits for the next.
type lottery struct {
	source *source

	mu      sync.Mutex
	tickets []ticket
}

type ticket struct {
	chance

	seen   float64 // events so far
	blocks float64 // blocks of 1/p events whose hit was placed
	place  float64 // where the latest placed hit lies, in events
	due    int     // hits that wait for an event
}

// set replaces the chances. The list must always have the same kinds in the same order; a chance that did not change
// goes on in its block.
func (l *lottery) set(chances []chance) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tickets == nil {
		l.tickets = make([]ticket, len(chances))
	}
	for i, c := range chances {
		if l.tickets[i].chance != c {
			l.tickets[i] = ticket{chance: c}
			l.place(&l.tickets[i])
		}
	}
}

// draw returns the kind of fault that hits this event, or "".
func (l *lottery) draw() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	hit := ""
	for i := range l.tickets {
		t := &l.tickets[i]
		if t.p == 0 {
			continue
		}
		t.seen++
		for t.place < t.seen {
			t.due++
			l.place(t)
		}
		if hit == "" && t.due > 0 {
			t.due--
			hit = t.kind
		}
	}
	return hit
}

// place puts the hit of the next block at random into it.
func (l *lottery) place(t *ticket) {
	if t.p > 0 {
		t.place = (t.blocks + l.source.float64()) / t.p
		t.blocks++
	}
}
