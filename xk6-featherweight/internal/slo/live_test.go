package slo_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/record"
	"github.com/featherweight/xk6-featherweight/internal/slo"
	"github.com/featherweight/xk6-featherweight/internal/slo/slotest"
)

// tags are those of a sample.
type tags map[string]string

func (t tags) Get(name string) (string, bool) {
	value, there := t[name]
	return value, there
}

// taken apart, "loop_hz{phase:steady}" is a name and its tags.
func apart(metric string) (string, tags) {
	name, text, _ := strings.Cut(strings.TrimSuffix(metric, "}"), "{")
	out := tags{}
	for tag := range strings.SplitSeq(text, ",") {
		if key, value, tagged := strings.Cut(tag, ":"); tagged {
			out[key] = value
		}
	}
	return name, out
}

// told are the samples of a run, in some order, to the rows of a plan.
func told(plan slo.Plan, run samples) *slo.Live {
	live := slo.NewLive(plan)
	for _, metric := range slices.Sorted(maps.Keys(run)) {
		name, tagged := apart(metric)
		for _, value := range run[metric] {
			live.Add(name, tagged, value)
		}
	}
	return live
}

// asK6 gives each metric the samples of those with more tags, as k6 does.
func asK6(model slotest.Model, run samples) samples {
	byName := map[string][]string{}
	for metric := range model {
		name, _ := apart(metric)
		byName[name] = append(byName[name], metric)
	}
	out := samples{}
	for _, tagged := range slices.Sorted(maps.Keys(run)) {
		name, has := apart(tagged)
		for _, metric := range byName[name] {
			_, wanted := apart(metric)
			fits := true
			for key, value := range wanted {
				fits = fits && has[key] == value
			}
			if fits {
				out[metric] = append(out[metric], run[tagged]...)
			}
		}
	}
	return out
}

// beside a limit: so many samples that a percentile of them is now on this side of it, now on that, and often between two.
func beside(random *rand.Rand, limit, percentile float64) []float64 {
	out := make([]float64, 1+random.IntN(120))
	for i := range out {
		out[i] = limit * (0.5 + 0.5*random.Float64())
		if random.Float64()*100 >= percentile {
			out[i] = limit * (1 + random.Float64()*0.5)
		}
		if random.Float64() < 0.02 {
			out[i] = limit
		}
	}
	return out
}

// outcomes by the names of the rows.
func outcomes(rows []slo.Judged) map[string]slo.Outcome {
	out := map[string]slo.Outcome{}
	for _, row := range rows {
		out[row.Name] = row.Outcome
	}
	return out
}

func TestAtTheEndEveryOutcomeIsThatOfTheVerdictInRandomRuns(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 2))
	comprehensive := slo.Comprehensive()
	plan := slotest.Plan()
	plan.Scenario = &comprehensive
	model := slotest.NewModel(plan)
	seen := map[slo.Outcome]int{}
	for range 600 {
		run := randomFlows(random, randomSamples(random, slotest.GoodFlows(comprehensive)), comprehensive)
		if random.IntN(2) == 0 {
			run["message_response_time{phase:steady}"] = beside(random, 10000, 90)
			run["ws_connection_time{phase:steady}"] = beside(random, 5000, 95)
			run["generator_error"] = beside(random, 100, 99)
		}
		want := slo.Judge(model.Data(asK6(model, run), slotest.Setup(), whole()+1), plan, nil).SLOs
		require.Equal(t, outcomes(want), outcomes(told(plan, run).End(nil)), "%v", run)
		for _, row := range want {
			if row.Statistic == "p(90)" {
				seen[row.Outcome]++
			}
		}
	}
	assert.Greater(t, min(seen[slo.Pass], seen[slo.Fail], seen[slo.Invalid]), 30, "%v", seen)
}

func TestTheEndKnowsWhatWaitsThatWereCutOffLeaveOpen(t *testing.T) {
	t.Parallel()
	plan := slotest.Plan()
	open := fine()
	open.response.Cut, open.response.Never = 100, 20000
	live := told(plan, slotest.Good())
	assert.Equal(t, slo.Invalid, outcomes(live.End(open))["response time"])
	assert.Equal(t, slo.Pass, outcomes(live.Now(open))["response time"], "nothing is cut off before the end")
	plan.EvidenceRequired = true
	inside := fine()
	inside.errors.High = 0.013
	assert.Equal(t, slo.Invalid, outcomes(told(plan, slotest.Good()).End(inside))["error rate"])
}

// standing is how a row stands now.
func standing(t *testing.T, live *slo.Live, evidence slo.Evidence, row string) float64 {
	t.Helper()
	for _, one := range live.Now(evidence) {
		if one.Name == row {
			found, shown := one.Standing()
			require.True(t, shown)
			return found
		}
	}
	t.Fatalf("there is no row %s", row)
	return 0
}

func TestWhatIsTooEarlyToSayIsUndecidedAndNotMissed(t *testing.T) {
	t.Parallel()
	steady := tags{"phase": "steady"}
	for _, test := range []struct {
		row, metric string
		tags        tags
		bad         float64 // a sample that misses the limit
		enough      int     // with so many something is said
	}{
		{"error rate", "error_rate", nil, 1, 100},
		{"response time", "message_response_time", steady, 20000, 10},
		{"connection time", "ws_connection_time", steady, 20000, 20},
		{"generator lag", "generator_error", nil, 500, 100},
		{"loop coverage", "hz_coverage", nil, 0, 10},
	} {
		live := slo.NewLive(slotest.Plan())
		assert.InDelta(t, -1, standing(t, live, nil, test.row), 0, "%s without a sample", test.row)
		for n := 1; n < test.enough; n++ {
			live.Add(test.metric, test.tags, test.bad)
			require.InDelta(t, -1, standing(t, live, nil, test.row), 0, "%s after %d", test.row, n)
		}
		live.Add(test.metric, test.tags, test.bad)
		assert.InDelta(t, 0, standing(t, live, nil, test.row), 0, test.row)
	}
}

func TestTheFirstWindowBelowTheLimitIsNoMiss(t *testing.T) {
	t.Parallel()
	live := slo.NewLive(slotest.Plan())
	hz := tags{"type": "hz", "reading": "ok"}
	assert.InDelta(t, -1, standing(t, live, nil, "good windows"), 0)
	live.Add("checks", hz, 0)
	assert.InDelta(t, 1, standing(t, live, nil, "good windows"), 0, "one of one: chance, for a loop that is below in 5% of the time")
	live.Add("checks", hz, 0)
	live.Add("checks", hz, 0)
	assert.InDelta(t, 0, standing(t, live, nil, "good windows"), 0, "three of three are none")
	live.Add("checks", tags{"type": "other"}, 0)
	for range 60 {
		live.Add("checks", hz, 1)
	}
	assert.InDelta(t, 1, standing(t, live, nil, "good windows"), 0, "three of 63 may be")
}

func TestAServerThatDoesNotAnswerAnyMoreIsMissedAtOnceAndForgivenWhenItDoes(t *testing.T) {
	t.Parallel()
	live := slo.NewLive(slotest.Plan())
	for failed, want := range map[int]float64{0: 1, 2: 1, 3: 0} {
		assert.InDelta(t, want, standing(t, live, recorded{silence: failed}, "answers to the end"), 0, "%d attempts", failed)
	}
}

func TestTheAverageOfTheLoopStandsWhereItsBoundsStand(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ low, mean, high, want float64 }{{95.1, 96, 97, 1}, {94, 96, 97, -1}, {60, 60, 60.1, 0}} {
		live := slo.NewLive(slotest.Plan())
		assert.InDelta(t, -1, standing(t, live, nil, "loop frequency"), 0)
		for metric, value := range map[string]float64{"loop_hz": test.mean, "loop_hz_low": test.low, "loop_hz_high": test.high} {
			live.Add(metric, tags{"phase": "ramp"}, 10)
			live.Add(metric, tags{"phase": "steady"}, value)
		}
		assert.InDelta(t, test.want, standing(t, live, nil, "loop frequency"), 0, "%+v", test)
	}
}

func TestAPreconditionThatDoesNotHoldIsMissedAndOneThatCannotBeShownIsNothing(t *testing.T) {
	t.Parallel()
	live := slo.NewLive(slotest.Plan())
	live.Add("generator_suspended", untagged, 1)
	assert.InDelta(t, 0, standing(t, live, nil, "generator awake"), 0)
	for _, row := range live.Now(nil) {
		if row.Name == "longest standstill" { // only a counter shows it
			_, shown := row.Standing()
			assert.False(t, shown)
		}
	}
	live.Add("loop_longest_gap", untagged, 1001)
	assert.InDelta(t, 0, standing(t, live, nil, "longest standstill"), 0)
}

var untagged tags

func TestManyUsersAddAtOnce(t *testing.T) {
	t.Parallel()
	live := slo.NewLive(slotest.Plan())
	var users sync.WaitGroup
	for range 20 {
		users.Go(func() {
			for i := range 100 {
				live.Add("chat_turns", untagged, 1)
				live.Add("error_rate", untagged, float64(i%50/49)) // 2 of 100 fail
			}
			live.Now(&record.Record{})
		})
	}
	users.Wait()
	assert.InDelta(t, 0, standing(t, live, nil, "error rate"), 0)
	for range 2001 {
		live.Add("error_rate", untagged, 0)
	}
	assert.InDelta(t, 1, standing(t, live, nil, "error rate"), 0, "40 of 4001")
}
