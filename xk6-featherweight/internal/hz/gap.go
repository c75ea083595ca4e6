package hz

import "time"

// gap finds the longest time in which a counter provably did not move.
//
// Two rules prove it. Readings that show the same value enclose a silence: from the moment the first had arrived to the
// moment the last was asked for. And n turns cut the time between two readings into n+1 pieces, of which the longest is
// at least one (n+1)th: so a healthy 100 Hz loop shows just under 10 ms, and a slow one shows its own period even
// when it is never caught standing still.
type gap struct {
	since Reading // the first reading that showed the current value
	any   bool
}

// add takes the next reading and returns the longest silence that it proves. A silence is measured from where it began,
// also when it began many readings ago.
func (g *gap) add(r Reading) time.Duration {
	if !g.any || Restarted(g.since, r) {
		g.since, g.any = r, true
		return 0
	}
	ticks := r.Count - g.since.Count
	silence := time.Duration(float64(r.Sent-r.Lag-g.since.Received) / (ticks + 1))
	if ticks > 0 {
		g.since = r
	}
	return max(0, silence)
}
