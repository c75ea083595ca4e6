package runners_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/record"
	"github.com/featherweight/xk6-featherweight/internal/runners"
	"github.com/featherweight/xk6-featherweight/internal/slo"
	"github.com/featherweight/xk6-featherweight/internal/slo/slotest"
)

const late = 5 * time.Second

// However the users of a test are shared, the verdict is the one of the run that has them all.
func TestTheVerdictOverRunnersIsThatOfTheSingleRun(t *testing.T) {
	t.Parallel()
	verdicts := map[string]int{}
	for seed := range uint64(30) {
		random := rand.New(rand.NewPCG(seed, 12))
		w, plan, n := someWorld(random), slotest.Plan(), 2+random.IntN(9)
		data, want, _ := w.single(plan)
		whole := runners.Join(w.runners(t, plan, n), late)
		if undecided(want) || undecided(whole.Verdict) { // what the end cut off lies so near to the limit that 1 % decides
			continue
		}
		require.Equal(t, want.Verdict, whole.Verdict.Verdict, "seed %d: %v, and alone %v", seed, whole.Verdict.Reasons, want.Reasons)
		require.Equal(t, want.ExitCode, whole.Verdict.ExitCode, "seed %d", seed)
		require.Equal(t, slotest.ExitCode(data), whole.ExitCode(), "seed %d: exit code of k6", seed)
		require.Equal(t, crossed(data), crossed(whole.Data), "seed %d", seed)
		verdicts[want.Verdict]++
		for i, row := range whole.Verdict.SLOs {
			alone := want.SLOs[i]
			require.Equal(t, alone.Outcome, row.Outcome, "seed %d: %s: %s, and alone %s", seed, row.Name, row.Why, alone.Why)
			compare(t, fmt.Sprintf("seed %d: %s", seed, row.Name), alone, row)
		}
		assert.InDelta(t, data.Sum("chat_turns"), whole.Data.Sum("chat_turns"), 0)
		assert.Equal(t, data.Failures(), whole.Data.Failures())
		assert.Equal(t, n, whole.Summary.Runners)
	}
	assert.Greater(t, verdicts[slo.PASS], 3, "%v", verdicts)
	assert.Greater(t, verdicts[slo.FAIL], 3, "%v", verdicts)
}

// crossed are the thresholds of k6, but for those of what the end cut off.
func crossed(data slo.Data) []string {
	return slices.DeleteFunc(data.Crossed(), func(one string) bool { return strings.HasPrefix(one, "slo_") })
}

// undecided are those in which an objective is decided by waits that were cut off.
func undecided(v slo.Verdict) bool {
	for _, row := range v.SLOs {
		if strings.Contains(row.Why, "cut off") {
			return true
		}
	}
	return false
}

// compare: a value is exact, or the bound of the sum holds the exact one; the interval of the sum holds the exact one, and is not
// wider than that by more than the error.
func compare(t *testing.T, what string, alone, row slo.Judged) {
	t.Helper()
	require.Equal(t, alone.Value == nil, row.Value == nil, what)
	if row.Value == nil {
		return
	}
	if strings.HasPrefix(row.Statistic, "p(") {
		require.NotNil(t, row.Low, what)
		assert.LessOrEqual(t, *row.Low, *alone.Value+1e-9, what)
		assert.GreaterOrEqual(t, *row.High, *alone.Value-1e-9, what)
		assert.InEpsilon(t, *alone.Value, *row.Value, 0.03, what)
	} else {
		assert.InDelta(t, *alone.Value, *row.Value, 1e-9*(1+*alone.Value), what)
	}
	if alone.Evidence == nil {
		return
	}
	require.NotNil(t, row.Evidence, what)
	assert.Equal(t, []int{alone.Evidence.N, alone.Evidence.Users}, []int{row.Evidence.N, row.Evidence.Users}, what)
}

// The users of a runner that left no end are not in the sum, and that is said.
func TestWhyRunnersAreNotAWholeTest(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 7))
	w := someWorld(random)
	w.loop["loop_hz{phase:steady}"] = slotest.Times(60, 100)
	for name, test := range map[string]struct {
		change func(all []runners.Runner) []runners.Runner
		want   string
	}{
		"one is missing": {
			func(all []runners.Runner) []runners.Runner { return append(all[:1:1], all[2]) }, "the runner of the part 1/3:2/3 is missing",
		},
		"the last is missing": {
			func(all []runners.Runner) []runners.Runner { return all[:2] }, "the runner of the part 2/3:1 is missing",
		},
		"one was killed": {
			func(all []runners.Runner) []runners.Runner { all[2].Account.End = nil; return all },
			"3-of-3 (part 2/3:3/3) began and left no end: it was killed, or still runs",
		},
		"one started no load": {
			func(all []runners.Runner) []runners.Runner { all[0].Account.Started = time.Time{}; return all },
			"1-of-3 (part 0/3:1/3) started no load: its log says why",
		},
		"one was stopped": {
			func(all []runners.Runner) []runners.Runner {
				all[0].Account.End.Complete, all[0].Account.End.Ran = false, 12_000
				return all
			},
			"1-of-3 (part 0/3:1/3) was cut: it ended after 12s of 1m25s",
		},
		"one has no recording": {
			func(all []runners.Runner) []runners.Runner {
				all[1].Recording, all[1].Problem = nil, "disk full"
				return all
			},
			"2-of-3 (part 1/3:2/3) left no recording: disk full",
		},
		"one was late": {
			func(all []runners.Runner) []runners.Runner {
				all[2].Account.Started = began.Add(7 * time.Second)
				return all
			},
			"3-of-3 (part 2/3:3/3) was late: it began 7s after the first, and not within 5s",
		},
		"one is of another test": {
			func(all []runners.Runner) []runners.Runner { all[2].Account.Test = ""; return all },
			"2-of-3 and 3-of-3 are not of one test: testid is t there, not set here",
		},
		"one has another limit": {
			func(all []runners.Runner) []runners.Runner {
				all[0].Account.Plan.Limits = slotest.Limits()
				all[0].Account.Plan.Limits["ERROR_RATE_THRESHOLD"] = 0.5
				return all
			},
			"2-of-3 and 1-of-3 are not of one test: their plans differ",
		},
		"two ran the same part": {
			func(all []runners.Runner) []runners.Runner { return append(all, all[0]) },
			"1-of-3 and 1-of-3 ran the same part of the load: 0:1/3 is in both",
		},
		"two observed the loop": {
			func(all []runners.Runner) []runners.Runner { all[0].Account.Observes = true; return all },
			"2 runners observed the loop, and one should",
		},
		"a folder was empty": {
			func(all []runners.Runner) []runners.Runner {
				return append([]runners.Runner{{Name: "x", Problem: "it left no runner.json"}}, all...)
			},
			"x is missing: it left no runner.json",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			whole := runners.Join(test.change(w.runners(t, slotest.Plan(), 3)), late)
			assert.Equal(t, slo.INVALID, whole.Verdict.Verdict)
			assert.Contains(t, whole.Verdict.Reasons, test.want)
			assert.Equal(t, 99, whole.ExitCode())
			assert.Equal(t, 99, *whole.Summary.ExitCode)
			assert.False(t, whole.Summary.Complete, "JUnit would call the run green")
		})
	}
}

func TestARunnerWithOtherVariablesIsNamedWithThem(t *testing.T) {
	t.Parallel()
	all := someWorld(rand.New(rand.NewPCG(1, 1))).runners(t, slotest.Plan(), 2)
	require.NoError(t, all[0].Account.Config.UnmarshalJSON([]byte(`{"VUS": 10, "SUMMARY_FILE": "a", "DURATION": "1m"}`)))
	require.NoError(t, all[1].Account.Config.UnmarshalJSON([]byte(`{"VUS": 20, "SUMMARY_FILE": "b", "DURATION": "1m"}`)))
	got := runners.Join(all, late).Verdict
	assert.Equal(t, []string{"2-of-2 and 1-of-2 are not of one test: VUS is 20 there, 10 here"}, got.Reasons[:1])
	assert.NotContains(t, strings.Join(got.Reasons, ";"), "SUMMARY_FILE", "each writes its own")
}

func TestAWholeTestHasEnded(t *testing.T) {
	t.Parallel()
	all := someWorld(rand.New(rand.NewPCG(1, 1))).runners(t, slotest.Plan(), 3)
	assert.True(t, runners.Ended(all))
	assert.False(t, runners.Ended(all[1:]), "the first has not even begun")
	all[2].Account.End = nil
	assert.False(t, runners.Ended(all))
	assert.False(t, runners.Ended(nil))
}

func TestWhoRanWhatIsTold(t *testing.T) {
	t.Parallel()
	all := someWorld(rand.New(rand.NewPCG(1, 1))).runners(t, slotest.Plan(), 2)
	all[1].Account.End = nil
	lines := strings.Split(strings.TrimSpace(runners.Text(all)), "\n")
	require.Len(t, lines, 3)
	assert.Equal(t, []string{"1-of-2", "0/2:1/2", "+0ms"}, strings.Fields(lines[1])[:3])
	assert.Equal(t, []string{"2-of-2", "1/2:2/2", "+100ms", "-", "-", "-"}, strings.Fields(lines[2]))
}

func TestWhatIsNoAccountIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		``, `{}`, `[]`, `{"schema":"featherweight-slo/runner/v0","part":"0:1/2"}`, `{"schema":"featherweight-slo/runner/v1","part":"1/2"}`,
		`{"schema":"featherweight-slo/runner/v1","part":"2/3:1/3"}`, `{"schema":"featherweight-slo/runner/v1","part":"0:2"}`,
		`{"schema":"featherweight-slo/runner/v1","part":"0:1/2","end":{"attempts":{"waits":[{"ended":{"1":[3]}}]}}}`,
		`{"schema":"featherweight-slo/runner/v1","part":"0:1/2","end":{"attempts":{"waits":[{"ended":{"1":[3,1e300]}}]}}}`,
		`{"schema":"featherweight-slo/runner/v1","part":"0:1/2","end":{"attempts":{"shares":{"error_rate":{"1":{"N":1,"Hits":2}}}}}}`,
	} {
		_, err := runners.Read([]byte(text))
		require.ErrorIs(t, err, runners.ErrForeign, text)
	}
}

// The most users that were there at the same time are those of all runners.
func TestUsersOfAllRunnersAddUp(t *testing.T) {
	t.Parallel()
	all := someWorld(rand.New(rand.NewPCG(1, 1))).runners(t, slotest.Plan(), 2)
	for i := range all {
		all[i].Recording = record.New(began)
		all[i].Recording.Add(began.Add(time.Duration(i)*time.Second), steady, record.Sample{Name: "ws_connected", Value: float64(10 + i)})
		all[i].Recording.End(began.Add(86*time.Second), true)
		all[i].Account.End.Metrics["ws_connected{phase:steady}"] = slo.Metric{Type: "gauge", Values: slo.Values{"value": 1, "min": 1, "max": 11}}
	}
	got := runners.Join(all, late).Data.Metrics["ws_connected{phase:steady}"].Values
	assert.InDelta(t, 21, got["max"], 0)
}
