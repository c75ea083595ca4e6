package hz

import "time"

// hiding tells what may have gone unseen between readings that are far apart: because some failed, or because one took long
// to be answered, as by a server that is frozen whole. There no counter is seen to stand, so a gap finds nothing.
//
// How long nothing was seen is the time from the sending of one reading to the receipt of the next: neither is known to have
// looked later, or earlier. What the loop lost is known better: a loop that never turns faster than leewayOfRate times its
// usual rate makes n turns in no less than (n-1)/rate, and two readings are at least as far apart as from the receipt of the
// first to the sending of the second. The rest of that time it stood still, or turned slower than usual. A loop that makes up
// for lost turns shows no loss.
//
// That also holds of a counter that is seen to stand: the readings that show it so prove less, by the time from the last of them
// to the next that shows it moved, which is long where they come late.
type hiding struct {
	last   Reading
	before [2]Reading // the first that showed a value, of the latest two: behind one that took long, only the one before it shows the loss
	n      int
}

// leewayOfRate is by how much faster than usual a loop may turn.
const leewayOfRate = 1.05

// add takes the next reading of a row, of a page that may be older by that much; the usual rate is 0 when it is not known.
func (h *hiding) add(r Reading, usual float64, older time.Duration) (unseen, lost time.Duration) {
	if h.n > 0 {
		unseen = r.Received - h.last.Sent
	}
	h.last = r
	if h.n > 0 && r.Count == h.before[0].Count {
		return unseen, 0
	}
	for _, b := range h.before[:h.n] {
		if usual > 0 {
			needed := time.Duration((r.Count - b.Count - 1) / (leewayOfRate * usual) * float64(time.Second))
			lost = max(lost, r.Sent-b.Received-older-needed)
		}
	}
	h.before[1], h.before[0] = h.before[0], r
	h.n = min(h.n+1, len(h.before))
	return unseen, lost
}

// forget begins anew: what comes next is another row.
func (h *hiding) forget() { h.n = 0 }
