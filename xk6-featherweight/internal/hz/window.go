package hz

import "time"

// Window is what a counter did in one stretch of measurement.
type Window struct {
	Bounds
	// Measured tells whether Bounds, Ticks, From, To and Elapsed mean anything: the window had a reading at both ends
	// and no restart between them.
	Measured bool
	// Ticks is how far the counter moved, from From to To.
	Ticks, From, To float64
	// Elapsed is the time between the middles of the first and the last reading.
	Elapsed time.Duration
	// Covers is how many window lengths Elapsed makes, rounded; at least 1. Above 1 when readings failed or took
	// longer than a window.
	Covers int
	// LongestGap is the longest time in which the counter provably did not move; it may have begun before the window.
	LongestGap time.Duration
	// LongestUnseen is the longest time in which nothing was seen of the loop; LostTime the longest time for which it lacks turns
	// between readings that show other values: it turned slower than usual then, or stood still for as long. Both end in the window.
	LongestUnseen, LostTime time.Duration
	// Held: all that the page showed after the window's begin is what it had shown before. It may be a copy, or the loop
	// stands still: which of them is known when it moves again, and the window that ends then speaks for this one too.
	Held bool
	// Restarted: the counter went back or belongs to another life of the server.
	Restarted bool
	// Stale: the counter did not move at all.
	Stale bool
}

// Meter cuts a row of readings into windows that follow each other without a hole: where one ends, the next begins.
type Meter struct {
	length time.Duration
	start  Reading // where the open window begins
	last   Reading // the last one that was not held
	begun  bool    // start and last are set
	gap    gap

	longest   time.Duration
	unseen    time.Duration
	lost      time.Duration
	held      time.Duration // how long after last the page was still the same
	restarted bool
	broken    bool
	claimed   bool // a window was measured since the readings began
}

// minShare is how much of its length a window must have seen to be closed; a shorter piece is left to the next one. It
// leaves room for a last reading that came a little early, or for one that failed.
const minShare = 0.75

// NewMeter makes a meter with windows of the given length.
func NewMeter(length time.Duration) *Meter { return &Meter{length: length} }

// Add takes the next reading and reports whether it shows a restart. Readings come in the order of time.
func (m *Meter) Add(r Reading) (restarted bool) {
	m.unseen, m.lost = max(m.unseen, r.Unseen), max(m.lost, r.Lost)
	if r.Held && m.begun {
		m.held = r.Mid() - m.last.Mid()
		return false
	}
	m.held = 0
	m.longest = max(m.longest, m.gap.add(r), r.Still)
	if !m.begun || (r.Rebase && !m.claimed) { // what was claimed is not taken back: the next window begins where it ended
		m.start, m.last, m.begun = r, r, true
		return false
	}
	restarted = Restarted(m.last, r)
	m.restarted = m.restarted || restarted
	m.last = r
	return restarted
}

// Break says that what lies between the readings so far and the next one is not known.
func (m *Meter) Break() {
	m.broken = m.broken || m.begun
	m.begun, m.claimed, m.held, m.gap = false, false, 0, gap{}
}

// Close ends the window of a live page.
func (m *Meter) Close() Window { return m.CloseWithin(Doubt{}) }

// CloseWithin ends the window. One that has seen too little is not measured, and what it saw goes to the next: a counter
// loses nothing when nobody looks. One with a restart or a break is not measured either: what the counter did meanwhile
// cannot be known. It ends at the last reading that showed something new.
func (m *Meter) CloseWithin(d Doubt) Window {
	w := Window{LongestGap: m.longest, LongestUnseen: m.unseen, LostTime: m.lost, Restarted: m.restarted, Covers: 1}
	elapsed := m.last.Mid() - m.start.Mid()
	whole := !m.restarted && !m.broken
	enough := m.begun && elapsed.Seconds() >= minShare*m.length.Seconds()
	if enough && whole {
		w.Bounds = d.Between(m.start, m.last)
		w.Measured, m.claimed = true, true
		w.From, w.To = m.start.Count, m.last.Count
		w.Ticks = w.To - w.From
		w.Elapsed = elapsed
		w.Covers = max(1, int((elapsed+m.length/2)/m.length))
		w.Stale = w.Ticks == 0
	}
	w.Held = whole && !w.Measured && m.held > 0 && (elapsed+m.held).Seconds() >= minShare*m.length.Seconds()
	if enough || !whole {
		m.start = m.last
	}
	m.longest, m.unseen, m.lost = 0, 0, 0
	m.restarted, m.broken = false, false
	return w
}
