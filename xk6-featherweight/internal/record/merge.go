package record

import (
	"maps"
	"math"
	"slices"
)

// Merge is the sum of what the runners of one test recorded: counts and rates exactly, times as if one sketch had seen them
// all, and users as the sum of those that each runner had in that second. It started with the first of them and is
// complete when all are. Their clocks are believed: a second is the same for all.
func Merge(all ...*Recording) *Recording {
	out := &Recording{}
	var views []map[slot]map[label]*Stat
	fineFrom := int64(math.MinInt64)
	for _, r := range all {
		r.mu.Lock()
		fineFrom = max(fineFrom, r.fineFrom)
		r.mu.Unlock()
	}
	for i, r := range all {
		r.mu.Lock()
		out.join(r, i == 0)
		views = append(views, r.view(fineFrom))
		r.mu.Unlock()
	}
	if len(all) == 0 {
		return out
	}
	out.names, out.cells, out.fineFrom, out.newest = table(), map[slot]*cell{}, fineFrom, math.MinInt64
	carryForward(out.names, views)
	for _, view := range views {
		for key, stats := range view {
			out.newest = max(out.newest, key.second)
			if out.cells[key] == nil {
				length := int64(1)
				if key.second < fineFrom {
					length = block
				}
				out.cells[key] = &cell{slot: key, seconds: length, stats: map[label]*Stat{}}
				out.open = append(out.open, out.cells[key])
			}
			out.cells[key].beside(stats, out.names)
		}
	}
	out.close(math.MaxInt64)
	return out
}

// join takes over when another runner started and ended.
func (r *Recording) join(other *Recording, first bool) {
	if first || other.started.Before(r.started) {
		r.started = other.started
	}
	if end := other.end(); end.After(r.ended) {
		r.ended = end
	}
	r.complete = (first || r.complete) && other.complete
	r.runners += max(other.runners, 1)
}

// view is what is in a recording, with what is before that second in blocks.
func (r *Recording) view(fineFrom int64) map[slot]map[label]*Stat {
	out := map[slot]map[label]*Stat{}
	for _, c := range r.sorted() {
		key := c.slot
		if key.second < fineFrom {
			key.second = blockOf(key.second)
		}
		into := &cell{stats: out[key]}
		if into.stats == nil {
			into.stats = map[label]*Stat{}
			out[key] = into.stats
		}
		into.merge(c.read(r.names))
	}
	return out
}

// beside takes in what another runner saw at the same time.
func (c *cell) beside(stats map[label]*Stat, names map[string]Name) {
	for key, s := range stats {
		if mine := c.stats[key]; mine != nil && names[key.name].Adds {
			mine.pile(s)
			continue
		}
		c.stat(key, s.kind).merge(s)
	}
}

// carryForward gives each runner, in the seconds in which others told one of the gauges that add up, the last that it told
// itself: a gauge is told only when it changes.
func carryForward(names map[string]Name, views []map[slot]map[label]*Stat) {
	for _, row := range names {
		if !row.Adds {
			continue
		}
		key := label{name: row.Name}
		told := map[slot]bool{}
		for _, view := range views {
			for at, stats := range view {
				if stats[key] != nil {
					told[at] = true
				}
			}
		}
		order := slices.SortedFunc(maps.Keys(told), slot.compare)
		for _, view := range views {
			carry(view, key, order)
		}
	}
}

func carry(view map[slot]map[label]*Stat, key label, order []slot) {
	var last *Stat
	for _, at := range order {
		if here := view[at][key]; here != nil {
			last = here
			continue
		}
		if last == nil {
			continue
		}
		if view[at] == nil {
			view[at] = map[label]*Stat{}
		}
		held := newStat(Gauge)
		held.add(last.last)
		view[at][key] = held
	}
}
