// Package sampler watches a loop over time: it decides when to take a reading, hands the readings to the arithmetic
// and tells window by window what was seen.
package sampler

import (
	"context"
	"errors"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/hz"
	"github.com/featherweight/xk6-featherweight/internal/scrape"
)

// Defaults of a Schedule.
const (
	DefaultInterval = 100 * time.Millisecond
	DefaultWindow   = time.Second
)

// Reader takes one reading; *scrape.Scraper does.
type Reader interface {
	Read(ctx context.Context) (scrape.Reading, error)
}

// Window is one window of measurement.
type Window struct {
	hz.Window
	// Source is where the value came from; empty while nothing could be read.
	Source scrape.Source
	// Gauge is what the server's own gauge said last, if HasGauge, beside a counter.
	Gauge    float64
	HasGauge bool
	// Scrapes is how many readings succeeded, Failures how many did not.
	Scrapes, Failures int
	// GeneratorFailures is how many of the Failures are this machine's own: it could not even ask.
	GeneratorFailures int
	// Took holds the round trip of every reading that succeeded.
	Took []time.Duration
	// Unseen is how long ago, at the window's end, the last reading succeeded that there was: asked for, not answered, so
	// that nothing of it is overlooked. Without any reading it is the time since the first attempt.
	Unseen time.Duration
	// Lengths is how many window lengths went by: 1, or more when a reading took that long.
	Lengths int
	// Err is why the window is not measured; the last failure of a reading, if there was one.
	Err error
}

// ErrRestart is the Err of a window in which the counter began anew.
var ErrRestart = errors.New("the loop's counter went back or its process is another one: the service was restarted; " +
	"look at its log for the reason")

// ErrNoReading is the Err of a window that simply saw too little, such as the first after a failure.
var ErrNoReading = errors.New("no reading near the window's ends")

// Sampler takes readings on a fixed schedule. It is made for one goroutine.
type Sampler struct {
	reader           Reader
	interval, window time.Duration
	meter            *hz.Meter
	averages         map[string]*average

	epoch   time.Time // of the monotonic axis; zero before the first reading
	slot    int       // the next reading is due at epoch + slot*interval
	closed  int       // how many window lengths were closed
	phase   string
	current Window
	seen    time.Duration // when the last reading was asked for that succeeded
}

// New makes a sampler. The window is a whole number of intervals.
func New(reader Reader, interval, window time.Duration) *Sampler {
	return &Sampler{
		reader: reader, interval: interval, window: window,
		meter: hz.NewMeter(window), averages: map[string]*average{},
	}
}

// Next takes readings until the current window is over and returns it. What is read counts for the average of phase.
//
// The schedule is fixed at the first call: a reading that is late or slow does not shift those after it, it takes their
// place. The error is that of ctx; a window that could not be measured is no error, its Err says why.
func (s *Sampler) Next(ctx context.Context, phase string) (Window, error) {
	s.enter(phase)
	if s.epoch.IsZero() {
		s.epoch = time.Now()
		if err := s.read(ctx, phase); err != nil {
			return Window{}, err
		}
		s.advance()
	}
	end := time.Duration(s.closed+1) * s.window
	for {
		if err := s.waitFor(ctx, time.Duration(s.slot)*s.interval); err != nil {
			return Window{}, err
		}
		atEnd := time.Duration(s.slot)*s.interval >= end
		if err := s.read(ctx, phase); err != nil {
			return Window{}, err
		}
		now := s.advance()
		if atEnd || now >= end+s.interval {
			return s.close(now, phase), nil
		}
	}
}

// advance goes to the next slot that is not over yet and returns the time. Slots that a slow reading slept through are
// not made up for: an endpoint that takes longer than the interval would be read without a pause.
func (s *Sampler) advance() time.Duration {
	now := time.Since(s.epoch)
	s.slot = max(s.slot+1, int((now+s.interval-1)/s.interval))
	return now
}

// enter begins a phase. One that comes back must not take what lay between for its own.
func (s *Sampler) enter(phase string) {
	if a := s.averages[phase]; a != nil && phase != s.phase {
		a.measured.Break()
	}
	s.phase = phase
}

// Average tells the mean over all that was read in a phase; false before there is one.
func (s *Sampler) Average(phase string) (hz.Bounds, bool) {
	a, ok := s.averages[phase]
	if !ok {
		return hz.Bounds{}, false
	}
	return a.bounds()
}

// Ends are the counts between which Average stands; false where it stands on something else (hz.Average.Ends).
func (s *Sampler) Ends(phase string) (from, to float64, ok bool) {
	a, ok := s.averages[phase]
	if !ok {
		return 0, 0, false
	}
	return a.measured.Ends()
}

// waitFor waits until that moment of the axis.
func (s *Sampler) waitFor(ctx context.Context, due time.Duration) error {
	wait := time.Until(s.epoch.Add(due))
	if wait <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// read takes one reading into the open window.
func (s *Sampler) read(ctx context.Context, phase string) error {
	r, err := s.reader.Read(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		s.current.Failures++
		s.current.Err = err
		var failed *scrape.Error
		if errors.As(err, &failed) && failed.Code == scrape.CodeGenerator {
			s.current.GeneratorFailures++
		}
		return nil
	}
	s.current.Scrapes++
	s.seen = r.Sent.Sub(s.epoch)
	s.current.Took = append(s.current.Took, r.Received.Sub(r.Sent))
	s.current.Source, s.current.Gauge, s.current.HasGauge = r.Source, r.Gauge, r.HasGauge
	reading := hz.Reading{Count: r.Value, Life: r.Life, Sent: r.Sent.Sub(s.epoch), Received: r.Received.Sub(s.epoch)}
	if s.averages[phase] == nil {
		s.averages[phase] = &average{}
	}
	s.averages[phase].add(r.Source, reading)
	if r.Source == scrape.SourceCounter {
		s.meter.Add(reading)
	}
	return nil
}

// close ends the open window.
func (s *Sampler) close(now time.Duration, phase string) Window {
	w := s.current
	last := w.Source // of this window; the next begins knowing it
	s.current = Window{Source: last}
	done := max(s.closed+1, int(now/s.window)) // so that the next window ends in the future
	w.Lengths, s.closed = done-s.closed, done
	w.Unseen = now - s.seen

	if last == scrape.SourceCounter || last == "" {
		w.Window = s.meter.Close()
	} else {
		w.Window = s.averages[phase].closeReported(w.Scrapes > 0)
	}
	switch {
	case w.Restarted:
		w.Err = ErrRestart
	case w.Measured:
		w.Err = nil
	case w.Err == nil:
		w.Err = ErrNoReading
	}
	return w
}
