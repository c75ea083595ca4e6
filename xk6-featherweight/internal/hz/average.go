package hz

import "time"

// edge is how far from the ends of a stretch its first and last reading may be taken, to get certain ones.
const edge = time.Second

// edgeShare keeps the edges of a short stretch short: at most a tenth of it at each end.
const edgeShare = 10

// Average bounds the mean frequency over a long stretch, such as a phase of a test.
//
// Only the first and the last reading matter to it, so it takes the most certain of each end (the shortest round trip is
// the tightest bound; of a copy, the first reading that shows it), at the price of at most a second, or a tenth of the
// stretch, at either end. A restart ends one piece and begins another: what
// happened between them is not part of the mean.
// The zero value is empty and ready.
type Average struct {
	done []piece // the pieces that are over
	head []Reading
	tail []Reading
}

// piece is a stretch between two readings.
type piece struct{ first, last Reading }

// Add takes the next reading.
func (a *Average) Add(r Reading) {
	if n := len(a.tail); n > 0 && Restarted(a.tail[n-1], r) {
		a.Break()
	}
	if r.Held { // the first reading that showed this page is the more certain one
		return
	}
	if r.Rebase {
		a.head, a.tail = a.head[:0], a.tail[:0]
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
	if p, ok := a.ends(Doubt{}); ok {
		a.done = append(a.done, p)
	}
	a.head, a.tail = a.head[:0], a.tail[:0]
}

// Bounds is the mean so far, of a live page; false before two readings.
func (a *Average) Bounds() (Bounds, bool) { return a.Within(Doubt{}) }

// Within is the mean so far, with what is known of the page by now: it holds for all of the readings, also for those
// that were taken before it was known.
func (a *Average) Within(d Doubt) (Bounds, bool) {
	var total span
	for _, p := range a.done {
		total = total.add(d.span(p.first, p.last))
	}
	p, ok := a.ends(d)
	if ok {
		total = total.add(d.span(p.first, p.last))
	}
	if !ok && len(a.done) == 0 {
		return Bounds{}, false
	}
	return total.bounds(), true
}

// Ends are the counts of the two readings that Within stands on: who knows when those were given out can check it.
// False before there are two, and when the mean is made of several pieces.
func (a *Average) Ends(d Doubt) (from, to float64, ok bool) {
	p, ok := a.ends(d)
	if !ok || len(a.done) > 0 {
		return 0, 0, false
	}
	return p.first.Count, p.last.Count, true
}

// ends are the most certain readings near the two ends of the current piece.
func (a *Average) ends(d Doubt) (piece, bool) {
	if len(a.tail) == 0 {
		return piece{}, false
	}
	first, last := a.head[0], a.tail[len(a.tail)-1]
	within := min(edge, (last.Mid()-first.Mid())/edgeShare)
	for _, r := range a.head {
		if r.Mid()-a.head[0].Mid() <= within && d.surer(r, first) {
			first = r
		}
	}
	end := last
	for _, r := range a.tail {
		if end.Mid()-r.Mid() <= within && d.surer(r, last) {
			last = r
		}
	}
	return piece{first, last}, last.Mid() > first.Mid()
}
