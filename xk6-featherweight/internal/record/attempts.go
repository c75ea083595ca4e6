package record

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/evidence"
)

// Attempts is what a Record knows in a form that can be written, and added to that of the other runners of a test: shares
// and silence exactly, waits in bins as wide as those of a recording (RelativeAccuracy).
type Attempts struct {
	// Shares are those of each name, user by user.
	Shares map[string]map[uint64]evidence.Cluster `json:"shares"`
	Waits  []Waits                                `json:"waits"`
	// Answer is when the latest attempt began that went well, zero if none did; Failed when those began that failed after it.
	Answer time.Time   `json:"answer"`
	Failed []time.Time `json:"failed"`
}

// Waits are those of a name in a phase, user by user.
type Waits struct {
	Name  string               `json:"name"`
	Phase string               `json:"phase"`
	Ended map[uint64][]float64 `json:"ended"`
	// Cut are those that the end of the test cut off.
	Cut map[uint64][]float64 `json:"cut,omitempty"`
}

// Attempts tells what is known by now. The bins of a user are pairs: the index of a bin, as in a recording, and how many waits
// are in it.
func (r *Record) Attempts() Attempts {
	r.mu.Lock()
	defer r.mu.Unlock()
	m := newMapping()
	out := Attempts{Shares: map[string]map[uint64]evidence.Cluster{}, Answer: r.answer, Failed: slices.Clone(r.failed)}
	for name, byUser := range r.shares {
		out.Shares[name] = maps.Clone(byUser)
	}
	for key, waits := range r.waits {
		one := Waits{Name: key.name, Phase: key.phase, Ended: map[uint64][]float64{}, Cut: map[uint64][]float64{}}
		ended, cut := bins{}, bins{}
		for _, w := range waits {
			into := ended
			if w.cut {
				into = cut
			}
			into[bin{w.user, index(m, w.ms)}] += float64(w.n)
		}
		ended.into(one.Ended)
		cut.into(one.Cut)
		out.Waits = append(out.Waits, one)
	}
	slices.SortFunc(out.Waits, func(a, b Waits) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Phase, b.Phase)) })
	return out
}

// bin is one of a user.
type bin struct {
	user  uint64
	index int
}

// bins are how many waits are in each.
type bins map[bin]float64

func (b bins) into(byUser map[uint64][]float64) {
	for _, one := range slices.SortedFunc(maps.Keys(b), func(a, b bin) int { return cmp.Compare(a.index, b.index) }) {
		byUser[one.user] = append(byUser[one.user], float64(one.index), b[one])
	}
}

// Check says what is wrong with attempts that were read from a file.
func (a Attempts) Check() error {
	m := newMapping()
	least, most := float64(m.Index(shortestTime)), float64(m.Index(longestTime))
	total := 0.0
	for _, waits := range a.Waits {
		for _, byUser := range []map[uint64][]float64{waits.Ended, waits.Cut} {
			for user, pairs := range byUser {
				if len(pairs)%2 != 0 {
					return fmt.Errorf("the waits of user %d for %s: %w", user, waits.Name, errNumbers)
				}
				for i := 0; i < len(pairs); i += 2 {
					index, count := pairs[i], pairs[i+1]
					total += count
					if index != math.Trunc(index) || count != math.Trunc(count) || atLeast(0, index-least, most-index, count-1, mostWaits-total) != nil {
						return fmt.Errorf("the waits of user %d for %s: %w", user, waits.Name, errNumbers)
					}
				}
			}
		}
	}
	for name, byUser := range a.Shares {
		for user, c := range byUser {
			if c.N < 1 || c.Hits < 0 || c.Hits > c.N {
				return fmt.Errorf("the attempts of user %d for %s: %w", user, name, errNumbers)
			}
		}
	}
	return nil
}

// mostWaits are more than a test can have.
const mostWaits = 1 << 31

// JoinAttempts is the record of a test from what its runners attempted. Users of two runners must have different numbers.
func JoinAttempts(all ...Attempts) *Record {
	out := &Record{rough: true}
	for _, a := range all {
		out.answer = later(out.answer, a.Answer)
		for name, byUser := range a.Shares {
			for user, c := range byUser {
				out.count(name, user, c)
			}
		}
		for _, waits := range a.Waits {
			out.expand(waits.Name, waits.Phase, waits.Ended, false)
			out.expand(waits.Name, waits.Phase, waits.Cut, true)
		}
	}
	for _, a := range all {
		for _, failed := range a.Failed {
			if failed.After(out.answer) {
				out.failed = append(out.failed, failed)
			}
		}
	}
	return out
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// expand takes in the waits of the users of a runner, each as the value that stands for its bin.
func (r *Record) expand(name, phase string, byUser map[uint64][]float64, cut bool) {
	if r.waits == nil {
		r.waits = map[series][]wait{}
	}
	key, m := series{name, phase}, newMapping()
	for user, pairs := range byUser {
		for i := 0; i+1 < len(pairs); i += 2 {
			r.waits[key] = append(r.waits[key], wait{user, m.Value(int(pairs[i])), cut, uint32(pairs[i+1])})
		}
	}
}

// widened is a percentile with the error of bins in its bounds.
func (p Percentile) widened() Percentile {
	p.Low, p.AtOnce = p.Low/(1+RelativeAccuracy), p.AtOnce/(1+RelativeAccuracy)
	p.High, p.Never = p.High/(1-RelativeAccuracy), p.Never/(1-RelativeAccuracy)
	return p
}

// Bounds are between which two values the p-quantile of a Time is, as k6 reckons it: between the samples of the two ranks next to
// p(n-1), each of which the sketch knows within RelativeAccuracy. Estimate is what the sketch itself says. NaN without samples.
func (s *Stat) Bounds(p float64) (low, estimate, high float64) {
	if s == nil || s.n == 0 {
		return math.NaN(), math.NaN(), math.NaN()
	}
	at := p * (s.n - 1)
	below, above := s.ranked(math.Floor(at)), s.ranked(math.Ceil(at))
	return max(s.min, below/(1+RelativeAccuracy)), below + (above-below)*(at-math.Floor(at)), min(s.max, above/(1-RelativeAccuracy))
}

// ranked is what the sketch says of the sample of a rank, counted from 0.
func (s *Stat) ranked(rank float64) float64 {
	const half = 0.5 // between this rank and the next, so that rounding does not matter
	return s.Quantile(min(1, (rank+half)/max(1, s.n-1)))
}
