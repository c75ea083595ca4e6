package load

import (
	"math"
	"time"
)

// Schedule is when something begins, whatever the server does: at a rate that goes evenly from that of one stage to that of
// the next. The n-th begins when the area below the rate has become n, as in k6's arrival-rate executors: at a rate of 2 a
// second, the first begins after half a second.
type Schedule struct{ pieces []piece }

// piece is a stretch of one slope. Rates are a second, before is the area up to its beginning.
type piece struct {
	from             time.Duration
	length           float64 // seconds
	first, last      float64 // the rate at both ends
	before, contains float64
}

// then adds a stretch in which the rate becomes last, from what it is; from is what it is where it has been nothing yet.
func (s *Schedule) then(length time.Duration, from, last float64) {
	p := piece{length: length.Seconds(), first: from, last: last}
	if n := len(s.pieces); n > 0 {
		end := s.pieces[n-1]
		p.first, p.before = end.last, end.before+end.contains
		p.from = end.from + time.Duration(math.Round(end.length*float64(time.Second)))
	}
	p.contains = p.length * (p.first + p.last) / 2 //nolint:mnd // of a trapezium
	s.pieces = append(s.pieces, p)
}

// slack is for sums that are a little less than the whole number that they should be.
const slack = 1e-9

// Len is how many begin.
func (s *Schedule) Len() int {
	if len(s.pieces) == 0 {
		return 0
	}
	end := s.pieces[len(s.pieces)-1]
	return int(end.before + end.contains + slack)
}

// At is when the n-th begins, from 1 to Len.
func (s *Schedule) At(n int) time.Duration {
	wanted := float64(n)
	at := 0
	for at < len(s.pieces)-1 && s.pieces[at].before+s.pieces[at].contains+slack < wanted {
		at++
	}
	p := s.pieces[at]
	// first*t + slope*t*t/2 = area, in the form that has no difference of two large numbers, and none of slope 0 either.
	area, slope := wanted-p.before, (p.last-p.first)/max(p.length, slack)
	root := math.Sqrt(max(0, p.first*p.first+2*slope*area)) //nolint:mnd // of a quadratic equation
	t := min(2*area/(p.first+root), p.length)               //nolint:mnd // the same
	return p.from + time.Duration(math.Round(t*float64(time.Second)))
}
