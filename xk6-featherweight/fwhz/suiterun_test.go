package fwhz

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/lib"
	"go.k6.io/k6/v2/metrics"

	"github.com/featherweight/xk6-featherweight/internal/sampler"
)

// running is a started VU with a Suite called mine, as Go sees it.
func running(t *testing.T, variables string) (*virtualUser, *suite) {
	t.Helper()
	root := New().(*rootModule)
	u := suiteVU(t, root, 1, "mine", variables).start()
	_, loop := samplerOf(t)
	loop.module = u.module
	return u, &suite{module: u.module, plan: root.plans["mine"], loop: loop}
}

// tagged are the values of a metric by one of its tags.
func tagged(samples []metrics.Sample, metric, tag string) map[string]float64 {
	out := map[string]float64{}
	for _, sample := range samples {
		if value, has := sample.Tags.Get(tag); has && sample.Metric.Name == metric {
			out[value] = sample.Value
		}
	}
	return out
}

func TestAWindowIsCheckedAgainstTheLimitInForce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*sampler.Window)
		want   map[string]float64
		times  int
	}{
		"above":                         {func(*sampler.Window) {}, map[string]float64{"ok": 1}, 1},
		"not provably below":            {func(w *sampler.Window) { w.Low, w.High = 96, 97.001 }, map[string]float64{"ok": 1}, 1},
		"provably below":                {func(w *sampler.Window) { w.Low, w.High = 96, 97 }, map[string]float64{"ok": 0}, 1},
		"not measured":                  {func(w *sampler.Window) { w.Measured = false }, map[string]float64{"none": 0}, 1},
		"speaks for two that were held": {func(w *sampler.Window) { w.HeldBefore = 2 }, map[string]float64{"ok": 1}, 3},
	} {
		u, s := running(t, `{HZ_AVERAGE_THRESHOLD: '97', HZ_AVERAGE_MAXIMUM: '103'}`)
		s.judgeWindow(u.state, counted(test.change), "steady")
		got := u.emitted()
		assert.Equal(t, test.want, tagged(got, "checks", tagReading), name)
		assert.Len(t, values(got, "checks"), test.times, name)
		assert.Contains(t, tagged(got, "checks", "check"), "loop not provably below 97 Hz", name)
		limits := tagged(got, metricSLOLimit, tagSLO)
		assert.InDelta(t, 97, limits["loop frequency"], 0, name)
		assert.InDelta(t, 103, limits["loop frequency maximum"], 0, name)
		assert.Len(t, limits, len(s.objectives), name)
	}
}

func TestThePhaseIsThatOfTheLoadWhicheverScenarioAsks(t *testing.T) {
	t.Parallel()
	u, s := running(t, `{IDLE: '10s', DURATION: '60s', RAMP_SCALE: '0.1'}`) // idle to 10 s, ramp to 22, steady to 82, rampdown to 85
	for _, at := range []struct {
		scenario string
		progress float64
		phase    string
		left     float64
	}{
		{observerScenario, 0, "idle", 85},
		{observerScenario, 0.5, "steady", 42.5},
		{observerScenario, 1, "rampdown", 0},
		{"chat", 0, "ramp", 75},
		{"chat", 0.5, "steady", 37.5},
		{"chat", 0.99, "rampdown", 0.75},
	} {
		state := &lib.ScenarioState{Name: at.scenario, ProgressFn: func() (float64, []string) { return at.progress, nil }}
		u.VU.CtxField = lib.WithScenarioState(t.Context(), state) //nolint:fatcontext // of the test, not of the round before
		u.run(`suite.tagPhase()`)
		phase, _ := u.state.Tags.GetCurrentValues().Tags.Get(tagPhase)
		assert.Equal(t, at.phase, phase, "%+v", at)
		assert.InDelta(t, at.left, s.left(), 1e-6, "%+v", at)
	}
}

func TestWhatOnlyTheWholeRunShowsBecomesSamples(t *testing.T) {
	t.Parallel()
	u, s := running(t, `{}`)
	began := time.Now()
	for i := range 4 {
		s.root.record.Outcome(began.Add(time.Duration(i)*time.Second), false)
	}
	for user := range uint64(20) { // all of them were cut off above the limit
		s.root.record.Wait(metricResponse, "steady", user, time.Minute, true)
		s.root.record.Wait(metricConnection, "steady", user, time.Second, user < 2) // cut off below the limit: nobody knows
	}
	s.conclude()
	got := u.emitted()
	assert.Equal(t, []float64{4}, values(got, metricSilence))
	assert.Equal(t, map[string]float64{"response time": 1}, tagged(got, metricSLOMissed, tagSLO))
	assert.Equal(t, map[string]float64{"connection time": 1}, tagged(got, metricSLOUndecided, tagSLO))
}

func TestSamplesAreRecordedAsTheyAreSent(t *testing.T) {
	t.Parallel()
	u := newVU(t).chat(serveChat(t, goodChat), `{}`)
	u.run(`const session = chat.connect(); session.ask('one'); session.ask('two'); session.close(); new fwhz.ChatClient('ws://%s').connect()`, nobody)
	whole := u.module.root.recording.Whole("steady")
	assert.InDelta(t, 2, whole.Of(metricTurns).Sum(), 0)
	assert.InDelta(t, 1, whole.For(metricFailures, "dial").Sum(), 0)
	assert.Equal(t, whole.Of(metricResponse).N(), whole.Of(metricTurns).N())
}

func TestTheFilesOfARunAreThoseThatWereAskedFor(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := func(file string) string { return filepath.Join(dir, file) }
	u := suiteVU(t, New().(*rootModule), 0, "mine", `{SUMMARY_FILE: '`+name("s")+`', HTML_FILE: '`+name("h")+`', SERIES_FILE: '`+name("n")+`'}`)
	u.start()
	out := u.object(`suite.summary%s`, summaryJSON(t))
	assert.ElementsMatch(t, []string{"stdout", name("s"), name("h"), name("n")}, keys(out))
	assert.Contains(t, out[name("s")], `"script": "mine"`)
	assert.Contains(t, out[name("h")], "<title>")
	assert.True(t, strings.HasPrefix(out[name("n")].(string), `{"schema":"featherweight-slo/series/v1"`))
	assert.Contains(t, out["stdout"], "VERDICT: ")
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, entries, "k6 writes them")
}

// summaryJSON is what k6 hands over after a run that passed.
func summaryJSON(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../internal/result/testdata/passed.data.json")
	require.NoError(t, err)
	return "(" + string(text) + ")"
}

func keys(object map[string]any) (out []string) {
	for key := range object {
		out = append(out, key)
	}
	return out
}
