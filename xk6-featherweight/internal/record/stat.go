package record

import (
	"math"

	"github.com/DataDog/sketches-go/ddsketch"
	"github.com/DataDog/sketches-go/ddsketch/mapping"
	"github.com/DataDog/sketches-go/ddsketch/store"
)

// RelativeAccuracy is how far a quantile of a recording is at most from the one of its samples: 1 % of it.
const RelativeAccuracy = 0.01

// The times that a sketch tells apart, in ms: a nanosecond to eleven days. What is shorter counts as 0, what is longer as
// the longest.
const (
	shortestTime = 1e-6
	longestTime  = 1e9
)

// Stat is what the samples of one name came to over some stretch of the run. A nil Stat has no samples.
type Stat struct {
	kind                   Kind
	n, sum, min, max, last float64
	sketch                 *ddsketch.DDSketch // of a Time
}

func newStat(kind Kind) *Stat {
	s := &Stat{kind: kind, min: math.Inf(1), max: math.Inf(-1)}
	if kind == Time {
		s.sketch = newSketch()
	}
	return s
}

// newSketch is a DDSketch (Masson, Rim, Lee: DDSketch, VLDB 2019) that never drops a bin, so that sketches of the same
// samples are the same however they were merged.
func newSketch() *ddsketch.DDSketch {
	return ddsketch.NewDDSketch(newMapping(), store.NewDenseStore(), store.NewDenseStore())
}

func newMapping() *mapping.LogarithmicMapping {
	m, err := mapping.NewLogarithmicMapping(RelativeAccuracy)
	if err != nil {
		panic(err) // the accuracy is a constant between 0 and 1
	}
	return m
}

// add takes a sample in.
func (s *Stat) add(value float64) {
	if s.kind == Rate && value != 0 {
		value = 1
	}
	if s.kind == Time {
		value = min(max(value, 0), longestTime)
		kept := value
		if kept < shortestTime {
			kept = 0
		}
		if err := s.sketch.Add(kept); err != nil {
			panic(err) // only what lies outside of the range is refused
		}
	}
	s.n++
	s.sum += value
	s.min, s.max, s.last = min(s.min, value), max(s.max, value), value
}

// merge takes in what a later stretch of the same run came to.
func (s *Stat) merge(other *Stat) {
	s.n += other.n
	s.sum += other.sum
	s.min, s.max = min(s.min, other.min), max(s.max, other.max)
	s.last = other.last
	if s.sketch != nil {
		if err := s.sketch.MergeWith(other.sketch); err != nil {
			panic(err) // all have the same mapping
		}
	}
}

// pile adds the gauge of another runner in the same moment: their states add up. The greatest and the least are bounds then,
// because those of two runners need not be of the same moment.
func (s *Stat) pile(other *Stat) {
	n := max(s.n, other.n)
	s.sum = (s.Mean() + other.Mean()) * n
	s.n = n
	s.min += other.min
	s.max += other.max
	s.last += other.last
}

// N is how many samples there were; of a Count nobody knows, see Sum.
func (s *Stat) N() float64 {
	if s == nil {
		return 0
	}
	return s.n
}

// Sum is their sum: of a Count what was counted, of a Rate how often it was 1.
func (s *Stat) Sum() float64 {
	if s == nil {
		return 0
	}
	return s.sum
}

// Mean is their mean, of a Rate the share; NaN without samples.
func (s *Stat) Mean() float64 { return s.value(func() float64 { return s.sum / s.n }) }

// Min is the least; NaN without samples.
func (s *Stat) Min() float64 { return s.value(func() float64 { return s.min }) }

// Max is the greatest, exactly; NaN without samples.
func (s *Stat) Max() float64 { return s.value(func() float64 { return s.max }) }

// Last is the latest of a Gauge; NaN without samples.
func (s *Stat) Last() float64 { return s.value(func() float64 { return s.last }) }

// Quantile is the q-quantile (0 to 1) of a Time in ms, within RelativeAccuracy of the sample of rank q(n-1), rounded down;
// NaN without samples, and of other kinds.
func (s *Stat) Quantile(q float64) float64 {
	return s.value(func() float64 {
		if s.sketch == nil {
			return math.NaN()
		}
		found, err := s.sketch.GetValueAtQuantile(q)
		if err != nil {
			return math.NaN()
		}
		return min(max(found, s.min), s.max)
	})
}

// Within is the q-quantile of a Time as Quantile has it, but placed in its bin as if the samples there lay evenly, and the ends
// of the bin: the true one lies between them, and never beyond the least and the greatest sample, which are known exactly. NaN
// as for Quantile.
func (s *Stat) Within(q float64) (at, low, high float64) {
	if s.N() == 0 || s.sketch == nil {
		return math.NaN(), math.NaN(), math.NaN()
	}
	rank := math.Floor(q * (s.n - 1))
	before := s.sketch.GetZeroCount()
	m := newMapping()
	s.sketch.GetPositiveValueStore().ForEach(func(bin int, count float64) bool {
		if rank < before || before+count <= rank {
			before += count
			return false
		}
		low, high = max(m.LowerBound(bin), s.min), min(m.LowerBound(bin+1), s.max)
		const middle = 0.5 // of the place that a sample has
		at = low + (high-low)*(rank-before+middle)/count
		return true
	})
	return at, low, high
}

// UpTo is how many samples of a Time are in the bins up to that of ms.
func (s *Stat) UpTo(ms float64) float64 {
	if s == nil || s.sketch == nil {
		return 0
	}
	total := s.sketch.GetZeroCount()
	if ms < shortestTime {
		return total
	}
	last := newMapping().Index(ms)
	s.sketch.GetPositiveValueStore().ForEach(func(index int, count float64) bool {
		if index > last {
			return true
		}
		total += count
		return false
	})
	return total
}

func (s *Stat) value(of func() float64) float64 {
	if s == nil || s.n == 0 {
		return math.NaN()
	}
	return of()
}
