// Package lag measures the load generator's own health: how late this process wakes for a 10 ms tick.
//
// A generator without CPU stamps what arrived long ago, and would report its own weakness as the server's latency.
package lag

import (
	"sync"
	"time"
)

// Tick is the time between two wake-ups.
const Tick = 10 * time.Millisecond

// most is how many samples are kept when nobody fetches them: ten minutes of ticks.
const most = 60_000

// lease is how long the meter runs on after it was last asked for. Contexts of k6 end with every iteration, and a meter
// that stopped with each of them would be blind between two; so it ends by itself when nobody needs it any more.
const lease = 5 * time.Second

// Meter wakes up on a fixed schedule and notes how late it was. The zero value is ready.
type Meter struct {
	mu      sync.Mutex
	running bool
	until   time.Time
	late    []time.Duration
}

// Need starts the meter unless it runs already, and keeps it running for a while.
func (m *Meter) Need() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.until = time.Now().Add(lease)
	if !m.running {
		m.running = true
		go m.run(time.Now())
	}
}

// Drain returns what was noted since the last call, in order.
func (m *Meter) Drain() []time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	late := m.late
	m.late = nil
	return late
}

func (m *Meter) run(start time.Time) {
	timer := time.NewTimer(Tick)
	defer timer.Stop()
	for tick := 1; ; {
		<-timer.C
		now := time.Since(start)
		late, next := lateness(tick, now)
		if !m.note(late, start.Add(now)) {
			return
		}
		tick = next
		timer.Reset(time.Until(start.Add(time.Duration(tick) * Tick)))
	}
}

// note keeps the samples and reports whether the meter is still needed.
func (m *Meter) note(late []time.Duration, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if room := most - len(m.late); len(late) > room {
		late = late[:room]
	}
	m.late = append(m.late, late...)
	m.running = now.Before(m.until)
	return m.running
}

// lateness tells, at a wake-up for tick, how late every tick that is due by now is served, and which tick comes next. A
// process that slept through fifty ticks was late fifty times, not once: else a long stall would be a single sample
// among thousands, and no percentile would show it.
func lateness(tick int, now time.Duration) (late []time.Duration, next int) {
	for next = tick; time.Duration(next)*Tick <= now; next++ {
		late = append(late, now-time.Duration(next)*Tick)
	}
	return late, next
}
