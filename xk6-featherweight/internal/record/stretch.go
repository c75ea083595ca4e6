package record

import (
	"maps"
	"slices"
	"time"
)

// Stretch is what was seen in some part of a run.
type Stretch struct {
	From    time.Time
	Seconds float64
	stats   map[label]*Stat
}

// Of is what the samples of a name came to, those of all reasons together; nil without samples.
func (s Stretch) Of(name string) *Stat {
	if whole := s.stats[label{name: name}]; whole != nil {
		return whole
	}
	var out *Stat
	for _, reason := range s.Reasons(name) {
		part := s.stats[label{name, reason}]
		if out == nil {
			out = newStat(part.kind)
		}
		out.merge(part)
	}
	return out
}

// For is what the samples of a name with that reason came to; nil without samples.
func (s Stretch) For(name, reason string) *Stat { return s.stats[label{name, reason}] }

// Reasons are those that the samples of a name carry, in alphabetical order.
func (s Stretch) Reasons(name string) []string {
	var out []string
	for key := range maps.Keys(s.stats) {
		if key.name == name && key.reason != "" {
			out = append(out, key.reason)
		}
	}
	slices.Sort(out)
	return out
}

// Started is when the run started.
func (r *Recording) Started() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.started
}

// Ended is when it ended; as far as samples tell when nobody said so.
func (r *Recording) Ended() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.end()
}

// Complete is whether it came to the end that was planned; of several runners, whether all did.
func (r *Recording) Complete() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.complete
}

// Runners is how many runners it is the sum of.
func (r *Recording) Runners() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.runners
}

// Phases are those that samples carry, in the order in which they began.
func (r *Recording) Phases() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []string
	for _, c := range r.sorted() {
		if !slices.Contains(out, c.phase) {
			out = append(out, c.phase)
		}
	}
	return out
}

// Over is what was seen from one time to another, in those phases; in all of them if none is named. Times are taken to
// whole seconds, and to ten of them where a long run is kept in blocks: what begins in the stretch belongs to it.
func (r *Recording) Over(from, to time.Time, phases ...string) Stretch {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.over(from, to, phases)
}

// Whole is what was seen in those phases from the start to the end; in all of them if none is named.
func (r *Recording) Whole(phases ...string) Stretch {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.over(r.started.Add(-block*time.Second), r.started.Add(longestRun*time.Second), phases)
}

func (r *Recording) over(from, to time.Time, phases []string) Stretch {
	out := &cell{stats: map[label]*Stat{}}
	var first, last int64
	for _, c := range r.sorted() {
		if c.second < from.Unix() || c.second >= to.Unix() || (len(phases) > 0 && !slices.Contains(phases, c.phase)) {
			continue
		}
		if first == 0 {
			first = c.second
		}
		last = max(last, c.second+c.seconds)
		out.merge(c.read(r.names))
	}
	return Stretch{From: time.Unix(first, 0), Seconds: float64(last - first), stats: out.stats}
}

// Join is what was seen in all of them together, in the order in which they are given: it begins with the first, and is as
// long as all of them.
func Join(all ...Stretch) Stretch {
	out := &cell{stats: map[label]*Stat{}}
	joined := Stretch{stats: out.stats}
	for i, one := range all {
		if i == 0 {
			joined.From = one.From
		}
		joined.Seconds += one.Seconds
		out.merge(one.stats)
	}
	return joined
}

// Buckets cuts the run, or those phases of it, into stretches of as many seconds, beginning with the second of the start;
// those in which nothing was seen are left out. Where a long run is kept in blocks, a stretch should have at least ten.
func (r *Recording) Buckets(seconds int, phases ...string) []Stretch {
	r.mu.Lock()
	defer r.mu.Unlock()
	width := int64(max(seconds, 1))
	start := r.started.Unix()
	var out []Stretch
	var current *cell
	for _, c := range r.sorted() {
		if len(phases) > 0 && !slices.Contains(phases, c.phase) {
			continue
		}
		from := start + max(c.second-start, 0)/width*width
		if current == nil || current.second != from {
			current = &cell{slot: slot{second: from}, stats: map[label]*Stat{}}
			out = append(out, Stretch{From: time.Unix(from, 0), Seconds: float64(width), stats: current.stats})
		}
		current.merge(c.read(r.names))
	}
	return out
}
