package measure

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// CPU is the time on a processor, of user and kernel together, that these processes have had: getrusage's, in nanoseconds and
// while they run (clock_getcpuclockid(3)). The error names the first that is gone.
func CPU(pids []int) (time.Duration, error) {
	const perProcess = 2 // CPUCLOCK_SCHED of include/linux/posix-timers.h
	var all time.Duration
	for _, pid := range pids {
		var at unix.Timespec
		if err := unix.ClockGettime(int32(^pid<<3|perProcess), &at); err != nil {
			return 0, fmt.Errorf("CPU time of the process %d: %w", pid, err)
		}
		all += time.Duration(at.Nano())
	}
	return all, nil
}
