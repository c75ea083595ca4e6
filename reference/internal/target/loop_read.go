package target

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// loopView is the loop as seen from outside at one moment.
type loopView struct {
	at       time.Time
	born     time.Time
	count    uint64  // ticks since born
	hz       float64 // mean of the last second; 0 in the first second
	tickTime prometheus.Histogram
}

// view takes all of it in one moment, so that count and time belong together.
func (l *loop) view() loopView {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.advance(now)
	period := time.Duration(float64(time.Second) / l.pace.hz)
	return loopView{
		at:       now,
		born:     l.born,
		count:    l.count,
		hz:       l.window.rate(now.Sub(l.born), period),
		tickTime: l.tickTime,
	}
}

// unix is a time as nanoseconds since 1970. A wall clock that is being set right runs at another speed, and the difference of
// two times would show it: from the start on, the monotonic clock counts.
func (l *loop) unix(at time.Time) int64 { return l.started.Add(at.Sub(l.started)).UnixNano() }

// moment is the number of ticks by now, and when that is.
func (l *loop) moment() (ticks uint64, at int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.advance(now)
	return l.total, l.unix(now)
}

// addTo writes what the loop did into t, up to now or to when it was stopped. A gap that is still open counts: a loop that
// stands still has a long gap, not a short one.
func (l *loop) addTo(t *Truth) {
	l.mu.Lock()
	defer l.mu.Unlock()
	end := l.stopped
	if end.IsZero() {
		end = time.Now()
		l.advance(end)
	}
	t.Ticks = l.total
	t.Counter = l.count
	t.Restarts = l.restarts
	t.Seconds = end.Sub(l.started).Seconds()
	t.LongestGapMS = float64(max(l.longest, end.Sub(l.last))) / float64(time.Millisecond)
	if t.Seconds > 0 {
		t.Hz = float64(t.Ticks) / t.Seconds
	}
}

// newTickHistogram has its buckets close together around 10 ms and reaches up to stalls of seconds.
func newTickHistogram() prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "consciousness_loop_tick_interval_seconds",
		Help: "Time between two ticks of the consciousness loop.",
		Buckets: []float64{
			.001, .005, .008, .009, .0095, .01, .0105, .011, .012, .015, .02, .03, .05, .1, .2, .5, 1, 2, 5,
		},
	})
}
