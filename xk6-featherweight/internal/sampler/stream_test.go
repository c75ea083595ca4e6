package sampler

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/featherweight/xk6-featherweight/internal/scrape"
)

// turning gives the latest turn of a loop of 100 Hz, as a stream does: known to a millisecond.
type turning struct {
	start time.Time
	still time.Duration // of the reading that is sent at 1.5 s
}

func (r *turning) Read(context.Context) (scrape.Reading, error) {
	since := time.Since(r.start)
	n := since / (10 * msec)
	at := r.start.Add(n * 10 * msec) //nolint:durationcheck // n is a number of turns
	reading := scrape.Reading{
		Source: scrape.SourceStream, Value: float64(n + 1000), Turn: true, Sent: at.Add(-msec), Received: at,
	}
	if since == 1500*msec {
		reading.Still = r.still
	}
	return reading, nil
}

func TestAStreamIsMeasuredFromTurnToTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := New(&turning{start: time.Now(), still: 77 * msec}, 100*msec, time.Second)
		first, second := next(t, s, ""), next(t, s, "")
		for _, w := range []Window{first, second} {
			assert.Equal(t, scrape.SourceStream, w.Source)
			assert.True(t, w.Measured)
			assert.InDelta(t, 100, w.Ticks, 0)
			assert.InDelta(t, 100/1.001, w.Low, 1e-9, "no part of a turn is hidden, and no copy suspected")
			assert.InDelta(t, 100/0.999, w.High, 1e-9)
		}
		assert.Less(t, first.LongestGap, 10*msec)
		assert.Equal(t, 77*msec, second.LongestGap)
		mean, ok := s.Average("")
		assert.True(t, ok)
		assert.InDelta(t, 100/1.0005, mean.Low, 1e-2)
		from, to, ok := s.Ends("")
		assert.True(t, ok)
		assert.InDelta(t, 200, to-from, 20)
	})
}
