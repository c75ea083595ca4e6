package hz

import (
	"math"
	"time"
)

// span is a stretch of time in which ticks were counted.
type span struct {
	ticks                  float64
	open                   float64 // turns by which ticks may be wrong
	mid, longest, shortest time.Duration
}

// add joins two stretches that need not touch.
func (s span) add(o span) span {
	return span{s.ticks + o.ticks, s.open + o.open, s.mid + o.mid, s.longest + o.longest, s.shortest + o.shortest}
}

// bounds is the mean frequency over the stretch.
func (s span) bounds() Bounds {
	out := Bounds{High: math.Inf(1)}
	if s.longest > 0 {
		out.Low = math.Max(0, (s.ticks-s.open)/s.longest.Seconds())
	}
	if s.shortest > 0 {
		out.High = (s.ticks + s.open) / s.shortest.Seconds()
	}
	// The estimate is that of the middles, which a copy of unknown age may leave outside.
	out.Hz = min(max(s.ticks/s.mid.Seconds(), out.Low), out.High)
	return out
}

// wholeTurns is up to where a float64 holds every whole number.
const wholeTurns = 1 << 53

// open is how many turns the difference of two counts may be wrong: the turn that a counter does not show, and beyond
// 2^53, where a float64 no longer holds every whole number, the distance to its neighbours; and what a count that is
// printed with few digits hides at either end. From turn to turn nothing is hidden.
func open(a, b Reading) float64 {
	if hidden := a.Resolution + b.Resolution; hidden > 0 {
		return 1 + hidden
	}
	if most := math.Max(math.Abs(a.Count), math.Abs(b.Count)); most >= wholeTurns {
		return 1 + math.Nextafter(most, math.Inf(1)) - most
	}
	if a.Turn && b.Turn {
		return 0
	}
	return 1
}
