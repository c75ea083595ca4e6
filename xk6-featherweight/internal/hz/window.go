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
	// Restarted: the counter went back or belongs to another life of the server.
	Restarted bool
	// Stale: the counter did not move at all.
	Stale bool
}

// Meter cuts a row of readings into windows that follow each other without a hole: where one ends, the next begins.
type Meter struct {
	length time.Duration
	start  Reading // where the open window begins
	last   Reading
	begun  bool // start and last are set
	gap    gap

	longest   time.Duration
	restarted bool
}

// minShare is how much of its length a window must have seen to be closed; a shorter piece is left to the next one. It
// leaves room for a last reading that came a little early, or for one that failed.
const minShare = 0.75

// NewMeter makes a meter with windows of the given length.
func NewMeter(length time.Duration) *Meter { return &Meter{length: length} }

// Add takes the next reading and reports whether it shows a restart. Readings come in the order of time.
func (m *Meter) Add(r Reading) (restarted bool) {
	m.longest = max(m.longest, m.gap.add(r))
	if !m.begun {
		m.start, m.last, m.begun = r, r, true
		return false
	}
	restarted = Restarted(m.last, r)
	m.restarted = m.restarted || restarted
	m.last = r
	return restarted
}

// Close ends the window. One that has seen too little is not measured, and what it saw goes to the next: a counter
// loses nothing when nobody looks. One with a restart is not measured either: what the counter did before it went back
// cannot be known.
func (m *Meter) Close() Window {
	w := Window{LongestGap: m.longest, Restarted: m.restarted, Covers: 1}
	elapsed := m.last.Mid() - m.start.Mid()
	enough := m.begun && elapsed.Seconds() >= minShare*m.length.Seconds()
	if enough && !m.restarted {
		w.Bounds = Between(m.start, m.last)
		w.Measured = true
		w.From, w.To = m.start.Count, m.last.Count
		w.Ticks = w.To - w.From
		w.Elapsed = elapsed
		w.Covers = max(1, int((elapsed+m.length/2)/m.length))
		w.Stale = w.Ticks == 0
	}
	if enough || m.restarted {
		m.start = m.last
	}
	m.longest, m.restarted = 0, false
	return w
}
