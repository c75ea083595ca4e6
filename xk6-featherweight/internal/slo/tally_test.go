package slo_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/slo"
	"github.com/featherweight/xk6-featherweight/internal/slo/slotest"
)

type inSteady struct{}

func (inSteady) Get(name string) (string, bool) { return "steady", name == "phase" }

// tailsOf are those of the response time (p(90) below 10 s) after these samples.
func tailsOf(t *testing.T, samples []float64) slo.Tail {
	t.Helper()
	live := slo.NewLive(slotest.Plan())
	for _, sample := range samples {
		live.Add("message_response_time", inSteady{}, sample)
	}
	for _, tail := range live.Tails() {
		if tail.Metric == "message_response_time{phase:steady}" {
			return tail
		}
	}
	t.Fatal("no tail of the response time")
	return slo.Tail{}
}

// However few the samples are and whoever has them: the bound has the percentile of all, on one side of the limit.
func TestTailsOfSeveralRunnersTellTheSideOfAllSamples(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	sides := map[bool]int{}
	for range 400 {
		var all []float64
		var sum slo.Tail
		for runner := range 1 + random.IntN(4) {
			var mine []float64
			for range random.IntN(20) {
				mine = append(mine, 9_000+random.Float64()*1_100)
			}
			all = append(all, mine...)
			if tail := tailsOf(t, mine); runner == 0 {
				sum = tail
			} else {
				require.True(t, sum.SameAs(tail))
				sum = sum.Plus(tail)
			}
		}
		bound, ok := sum.Bound()
		require.Equal(t, len(all) > 0, ok)
		if !ok {
			continue
		}
		slices.Sort(all)
		at := 0.9 * float64(len(all)-1)
		low, high := int(at), min(int(at)+1, len(all)-1)
		want := all[low] + (all[high]-all[low])*(at-float64(low))
		require.LessOrEqual(t, bound.Low, want+1e-9)
		require.GreaterOrEqual(t, bound.High, want-1e-9)
		require.Equal(t, bound.Low < 10_000, bound.High < 10_000, "a side is one")
		sides[want < 10_000]++
	}
	assert.Greater(t, min(sides[true], sides[false]), 20, "%v", sides)
}

func TestATailThatContradictsItselfTellsNothing(t *testing.T) {
	t.Parallel()
	whole := tailsOf(t, []float64{9_000, 10_500})
	for _, change := range []func(*slo.Tail){
		func(t *slo.Tail) { t.Below = nil }, func(t *slo.Tail) { t.Above = nil }, func(t *slo.Tail) { t.N = 0 }, func(t *slo.Tail) { t.Under = 0 },
	} {
		broken := whole
		change(&broken)
		_, ok := broken.Bound()
		assert.False(t, ok, "%+v", broken)
	}
}

func TestALimitInsideTheErrorOfASumIsNotCalled(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		bound   slo.Bound
		value   float64
		outcome slo.Outcome
	}{
		{slo.Bound{Low: 9_900, High: 10_100}, 10_000, slo.Invalid},
		{slo.Bound{Low: 9_800, High: 9_999}, 9_900, slo.Pass},
		{slo.Bound{Low: 10_000, High: 10_200}, 10_100, slo.Fail},
	} {
		data := slotest.Run(nil)
		metric := data.Metrics["message_response_time{phase:steady}"]
		metric.Values["p(90)"], metric.Bounds = test.value, map[string]slo.Bound{"p(90)": test.bound}
		data.Metrics["message_response_time{phase:steady}"] = metric
		for _, row := range slo.Judge(data, slotest.Plan(), nil).SLOs {
			if row.Name == "response time" {
				assert.Equal(t, test.outcome, row.Outcome, row.Why)
				assert.Equal(t, []float64{test.bound.Low, test.bound.High}, []float64{*row.Low, *row.High})
			}
		}
	}
}

// A threshold that is looked at here is met when k6 says so.
func TestAThresholdIsMetWhenK6SaysSo(t *testing.T) {
	t.Parallel()
	plan := slotest.Plan()
	for name, samples := range map[string]slotest.Samples{"good": slotest.Good(), "none": {}, "bad": slotest.Good().Changed(slotest.Samples{
		"error_rate": slotest.Times(9, 1), "loop_restarts": {2}, "message_response_time{phase:steady}": {20_000}, "loop_hz_low{phase:steady}": {3},
	})} {
		data := slotest.Data(samples, plan, nil, 90)
		var met, crossed int
		for _, one := range plan.Objectives() {
			assert.Equal(t, data.Metrics[one.Metric].Thresholds[one.Expression].OK, one.Met(data), "%s: %+v", name, one)
			if one.Met(data) {
				met++
			} else {
				crossed++
			}
		}
		assert.Positive(t, met, name)
		assert.Equal(t, name != "good", crossed > 0, name)
	}
}

// A runner that does not observe the loop has no objective of it, and says who has.
func TestARunnerThatDoesNotObserveTheLoopIsNotJudgedByIt(t *testing.T) {
	t.Parallel()
	plan := slotest.Plan()
	plan.Part, plan.Blind = "1/3:2/3", true
	samples := slotest.Good()
	for name := range samples {
		if len(name) > 5 && (name[:5] == "loop_" || name[:3] == "hz_" || name[:6] == "checks") {
			delete(samples, name)
		}
	}
	data := slotest.Data(samples, plan, slotest.Setup(), slotest.Shape().Total.Seconds()+0.25)
	got := slo.Judge(data, plan, nil)
	assert.Equal(t, slo.PASS, got.Verdict, "%v", got.Reasons)
	assert.Equal(t, []string{
		"every objective is met",
		"this is the part 1/3:2/3 of a test of several runners: k6 x fwhz verdict judges the whole; another runner observes the loop",
	}, got.Reasons)
	var names []string
	for _, row := range got.SLOs {
		names = append(names, row.Name)
	}
	assert.Equal(t, []string{
		"error rate", "answers to the end", "connection time", "response time", "generator lag", "generator failures", "generator awake", "script exceptions",
	}, names)
	assert.Empty(t, data.Crossed())
}
