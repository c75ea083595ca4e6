package hz

import "time"

// Watch finds out, reading by reading, what kind of page a counter is read from. The zero value is ready.
type Watch struct {
	page   page
	course course
	hiding hiding
}

// Add takes the next reading as it came, and hands it on with what is known of it. A reading whose event is Undecided or
// Replicas is not to be measured with.
func (w *Watch) Add(r Reading) (Reading, Event) {
	usual := w.Rate()
	r, event := w.course.add(r, w.page.nest)
	if event != Same {
		w.hiding.forget()
	}
	switch event {
	case Undecided, Replicas:
		return r, event
	case Restart, Leap, Wrap:
		w.page.begun = false
	case Same:
	}
	r = w.placed(r)
	if !r.Live {
		r.Unseen, r.Lost = w.hiding.add(r, usual, w.page.older())
	}
	return r, event
}

// placed gives a reading its place in the row. One that cannot be a copy says nothing about a page.
func (w *Watch) placed(r Reading) Reading {
	if !r.Live {
		return w.page.add(r)
	}
	r.Index = w.page.index
	w.page.index++
	return r
}

// Resume takes the first reading after a time in which this machine did not run.
func (w *Watch) Resume(r Reading) (Reading, Event) {
	r, event := w.course.resume(r)
	w.page.begun = false
	w.hiding.forget()
	return w.placed(r), event
}

// Doubt is how old the page may be, as of now.
func (w *Watch) Doubt() Doubt { return w.page.doubt() }

// Period is how often the page is renewed, where it is a copy; 0 for a page that is live as far as seen.
func (w *Watch) Period() time.Duration { return w.page.copied() }

// StartMoved tells that the start time of the process moved while its counter went on: its clock was set.
func (w *Watch) StartMoved() bool { return w.course.moved }

// StampsWrong tells that the page's time stamps contradict its values or our clock, and are not used.
func (w *Watch) StampsWrong() bool { return w.page.stamps.wrong }

// Rate is the usual frequency so far; 0 when it is not known yet.
func (w *Watch) Rate() float64 {
	if !w.course.row.known() {
		return 0
	}
	return w.course.row.rate()
}
