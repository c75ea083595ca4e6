package pushed

import "github.com/featherweight/xk6-featherweight/internal/record"

// field is a number of what a Line says under a name: the suffix of its series, and where it stands.
type field[T any] struct {
	suffix string
	of     func(*T) *float64
}

// countFields are those of a count, shareFields of a Rate: both grow in their series.
func countFields() []field[float64] {
	return []field[float64]{{"_total", func(n *float64) *float64 { return n }}}
}

func shareFields() []field[[2]float64] {
	return []field[[2]float64]{
		{"_hits_total", func(s *[2]float64) *float64 { return &s[0] }},
		{"_samples_total", func(s *[2]float64) *float64 { return &s[1] }},
	}
}

// stateFields are those of a Gauge, timesFields of a Time beside its histogram: both are as they were in their ten seconds.
func stateFields() []field[record.State] {
	return []field[record.State]{
		{"_samples", func(s *record.State) *float64 { return &s.N }},
		{"_sum", func(s *record.State) *float64 { return &s.Sum }},
		{"_min", func(s *record.State) *float64 { return &s.Min }},
		{"_max", func(s *record.State) *float64 { return &s.Max }},
		{"_last", func(s *record.State) *float64 { return &s.Last }},
	}
}

func timesFields() []field[record.Sketch] {
	return []field[record.Sketch]{
		{"_min", func(t *record.Sketch) *float64 { return &t.Min }},
		{"_max", func(t *record.Sketch) *float64 { return &t.Max }},
	}
}
