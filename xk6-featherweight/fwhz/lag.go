package fwhz

import (
	"time"

	"go.k6.io/k6/v2/lib"
)

// lagInterval is how often the generator's lag is made into samples.
const lagInterval = time.Second

// leastError is how well the kernel's time of day and the monotonic clock are brought together.
const leastError = 10 * time.Microsecond

// sendLag keeps the lag meter running and, once a second, sends what it noted. Whichever VU comes first does it.
//
// How late this process wakes is in every time that it takes itself. It is not in those that the kernel took; then one
// sample a second says so, that it is known also of a run whose every connection failed.
func (m *module) sendLag(state *lib.State) {
	m.root.lag.Need()
	now, last := time.Now().UnixNano(), m.root.lagTaken.Load()
	if now-last < int64(lagInterval) || !m.root.lagTaken.CompareAndSwap(last, now) {
		return
	}
	m.sendSleep(state)
	e := m.emit(state, nil)
	lags, guessed := m.root.lag.Drain(), m.root.guessed.Load()
	for _, late := range lags {
		e.addTime(m.metrics.lag, late)
		if guessed {
			e.addTime(m.metrics.wrong, max(late, leastError))
		}
	}
	if len(lags) > 0 && !guessed {
		e.addTime(m.metrics.wrong, leastError)
	}
	e.send()
}

// sendSleep makes a sample of a sleep of this machine, which is in whatever was timed meanwhile.
func (m *module) sendSleep(state *lib.State) {
	if m.root.awake.Slept() {
		e := m.emit(state, nil)
		e.add(m.metrics.suspended, 1)
		e.send()
	}
}

// addError adds by how much a time may be wrong. Where that can only be guessed, it is as much as this process wakes late,
// from now on.
func (m *module) addError(e *emission, wrong time.Duration, guessed bool) {
	if guessed {
		m.root.guessed.Store(true)
		return
	}
	e.addTime(m.metrics.wrong, max(wrong, leastError))
}
