package awake

import (
	"math"
	"time"

	"golang.org/x/sys/unix"
)

// Suspended is for how long the machine has slept since it was booted; it only grows. CLOCK_BOOTTIME goes on while the machine
// sleeps, CLOCK_MONOTONIC does not.
//
// It reads the two clocks as close to each other as it can: a thread that loses the CPU between them would look as
// if the machine had slept.
func Suspended() time.Duration {
	best, apart := time.Duration(0), time.Duration(math.MaxInt64)
	for range 10 {
		var before, boot, after unix.Timespec
		if unix.ClockGettime(unix.CLOCK_MONOTONIC, &before) != nil || unix.ClockGettime(unix.CLOCK_BOOTTIME, &boot) != nil ||
			unix.ClockGettime(unix.CLOCK_MONOTONIC, &after) != nil {
			return 0
		}
		if gap := time.Duration(after.Nano() - before.Nano()); gap < apart {
			best, apart = time.Duration(boot.Nano()-before.Nano()), gap
		}
		if apart < time.Millisecond {
			break
		}
	}
	return best
}
