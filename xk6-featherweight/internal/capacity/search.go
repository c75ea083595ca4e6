// Package capacity finds the most load that a server holds, from what one run after the other came to: a staircase until
// something gives, then bisection, and each end of the answer seen twice. Pure: it decides what to try next.
package capacity

import (
	"maps"
	"math"
	"slices"
	"time"
)

// Outcome is what a run came to.
type Outcome string

// The outcomes.
const (
	Held    Outcome = "held"     // every objective was met
	GaveWay Outcome = "gave way" // one was not
	Unsure  Outcome = "unsure"   // the run says neither
)

// Step is a run.
type Step struct {
	Load    float64 `json:"load"`
	Outcome Outcome `json:"outcome"`
	// First is the objective that decided it; empty when it held.
	First string `json:"first,omitempty"`
	Why   string `json:"why,omitempty"`
}

// Plan is what to search.
type Plan struct {
	// From is the first load that is tried, Most the highest, both above 0.
	From, Most float64
	// Grain is the least difference of two loads: 1 user. Every load is a multiple of it.
	Grain float64
	// Within is how far apart the ends of the answer may be: 0.05 is 5 % of the lower one, or one Grain.
	Within float64
}

// A load is decided by most of its runs. An end of the answer has at least enough of them, no load more than most.
const (
	enough = 2
	most   = 5
	// patience is with how many runs, of which none held, those that say nothing count for giving way: who needs to know that a
	// load is held must see it hold.
	patience = 3
)

// doubling is how much more each stair is than the one before.
const doubling = 2

// Search is one.
type Search struct {
	plan  Plan
	steps []Step
}

// New is a search that has tried nothing yet.
func New(plan Plan) *Search { return &Search{plan: plan} }

// Add takes in what the latest run came to.
func (s *Search) Add(step Step) { s.steps = append(s.steps, step) }

// Steps are all so far, in their order.
func (s *Search) Steps() []Step { return slices.Clone(s.steps) }

// votes are the runs at one load.
type votes struct{ held, gave, unsure int }

func (v votes) all() int { return v.held + v.gave + v.unsure }

// stands is what most of them say; Unsure if it takes another one to know.
func (v votes) stands() Outcome {
	gave := v.gave
	if v.held == 0 && v.all() >= patience {
		gave += v.unsure
	}
	switch {
	case v.held > gave:
		return Held
	case gave > v.held, v.all() >= most:
		return GaveWay
	default:
		return Unsure
	}
}

// at are the votes by load.
func (s *Search) at() map[float64]votes {
	out := map[float64]votes{}
	for _, step := range s.steps {
		v := out[step.Load]
		switch step.Outcome {
		case Held:
			v.held++
		case GaveWay:
			v.gave++
		case Unsure:
			v.unsure++
		}
		out[step.Load] = v
	}
	return out
}

// Next is the load to try next; false when the answer is there.
func (s *Search) Next() (load float64, more bool) {
	at := s.at()
	low, high := ends(at)
	for load, v := range at { // there is at most one: it is asked again at once
		if v.stands() == Unsure {
			return load, true
		}
	}
	for _, load := range slices.Sorted(maps.Keys(at)) { // more was held than what gave way: one of the two is an accident
		if v := at[load]; load > high && v.stands() == Held && at[high].all() < most {
			if v.all() < at[high].all() {
				return load, true
			}
			return high, true
		}
	}
	switch {
	case len(at) == 0:
		return s.grained(s.plan.From), true
	case math.IsInf(high, 1) && low < s.grained(s.plan.Most):
		return s.grained(min(low*doubling, s.plan.Most)), true
	case low == 0 && high > s.plan.Grain:
		return s.grained(high / doubling), true
	case low > 0 && !s.close(low, high):
		return s.between(low, high), true
	case low > 0 && at[low].all() < enough:
		return low, true
	case !math.IsInf(high, 1) && at[high].all() < enough:
		return high, true
	}
	return 0, false
}

// ends are the greatest load that was held below the least that gave way, and that; 0 and infinity where there is none.
func ends(at map[float64]votes) (low, high float64) {
	high = math.Inf(1)
	for load, v := range at {
		if v.stands() == GaveWay {
			high = min(high, load)
		}
	}
	for load, v := range at {
		if v.stands() == Held && load < high {
			low = max(low, load)
		}
	}
	return low, high
}

// close says that the ends are near enough to each other.
func (s *Search) close(low, high float64) bool {
	const rounding = 1e-9
	return math.IsInf(high, 1) || high-low <= s.plan.Grain*(1+rounding) || high <= low*(1+s.plan.Within)*(1+rounding)
}

// between is the load in the middle, as far from one end as from the other in percent.
func (s *Search) between(low, high float64) float64 {
	return min(max(s.grained(math.Sqrt(low*high)), s.grained(low+s.plan.Grain)), s.grained(high-s.plan.Grain))
}

// grained is the nearest multiple of the grain, but not 0.
func (s *Search) grained(load float64) float64 {
	return max(1, math.Round(load/s.plan.Grain)) * s.plan.Grain
}

// Answer is what is known so far.
type Answer struct {
	// Low was held: the greatest such load. 0 when none was.
	Low float64 `json:"low"`
	// High gave way: the least such load. nil when none did.
	High *float64 `json:"high"`
	// First is the objective that gave way first: that decided most of the runs at High, or at the load next above Low.
	First string `json:"first,omitempty"`
	// Sure: the ends are as near to each other as was wanted, and each was seen twice.
	Sure bool `json:"sure"`
}

// Answer is as of now, whenever the search is left.
func (s *Search) Answer() Answer {
	low, high := ends(s.at())
	out := Answer{Low: low}
	_, more := s.Next()
	out.Sure = !more
	if math.IsInf(high, 1) {
		return out
	}
	out.High = &high
	times := map[string]int{}
	for _, step := range s.steps {
		if step.Load == high && step.First != "" {
			times[step.First]++
			if times[step.First] > times[out.First] {
				out.First = step.First
			}
		}
	}
	return out
}

// Steps is how many runs a search takes where every run is right: usually, and at most. repeats of runs that were wrong or
// said nothing come on top.
func (p Plan) Steps() (usual, atMost int) {
	stairs := int(math.Ceil(math.Log2(p.Most/p.From)-1e-9)) + 1
	halvings := int(math.Ceil(math.Log2(math.Log(doubling)/math.Log1p(p.Within)))) + 1 // one more for the rounding to grains
	down := int(math.Ceil(math.Log2(max(p.From/p.Grain, 1)))) + 1                      // of who cannot hold even the first
	return (stairs+1)/doubling + halvings + enough, max(stairs, down) + halvings + enough
}

// Repeats are how many runs more a search may take before it is left as it is.
const Repeats = 2

// Length is how long a search takes if a run takes usual, or at most slowest.
func (p Plan) Length(usual, slowest time.Duration) (usually, atMost time.Duration) {
	few, many := p.Steps()
	return time.Duration(few) * usual, time.Duration(many+Repeats) * slowest
}
