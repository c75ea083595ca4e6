package fwhz

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/lib"

	"github.com/featherweight/xk6-featherweight/internal/run"
	"github.com/featherweight/xk6-featherweight/internal/runners"
)

// segments are the command lines of k6-operator for so many runners.
func segments(n int) [][]string {
	ends := []string{"0"}
	for i := 1; i < n; i++ {
		ends = append(ends, fmt.Sprintf("%d/%d", i, n))
	}
	ends = append(ends, "1")
	var out [][]string
	for i := range n {
		out = append(out, []string{
			"k6", "run", "--quiet", "--execution-segment=" + ends[i] + ":" + ends[i+1],
			"--execution-segment-sequence=" + strings.Join(ends, ","), "script.js", "--address=0.0.0.0:6565", "--paused",
		})
	}
	return out
}

// However many runners share them, there are the users 1 to VUS, each once, and one observer; as k6 shares out its VUs.
func TestEveryUserIsThereOnceAndTheLoopIsObservedOnce(t *testing.T) {
	t.Parallel()
	const users = 40
	for _, n := range []int{2, 3, 7, 10} {
		var numbers []int64
		observers := 0
		for i, line := range segments(n) {
			p, err := newPart(line)
			require.NoError(t, err)
			assert.True(t, p.isPart())
			assert.Equal(t, i+1, p.position())
			assert.Len(t, p.parts, n)
			if p.observes() {
				observers++
			}
			for range p.tuple.ScaleInt64(users) {
				numbers = append(numbers, p.nextUser())
			}
		}
		slices.Sort(numbers)
		require.Len(t, numbers, users, "%d runners", n)
		for i, number := range numbers {
			require.Equal(t, int64(i+1), number, "%d runners", n)
		}
		assert.Equal(t, 1, observers, "%d runners", n)
	}
	whole, err := newPart([]string{"k6", "run", "script.js"})
	require.NoError(t, err)
	assert.False(t, whole.isPart())
	assert.True(t, whole.observes())
	assert.Equal(t, []int64{1, 2, 3}, []int64{whole.nextUser(), whole.nextUser(), whole.nextUser()})
}

func TestAPartIsSaidInEitherFormAndAMistakeIsOneLine(t *testing.T) {
	t.Parallel()
	for _, line := range [][]string{
		{"--execution-segment", "1/2:1", "--execution-segment-sequence", "0,1/2,1"}, {"--execution-segment=0.5:100%"},
	} {
		p, err := newPart(line)
		require.NoError(t, err)
		assert.Equal(t, "1/2:1", p.segment)
		assert.Equal(t, []string{"0:1/2", "1/2:1"}, p.parts)
	}
	for _, line := range [][]string{
		{"--execution-segment=x"},
		{"--execution-segment=2/3:1/3"},
		{"--execution-segment-sequence=0,x"},
		{"--execution-segment=0:1/3", "--execution-segment-sequence=0,1/2,1"},
	} {
		_, err := newPart(line)
		require.Error(t, err, "%v", line)
		assert.Contains(t, err.Error(), "--execution-segment", "%v", line)
	}
}

// A configuration file or a packed script can have a segment, too: then objectives of the wrong part would be in force.
func TestAPartThatK6RunsAndTheCommandLineDoesNotNameIsRefused(t *testing.T) {
	t.Parallel()
	options := func(text string) lib.Options {
		var out lib.Options
		require.NoError(t, json.Unmarshal([]byte(text), &out))
		return out
	}
	second := options(`{"executionSegment": "1/2:1", "executionSegmentSequence": "0,1/2,1"}`)
	whole, err := newPart(nil)
	require.NoError(t, err)
	require.NoError(t, whole.checked(lib.Options{}))
	require.ErrorIs(t, whole.checked(second), errHiddenPart)
	p, err := newPart(segments(2)[1])
	require.NoError(t, err)
	require.NoError(t, p.checked(second))
	require.ErrorIs(t, p.checked(lib.Options{}), errHiddenPart)
	require.ErrorIs(t, p.checked(options(`{"executionSegment": "1/2:1", "executionSegmentSequence": "0,1/4,1/2,1"}`)), errHiddenPart)
}

// runnerVU is a VU of the runner with that command line.
func runnerVU(t *testing.T, number int, line []string, variables string) (*virtualUser, *suite) {
	t.Helper()
	root := New().(*rootModule)
	root.arguments = line
	u := suiteVU(t, root, number, "mine", variables)
	return u, &suite{module: u.module, plan: root.plans["mine"]}
}

func TestOnlyTheObserverHasObjectivesOfTheLoop(t *testing.T) {
	t.Parallel()
	of := func(line []string) string {
		u, _ := runnerVU(t, 0, line, `{ABORT_ON_FAIL: '10s'}`)
		return u.run(`Object.keys(suite.options.thresholds).filter((m) => /count<1|avg>|rate>0\.|max<=/.test(String(suite.options.thresholds[m]))).join(' ')`).(string)
	}
	observer, other := of(segments(3)[0]), of(segments(3)[1])
	assert.Contains(t, observer, "loop_hz{phase:steady}")
	assert.Contains(t, observer, "checks{type:hz}")
	for _, of := range []string{"loop_hz{phase:steady}", "checks{type:hz}", "hz_coverage", "loop_longest_gap"} {
		assert.NotContains(t, other, of)
	}
	assert.Contains(t, other, "slo_missed")
	assert.NotContains(t, observer, "slo_given_up", "a runner knows its own part only")
	u, s := runnerVU(t, 0, segments(3)[1], `{ABORT_ON_FAIL: '10s'}`)
	assert.Contains(t, strings.Join(s.plan.warnings, "; "), "ABORT_ON_FAIL has no effect in a runner of several")
	assert.JSONEq(t, u.run(`JSON.stringify(suite.options.scenarios)`).(string), func() string {
		whole, _ := runnerVU(t, 0, nil, `{ABORT_ON_FAIL: '10s'}`)
		return whole.run(`JSON.stringify(suite.options.scenarios)`).(string)
	}(), "the load is that of the whole: k6 takes the part of it")
}

func TestAUserHasTheNumberOfTheWholeTest(t *testing.T) {
	t.Parallel()
	root := New().(*rootModule)
	root.arguments = segments(3)[1]
	var got []any
	for number := range 3 {
		u := suiteVU(t, root, number+1, "mine", `{}`)
		assert.Contains(t, u.throws(`suite.user`), "not possible in the init context")
		u.start()
		got = append(got, u.run(`suite.user`), u.run(`suite.user`))
	}
	assert.Equal(t, []any{int64(2), int64(2), int64(5), int64(5), int64(8), int64(8)}, got)
}

// A runner says that it is there when its load begins, and what it counted at its end, in a folder of its own.
func TestARunnerLeavesWordWhenItBeginsAndWhenItEnds(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	u, s := runnerVU(t, 0, segments(3)[1], `{RUNNER_DIR: '`+dir+`', SUMMARY_FILE: '/nowhere/summary.json', DURATION: '1m', IDLE: '10s', RAMP_SCALE: '0.1'}`)
	u.state.Options.RunTags = map[string]string{"testrun_name": "mine"}
	u.start()
	mine := filepath.Join(dir, "2-of-3")
	require.NoError(t, os.MkdirAll(mine, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(mine, run.SeriesFile), []byte("of an earlier test"), 0o600))
	began := time.Now().Round(0)
	require.NoError(t, s.announce(u.state, began))
	assert.NoFileExists(t, filepath.Join(mine, run.SeriesFile))
	text, err := os.ReadFile(filepath.Join(mine, run.RunnerFile))
	require.NoError(t, err)
	account, err := runners.Read(text)
	require.NoError(t, err)
	assert.Nil(t, account.End)
	assert.Equal(t, []any{"mine", "1/3:2/3", []string{"0:1/3", "1/3:2/3", "2/3:1"}, false}, []any{account.Test, account.Part, account.Parts, account.Observes})
	assert.True(t, account.Started.Equal(began))
	assert.Empty(t, account.Plan.Part, "the plan is that of the whole")

	out := u.object(`suite.summary%s`, summaryJSON(t))
	for _, name := range []string{"summary.json", "series.ndjson", "report.html", "report.md", "junit.xml"} {
		assert.FileExists(t, filepath.Join(mine, name), "RUNNER_DIR goes before the other variables: they are the same for all runners")
	}
	text, err = os.ReadFile(filepath.Join(mine, run.RunnerFile))
	require.NoError(t, err)
	account, err = runners.Read(text)
	require.NoError(t, err)
	require.NotNil(t, account.End)
	assert.True(t, account.End.Complete)
	assert.Equal(t, "PASS", account.End.Verdict)
	assert.Contains(t, out["stdout"], "this is the part 1/3:2/3 of a test of several runners")
	assert.Contains(t, out["stdout"], "observed by another runner")
	assert.NotContains(t, out["stdout"], "Hz metric validation")
}

func TestARunnerThatCannotWriteStartsNoLoad(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	u, s := runnerVU(t, 0, segments(3)[1], `{RUNNER_DIR: '`+file+`'}`)
	u.start()
	err := s.makePlace()
	require.Error(t, err)
	assert.Contains(t, err.Error(), "the results of this runner cannot be written")
	assert.Contains(t, err.Error(), "set RUNNER_DIR to a folder that can")

	u, s = runnerVU(t, 0, segments(3)[1], `{SUMMARY_FILE: 'a'}`)
	u.start()
	require.NoError(t, s.announce(u.state, time.Now()))
	assert.Contains(t, u.log.LastEntry().Message, "leaves no recording")
}

// What is sent is asked for by the tag testid; a server that is not there is said with what to do, and without its password.
func TestARunnerThatCannotSendStartsNoLoad(t *testing.T) {
	t.Parallel()
	u, s := runnerVU(t, 0, segments(3)[1], `{RUNNER_PUSH_URL: 'http://me:hunter2@127.0.0.1:1/api/v1/write'}`)
	u.start()
	require.ErrorContains(t, s.announce(u.state, time.Now()), "give each runner the same --tag testid=NAME")

	var kept []string
	full := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kept = append(kept, r.Header.Get("Authorization"))
		http.Error(w, "no room for "+r.URL.Path, http.StatusBadRequest)
	}))
	defer full.Close()
	u, s = runnerVU(t, 0, segments(3)[1], `{RUNNER_PUSH_URL: 'http://me:hunter2@`+full.Listener.Addr().String()+`/write', RUNNER_PUSH_AUTH_HEADER: 'Bearer geheim'}`)
	u.state.Options.RunTags = map[string]string{"testid": "tonight"}
	u.start()
	err := s.announce(u.state, time.Now())
	require.ErrorContains(t, err, "cannot be sent to http://"+full.Listener.Addr().String()+"/write: 400 Bad Request no room for /write")
	assert.Contains(t, err.Error(), "set RUNNER_PUSH_URL to what takes Prometheus remote writes")
	assert.NotContains(t, err.Error(), "hunter2")
	assert.Equal(t, []string{"Bearer geheim"}, kept, "the header goes before the user of the address")
}

// k6-operator with parallelism 1 starts a run of the whole: asked for an account, it is the only runner, and its other files stay where
// they were.
func TestARunOfTheWholeIsTheOnlyRunnerWhereAnAccountIsWanted(t *testing.T) {
	t.Parallel()
	for _, wanted := range []bool{false, true} {
		dir, runnerDir := t.TempDir(), ""
		if wanted {
			runnerDir = filepath.Join(dir, "runners")
		}
		u, s := runnerVU(t, 0, nil, `{RUNNER_DIR: '`+runnerDir+`', SERIES_FILE: '`+dir+`/n', SUMMARY_FILE: '', DURATION: '1m', IDLE: '10s', RAMP_SCALE: '0.1'}`)
		u.start()
		require.NoError(t, s.makePlace())
		require.NoError(t, s.announce(u.state, time.Now()))
		u.object(`suite.summary%s`, summaryJSON(t))
		assert.FileExists(t, filepath.Join(dir, "n"))
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		if !wanted {
			require.Len(t, entries, 1)
			continue
		}
		mine := filepath.Join(runnerDir, "1-of-1")
		text, err := os.ReadFile(filepath.Join(mine, run.RunnerFile))
		require.NoError(t, err)
		account, err := runners.Read(text)
		require.NoError(t, err)
		assert.Equal(t, []any{"0:1", []string{"0:1"}, true, true}, []any{account.Part, account.Parts, account.Observes, account.End.Complete})
		series, err := os.ReadFile(filepath.Join(mine, run.SeriesFile))
		require.NoError(t, err)
		same, err := os.ReadFile(filepath.Join(dir, "n"))
		require.NoError(t, err)
		assert.Equal(t, string(same), string(series))
	}
}
