package target

import "time"

// windowTicks is how many ticks a window remembers: more than a second of the highest rate, with room for a burst.
const windowTicks = 2048

// window remembers when the latest ticks were, to say how many of them fell into the last second.
type window struct {
	at    [windowTicks]time.Duration // since the birth of the loop
	ticks uint64
}

func (w *window) add(at time.Duration) {
	w.at[w.ticks%windowTicks] = at
	w.ticks++
}

// rate is the mean frequency over the second before now, in Hz, or 0 before a first second is over. period is the time
// between two ticks according to the schedule.
func (w *window) rate(now, period time.Duration) float64 {
	if now < time.Second {
		return 0
	}
	return w.position(now, period) - w.position(now-time.Second, period)
}

// position is the number of ticks up to t, with a fraction for the part of a period that had passed: whole ticks alone
// would make 97.5 Hz look like 97 or 98. After the last tick it grows by one at most, so that a loop that stands still
// is seen to stand still.
func (w *window) position(t, period time.Duration) float64 {
	oldest := uint64(0)
	if w.ticks > windowTicks {
		oldest = w.ticks - windowTicks
	}
	n := w.ticks // ticks up to t
	for n > oldest && w.at[(n-1)%windowTicks] > t {
		n--
	}
	var before time.Duration // the last tick up to t, or birth
	if n > oldest {
		before = w.at[(n-1)%windowTicks]
	}
	if n == w.ticks {
		return float64(n) + min(1, float64(t-before)/float64(period))
	}
	return float64(n) + float64(t-before)/float64(w.at[n%windowTicks]-before)
}
