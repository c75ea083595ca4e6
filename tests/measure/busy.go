package measure

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// Busy is the time that all processors have worked since the machine began, for whomever.
func Busy() (time.Duration, error) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, err
	}
	return busy(string(text))
}

// busy reads proc(5): the first line of stat is user, nice, system, idle, iowait, irq, softirq, steal, in ticks of 10 ms.
func busy(stat string) (time.Duration, error) {
	var name string
	var n [8]int64
	first, _, _ := strings.Cut(stat, "\n")
	if _, err := fmt.Sscan(first, &name, &n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6], &n[7]); err != nil {
		return 0, fmt.Errorf("/proc/stat begins with %q: %w", first, err)
	}
	return time.Duration(n[0]+n[1]+n[2]+n[5]+n[6]+n[7]) * 10 * time.Millisecond, nil
}

// Others is the share of the machine that is not our own: busy is what all have used, own what we have, in that time. It is not
// below 0.
func Others(busy, own, took time.Duration) float64 {
	return max(0, float64(busy-own)/float64(took*time.Duration(runtime.NumCPU())))
}
