package hz

import "time"

// settled is how many readings in a row must move as those of a live page do before the page is believed to be one.
//
// A copy that is renewed about as often as it is read moves at every reading, too. It falls out of step by its period
// within so many readings, and then shows a value twice or leaps; one that did neither in n readings has drifted by at
// most an nth of its period from one reading to the next.
const settled = 100

// blindReadings is how many times a page must move in a row before anything is known of the first.
const blindReadings = 3

// firstShare is what a step that is not seen to be irregular may hide, as a share of the time between two readings.
const firstShare = 10

// unknown is an age that bounds nothing.
const unknown = 1000 * time.Hour

// Doubt is how much older the page may be than it seems, as of now. The zero value has none: the page is live.
type Doubt struct {
	// From is the Index of the first reading since which the page moved at every reading, Now that of the last.
	From, Now int
	// Nest is how old the page may have been already when it was copied: the longest period seen, if it is a copy.
	Nest time.Duration
	// Spacing is the longest time between two readings since From.
	Spacing time.Duration
	// Wobble is the longest period of a copy that fits what was seen since From.
	Wobble time.Duration
	// First is how old the page of the first reading may have been, where that is known; 0 if not.
	First time.Duration
	// Stamps tells that the page's own time stamps may be believed.
	Stamps bool
}

// lag is how long before it was asked for the page of r may have been made, where the other end of the stretch is n
// readings away.
func (d Doubt) lag(r Reading, n int) time.Duration {
	if !r.watched {
		return 0
	}
	lag := r.Since + d.Nest
	switch age := r.Age + time.Second; {
	case r.Blind && r.Age > 0:
		lag = age + d.Nest
	case r.Blind && d.First > 0:
		lag = d.First
	case r.Blind && (r.Index < d.From || d.Now-d.From < blindReadings):
		return unknown
	case r.Blind: // the page has moved so many times in a row that its period is no longer than this
		lag = 2*d.Spacing + d.Nest
	case r.Age > 0:
		lag = max(lag, age)
	}
	if watched := d.Now - d.From; r.Index >= d.From && r.Age == 0 {
		switch {
		case watched >= settled && r.Blind: // a cache may have made its first copy for this very reading
			return d.Spacing / firstShare
		case watched >= settled:
			return 0
		}
		lag = min(lag, d.Wobble)
		if seen := watched - rateReadings; seen > rateReadings { // in step ever since, so the ages differ by no more than this
			lag = min(lag, max(d.Spacing, r.Since)*time.Duration(n)/time.Duration(seen))
		}
	}
	return lag
}

// early and late enclose the moment at which the page of r was made.
func (d Doubt) early(r Reading, n int) time.Duration { return r.Sent - d.lag(r, n) }

func (d Doubt) late(r Reading) time.Duration {
	if r.watched && r.Age > time.Second { // a cache may round up, so a second of it is not believed
		return r.Received - r.Age + time.Second
	}
	return r.Received
}

// width is the uncertainty of a single reading.
func (d Doubt) width(r Reading) time.Duration { return d.late(r) - d.early(r, unknownReadings) }

// surer reports whether r is the more certain of two: what hides a part of a turn is less so.
func (d Doubt) surer(r, than Reading) bool {
	if r.Turn != than.Turn {
		return r.Turn
	}
	return d.width(r) < d.width(than)
}

// unknownReadings is the distance to another end that is not known yet.
const unknownReadings = 1 << 20

// span is the stretch between two readings.
func (d Doubt) span(a, b Reading) span {
	n := b.Index - a.Index
	s := span{
		ticks: b.Count - a.Count, open: open(a, b), mid: b.Mid() - a.Mid(),
		longest: d.late(b) - d.early(a, n), shortest: d.early(b, n) - d.late(a),
	}
	if d.Stamps && a.Stamp != 0 && b.Stamp != 0 {
		s.shortest, s.longest = stamped(s, b.Stamp-a.Stamp, stampSlack+a.Since+b.Since)
	}
	return s
}

// stampSlack is the resolution of a time stamp, which is in whole milliseconds, at both ends.
const stampSlack = 2 * time.Millisecond

// stamped narrows the time between two looks to what their stamps say, give or take slack, where that is possible.
func stamped(s span, between, slack time.Duration) (shortest, longest time.Duration) {
	if between+slack < s.shortest || between-slack > s.longest {
		return s.shortest, s.longest
	}
	return max(s.shortest, between-slack), min(s.longest, between+slack)
}

// Between bounds the mean frequency between two readings of a page that may be a copy: the look at the counter was
// somewhere between the request before (less the age that the page had when it was copied) and the answer.
func (d Doubt) Between(a, b Reading) Bounds { return d.span(a, b).bounds() }
