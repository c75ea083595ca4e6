package record

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/DataDog/sketches-go/ddsketch/mapping"
)

// Blocks are the lines of a recording in blocks of ten seconds, as a long one is kept, in the order of time: what can be
// sent to where a line a second is too much. What was before the block of that time is in that block.
func (r *Recording) Blocks(notBefore time.Time) []Line {
	r.mu.Lock()
	defer r.mu.Unlock()
	first := blockOf(notBefore.Unix())
	blocks := map[slot]*cell{}
	view := r.view(math.MaxInt64)
	for _, at := range slices.SortedFunc(maps.Keys(view), slot.compare) {
		key := slot{max(at.second, first), at.phase}
		if blocks[key] == nil {
			blocks[key] = &cell{slot: key, seconds: block, stats: map[label]*Stat{}}
		}
		blocks[key].merge(view[at])
	}
	out := make([]Line, 0, len(blocks))
	for _, key := range slices.SortedFunc(maps.Keys(blocks), slot.compare) {
		out = append(out, blocks[key].line())
	}
	return out
}

// FromBlocks makes a recording of its blocks again, in the order in which Blocks gave them. The error says which is none.
func FromBlocks(started, ended time.Time, complete bool, blocks []Line) (*Recording, error) {
	r := New(started)
	for _, one := range blocks {
		if err := r.take(one); err != nil {
			return nil, fmt.Errorf("the block of second %d: %w", one.Second, err)
		}
	}
	r.End(ended, complete)
	return r, nil
}

// BlockAt is the second at which the block begins that ends at a time, or in which that time lies.
func BlockAt(at time.Time) int64 { return blockOf(at.Add(-time.Millisecond).Unix()) }

// BlockEnd is when the block of that second ends.
func BlockEnd(second int64) time.Time { return time.Unix(blockOf(second)+block, 0) }

// Bounds are the ends of a bin of a Sketch, in ms.
func Bounds(bin int) (low, high float64) {
	m := newMapping()
	return m.LowerBound(bin), m.LowerBound(bin + 1)
}

// Index is the bin of a Sketch that a time in ms is in.
func Index(ms float64) int { return index(newMapping(), ms) }

func index(m *mapping.LogarithmicMapping, ms float64) int {
	return m.Index(min(max(ms, shortestTime), longestTime))
}

// NewBlock is an empty block.
func NewBlock(second int64, phase string) *Line {
	return &Line{
		Second: second, Seconds: block, Phase: phase,
		Counts: map[string]float64{}, Rates: map[string][2]float64{}, Gauges: map[string]State{}, Times: map[string]Sketch{},
	}
}

// WithReason is the key of a name in a Line, with a reason or, where that is empty, without; SplitReason tells them apart again.
func WithReason(name, reason string) string { return label{name, reason}.String() }

// SplitReason tells name and reason of a key of a Line.
func SplitReason(key string) (name, reason string) {
	one := parseLabel(key)
	return one.name, one.reason
}
