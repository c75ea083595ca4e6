package sampler

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/scrape"
)

func TestReadingsThatFailInsideAWindowCostItNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(100)
		f.fails = between(300*msec, 700*msec)
		s := New(f, 100*msec, time.Second)
		w := next(t, s, "")
		assert.True(t, w.Measured)
		assert.Equal(t, 4, w.Failures)
		assert.Equal(t, 7, w.Scrapes)
		assert.NoError(t, w.Err)
		assert.Equal(t, 100., w.Ticks)
	})
}

func TestFailuresOfThisMachineAreCountedApart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(100)
		f.fails = between(300*msec, 700*msec)
		own := &scrape.Error{Code: scrape.CodeGenerator, Message: "too many open files"}
		s := New(failing{f, func(at time.Duration) error {
			if at < 600*msec {
				return own
			}
			return errDown
		}}, 100*msec, time.Second)
		w := next(t, s, "")
		assert.Equal(t, 4, w.Failures)
		assert.Equal(t, 3, w.GeneratorFailures)
		assert.Zero(t, next(t, s, "").GeneratorFailures)
	})
}

func TestALoopThatIsOutOfSightIsSoSinceTheLastReadingThatSucceeded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(100)
		f.fails = between(1500*msec, 3200*msec)
		s := New(f, 100*msec, time.Second)
		unseen := make([]time.Duration, 4)
		for i := range unseen {
			unseen[i] = next(t, s, "").Unseen
		}
		assert.Equal(t, []time.Duration{0, 600 * msec, 1600 * msec, 0}, unseen)
	})
}

// failing is a fake whose failures have reasons.
type failing struct {
	*fake
	reason func(at time.Duration) error
}

func (f failing) Read(ctx context.Context) (scrape.Reading, error) {
	at := f.since()
	reading, err := f.fake.Read(ctx)
	if err != nil {
		err = f.reason(at)
	}
	return reading, err
}

func TestAnOutageOfSeveralWindowsIsMadeUpForByTheOneAfterIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(100)
		f.fails = between(1050*msec, 4250*msec) // from after the second window's first reading into the fifth
		s := New(f, 100*msec, time.Second)
		assert.True(t, next(t, s, "").Measured)
		for range 3 {
			w := next(t, s, "")
			assert.False(t, w.Measured)
			assert.Equal(t, errDown, w.Err)
			assert.Equal(t, 10, w.Failures)
			assert.Equal(t, 1, w.Lengths)
			assert.Equal(t, 1, w.Covers)
			assert.Equal(t, scrape.SourceCounter, w.Source, "known from before")
		}
		w := next(t, s, "")
		assert.True(t, w.Measured)
		assert.NoError(t, w.Err)
		assert.Equal(t, 4, w.Covers, "the three that failed and itself")
		assert.Equal(t, 1, w.Lengths)
		assert.Equal(t, 400., w.Ticks)
		assert.Equal(t, 100., w.From)
		assert.InDelta(t, 100, w.Hz, 1e-9)
	})
}

func TestOneReadingThatBlocksForSeveralWindowsMakesOneWindowOfThem(t *testing.T) {
	t.Parallel()
	for name, fails := range map[string]bool{"and succeeds": false, "and fails": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFake(100)
				f.took = slowAt(1500*msec, 3300*msec) // until 4.8 s
				f.fails = func(at time.Duration) bool { return fails && at == 1500*msec }
				s := New(f, 100*msec, time.Second)
				next(t, s, "")
				w := next(t, s, "")
				assert.Equal(t, 4800*msec, f.since())
				assert.Equal(t, 3, w.Lengths, "the seconds that end at 2, 3 and 4")
				if fails {
					assert.False(t, w.Measured)
					assert.Equal(t, errDown, w.Err)
				} else {
					assert.True(t, w.Measured)
					assert.Equal(t, 2, w.Covers, "the slow reading speaks for the middle of its time, 3.15 s")
				}
				w = next(t, s, "")
				assert.Equal(t, 5004*msec, f.since(), "the next window ends on time")
				assert.Equal(t, 1, w.Lengths)
				assert.True(t, w.Measured)
				assert.Equal(t, 500., w.To)
			})
		})
	}
}

func TestAnEndpointThatIsDownFromTheBeginIsSaidSoWindowByWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(100)
		f.fails = between(0, 1950*msec)
		s := New(f, 100*msec, time.Second)
		w := next(t, s, "")
		assert.Equal(t, errDown, w.Err)
		assert.Equal(t, 11, w.Failures)
		assert.Empty(t, w.Source)
		_, ok := s.Average("")
		assert.False(t, ok)

		w = next(t, s, "") // only its last reading succeeds
		assert.False(t, w.Measured)
		assert.Equal(t, 9, w.Failures)
		assert.Equal(t, errDown, w.Err)

		w = next(t, s, "")
		assert.True(t, w.Measured)
		assert.Equal(t, 1, w.Covers)
		assert.Equal(t, scrape.SourceCounter, w.Source)
	})
}

func TestAWindowThatSawTooLittleWithoutAFailureSaysSo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(100)
		f.took = slowAt(0, 950*msec) // which speaks for its middle: half of the window is left
		s := New(f, 100*msec, time.Second)
		w := next(t, s, "")
		assert.False(t, w.Measured)
		assert.Equal(t, 2, w.Scrapes)
		assert.Equal(t, ErrNoReading, w.Err)
		w = next(t, s, "")
		assert.True(t, w.Measured)
		assert.Equal(t, 2, w.Covers)
	})
}

func TestARestartIsToldOnceAndTheWindowAfterItIsWhole(t *testing.T) {
	t.Parallel()
	for name, base := range map[string]float64{"to zero": 0, "to a value below": 20} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFake(100)
				s := New(f, 100*msec, time.Second)
				next(t, s, "")
				f.took = func(at time.Duration) time.Duration {
					if at == 1500*msec {
						f.restart(base)
					}
					return 4 * msec
				}
				w := next(t, s, "")
				assert.True(t, w.Restarted)
				assert.False(t, w.Measured)
				assert.Equal(t, ErrRestart, w.Err)
				assert.Zero(t, w.Bounds)
				w = next(t, s, "")
				assert.False(t, w.Restarted)
				assert.True(t, w.Measured)
				assert.InDelta(t, 100, w.Hz, 1e-9)
				mean, ok := s.Average("")
				assert.True(t, ok)
				assert.InDelta(t, 100, mean.Hz, 0.5)
			})
		})
	}
}

func TestAStallIsSeenInTheWindowsItSpans(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(100)
		f.took = func(at time.Duration) time.Duration {
			if rate, turn := map[time.Duration]float64{500 * msec: 0, 2500 * msec: 100}[at]; turn { // it stops, and goes on
				f.restart(f.turns())
				f.rate = rate
			}
			return 4 * msec
		}
		s := New(f, 100*msec, time.Second)
		for at, held := range []time.Duration{496 * msec, 1496 * msec} { // as yet it may be a copy, too
			w := next(t, s, "")
			assert.True(t, w.Held)
			assert.False(t, w.Measured)
			assert.Less(t, w.LongestGap, 10*msec)
			assert.GreaterOrEqual(t, w.Unseen, held)
			var why *HeldError
			require.ErrorAs(t, w.Err, &why, "window %d", at)
		}
		w := next(t, s, "")
		assert.True(t, w.Measured)
		assert.Equal(t, 3, w.Covers)
		assert.Equal(t, 2, w.HeldBefore)
		assert.InDelta(t, 33.3, w.Hz, 0.5)
		assert.Equal(t, 1996*msec, w.LongestGap)
		assert.Less(t, next(t, s, "").LongestGap, 10*msec)
	})
}

func TestALoopThatNeverTurnsAgainIsStaleWhenItHasStoodLongerThanACopy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(100)
		f.took = func(at time.Duration) time.Duration {
			if at == 5500*msec {
				f.restart(f.turns())
				f.rate = 0
			}
			return 4 * msec
		}
		s := New(f, 100*msec, time.Second)
		for range 5 {
			next(t, s, "")
		}
		var w Window
		for range 12 {
			w = next(t, s, "")
		}
		assert.True(t, w.Stale)
		assert.True(t, w.Measured)
		assert.Zero(t, w.Hz)
		assert.LessOrEqual(t, w.High, 1.2)
		assert.Equal(t, 11496*msec, w.LongestGap)
		assert.Less(t, w.Unseen, 100*msec)
		mean, ok := s.Average("")
		assert.True(t, ok)
		assert.InDelta(t, 100*5.5/17, mean.Hz, 0.5)
		assert.Less(t, mean.High, 35.)
	})
}
