package hz

import "time"

// edge is how far from the ends of a stretch its first and last reading may be taken, to get quick ones.
const edge = time.Second

// edgeShare keeps the edges of a short stretch short: at most a tenth of it at each end.
const edgeShare = 10

// Average bounds the mean frequency over a long stretch, such as a phase of a test.
//
// Only the first and the last reading matter to it, so it takes the quickest of each end (the shortest round trip is
// the tightest bound), at the price of at most a second, or a tenth of the stretch, at either end. A restart ends one
// piece and begins another: what happened between them is not part of the mean.
// The zero value is empty and ready.
type Average struct {
	done   span // of the pieces that are over
	pieces int  // how many those are
	head   []Reading
	tail   []Reading
}

// Add takes the next reading.
func (a *Average) Add(r Reading) {
	if n := len(a.tail); n > 0 && Restarted(a.tail[n-1], r) {
		a.Break()
	}
	if len(a.head) == 0 || r.Mid()-a.head[0].Mid() <= edge {
		a.head = append(a.head, r)
	}
	a.tail = append(a.tail, r)
	old := 0
	for r.Mid()-a.tail[old].Mid() > edge {
		old++
	}
	a.tail = append(a.tail[:0], a.tail[old:]...)
}

// Break says that what happens until the next reading is not part of the mean.
func (a *Average) Break() {
	if s, ok := a.current(); ok {
		a.done, a.pieces = a.done.add(s), a.pieces+1
	}
	a.head, a.tail = a.head[:0], a.tail[:0]
}

// Bounds is the mean so far; false before two readings.
func (a *Average) Bounds() (Bounds, bool) {
	total, pieces := a.done, a.pieces
	if s, ok := a.current(); ok {
		total, pieces = total.add(s), pieces+1
	}
	if pieces == 0 {
		return Bounds{}, false
	}
	return total.bounds(pieces), true
}

// Ends are the counts of the two readings that the mean stands on: who knows when those were given out can check it.
// False before there are two, and when the mean is made of several pieces.
func (a *Average) Ends() (from, to float64, ok bool) {
	first, last, ok := a.ends()
	return first.Count, last.Count, ok && a.pieces == 0
}

// current is the piece that is being added to.
func (a *Average) current() (span, bool) {
	first, last, ok := a.ends()
	return span{
		ticks: last.Count - first.Count, mid: last.Mid() - first.Mid(),
		longest: last.Received - first.Sent, shortest: last.Sent - first.Received,
	}, ok
}

// ends are the quickest readings near the two ends of the current piece.
func (a *Average) ends() (first, last Reading, ok bool) {
	if len(a.tail) == 0 {
		return Reading{}, Reading{}, false
	}
	first, last = a.head[0], a.tail[len(a.tail)-1]
	within := min(edge, (last.Mid()-first.Mid())/edgeShare)
	for _, r := range a.head {
		if r.Mid()-a.head[0].Mid() <= within && r.RTT() < first.RTT() {
			first = r
		}
	}
	end := last
	for _, r := range a.tail {
		if end.Mid()-r.Mid() <= within && r.RTT() < last.RTT() {
			last = r
		}
	}
	return first, last, last.Mid() > first.Mid()
}
