package record

import (
	"cmp"
	"math"
	"slices"
	"sync"
	"time"
)

const (
	// openFor is for how many seconds a second stays in the form in which samples can be added without unpacking it.
	openFor = 3
	// fineFor is for how many seconds each is kept for itself. What is older is kept in blocks.
	fineFor = 2 * 60 * 60
	// block is how many seconds a block has. It begins at a whole ten of Unix seconds, so that those of all runners are the same.
	block = 10
)

// Recording is what a run was like, second by second and phase by phase: counts, rates, gauges, and sketches of times, from
// which any quantile of any stretch can be had later, and of any sum of runners.
//
// The zero value is empty and ready; its methods may be called by many users at once. Seconds are whole ones of Unix time,
// counted by the monotonic clock from the start: setting the clock during a run does not move them.
//
// It costs about what its file does, because seconds that are over are kept as their lines: with 1,000 users (350 turns a
// second) 3 KB a second, 10.5 MB an hour. After two hours older seconds are kept in blocks of ten: a day is 58 MB. Nothing is
// lost by that but the place within the ten seconds. TestWhatADayCosts measures it.
type Recording struct {
	mu       sync.Mutex
	names    map[string]Name
	started  time.Time
	cells    map[slot]*cell
	open     []*cell
	newest   int64 // the latest second
	fineFrom int64 // what is before this second is in blocks

	ended    time.Time
	complete bool
	runners  int
}

// slot is where samples belong: a Unix second, and the phase of the run.
type slot struct {
	second int64
	phase  string
}

func (s slot) compare(other slot) int {
	return cmp.Or(cmp.Compare(s.second, other.second), cmp.Compare(s.phase, other.phase))
}

// New begins a recording whose run started at that time.
func New(started time.Time) *Recording {
	r := &Recording{}
	r.Start(started)
	return r
}

// Start says when the run started; without it, that is the time of the first sample. The first call counts.
func (r *Recording) Start(at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.start(at)
}

func (r *Recording) start(at time.Time) {
	if r.cells != nil {
		return
	}
	r.names, r.cells = table(), map[slot]*cell{}
	r.started, r.runners = at, 1
	r.fineFrom, r.newest = math.MinInt64, math.MinInt64
}

// Sample is one value of a name. Reason is that of a failure.
type Sample struct {
	Name, Reason string
	Value        float64
}

// largest is the greatest value that is kept; sums of many of them are still numbers.
const largest = 1e100

// Add records what was seen at that time, in that phase of the run: all samples of one event together. Samples of names
// that are not in Names are ignored, and so are values that are no numbers.
func (r *Recording) Add(at time.Time, phase string, samples ...Sample) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.start(at)
	var c *cell
	for _, sample := range samples {
		name, known := r.names[sample.Name]
		if !known || !(math.Abs(sample.Value) <= largest) { // NaN too
			continue
		}
		key := label{name: sample.Name}
		if name.Reasons {
			key.reason = sample.Reason
		}
		if c == nil {
			c = r.at(r.second(at), phase)
		}
		c.stat(key, name.Kind).add(sample.Value)
	}
}

// End says when the run ended, and whether it came to the end that was planned for it.
func (r *Recording) End(at time.Time, complete bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.start(at)
	r.ended, r.complete = at, complete
}

// second is the Unix second of a time; what was before the start counts as the start.
func (r *Recording) second(at time.Time) int64 {
	into := time.Duration(r.started.Nanosecond()) + max(at.Sub(r.started), 0) // monotonic where both times are
	return r.started.Unix() + int64(into/time.Second)
}

// at is the open cell for a second and phase.
func (r *Recording) at(second int64, phase string) *cell {
	if second > r.newest {
		r.newest = second
		r.close(second - openFor)
		r.coarsen(second - fineFor)
	}
	length := int64(1)
	if second < r.fineFrom {
		second, length = blockOf(second), block
	}
	key := slot{second, phase}
	c := r.cells[key]
	if c == nil {
		c = &cell{slot: key, seconds: length, stats: map[label]*Stat{}}
		r.cells[key] = c
		r.open = append(r.open, c)
	}
	if c.stats == nil { // it comes late
		c.stats, c.packed = c.read(r.names), nil
		r.open = append(r.open, c)
	}
	return c
}

// close packs what is open and older than that second.
func (r *Recording) close(before int64) {
	r.open = slices.DeleteFunc(r.open, func(c *cell) bool {
		if c.second >= before {
			return false
		}
		c.pack()
		return true
	})
}

// coarsen puts the seconds before that one into blocks.
func (r *Recording) coarsen(before int64) {
	before = blockOf(before)
	if before <= r.fineFrom {
		return
	}
	var old []*cell
	for _, c := range r.cells {
		if c.seconds < block && c.second < before {
			old = append(old, c)
		}
	}
	r.fineFrom = before
	if len(old) == 0 {
		return
	}
	slices.SortFunc(old, func(a, b *cell) int { return a.compare(b.slot) })
	r.open = slices.DeleteFunc(r.open, func(c *cell) bool { return c.second < before })
	blocks := map[slot]*cell{}
	for _, c := range old {
		delete(r.cells, c.slot)
		key := slot{blockOf(c.second), c.phase}
		if blocks[key] == nil {
			blocks[key] = &cell{slot: key, seconds: block, stats: map[label]*Stat{}}
		}
		blocks[key].merge(c.read(r.names))
	}
	for key, c := range blocks {
		if earlier := r.cells[key]; earlier != nil {
			late := c.stats
			c.stats = earlier.read(r.names)
			c.merge(late)
		}
		c.pack()
		r.cells[key] = c
	}
}

// blockOf is the second at which the block begins that has this second.
func blockOf(second int64) int64 {
	rest := second % block
	if rest < 0 {
		rest += block
	}
	return second - rest
}

// sorted are the cells in the order of time.
func (r *Recording) sorted() []*cell {
	out := make([]*cell, 0, len(r.cells))
	for _, c := range r.cells {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b *cell) int { return a.compare(b.slot) })
	return out
}
