// Package record keeps what became of every attempt of a run, user by user: what the samples of k6 do not tell, because
// they forget whose they were and leave out what never ended.
package record

import (
	"math"
	"slices"
	"sync"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/evidence"
)

// Record is that of one process. The zero value is empty and ready; its methods may be called by many users at once.
type Record struct {
	mu     sync.Mutex
	shares map[string]map[uint64]evidence.Cluster
	waits  map[series][]wait
	answer time.Time   // when the latest attempt began that went well
	failed []time.Time // when those began that failed, as far as they may be later than answer
	rough  bool        // waits are the values of bins (JoinAttempts)
}

// series is what was waited for, in one phase of the run.
type series struct{ name, phase string }

// wait is one of a user. One that was cut off would have taken longer; how much longer is not known.
type wait struct {
	user uint64
	ms   float64
	cut  bool
	n    uint32 // how many alike
}

// Attempt counts for the share called name: hit is what is counted, such as a failure.
func (r *Record) Attempt(name string, user uint64, hit bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	one := evidence.Cluster{N: 1}
	if hit {
		one.Hits = 1
	}
	r.count(name, user, one)
}

func (r *Record) count(name string, user uint64, more evidence.Cluster) {
	if r.shares == nil {
		r.shares = map[string]map[uint64]evidence.Cluster{}
	}
	if r.shares[name] == nil {
		r.shares[name] = map[uint64]evidence.Cluster{}
	}
	c := r.shares[name][user]
	r.shares[name][user] = evidence.Cluster{N: c.N + more.N, Hits: c.Hits + more.Hits}
}

// Wait is how long a user waited for something in a phase; cut is whether the end of the test cut it off.
func (r *Record) Wait(name, phase string, user uint64, took time.Duration, cut bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.waits == nil {
		r.waits = map[series][]wait{}
	}
	key := series{name, phase}
	r.waits[key] = append(r.waits[key], wait{user, float64(took) / float64(time.Millisecond), cut, 1})
}

// Outcome notes an attempt by the time at which it began. Of those that failed only the ones are kept that began after
// every one that went well.
func (r *Record) Outcome(began time.Time, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case !ok:
		if began.After(r.answer) {
			r.failed = append(r.failed, began)
		}
	case began.After(r.answer):
		r.answer = began
		r.failed = slices.DeleteFunc(r.failed, func(f time.Time) bool { return !f.After(began) })
	}
}

// Share is what the attempts of a name came to.
type Share struct {
	evidence.Interval
	Hits, N, Users int
}

// Share tells the share called name; false without any attempt.
func (r *Record) Share(name string) (Share, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	byUser := r.shares[name]
	clusters := make([]evidence.Cluster, 0, len(byUser))
	out := Share{Users: len(byUser)}
	for _, c := range byUser {
		clusters = append(clusters, c)
		out.N += c.N
		out.Hits += c.Hits
	}
	out.Interval = evidence.Share(clusters)
	return out, out.N > 0
}

// Percentile is what the waits of a name and a phase came to.
type Percentile struct {
	// Interval is that of the percentile, with those that were cut off placed where they tell the least.
	evidence.Interval
	// AtOnce is the percentile if every wait that was cut off had ended at that moment, Never if it had never ended: the
	// one that would have been seen lies between them. +Inf when so many were cut off.
	AtOnce, Never float64
	// N is how many waits there were, Cut how many of them were cut off, Users how many waited.
	N, Cut, Users int
}

// Percentile tells the percentile p (a share) of the waits, in ms; false without any.
func (r *Record) Percentile(name, phase string, p float64) (Percentile, bool) {
	r.mu.Lock()
	waits := r.waits[series{name, phase}]
	r.mu.Unlock() // what is there stays as it is: waits are only added
	if len(waits) == 0 {
		return Percentile{}, false
	}
	atOnce := make([]evidence.Wait, len(waits))
	never := make([]evidence.Wait, len(waits))
	users := map[uint64]bool{}
	var out Percentile
	for i, w := range waits {
		users[w.user] = true
		out.N += int(w.n)
		atOnce[i] = evidence.Wait{User: w.user, Value: w.ms, N: int(w.n)}
		never[i] = atOnce[i]
		if w.cut {
			out.Cut += int(w.n)
			never[i].Value = math.Inf(1)
		}
	}
	evidence.Sort(atOnce)
	evidence.Sort(never)
	out.Users = len(users)
	out.AtOnce, out.Never = evidence.Percentile(atOnce, p), evidence.Percentile(never, p)
	low, high := evidence.Quantile(atOnce, p), evidence.Quantile(never, p)
	out.Interval = evidence.Interval{Low: low.Low, High: high.High, Effective: min(low.Effective, high.Effective)}
	if r.rough {
		out = out.widened()
	}
	return out, true
}

// Silence is what followed the last attempt that went well.
type Silence struct {
	// Failed is how many attempts began after it, and all failed.
	Failed int
	// Since is when the first of them began; zero when there is none.
	Since time.Time
}

// Silence tells whether the end of the run was one: a server that died in the last seconds of a long run has a small
// error rate and no user left.
func (r *Record) Silence() Silence {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := Silence{Failed: len(r.failed)}
	if out.Failed > 0 {
		out.Since = slices.MinFunc(r.failed, time.Time.Compare)
	}
	return out
}
