//go:build !linux

package sampler

import "time"

// systemClock is that of the machine. Where it does not tell of its sleep, the wall clock and the counter do.
type systemClock struct{}

func (systemClock) Suspended() time.Duration { return 0 }
func (systemClock) Wall() time.Time          { return time.Now() }
