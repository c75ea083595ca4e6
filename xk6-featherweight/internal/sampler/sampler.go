// Package sampler watches a loop over time: it decides when to take a reading, hands the readings to the arithmetic
// and tells window by window what was seen.
package sampler

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/hz"
	"github.com/featherweight/xk6-featherweight/internal/scrape"
)

// Defaults of a Schedule.
const (
	DefaultInterval = 100 * time.Millisecond
	DefaultWindow   = time.Second
)

// Reader takes one reading; *scrape.Scraper and *pulse.Reader do.
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
	// Lengths is how many window lengths went by: 1, or more when a reading took that long.
	Lengths int
	// HeldBefore is how many windows before this one were Held: it speaks for them, too.
	HeldBefore int
	// Period is how often the page is renewed, where it is a copy; 0 for a live page.
	Period time.Duration
	// Unseen is how long ago, at the window's end, the loop was last seen: by a reading that succeeded and was no more
	// than the old copy again. What a copy cannot show within its period is not counted.
	Unseen time.Duration
	// Replicas: several processes answer, now or earlier in the run.
	Replicas bool
	// Suspended: this machine slept.
	Suspended bool
	// Leapt: the counter went on from where no loop could have taken it (ErrLeap).
	Leapt bool
	// Err is why the window is not measured; the last failure of a reading, if there was one.
	Err error
}

// Sampler takes readings on a fixed schedule. It is made for one goroutine.
type Sampler struct {
	reader           Reader
	interval, window time.Duration
	watch            hz.Watch
	meter            *hz.Meter
	averages         map[string]*average
	awake            wakefulness

	replicas bool          // several processes answer
	broken   error         // why what the open window saw cannot be measured
	seen     time.Duration // when the loop was last seen
	held     int           // windows since the last that was not held

	epoch   time.Time // of the monotonic axis; zero before the first reading
	slot    int       // the next reading is due at epoch + slot*interval
	closed  int       // how many window lengths were closed
	phase   string
	current Window
}

// Fit tells whether a window is a whole number of intervals, as it must be: so each window ends with a reading.
func Fit(interval, window time.Duration) bool {
	return interval > 0 && window >= interval && window%interval == 0
}

// New makes a sampler. It panics where interval and window do not Fit, which is for the caller to have asked.
func New(reader Reader, interval, window time.Duration) *Sampler {
	if !Fit(interval, window) {
		panic(fmt.Sprintf("sampler: a window of %s is no whole number of intervals of %s", window, interval))
	}
	return &Sampler{
		reader: reader, interval: interval, window: window,
		meter: hz.NewMeter(window), averages: map[string]*average{}, awake: wakefulness{clock: systemClock{}},
	}
}

// WithClock replaces the clock of the machine, before the first call of Next.
func (s *Sampler) WithClock(clock Clock) *Sampler {
	s.awake.clock = clock
	return s
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
// Of several processes there is none.
func (s *Sampler) Average(phase string) (hz.Bounds, bool) {
	a, ok := s.averages[phase]
	if !ok || s.replicas {
		return hz.Bounds{}, false
	}
	return a.bounds(s.watch.Doubt())
}

// Ends are the counts between which Average stands; false where it stands on something else (hz.Average.Ends).
func (s *Sampler) Ends(phase string) (from, to float64, ok bool) {
	a, ok := s.averages[phase]
	if !ok || s.replicas {
		return 0, 0, false
	}
	return a.measured.Ends(s.watch.Doubt())
}

// StartMoved tells that the service's start time moved while its counter went on: its clock was set.
func (s *Sampler) StartMoved() bool { return s.watch.StartMoved() }

// StampsWrong tells that the page's own time stamps contradict its values or our clock, and are not used.
func (s *Sampler) StampsWrong() bool { return s.watch.StampsWrong() }

// Unseen is how long ago the loop was last seen, as Window.Unseen, also within a window that the end of the test cut off.
func (s *Sampler) Unseen() time.Duration { return s.unseen(time.Since(s.epoch)) }

func (s *Sampler) unseen(now time.Duration) time.Duration {
	return max(0, now-s.seen-s.watch.Doubt().Nest)
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
	s.current.Took = append(s.current.Took, r.Received.Sub(r.Sent))
	s.current.Source, s.current.Gauge, s.current.HasGauge = r.Source, r.Gauge, r.HasGauge
	if s.averages[phase] == nil {
		s.averages[phase] = &average{}
	}
	if r.Source.Measured() {
		s.count(r, s.averages[phase])
	} else {
		s.averages[phase].report(r.Value)
		s.seen = r.Received.Sub(s.epoch)
	}
	return nil
}

// count takes one reading of a counter.
func (s *Sampler) count(r scrape.Reading, phase *average) {
	raw := hz.Reading{
		Count: r.Value, Resolution: r.Resolution, Life: r.Life, Sent: r.Sent.Sub(s.epoch), Received: r.Received.Sub(s.epoch),
		Wall: float64(r.Received.UnixNano()) / float64(time.Second), Age: r.Age,
		Turn: r.Turn, Live: r.Source == scrape.SourceStream,
	}
	raw.Still = r.Still
	if !r.Stamp.IsZero() {
		raw.Stamp = time.Duration(r.Stamp.UnixNano())
	}
	add := s.watch.Add
	if s.awake.slept(s.epoch, raw.Received, raw.Count, s.watch.Rate()) {
		s.interrupt(phase, ErrSuspended)
		s.current.Suspended = true
		add = s.watch.Resume
	}
	reading, event := add(raw)
	switch event {
	case hz.Undecided:
		s.interrupt(phase, ErrUndecided)
		return
	case hz.Replicas:
		s.replicas = true
		return
	case hz.Leap:
		s.broken = nil
		s.interrupt(phase, ErrLeap)
		s.current.Leapt = true
	case hz.Wrap:
		s.broken = nil
		s.interrupt(phase, ErrWrap)
	case hz.Restart:
		if s.broken == ErrUndecided { //nolint:errorlint // it is never wrapped
			s.broken = nil
		}
	case hz.Same:
	}
	if !reading.Held {
		s.seen = reading.Received
	}
	s.meter.Add(reading)
	s.current.Restarted = s.current.Restarted || event == hz.Restart
	phase.measured.Add(reading)
}

// interrupt says that what lies between the readings so far and the next one cannot be measured.
func (s *Sampler) interrupt(phase *average, why error) {
	if s.broken == nil || why == ErrSuspended { //nolint:errorlint // none of them is ever wrapped
		s.broken = why
	}
	s.meter.Break()
	phase.measured.Break()
}

// close ends the open window.
func (s *Sampler) close(now time.Duration, phase string) Window {
	w := s.current
	last := w.Source // of this window; the next begins knowing it
	s.current = Window{Source: last}
	done := max(s.closed+1, int(now/s.window)) // so that the next window ends in the future
	w.Lengths, s.closed = done-s.closed, done

	if last.Measured() || last == "" {
		restarted := w.Restarted
		w.Window = s.meter.CloseWithin(s.watch.Doubt())
		w.Restarted = w.Restarted || restarted
	} else {
		w.Window = s.averages[phase].closeReported(w.Scrapes > 0)
	}
	w.Period, w.Unseen = s.watch.Period(), s.unseen(now)
	s.judge(&w, now)
	if s.broken != ErrUndecided { //nolint:errorlint // it is never wrapped
		s.broken = nil
	}
	return w
}

// judge says why a window is not measured.
func (s *Sampler) judge(w *Window, now time.Duration) {
	w.Replicas = s.replicas
	held := s.held
	s.held = 0
	switch {
	case s.replicas:
		w.Measured, w.Restarted, w.Held, w.LongestGap, w.Err = false, false, false, 0, ErrReplicas
		w.Bounds = hz.Bounds{}
	case w.Restarted:
		w.Measured, w.Err = false, ErrRestart
	case s.broken != nil:
		w.Measured, w.Held, w.Err = false, false, s.broken
	case w.Measured:
		w.HeldBefore, w.Err = held, nil
	case w.Held:
		w.Err = &HeldError{For: now - s.seen, Period: w.Period}
		s.held = held + w.Lengths
	case w.Err == nil:
		w.Err = ErrNoReading
	}
}
