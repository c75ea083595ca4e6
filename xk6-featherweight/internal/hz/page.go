package hz

import "time"

// How long a value must stand before it is taken for a loop that stands still, though it has not moved again.
const (
	// longHold is enough on a page that was live before.
	longHold = 10 * time.Second
	// firstHold is for a page that was never seen to be live: it may be a copy of any period.
	firstHold = time.Minute
	// holdPeriods is how many of the longest periods seen it takes on a page that is a copy.
	holdPeriods = 5
)

// page finds out whether a page is live or a copy, and how old a copy may be.
//
// A page that shows a new value was made after the one before it had been asked for; a page that shows the old value
// may be the old page. That holds for every copy, whatever its period. Only a copy of a copy is older, by the period of
// the inner one, which is no longer than the longest time that a value was seen to stand.
type page struct {
	begun bool
	index int
	first Reading // of the row
	step  Reading // the first reading that showed the present value
	last  Reading
	moves int  // steps since the row began
	moved bool // the page was settled before it stood

	from    int           // Index of the first reading since which all is as on a live page
	origin  Reading       // that reading
	opening []Reading     // the first of the readings since then
	spacing time.Duration // the longest time between two readings since then
	widest  time.Duration // that of the whole row
	wobble  time.Duration // how long the period of a copy may be that falls out of step; 0 while there is no sign of one

	leaps  int           // how often a value stood and then leapt, as in a copy
	period time.Duration // the time that it stood, of the last such
	nest   time.Duration // the longest such time that is possible
	inner  time.Duration // the longest time that may have been the period of a copy, since the page was settled
	odd    int           // how often it was not as a live page since then
	lively bool          // the page has moved at many readings in a row
	live   bool          // the first reading was of a live page
	blind  bool          // the first reading of the row may still be used

	stamps stamps
}

// add takes the next reading of the row.
func (p *page) add(r Reading) Reading {
	r.Index, r.watched = p.index, true
	p.index++
	if !p.begun {
		r.Blind = true
		p.begun, p.blind, p.moves, p.wobble = true, true, 0, unknown
		p.live, p.widest = false, 0
		p.first, p.step, p.last = r, r, r
		p.restart(r)
		p.stamps.row(r)
		return r
	}
	r.Since = r.Sent - p.last.Sent
	p.spacing, p.widest = max(p.spacing, r.Since), max(p.widest, r.Since)
	if r.Count == p.last.Count {
		p.hold(&r)
	} else {
		p.move(&r)
	}
	p.last = r
	return r
}

// restart begins the watch anew: what was seen so far is not how a live page behaves.
func (p *page) restart(r Reading) {
	p.from, p.origin, p.spacing = r.Index, r, r.Since
	p.opening = append(p.opening[:0], r)
}

// hold is a reading that shows the value of the one before.
func (p *page) hold(r *Reading) {
	p.stamps.hold(p.last, *r)
	if p.last.Index == p.step.Index {
		p.moved = p.last.Index-p.from >= settled
	}
	p.restart(*r)
	enough := longHold
	if !p.lively {
		enough = firstHold
	}
	r.Held = r.Sent-p.step.Received < max(enough, holdPeriods*p.nest) || r.Count >= wholeTurns
	if !r.Held && p.last.Held { // it is said now that it has stood all the time
		r.Still = max(0, r.Sent-p.step.Received-2*p.nest)
	}
}

// move is a reading that shows a new value.
func (p *page) move(r *Reading) {
	stood := p.last.Index != p.step.Index
	rate := p.rate(*r)
	within := r.Received - p.last.Sent // the time in which a live page would have made all of the turns
	// A loop that turned all the while, behind a copy that was renewed since the last reading, made turns in all of this time.
	hidden := copyFactor*(r.Count-p.last.Count) >= rate*(p.last.Sent-p.step.Received).Seconds()
	switch made := r.Count - p.last.Count - 1; {
	case stood && made > copyFactor*rate*within.Seconds():
		p.leaps++
		p.period = r.Mid() - p.step.Mid()
		p.nest = max(p.nest, r.Received-p.step.Sent+p.step.Since)
	case stood && !hidden && p.last.Held && p.moves >= earlyMoves && (made == 0 || p.moved || p.last.Sent-p.step.Sent > r.Since):
		r.Still = max(0, p.last.Sent-p.step.Received-2*p.nest)
	}
	switch {
	case stood && r.Still > 0 && p.blind: // a live page whose loop stood still
		p.blind, p.live = false, true
	case stood && (p.blind || p.moves < earlyMoves): // too little is known of a copy to say what its first value is
		p.blind, r.Rebase = false, true
	}
	switch off := p.outOfStep(*r); {
	case stood:
		p.restart(*r)
		p.wobble = unknown
		p.odd++
		if r.Still == 0 { // a copy, perhaps, and perhaps of this period
			p.inner = max(p.inner, min(r.Received-p.step.Sent+p.step.Since, innerIntervals*r.Since))
		}
	case off > 0:
		p.restart(*r)
		p.odd++
		p.wobble, p.inner = max(p.wobble, off), max(p.inner, min(off, r.Since))
	case r.Index-p.from == settled:
		p.wobble, p.inner, p.odd = 0, 0, 0
	}
	p.lively = p.lively || len(p.opening) > rateReadings
	if p.from != p.first.Index && r.Index-p.from < settled {
		r.Lag = r.Since + p.older()
	}
	p.stamps.move(p.step, *r, p.older())
	p.moves++
	p.step = *r
}

const (
	// copyFactor is how many times faster than usual a counter must seem to turn, after it stood, to have been hidden.
	copyFactor = 1.5
	// oddOften is how often a page must behave as a copy does, before it is settled again, to be perhaps a copy of a copy.
	oddOften = 3
	// innerIntervals is how many readings a value may stand without a leap that is seen.
	innerIntervals = 4
	// rateSlack is by how much a loop may turn faster or slower than it did on the average of one reading and still be in
	// step; of many readings the average is better known. leastSlack is for jitter.
	rateSlack, leastSlack = 0.3, 0.003
	// rateReadings is how many readings of a row it takes to know the usual rate.
	rateReadings = 10
)

// rate is the usual frequency of the loop, from the whole row: that up to the present value, if it was seen to move
// before, for a loop that stood still since then is not slow but stalled.
func (p *page) rate(r Reading) float64 {
	since := (r.Count - p.first.Count) / (r.Mid() - p.first.Mid()).Seconds()
	if p.moves == 0 {
		return since
	}
	return max(since, (p.step.Count-p.first.Count)/(p.step.Mid()-p.first.Mid()).Seconds())
}

// outOfStep tells how long the period of a copy may be that shows this number of turns: more, or less, than the loop
// makes in the time since the reading before. A page that is renewed about as often as it is read does so whenever it
// falls out of step. The age then changes by the period but for the usual drift, which is at most half of it; a turn and
// a round trip may hide as much again. 0 if the number is as usual.
func (p *page) outOfStep(r Reading) time.Duration {
	seen := len(p.opening)
	if seen <= rateReadings {
		p.opening = append(p.opening, r)
	}
	if seen < rateReadings {
		return 0
	}
	usual := (p.last.Count - p.origin.Count) / (p.last.Mid() - p.origin.Mid()).Seconds()
	slack := 1 + max(leastSlack, rateSlack/float64(r.Index-p.origin.Index))
	off := slip(p.last, r, usual, slack)
	for i := 1; seen == rateReadings && i < seen; i++ { // what could not be judged when it came
		off = max(off, slip(p.opening[i-1], p.opening[i], usual, slack))
	}
	return off
}

// slip is how long the period of a copy may be that shows these readings of a loop of the usual frequency.
func slip(a, b Reading, usual, slack float64) time.Duration {
	turns := b.Count - a.Count
	longest, shortest := (b.Received - a.Sent).Seconds(), (b.Sent - a.Received).Seconds()
	over, under := (turns-1)/usual-slack*longest, shortest/slack-(turns+1)/usual
	if off := max(over, under); off > 0 {
		return 2 * (time.Duration((off+1/usual)*float64(time.Second)) + a.RTT() + b.RTT())
	}
	return 0
}

// doubt is what is known by now.
func (p *page) doubt() Doubt {
	from := p.from
	if !p.blind && from <= p.first.Index {
		from = p.first.Index + 1
	}
	d := Doubt{From: from, Now: p.last.Index, Nest: p.older(), Spacing: p.spacing, Wobble: p.wobble, Stamps: p.stamps.good()}
	if p.live {
		d.First = 2 * p.widest
	}
	return d
}

// older is how old the page may be already when it is copied.
func (p *page) older() time.Duration {
	if p.odd < oddOften {
		return p.nest
	}
	return max(p.nest, p.inner)
}

// copyLeaps is how many leaps make a page a copy: one may be a loop that made up for what it had missed.
const copyLeaps = 2

// copied is the period of publication; 0 for a page that is live as far as seen.
func (p *page) copied() time.Duration {
	if p.leaps < copyLeaps || p.from+settled <= p.last.Index {
		return 0
	}
	return p.period
}

// stamps watches the page's own time stamps.
type stamps struct {
	seen, wrong bool
	low, high   time.Duration // between which the writer's clock is ahead of our axis
}

func (s *stamps) good() bool { return s.seen && !s.wrong }

// row begins a row of readings.
func (s *stamps) row(Reading) {
	*s = stamps{wrong: s.wrong, low: -unknown * 1000, high: unknown * 1000}
}

// hold is a value that was shown again: stamps that move all the same are not those of the value.
func (s *stamps) hold(before, r Reading) {
	s.wrong = s.wrong || (r.Stamp != 0 && r.Stamp != before.Stamp)
}

// move is a new value. Its stamp, on our axis, must lie between the request before and the answer.
func (s *stamps) move(before, r Reading, nest time.Duration) {
	if r.Stamp == 0 {
		return
	}
	s.seen = true
	s.low = max(s.low, r.Stamp-r.Received)
	s.high = min(s.high, r.Stamp-r.Sent+r.Since+nest)
	s.wrong = s.wrong || r.Stamp == before.Stamp || s.low > s.high
}
