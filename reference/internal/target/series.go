package target

import (
	"sync"
	"time"
)

// seriesLength is how many moments of the past are kept: an hour of seconds, two hours of every other second, and so on.
const seriesLength = 3600

// Counts is what can be told of any stretch of time: it only grows.
type Counts struct {
	// Ticks is how often the loop ticked, over all restarts.
	Ticks uint64 `json:"ticks"`
	// Connections is how many WebSocket handshakes were accepted.
	Connections int64 `json:"connections"`
	// TurnsStarted counts valid questions. Each ends as completed (the complete event was written after an answer
	// without a fault), cut (the client was gone, had sent its close, or the target was stopped) or failed (by a fault).
	TurnsStarted   int64 `json:"turns_started"`
	TurnsCompleted int64 `json:"turns_completed"`
	TurnsCut       int64 `json:"turns_cut"`
	TurnsFailed    int64 `json:"turns_failed"`
	// Tokens counts token events that were written.
	Tokens int64 `json:"tokens"`
}

// Moment is what had happened by then.
type Moment struct {
	At   int64 `json:"at"`   // nanoseconds since 1970; between two of them the monotonic clock counts
	Open int64 `json:"open"` // connections
	Counts
}

// Stretch is what happened between two moments of the series: those next to the stretch that was asked for, outside of it.
type Stretch struct {
	From int64   `json:"from"` // nanoseconds since 1970
	To   int64   `json:"to"`
	Hz   float64 `json:"hz"`
	Counts
}

// series keeps moments of the whole life at about equal distances, however long it is.
type series struct {
	mu      sync.Mutex
	moments []Moment
	step    int // one of so many moments is kept
	passed  int // since the last that was kept
}

// add takes the next moment.
func (s *series) add(m Moment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.passed++; s.passed < s.step {
		return
	}
	s.passed = 0
	if len(s.moments) == seriesLength {
		for i := range seriesLength / 2 { //nolint:mnd // every second one goes
			s.moments[i] = s.moments[2*i]
		}
		s.moments = s.moments[:seriesLength/2]
		s.step = max(1, s.step) * 2 //nolint:mnd // and the next come half as often
	}
	s.moments = append(s.moments, m)
}

// list returns them, oldest first, and then the moment of now.
func (s *series) list(now Moment) []Moment {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append(append(make([]Moment, 0, len(s.moments)+1), s.moments...), now)
}

// stretch tells what happened from one time to another, in nanoseconds since 1970. There must be a moment.
func stretch(moments []Moment, from, to int64) Stretch {
	first, last := moments[0], moments[len(moments)-1]
	for i, m := range moments {
		if m.At <= from {
			first = m
		}
		if m.At >= to {
			last = moments[i]
			break
		}
	}
	out := Stretch{From: first.At, To: last.At, Counts: last.since(first.Counts)}
	if last.At > first.At {
		out.Hz = float64(out.Ticks) / (float64(last.At-first.At) / float64(time.Second))
	}
	return out
}

// since is what came after earlier.
func (c Counts) since(earlier Counts) Counts {
	return Counts{
		Ticks: c.Ticks - earlier.Ticks, Connections: c.Connections - earlier.Connections,
		TurnsStarted: c.TurnsStarted - earlier.TurnsStarted, TurnsCompleted: c.TurnsCompleted - earlier.TurnsCompleted,
		TurnsCut: c.TurnsCut - earlier.TurnsCut, TurnsFailed: c.TurnsFailed - earlier.TurnsFailed, Tokens: c.Tokens - earlier.Tokens,
	}
}
