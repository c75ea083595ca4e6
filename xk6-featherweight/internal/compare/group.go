package compare

import (
	"math"
	"slices"

	"github.com/featherweight/xk6-featherweight/internal/record"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// group is the runs of one side, and what was seen in each.
type group []seen

// seen is a run with its seconds, phase by phase; those of no phase are all.
type seen struct {
	Run
	seconds map[string][]record.Stretch
}

// look reads what the runs recorded.
func look(runs []Run) group {
	var out group
	for _, run := range runs {
		s := seen{run, map[string][]record.Stretch{}}
		for _, phase := range run.Recording.Phases() {
			s.seconds[phase] = run.Recording.Buckets(1, phase)
			s.seconds[""] = append(s.seconds[""], s.seconds[phase]...)
		}
		slices.SortStableFunc(s.seconds[""], func(a, b record.Stretch) int { return a.From.Compare(b.From) })
		out = append(out, s)
	}
	return out
}

// has is whether every run has that phase.
func (g group) has(phase string) bool {
	for _, run := range g {
		if len(run.seconds[phase]) == 0 {
			return false
		}
	}
	return true
}

// judged is what became of an objective in that run; false if it does not have it.
func (s seen) judged(name, flow string) (slo.Judged, bool) {
	for _, o := range s.SLOs {
		if o.Name == name && o.Flow == flow {
			return o, true
		}
	}
	return slo.Judged{}, false
}

// outcome of an objective: fail if one run missed it, else the one of the first.
func (g group) outcome(o slo.Judged) slo.Outcome {
	if g.misses(o.Row) {
		return slo.Fail
	}
	found, ok := g[0].judged(o.Name, o.Flow)
	if !ok {
		return slo.Skipped
	}
	return found.Outcome
}

// misses is whether one of the runs missed an objective.
func (g group) misses(r slo.Row) bool {
	for _, run := range g {
		if found, ok := run.judged(r.Name, r.Flow); ok && found.Outcome == slo.Fail {
			return true
		}
	}
	return false
}

// whole is all that was seen in a phase.
func (g group) whole(phase string) record.Stretch {
	var all []record.Stretch
	for _, run := range g {
		all = append(all, run.seconds[phase]...)
	}
	return record.Join(all...)
}

// blocks cuts what was seen in a phase into pieces of the same length, each run for itself: about blockCount in all.
func (g group) blocks(phase string) []record.Stretch {
	total := 0
	for _, run := range g {
		total += len(run.seconds[phase])
	}
	width := max(1, int(math.Ceil(float64(total)/blockCount)))
	var out []record.Stretch
	for _, run := range g {
		all := run.seconds[phase]
		for len(all) > 0 {
			n := min(width, len(all))
			out, all = append(out, record.Join(all[:n]...)), all[n:]
		}
	}
	return out
}
