package compare_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/compare"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

func one(run compare.Run) []compare.Run { return []compare.Run{run} }

func small(s server, seed uint64) compare.Run { return simulate(s, 40, 60, seed) }

func several(s server, n int, seed uint64) []compare.Run {
	var out []compare.Run
	for i := range n {
		out = append(out, small(s, seed+uint64(i)))
	}
	return out
}

func TestWhatBecameWorseIsWorseAndItsIntervalHoldsTheTruth(t *testing.T) {
	t.Parallel()
	const factor = 1.4
	usualP90 := usual.response * math.Exp(1.2816*math.Sqrt(ofTurns*ofTurns+ofUsers*ofUsers+wandering*wandering)) // of a lognormal distribution
	truth := (factor - 1) * usualP90
	report := compare.Compare(one(small(usual, 1)), one(small(usual.slower(factor), 2)), compare.Tolerance{})
	line := of(t, report, "response time", "steady")
	assert.Equal(t, compare.Worse, line.Word)
	assert.Less(t, line.Low, truth)
	assert.Greater(t, line.High, truth)
	assert.Positive(t, line.Low)
	assert.InDelta(t, factor-1, line.Worsening(), 0.15)
	assert.Equal(t, compare.Worse, report.Word())
	assert.Equal(t, compare.Same, of(t, report, "loop frequency", "steady").Word)

	back := of(t, compare.Compare(one(small(usual.slower(factor), 2)), one(small(usual, 1)), compare.Tolerance{}), "response time", "steady")
	assert.Equal(t, compare.Better, back.Word)
	assert.InDelta(t, -line.Low, back.High, 1e-9)
	assert.InDelta(t, -line.High, back.Low, 1e-9)
	assert.Negative(t, back.Worsening())
}

func TestALoopThatIsSlowerIsWorseThoughItsNumberIsLower(t *testing.T) {
	t.Parallel()
	slow := usual
	slow.hz = 95.5
	report := compare.Compare(one(small(usual, 1)), one(small(slow, 2)), compare.Tolerance{})
	line := of(t, report, "loop frequency", "steady")
	assert.Equal(t, compare.Worse, line.Word)
	assert.Less(t, line.Low, -2.0)
	assert.Greater(t, line.High, -2.0)
	assert.Equal(t, compare.Same, of(t, compare.Compare(one(small(usual, 1)), one(small(slow, 2)), compare.Tolerance{"": 0.05}), "loop frequency", "steady").Word,
		"2 Hz are less than 5 %")
}

func TestMoreFailuresAreWorseAndTheBaseWithoutAnyIsNoObstacle(t *testing.T) {
	t.Parallel()
	broken, perfect := usual, usual
	broken.errors, perfect.errors = 0.2, 0
	line := of(t, compare.Compare(one(small(perfect, 1)), one(small(broken, 2)), compare.Tolerance{}), "error rate", "")
	assert.Equal(t, compare.Worse, line.Word)
	assert.InDelta(t, 0, line.Base, 0)
	assert.Greater(t, line.High, line.New)
	assert.True(t, math.IsInf(line.Worsening(), 1))
}

func TestATolerance(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		given   compare.Tolerance
		matters float64 // as a share of the response time of the base
	}{{compare.Tolerance{}, 0.05}, {compare.Tolerance{"": 0.03}, 0.03}, {compare.Tolerance{"": 0.03, "response time": 0.1}, 0.1}} {
		line := of(t, compare.Compare(one(small(usual, 1)), one(small(usual, 2)), c.given), "response time", "steady")
		assert.InDelta(t, c.matters, line.Share(line.Matters), 1e-9, c.given)
	}
	line := of(t, compare.Compare(one(small(usual, 1)), one(small(usual, 2)), compare.Tolerance{"": 0}), "loop frequency", "steady")
	assert.InDelta(t, 0, line.Matters, 1e-9, "none is none, and not the default")
}

func TestARunComparedWithItselfIsTheSameInEveryLine(t *testing.T) {
	t.Parallel()
	report := compare.Compare(one(small(usual, 1)), one(small(usual, 1)), compare.Tolerance{})
	for _, line := range report.Lines {
		assert.Equal(t, compare.Same, line.Word, "%s %s", line.Name, line.Phase)
	}
	assert.Equal(t, compare.Same, report.Word())
}

func TestWhatOneEventDecidesIsJudgedByItsLimit(t *testing.T) {
	t.Parallel()
	stuck, restarted, near := usual, usual, usual
	stuck.standstill, restarted.restarts, near.standstill = 4000, 1, 400
	standstill := func(s server) compare.Line {
		return of(t, compare.Compare(one(small(usual, 1)), one(small(s, 2)), compare.Tolerance{}), "longest standstill", "")
	}
	assert.Equal(t, compare.Same, standstill(usual).Word, "some ms are little beside a limit of 1 s")
	assert.Equal(t, compare.Worse, standstill(stuck).Word)
	assert.Equal(t, compare.Unknown, standstill(near).Word, "400 ms are within the limit, and one event")
	assert.True(t, math.IsNaN(standstill(stuck).Low), "there is no interval")
	again := of(t, compare.Compare(one(small(restarted, 1)), one(small(usual, 2)), compare.Tolerance{}), "loop restarts", "")
	assert.Equal(t, compare.Better, again.Word)
}

func TestWhatWasNotMeasuredCannotBeTold(t *testing.T) {
	t.Parallel()
	dead := usual
	dead.errors = 1e9
	line := of(t, compare.Compare(one(small(usual, 1)), one(small(dead, 2)), compare.Tolerance{}), "response time", "steady")
	assert.Equal(t, compare.Unknown, line.Word)
	assert.Equal(t, "not measured in the new run", line.Why)
}

// Five runs on each side are the fewest of which the test can say anything at the confidence of a report.
func TestFiveRunsOnEachSideAreJudgedAsRuns(t *testing.T) {
	t.Parallel()
	fewer := compare.Compare(several(usual, 4, 10), several(usual, 4, 20), compare.Tolerance{})
	assert.False(t, fewer.Repeats)
	report := compare.Compare(several(usual, 5, 10), several(usual.slower(1.3), 5, 20), compare.Tolerance{})
	require.True(t, report.Repeats)
	line := of(t, report, "response time", "steady")
	assert.Equal(t, compare.Worse, line.Word)
	assert.Positive(t, line.Low)
	assert.InDelta(t, 0.3, line.Worsening(), 0.1)
	again := compare.Compare(several(usual, 5, 30), several(usual, 5, 40), compare.Tolerance{})
	for _, l := range again.Lines {
		assert.NotEqual(t, compare.Worse, l.Word, "%s %s", l.Name, l.Phase)
	}
	assert.Equal(t, compare.Same, of(t, again, "loop restarts", "").Word)
	assert.True(t, math.IsNaN(of(t, again, "longest standstill", "").Low), "what has no interval in one run is no part of the 95 %")
}

func TestALoopThatTurnsTooFastIsNotBetter(t *testing.T) {
	t.Parallel()
	fast := small(usual, 2)
	for i := range fast.SLOs {
		if fast.SLOs[i].Name == "loop frequency maximum" {
			fast.SLOs[i].Outcome = slo.Fail
		}
	}
	twice := usual
	twice.hz = 195
	fast.Recording = small(twice, 2).Recording
	report := compare.Compare(one(small(usual, 1)), one(fast), compare.Tolerance{})
	assert.Equal(t, compare.Worse, of(t, report, "loop frequency maximum", "steady").Word)
	for _, line := range report.Lines {
		assert.NotEqual(t, "loop frequency", line.Name)
	}
}

func TestAGateHitsWhatItNames(t *testing.T) {
	t.Parallel()
	line := func(word compare.Word, difference float64) compare.Line {
		return compare.Line{Row: slo.Row{Relation: slo.Less}, Judged: true, Base: 100, New: 100 + difference, Difference: difference, Word: word}
	}
	for _, c := range []struct {
		gate string
		line compare.Line
		hits bool
	}{
		{"worse", line(compare.Worse, 1), true},
		{"worse=5%", line(compare.Worse, 4.9), false},
		{"worse=5%", line(compare.Worse, 5), true},
		{"worse=5%", line(compare.Unknown, 50), false},
		{"worse", line(compare.Better, -50), false},
		{"cannot-tell", line(compare.Unknown, 0), true},
		{"cannot-tell", line(compare.Worse, 50), false},
		{"worse=5%, cannot-tell", line(compare.Unknown, 0), true},
		{"worse", line(compare.Same, 5), false},
	} {
		gate, err := compare.ParseGate(c.gate)
		require.NoError(t, err)
		assert.Equal(t, c.hits, gate.Hits(c.line), "%s: %s by %v", c.gate, c.line.Word, c.line.Difference)
	}
	for _, wrong := range []string{"", "bad", "worse=", "worse=5", "worse=-1%", "worse=NaN%", "cannot-tell=5%"} {
		_, err := compare.ParseGate(wrong)
		assert.Error(t, err, wrong)
	}
}
