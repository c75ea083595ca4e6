package arrival

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestTheKernelsTimeOfDayBecomesOneOnTheMonotonicClock(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	start := time.Now()
	at := func(monotonic, wall time.Duration) moment {
		return moment{start.Add(monotonic), int64(time.Hour + wall)}
	}
	for name, c := range map[string]struct {
		kernel        time.Duration // by the wall clock
		earlier, read moment
		want          time.Duration // on the monotonic clock
		kernels       bool
	}{
		"read late":                           {60 * ms, at(50*ms, 50*ms), at(100*ms, 100*ms), 60 * ms, true},
		"the two clocks began apart":          {1060 * ms, at(50*ms, 1050*ms), at(100*ms, 1100*ms), 60 * ms, true},
		"read at once":                        {100 * ms, at(50*ms, 50*ms), at(100*ms, 100*ms), 100 * ms, true},
		"slewed by 500 ppm for ten seconds":   {9 * time.Second, at(0, 0), at(10*time.Second, 10*time.Second+5*ms), 8995 * ms, true},
		"the clock was set back":              {60 * ms, at(50*ms, 50*ms), at(100*ms, -900*ms), 100 * ms, false},
		"the clock was set forward":           {60 * ms, at(50*ms, 50*ms), at(100*ms, 5100*ms), 100 * ms, false},
		"set by little more than is noise":    {60 * ms, at(50*ms, 50*ms), at(100*ms, 102*ms), 100 * ms, false},
		"the clocks were read a little apart": {100*ms + 300*time.Microsecond, at(50*ms, 50*ms), at(100*ms, 100*ms), 100 * ms, true},
		"before the socket was empty":         {40 * ms, at(50*ms, 50*ms), at(100*ms, 100*ms), 100 * ms, false},
		"a little before, as clocks go":       {50*ms - 300*time.Microsecond, at(50*ms, 50*ms), at(100*ms, 100*ms), 50 * ms, true},
		"in the future":                       {time.Second, at(50*ms, 50*ms), at(100*ms, 100*ms), 100 * ms, false},
		"the kernel does not say":             {-time.Hour, at(50*ms, 50*ms), at(100*ms, 100*ms), 100 * ms, false},
	} {
		stamp := arrived(int64(time.Hour+c.kernel), c.earlier, c.read)
		assert.Equal(t, c.want, stamp.At.Sub(start), name)
		assert.Equal(t, c.kernels, stamp.Kernel, name)
		assert.Equal(t, c.read.at.Sub(start)-c.want, stamp.Late(), name)
		assert.Equal(t, c.earlier.at, stamp.Since, name)
	}
}
