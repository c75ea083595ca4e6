// Package measure is what the benchmarks share: what a process costs, ratios of interleaved rounds with their spread, and
// the tables and pictures in which docs/benchmarks.md shows them.
package measure

import (
	"fmt"
	"math"
	"slices"
)

// Spread is what several rounds gave for one figure: the median, and the least and the greatest. With an even number of
// rounds the median is the mean of the two in the middle. Without any all three are NaN.
type Spread struct{ Median, Low, High float64 }

// Of is the spread of these values.
func Of(values []float64) Spread {
	if len(values) == 0 {
		return Spread{math.NaN(), math.NaN(), math.NaN()}
	}
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return Spread{Median: (sorted[(n-1)/2] + sorted[n/2]) / 2, Low: sorted[0], High: sorted[n-1]}
}

// Ratio is the spread of a over b, round by round: what disturbs a machine for minutes disturbs both of a round alike, so
// that it is no ratio of medians. Rounds that only one of them has are left out.
func Ratio(a, b []float64) Spread {
	var ratios []float64
	for i, value := range a[:min(len(a), len(b))] {
		ratios = append(ratios, value/b[i])
	}
	return Of(ratios)
}

// Text shows the median, and the range where there is one, with so many digits after the point.
func (s Spread) Text(digits int) string {
	switch {
	case math.IsNaN(s.Median) || math.IsInf(s.Median, 0): // of nothing, or by nothing
		return "-"
	case s.Low == s.High:
		return fmt.Sprintf("%.*f", digits, s.Median)
	}
	return fmt.Sprintf("%.*f (%.*f to %.*f)", digits, s.Median, digits, s.Low, digits, s.High)
}
