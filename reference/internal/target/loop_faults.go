package target

import "time"

// change alters the loop under its lock and wakes it, so that the change shows at once.
func (l *loop) change(f func(now time.Time)) {
	l.mu.Lock()
	now := time.Now()
	l.advance(now)
	f(now)
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default: // it is to look already
	}
}

// setRate changes the rate, in ticks per second.
func (l *loop) setRate(hz float64) {
	l.change(func(time.Time) { l.pace.setRate(hz) })
}

// halt makes the loop stand still, or lets it go on.
func (l *loop) halt(on bool) {
	l.change(func(now time.Time) {
		if l.halted && !on {
			l.heldUntil = now
		}
		l.halted = on
	})
}

// stall holds the loop up for d, from now on.
func (l *loop) stall(d time.Duration) {
	l.change(func(now time.Time) { l.stallUntil, l.heldUntil = now.Add(d), now.Add(d) })
}

// restart makes everything that /metrics shows of the loop look like that of a process born now.
func (l *loop) restart() {
	l.change(func(now time.Time) {
		l.longest = max(l.longest, now.Sub(l.last))
		l.restarts++
		l.count = 0
		l.born, l.last = now, now
		l.window = window{}
		l.tickTime = newTickHistogram()
		l.pace.anchor, l.pace.done = now, 0
	})
}
