package sampler

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/featherweight/xk6-featherweight/internal/hz"
	"github.com/featherweight/xk6-featherweight/internal/scrape"
)

func TestEveryPhaseHasItsOwnAverage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(100)
		s := New(f, 100*msec, time.Second)
		for range 10 {
			next(t, s, "idle")
		}
		idle, ok := s.Average("idle") // as it is emitted while it lasts
		f.restart(f.turns())
		f.rate = 80
		for range 10 {
			next(t, s, "steady")
		}
		assert.True(t, ok)
		assert.InDelta(t, 100, idle.Hz, 0.1)
		assert.Less(t, idle.Low, 100.)
		assert.Greater(t, idle.High, 100.)
		assert.Less(t, idle.Width(), 0.4, "ten seconds in one piece, not ten of one second")
		steady, ok := s.Average("steady")
		assert.True(t, ok)
		assert.InDelta(t, 80, steady.Hz, 0.1)
		_, ok = s.Average("rampdown")
		assert.False(t, ok, "of a phase that never was there is no average")
	})
}

func TestAPhaseThatComesBackDoesNotTakeWhatLayBetweenForItsOwn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(100)
		s := New(f, 100*msec, time.Second)
		for _, c := range []struct {
			phase string
			rate  float64
		}{{"idle", 100}, {"load", 50}, {"idle", 100}} {
			f.restart(f.turns())
			f.rate = c.rate
			for range 5 {
				next(t, s, c.phase)
			}
		}
		idle, _ := s.Average("idle")
		assert.InDelta(t, 100, idle.Hz, 0.2)
		load, _ := s.Average("load")
		assert.InDelta(t, 50, load.Hz, 0.2)
	})
}

func TestAReportedFrequencyIsTheMeanOfWhatWasReported(t *testing.T) {
	t.Parallel()
	for _, source := range []scrape.Source{scrape.SourceGauge, scrape.SourceHealth} {
		t.Run(string(source), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFake(90)
				f.source = source
				f.took = func(at time.Duration) time.Duration {
					if at > 450*msec { // 5 readings say 90, 6 say 101
						f.rate = 101
					}
					return 4 * msec
				}
				s := New(f, 100*msec, time.Second)
				w := next(t, s, "steady")
				assert.True(t, w.Measured)
				assert.Equal(t, source, w.Source)
				assert.Equal(t, hz.Reported(96), w.Bounds)
				assert.Equal(t, 1, w.Covers)
				assert.False(t, w.Stale, "a value that stays is no loop that stands still")
				assert.Zero(t, w.LongestGap)

				w = next(t, s, "steady")
				assert.Equal(t, hz.Reported(101), w.Bounds, "a window does not remember the one before")
				mean, ok := s.Average("steady")
				assert.True(t, ok)
				assert.InDelta(t, (5*90+16*101)/21., mean.Hz, 1e-9)
				assert.Zero(t, mean.Width())

				w = next(t, s, "rampdown")
				assert.Equal(t, hz.Reported(101), w.Bounds)
			})
		})
	}
}

func TestAReportedFrequencyThatCannotBeReadIsNotMeasured(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(97)
		f.source = scrape.SourceHealth
		f.fails = between(1050*msec, 3050*msec)
		s := New(f, 100*msec, time.Second)
		next(t, s, "idle")
		for _, phase := range []string{"idle", "steady"} { // a phase in which nothing was read, too
			w := next(t, s, phase)
			assert.False(t, w.Measured)
			assert.Equal(t, errDown, w.Err)
			assert.Equal(t, scrape.SourceHealth, w.Source)
			assert.Zero(t, w.Bounds)
		}
		_, ok := s.Average("steady")
		assert.False(t, ok)
		w := next(t, s, "steady")
		assert.True(t, w.Measured)
		assert.Equal(t, 1, w.Covers, "what was not reported cannot be made up for")
	})
}

func TestTheGaugeBesideTheCounterIsTheLastOneRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(100)
		s := New(withGauge{f}, 100*msec, time.Second)
		w := next(t, s, "")
		assert.True(t, w.HasGauge)
		assert.InDelta(t, 1, w.Gauge, 1e-9)
		f.fails = between(0, time.Hour)
		w = next(t, s, "")
		assert.False(t, w.HasGauge, "that of the window before says nothing of this one")
	})
}

// withGauge says the seconds of the test's time.
type withGauge struct{ *fake }

func (g withGauge) Read(ctx context.Context) (scrape.Reading, error) {
	at := g.since()
	r, err := g.fake.Read(ctx)
	r.Gauge, r.HasGauge = at.Seconds(), err == nil
	return r, err
}
