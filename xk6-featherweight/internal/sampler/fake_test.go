package sampler

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/scrape"
)

const msec = time.Millisecond

var errDown = errors.New("GET http://host/metrics: connection refused")

// fake is a server in virtual time: a loop of a constant rate that is looked at in the middle of every reading.
type fake struct {
	source scrape.Source
	rate   float64
	start  time.Time // of the test's time; the loop began then, too
	// begun and base describe the present life of the loop, after restart.
	begun time.Time
	base  float64
	// took and fails say what becomes of a reading that is sent at this time.
	took  func(at time.Duration) time.Duration
	fails func(at time.Duration) bool
	stood struct{ from, long time.Duration } // when the loop stands still
	// sent is when readings were sent.
	sent []time.Duration
}

func newFake(rate float64) *fake {
	now := time.Now()
	return &fake{
		source: scrape.SourceCounter, rate: rate, start: now, begun: now,
		took:  func(time.Duration) time.Duration { return 4 * msec },
		fails: func(time.Duration) bool { return false },
	}
}

func (f *fake) since() time.Duration { return time.Since(f.start) }

// turns is what the counter shows now. A tick on the very nanosecond counts, whatever the floats say.
func (f *fake) turns() float64 {
	missed := min(max(0, f.since()-f.stood.from), f.stood.long)
	return f.base + math.Floor((time.Since(f.begun)-missed).Seconds()*f.rate+1e-6)
}

// stands lets the loop stand still once; it makes up for nothing.
func (f *fake) stands(from, long time.Duration) { f.stood.from, f.stood.long = from, long }

func (f *fake) restart(base float64) { f.begun, f.base = time.Now(), base }

func (f *fake) Read(ctx context.Context) (scrape.Reading, error) {
	sent := time.Now()
	at := f.since()
	f.sent = append(f.sent, at)
	took := f.took(at)
	if err := sleep(ctx, took/2); err != nil {
		return scrape.Reading{}, err
	}
	value := f.turns()
	if f.source != scrape.SourceCounter {
		value = f.rate
	}
	if err := sleep(ctx, took-took/2); err != nil {
		return scrape.Reading{}, err
	}
	if f.fails(at) {
		return scrape.Reading{}, errDown
	}
	return scrape.Reading{Source: f.source, Value: value, Sent: sent, Received: time.Now()}, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// next is a window that must come.
func next(t *testing.T, s *Sampler, phase string) Window {
	t.Helper()
	w, err := s.Next(t.Context(), phase)
	require.NoError(t, err)
	return w
}

// between tells whether a reading is sent in a stretch of the test's time.
func between(from, upTo time.Duration) func(time.Duration) bool {
	return func(at time.Duration) bool { return at >= from && at < upTo }
}

// slowAt makes the reading that is sent at a moment slow.
func slowAt(moment, took time.Duration) func(time.Duration) time.Duration {
	return func(at time.Duration) time.Duration {
		if at == moment {
			return took
		}
		return 4 * msec
	}
}
