package pulse

import (
	"context"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/hz"
	"github.com/featherweight/xk6-featherweight/internal/mask"
	"github.com/featherweight/xk6-featherweight/internal/scrape"
)

const (
	// leastLead is how long before a pulse its ping is sent, beside the way that pings take.
	leastLead = 500 * time.Microsecond
	// standing is how many periods without a pulse, and leastStanding how long at least, make a loop that stands.
	standing, leastStanding = 3, 20 * time.Millisecond
)

// Reader takes readings of one stream. It connects at the first, and again at the next after the connection was lost. It
// is made for one goroutine.
type Reader struct {
	cfg   Config
	shown string // the request as messages show it, without secrets
	line  *line
	lead  time.Duration
}

// New checks the configuration; it opens nothing.
func New(cfg Config) (*Reader, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	return &Reader{cfg: cfg, shown: "WebSocket " + mask.Address(cfg.URL), lead: leastLead}, nil
}

// Read takes one reading: the turn behind the answer to a ping, which is sent just before a pulse should come; or, where
// none comes, that the loop stands. How long it stood since the reading before is in its Still. The connection outlives
// ctx, which is that of one window: Close ends it.
func (r *Reader) Read(ctx context.Context) (scrape.Reading, error) {
	limit, cancel := context.WithTimeout(ctx, r.cfg.Timeout)
	defer cancel()
	reading, err := r.read(limit)
	switch {
	case err == nil:
		return reading, nil
	case ctx.Err() != nil:
		return scrape.Reading{}, ctx.Err()
	default:
		return scrape.Reading{}, err
	}
}

func (r *Reader) read(limit context.Context) (scrape.Reading, error) {
	if r.line == nil {
		l, resp, err := open(limit, &r.cfg) //nolint:bodyclose // gorilla has replaced it: it need not be closed
		if err != nil {
			return scrape.Reading{}, r.unopened(resp, err)
		}
		r.line = l
	}
	l, began := r.line, r.line.now()
	if _, err := r.await(limit, began, func() (hz.Reading, bool) { return hz.Reading{}, l.pulses.Begun() }); err != nil {
		return scrape.Reading{}, err
	}
	ahead, err := r.untilNext(limit)
	if err != nil {
		return scrape.Reading{}, err
	}
	asked := l.ping()
	found, err := r.await(limit, began, func() (hz.Reading, bool) { return l.pulses.Take(asked, l.stands(asked)) })
	if err != nil {
		return scrape.Reading{}, err
	}
	r.aim(found, ahead)
	return scrape.Reading{
		Source: scrape.SourceStream, Value: found.Count, Resolution: found.Resolution, Turn: found.Turn, Still: found.Still,
		Sent: l.epoch.Add(found.Sent), Received: l.epoch.Add(found.Received),
	}, nil
}

// untilNext waits until it is time for a ping that is answered just before the next pulse, which is ahead by then.
func (r *Reader) untilNext(limit context.Context) (ahead time.Duration, err error) {
	l := r.line
	l.mu.Lock()
	ahead = l.trip + r.lead
	next, known := l.pulses.Next(l.now() + ahead)
	l.mu.Unlock()
	if !known {
		return 0, nil
	}
	timer := time.NewTimer(next - ahead - l.now())
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-l.ended:
	case <-limit.Done():
		return 0, r.silent(limit.Err(), l.now())
	}
	return ahead, nil
}

// aim learns from a reading whose ping was to be that much ahead of its pulse: one whose answer came behind that pulse was
// too late, and has met the next one.
func (r *Reader) aim(found hz.Reading, ahead time.Duration) {
	r.line.mu.Lock()
	period := r.line.pulses.Period()
	r.line.mu.Unlock()
	if found.Turn && ahead > 0 && found.RTT() > ahead+period/2 {
		r.lead = min(2*r.lead, period/2)
		return
	}
	r.lead = max(leastLead, r.lead-r.lead/again)
}

// stands reports that a pulse should have come since the answer to a ping that was sent then. It needs the mutex.
func (l *line) stands(asked time.Duration) bool {
	at, answered := l.pulses.Answered(asked)
	return answered && l.now() >= at+max(leastStanding, standing*l.pulses.Period())
}

// await waits until found does, which is asked after all that comes, and now and then.
func (r *Reader) await(limit context.Context, began time.Duration, found func() (hz.Reading, bool)) (hz.Reading, error) {
	l := r.line
	timer := time.NewTicker(leastStanding / 2)
	defer timer.Stop()
	for {
		l.mu.Lock()
		reading, ok := found()
		l.mu.Unlock()
		if ok {
			return reading, nil
		}
		select {
		case <-l.news:
		case <-timer.C:
		case <-l.ended:
			return reading, r.lost()
		case <-limit.Done():
			return reading, r.silent(limit.Err(), began)
		}
	}
}

// Close ends the connection, if there is one.
func (r *Reader) Close() {
	if r.line != nil {
		r.line.close()
		r.line = nil
	}
}
