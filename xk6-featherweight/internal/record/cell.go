package record

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
)

// cell is what was seen in a slot: either as stats, to which samples are added, or packed as the line of series.ndjson.
type cell struct {
	slot

	seconds int64
	stats   map[label]*Stat
	packed  []byte
}

// stat is the one of a label; it makes it.
func (c *cell) stat(key label, kind Kind) *Stat {
	s := c.stats[key]
	if s == nil {
		s = newStat(kind)
		c.stats[key] = s
	}
	return s
}

// merge takes in what was seen later.
func (c *cell) merge(later map[label]*Stat) {
	for key, s := range later {
		c.stat(key, s.kind).merge(s)
	}
}

// read is what is in it; a packed one stays packed.
func (c *cell) read(names map[string]Name) map[label]*Stat {
	if c.stats != nil {
		return c.stats
	}
	var l Line
	if err := json.Unmarshal(c.packed, &l); err != nil {
		panic(err) // we have written it
	}
	stats, err := l.stats(names)
	if err != nil {
		panic(err)
	}
	return stats
}

func (c *cell) pack() {
	if c.stats == nil {
		return
	}
	packed, err := json.Marshal(c.line())
	if err != nil {
		panic(err) // there are only finite numbers in it
	}
	c.packed, c.stats = packed, nil
}

// Line is the form of a cell in series.ndjson. Keys are names, or name{reason:…}.
type Line struct {
	Second  int64                 `json:"second"`  // Unix time
	Seconds int64                 `json:"seconds"` // how many it stands for
	Phase   string                `json:"phase"`
	Counts  map[string]float64    `json:"counts,omitempty"`
	Rates   map[string][2]float64 `json:"rates,omitempty"`  // how often 1, of how many
	Gauges  map[string]State      `json:"gauges,omitempty"` //
	Times   map[string]Sketch     `json:"times,omitempty"`  // milliseconds
}

// State is what a gauge was.
type State struct {
	N    float64 `json:"n"`
	Sum  float64 `json:"sum"`
	Min  float64 `json:"min"`
	Max  float64 `json:"max"`
	Last float64 `json:"last"`
}

// Sketch is what times were like. Bins has pairs: the step from the index of the bin before (from 0 for the first), and how many samples
// are in the bin. Bin i holds the times from g^i to g^(i+1) ms, with g = (1+a)/(1-a) and a the relative accuracy.
type Sketch struct {
	Sum  float64   `json:"sum"`
	Min  float64   `json:"min"`
	Max  float64   `json:"max"`
	Zero float64   `json:"zero,omitempty"` // too short to have a bin
	Bins []float64 `json:"bins"`
}

func (c *cell) line() Line {
	l := Line{
		Second: c.second, Seconds: c.seconds, Phase: c.phase,
		Counts: map[string]float64{}, Rates: map[string][2]float64{}, Gauges: map[string]State{}, Times: map[string]Sketch{},
	}
	for key, s := range c.stats {
		name := key.String()
		switch s.kind {
		case Count:
			l.Counts[name] = s.sum
		case Rate:
			l.Rates[name] = [2]float64{s.sum, s.n}
		case Gauge:
			l.Gauges[name] = State{s.n, s.sum, s.min, s.max, s.last}
		case Time:
			l.Times[name] = s.times()
		}
	}
	return l
}

func (s *Stat) times() Sketch {
	out := Sketch{Sum: s.sum, Min: s.min, Max: s.max, Zero: s.sketch.GetZeroCount(), Bins: []float64{}}
	before := 0
	s.sketch.GetPositiveValueStore().ForEach(func(index int, count float64) bool {
		out.Bins = append(out.Bins, float64(index-before), count)
		before = index
		return false
	})
	return out
}

const reasonBegins, reasonEnds = "{reason:", "}"

// String is the label as it stands in a line.
func (l label) String() string {
	if l.reason == "" {
		return l.name
	}
	return l.name + reasonBegins + l.reason + reasonEnds
}

func parseLabel(text string) label {
	name, rest, found := strings.Cut(text, reasonBegins)
	reason, whole := strings.CutSuffix(rest, reasonEnds)
	if !found || !whole || reason == "" {
		return label{name: text}
	}
	return label{name, reason}
}

// greatest is what a count can be: up to here, every whole number is exact.
const greatest = 1 << 53

// stats is what the line tells; names that are not in the table are left out.
func (l Line) stats(names map[string]Name) (map[label]*Stat, error) {
	out := map[label]*Stat{}
	put := func(text string, kind Kind, fill func(s *Stat) error) error {
		key := parseLabel(text)
		name, known := names[key.name]
		if !known {
			return nil
		}
		if name.Kind != kind {
			return fmt.Errorf("%s is a %s there, and is a %s", text, kind, name.Kind)
		}
		if key.reason != "" && !name.Reasons {
			return fmt.Errorf("%s has no reasons", name.Name)
		}
		s := newStat(kind)
		if err := fill(s); err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
		out[key] = s
		return nil
	}
	var errs []error
	for text, count := range l.Counts {
		errs = append(errs, put(text, Count, func(s *Stat) error {
			s.n, s.sum, s.min, s.max, s.last = 1, count, count, count, count
			return atLeast(-largest, count, -count)
		}))
	}
	for text, rate := range l.Rates {
		errs = append(errs, put(text, Rate, func(s *Stat) error {
			s.sum, s.n, s.min, s.max = rate[0], rate[1], 0, 1
			return atLeast(0, s.sum, s.n-s.sum, greatest-s.n)
		}))
	}
	for text, g := range l.Gauges {
		errs = append(errs, put(text, Gauge, func(s *Stat) error {
			s.n, s.sum, s.min, s.max, s.last = g.N, g.Sum, g.Min, g.Max, g.Last
			return errors.Join(atLeast(0, s.n-1, greatest-s.n, s.max-s.min), atLeast(-largest, s.sum, -s.sum, s.min, -s.max, s.last, -s.last))
		}))
	}
	for text, t := range l.Times {
		errs = append(errs, put(text, Time, func(s *Stat) error { return s.fill(t) }))
	}
	return out, errors.Join(errs...)
}

var errNumbers = errors.New("its numbers contradict each other")

func atLeast(least float64, values ...float64) error {
	for _, v := range values {
		if v < least {
			return errNumbers
		}
	}
	return nil
}

// fill makes a stat of a sketch.
func (s *Stat) fill(t Sketch) error {
	m := newMapping()
	least, most := float64(m.Index(shortestTime)), float64(m.Index(longestTime))
	if err := atLeast(0, t.Min, t.Max-t.Min, longestTime-t.Max, t.Sum, largest-t.Sum, t.Zero); err != nil {
		return err
	}
	if len(t.Bins)%2 != 0 {
		return errNumbers
	}
	total, index := t.Zero, 0.0
	if t.Zero > 0 {
		if err := s.sketch.AddWithCount(0, t.Zero); err != nil {
			return fmt.Errorf("failed to add %v times of 0 ms: %w", t.Zero, err)
		}
	}
	for i := 0; i < len(t.Bins); i += 2 {
		step, count := t.Bins[i], t.Bins[i+1]
		index += step
		if step != math.Trunc(step) || count != math.Trunc(count) || (i > 0 && step < 1) {
			return errNumbers
		}
		if err := atLeast(0, index-least, most-index, count-1, greatest-count); err != nil {
			return err
		}
		s.sketch.GetPositiveValueStore().AddWithCount(int(index), count)
		total += count
	}
	s.n, s.sum, s.min, s.max, s.last = total, t.Sum, t.Min, t.Max, t.Max
	return atLeast(0, total-1, greatest-total)
}
