package sampler

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/featherweight/xk6-featherweight/internal/scrape"
)

// silentClock is that of a machine whose system does not tell of its sleep: the time of day alone went on meanwhile.
type silentClock struct{ slept time.Duration }

func (*silentClock) Suspended() time.Duration { return 0 }
func (c *silentClock) Wall() time.Time        { return time.Now().Add(c.slept) }

// starved reads, and the process that reads has no CPU for a while after the answer has come.
type starved struct {
	*fake

	after func(sent time.Duration) time.Duration
}

func (s starved) Read(ctx context.Context) (scrape.Reading, error) {
	sent := s.since()
	reading, err := s.fake.Read(ctx)
	if err == nil {
		err = sleep(ctx, s.after(sent))
	}
	return reading, err
}

func TestAMachineThatSleptIsToldByItsTimeOfDayAndTheCounter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, clock := newFake(100), &silentClock{}
		s := New(f, 100*msec, time.Second).WithClock(clock)
		for range 5 {
			assert.False(t, next(t, s, "").Suspended)
		}
		clock.slept = 10 * time.Second // of which the process knows nothing, and the loop did
		f.base += 1000
		assert.True(t, next(t, s, "").Suspended)
		assert.False(t, next(t, s, "").Suspended)
	})
}

// sleeper is the clock of a machine whose system tells of its sleep.
type sleeper struct{ slept time.Duration }

func (c *sleeper) Suspended() time.Duration { return c.slept }
func (*sleeper) Wall() time.Time            { return time.Now() }

func TestAMachineWhoseSystemTellsOfItsSleep(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, clock := newFake(100), &sleeper{slept: time.Hour} // before it began
		s := New(f, 100*msec, time.Second).WithClock(clock)
		for range 5 {
			assert.False(t, next(t, s, "").Suspended)
		}
		clock.slept += 10 * time.Second
		f.base += 1000
		w := next(t, s, "")
		assert.True(t, w.Suspended)
		assert.False(t, w.Measured)
		assert.False(t, w.Leapt, "it is known what it was")
		assert.ErrorIs(t, w.Err, ErrSuspended)
		assert.False(t, next(t, s, "").Suspended)
	})
}

// Nothing tells why it did: a virtual machine that was paused with both of its clocks, or a counter that was set.
func TestACounterThatLeapsIsToldInOneWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(100)
		s := New(f, 100*msec, time.Second).WithClock(&silentClock{})
		for range 5 {
			assert.False(t, next(t, s, "").Leapt)
		}
		f.base += 6000
		leapt := 0
		for range 6 {
			if w := next(t, s, ""); w.Leapt {
				leapt++
			}
		}
		assert.Equal(t, 1, leapt)
	})
}

// A page that was made 0.7 s before it was there, and then a process without CPU for 0.7 s: between the two receipts the
// counter went on for longer than the process knows of, and so did the time of day, but nobody slept.
func TestAProcessWithoutCPUIsNoMachineThatSlept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(100)
		f.took = slowAt(5*time.Second, 1400*msec)
		s := New(starved{f, slowly(5*time.Second+1400*msec, 700*msec)}, 100*msec, time.Second).WithClock(&silentClock{})
		for range 10 {
			assert.False(t, next(t, s, "").Suspended, "at %v", f.since())
		}
	})
}

// slowly is how long the reading after that time takes beside itself.
func slowly(from, took time.Duration) func(time.Duration) time.Duration {
	done := false
	return func(sent time.Duration) time.Duration {
		if done || sent < from {
			return 0
		}
		done = true
		return took
	}
}
