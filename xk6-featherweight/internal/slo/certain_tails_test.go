package slo

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// none are the tags of a sample that has none.
type none struct{}

func (none) Get(string) (string, bool) { return "", false }

// Of 100 answers 30 took longer than a second: too many for a p(90) below that, whatever another objective asks of the same times.
func TestEachPercentileOfAMetricHasATailOfItsOwn(t *testing.T) {
	t.Parallel()
	row := func(statistic string, limit float64) Row {
		return Row{Metric: "times", Statistic: statistic, Relation: Less, Limit: limit}
	}
	live := &Live{sinks: map[string][]*sink{}}
	rows := []Row{row("p(90)", 1000), row("p(90)", 3000), row("p(95)", 1000)}
	for _, r := range rows {
		live.sink(r.Metric, r.Statistic).watch(r)
	}
	for i := range 100 {
		value := 500.0
		if i < 30 {
			value = 2000
		}
		live.Add("times", none{}, value)
	}
	for i, slow := range []float64{30, 0, 30} {
		n, _, got := live.shareOf(rows[i])
		assert.Equal(t, []float64{100, slow}, []float64{n, got}, "%s below %v", rows[i].Statistic, rows[i].Limit)
	}
}
