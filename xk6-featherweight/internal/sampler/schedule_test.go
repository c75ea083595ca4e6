package sampler

import (
	"context"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheScheduleDoesNotDrift(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(100)
		rng := rand.New(rand.NewPCG(1, 2))
		f.took = func(time.Duration) time.Duration { return time.Duration(rng.Int64N(int64(90 * msec))) }
		s := New(f, 100*msec, time.Second)
		for range 600 {
			w := next(t, s, "")
			assert.True(t, w.Measured)
			assert.Equal(t, 1, w.Lengths)
			assert.Equal(t, 1, w.Covers)
		}
		require.Len(t, f.sent, 6001)
		for i, at := range f.sent {
			assert.Equal(t, time.Duration(i)*100*msec, at)
		}
	})
}

func TestAWindowHasTenReadingsAndTheirTimes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := New(newFake(100), 100*msec, time.Second)
		w := next(t, s, "")
		assert.Equal(t, 11, w.Scrapes, "the first window has both ends")
		for range 9 { // a page is known to be live when it has been watched for a while
			w = next(t, s, "")
		}
		assert.Equal(t, 10, w.Scrapes)
		assert.Zero(t, w.Failures)
		require.Len(t, w.Took, 10)
		for _, took := range w.Took {
			assert.Equal(t, 4*msec, took)
		}
		assert.InDelta(t, 100, w.Hz, 1e-9)
		assert.InDelta(t, 99/1.004, w.Low, 1e-9)
		assert.InDelta(t, 101/0.996, w.High, 1e-9)
		assert.NoError(t, w.Err)
	})
}

func TestASlowReadingTakesThePlaceOfThoseItSleptThrough(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(100)
		f.took = slowAt(300*msec, 350*msec)
		s := New(f, 100*msec, time.Second)
		w := next(t, s, "")
		assert.Equal(t, []time.Duration{0, 100 * msec, 200 * msec, 300 * msec, 700 * msec, 800 * msec, 900 * msec, time.Second}, f.sent)
		assert.True(t, w.Measured)
		assert.Equal(t, time.Second, w.Elapsed)
	})
}

// An endpoint that needs longer than the interval gets a rest: reading it without a pause would slow it further.
func TestASlowEndpointIsNotReadWithoutAPause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(100)
		f.took = func(time.Duration) time.Duration { return 150 * msec }
		s := New(f, 100*msec, time.Second)
		next(t, s, "")
		assert.Equal(t, []time.Duration{0, 200 * msec, 400 * msec, 600 * msec, 800 * msec, time.Second}, f.sent)
	})
}

func TestAReadingThatTakesExactlyTheIntervalSleepsThroughNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(100)
		f.took = func(time.Duration) time.Duration { return 100 * msec }
		s := New(f, 100*msec, time.Second)
		next(t, s, "")
		assert.Len(t, f.sent, 11)
	})
}

func TestWindowsAsLongAsTheIntervalAreAllMeasuredThoughReadingsAreSlow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(100)
		f.took = func(time.Duration) time.Duration { return 600 * msec }
		s := New(f, time.Second, time.Second)
		for range 20 {
			w := next(t, s, "")
			assert.True(t, w.Measured)
			assert.Equal(t, 1, w.Lengths)
			assert.Equal(t, 1, w.Covers)
			assert.Equal(t, 100., w.Ticks)
		}
	})
}

func TestWhatNobodyAskedForIsOneLongWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := New(newFake(100), 100*msec, time.Second)
		next(t, s, "")
		time.Sleep(10 * time.Second) // the script did something else
		w := next(t, s, "")
		assert.True(t, w.Measured)
		assert.Equal(t, 10, w.Covers)
		assert.Equal(t, 10, w.Lengths)
		w = next(t, s, "")
		assert.Equal(t, 1, w.Covers)
		assert.Equal(t, 1, w.Lengths)
	})
}

func TestTheEndOfTheContextEndsEveryWait(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ after, took time.Duration }{
		"between two readings":   {1350 * msec, 4 * msec},
		"in a reading":           {1350 * msec, 90 * msec},
		"in the first reading":   {10 * msec, time.Minute},
		"in a reading that lags": {2500 * msec, 900 * msec},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFake(100)
				f.took = func(time.Duration) time.Duration { return c.took }
				s := New(f, 100*msec, time.Second)
				ctx, cancel := context.WithTimeout(t.Context(), c.after)
				defer cancel()
				for {
					_, err := s.Next(ctx, "")
					if err != nil {
						assert.Equal(t, context.DeadlineExceeded, err)
						break
					}
				}
				assert.Equal(t, c.after, f.since(), "not a moment later")
			})
		})
	}
}

func TestAContextThatHasEndedGivesNoWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(100)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		s := New(f, 100*msec, time.Second)
		for range 3 {
			_, err := s.Next(ctx, "")
			assert.Equal(t, context.Canceled, err)
		}
		assert.Zero(t, f.since())
	})
}

func TestAfterAContextThatEndedTheNextGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(100)
		s := New(f, 100*msec, time.Second)
		next(t, s, "")
		ctx, cancel := context.WithTimeout(t.Context(), 330*msec)
		defer cancel()
		_, err := s.Next(ctx, "")
		require.Error(t, err)
		w := next(t, s, "")
		assert.True(t, w.Measured)
		assert.Equal(t, 10, w.Scrapes, "what was read before the end counts")
		assert.Equal(t, 100., w.Ticks)
	})
}

// Whatever readings do, every call ends, the windows cover the time and none is lost between two.
func TestNoReadingHowSlowSoeverStopsTheWindows(t *testing.T) {
	t.Parallel()
	for seed := range uint64(100) {
		synctest.Test(t, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 5))
			f := newFake(100)
			slow, failing := rng.Float64()*0.3, rng.Float64()
			f.took = func(time.Duration) time.Duration {
				if rng.Float64() < slow {
					return time.Duration(rng.Int64N(int64(3500 * msec)))
				}
				return time.Duration(rng.Int64N(int64(30 * msec)))
			}
			f.fails = func(time.Duration) bool { return rng.Float64() < failing*0.5 }
			every := []time.Duration{10 * msec, 100 * msec, 250 * msec, time.Second}[rng.IntN(4)]
			s := New(f, every, time.Second)
			lengths, to := 0, -1.0
			for range 40 {
				w := next(t, s, "")
				lengths += w.Lengths
				assert.Equal(t, int(f.since()/time.Second), lengths, "as many lengths as seconds went by")
				assert.Equal(t, w.Measured, w.Err == nil)
				assert.Equal(t, w.Scrapes, len(w.Took))
				if w.Measured {
					assert.True(t, to < 0 || w.From == to, "begins where the last ended")
					to = w.To
					assert.LessOrEqual(t, w.Low, 100.)
					assert.GreaterOrEqual(t, w.High, 100.)
				}
			}
			for i, at := range f.sent {
				assert.Zero(t, at%every, "reading %d was sent off schedule", i)
			}
		})
		if t.Failed() {
			t.Fatalf("in the world of seed %d", seed)
		}
	}
}

func TestAWindowThatIsNoWholeNumberOfIntervalsMakesNoSampler(t *testing.T) {
	t.Parallel()
	for interval, windows := range map[time.Duration]map[time.Duration]bool{
		100 * time.Millisecond: {time.Second: true, 100 * time.Millisecond: true, 150 * time.Millisecond: false, 50 * time.Millisecond: false, 0: false},
		0:                      {time.Second: false},
		-time.Second:           {time.Second: false},
	} {
		for window, fits := range windows {
			assert.Equal(t, fits, Fit(interval, window), "%s of %s", window, interval)
			if !fits {
				assert.Panics(t, func() { New(nil, interval, window) }, "%s of %s", window, interval)
			}
		}
	}
}
