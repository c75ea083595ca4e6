package sampler

import (
	"time"

	"github.com/featherweight/xk6-featherweight/internal/awake"
)

// Clock tells whether this machine ran.
type Clock interface {
	// Suspended is for how long the machine has slept since it was booted, as far as the system tells; it only grows.
	Suspended() time.Duration
	// Wall is the time of day. It goes on while a machine sleeps, also where Suspended does not; and it may be set.
	Wall() time.Time
}

// systemClock is that of the machine.
type systemClock struct{}

func (systemClock) Suspended() time.Duration { return awake.Suspended() }
func (systemClock) Wall() time.Time          { return time.Now() }

const (
	// leastJump is by how much the wall clock must have gone ahead of the monotonic one to look like a sleep.
	leastJump = 500 * time.Millisecond
	// agreement is how well the counter must agree with the wall clock that a machine slept: a clock that was set is
	// nothing to the loop.
	agreement = 0.3
)

// wakefulness watches the clock from reading to reading.
type wakefulness struct {
	clock  Clock
	system awake.Watch
	begun  bool
	wall   time.Time     // without its monotonic part
	now    time.Duration // the same moment on the monotonic axis
	at     time.Duration
	count  float64
}

// slept reports whether the machine slept since the reading before: at is the time of this one on the monotonic axis, which
// began at epoch, count the counter, and rate its usual frequency, 0 if not known.
func (s *wakefulness) slept(epoch time.Time, at time.Duration, count, rate float64) bool {
	s.system.Clock = s.clock.Suspended
	told := s.system.Slept()
	// At once, and not at: a process without CPU comes here long after the answer did.
	now, wall := time.Since(epoch), s.clock.Wall().Round(0)
	asleep := told || s.begun && s.paused(now, at, wall, count, rate)
	s.begun, s.wall, s.now, s.at, s.count = true, wall, now, at, count
	return asleep
}

// paused reports that the wall clock and the counter agree that more time went by than this process knows of: the
// virtual machine was paused, or the system does not tell of its sleep.
func (s *wakefulness) paused(now, at time.Duration, wall time.Time, count, rate float64) bool {
	jump := wall.Sub(s.wall) - (now - s.now)
	if jump < leastJump || rate == 0 {
		return false
	}
	extra := (count-s.count)/rate - (at - s.at).Seconds()
	return extra > (1-agreement)*jump.Seconds() && extra < (1+agreement)*jump.Seconds()+awake.Least.Seconds()
}
