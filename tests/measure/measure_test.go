package measure

import (
	"math"
	"testing"
)

func TestASpreadIsTheMedianBetweenTheLeastAndTheGreatest(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		values []float64
		want   Spread
		text   string
	}{
		"odd":  {[]float64{3, 1, 2}, Spread{2, 1, 3}, "2.0 (1.0 to 3.0)"},
		"even": {[]float64{4, 1, 2, 9}, Spread{3, 1, 9}, "3.0 (1.0 to 9.0)"},
		"one":  {[]float64{5}, Spread{5, 5, 5}, "5.0"},
	} {
		got := Of(test.values)
		if got != test.want || got.Text(1) != test.text {
			t.Errorf("%s: %+v, %q", name, got, got.Text(1))
		}
	}
	if none := Of(nil); !math.IsNaN(none.Median) || none.Text(2) != "-" {
		t.Errorf("of nothing: %+v, %q", none, none.Text(2))
	}
}

// Of a machine that becomes ten times slower after the first round the medians alone would say 10/3.
func TestARatioIsTakenRoundByRound(t *testing.T) {
	t.Parallel()
	ours, stock := []float64{1, 10, 10}, []float64{3, 30, 20}
	if got, want := Ratio(ours, stock), (Spread{1.0 / 3, 1.0 / 3, 0.5}); got != want {
		t.Errorf("%+v, not %+v", got, want)
	}
	if got := Ratio([]float64{1, 2}, []float64{4}); got.Median != 0.25 || got.High != 0.25 {
		t.Errorf("a round of one alone counts: %+v", got)
	}
}
