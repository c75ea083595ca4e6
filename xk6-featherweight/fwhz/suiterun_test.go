package fwhz

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus"
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
		s.judgeWindow(u.state, counted(test.change))
		got := u.emitted()
		assert.Equal(t, test.want, tagged(got, "checks", tagReading), name)
		assert.Len(t, values(got, "checks"), test.times, name)
		assert.Contains(t, tagged(got, "checks", "check"), "loop not provably below 97 Hz", name)
	}
}

func TestTheLimitsInForceAndHowTheObjectivesStandAreTold(t *testing.T) {
	t.Parallel()
	u, s := running(t, `{HZ_AVERAGE_THRESHOLD: '97', HZ_AVERAGE_MAXIMUM: '103', WS_CONNECTION_TIME_P95: '0.001'}`)
	now := func() map[string]float64 {
		u.emitted()
		s.tellObjectives(u.state, s.plan.live.Now(&s.module.root.record))
		got := u.emitted()
		limits := tagged(got, metricSLOLimit, tagSLO)
		assert.InDelta(t, 97, limits["loop frequency"], 0)
		assert.InDelta(t, 103, limits["loop frequency maximum"], 0)
		assert.Len(t, limits, len(s.plan.slo.Rows()))
		return tagged(got, metricSLOOutcome, tagSLO)
	}
	start := now()
	assert.InDelta(t, -1, start["error rate"], 0)
	assert.InDelta(t, -1, start["response time"], 0)
	assert.InDelta(t, 1, start["loop restarts"], 0)
	assert.NotContains(t, start, "longest standstill", "no counter was read")

	u.run(`globalThis.chat = new fwhz.ChatClient(%q)`, serveChat(t, goodChat))
	u.run(`for (let i = 0; i < 40; i++) { const session = chat.connect(); session.ask('?'); session.close(); }`)
	s.loop.send(u.state, counted(func(w *sampler.Window) { w.Restarted = true }), "steady")
	for range 70 {
		u.run(`fwhz.evidence.attempt('error_rate', true)`) // as a script of one's own does
	}
	later := now()
	assert.InDelta(t, 0, later["error rate"], 0, "70 of 110 failed")
	assert.InDelta(t, 1, later["response time"], 0)
	assert.InDelta(t, 0, later["connection time"], 0, "none takes less than a microsecond")
	assert.InDelta(t, 0, later["loop restarts"], 0)
	assert.InDelta(t, 1, later["longest standstill"], 0)
}

func TestWhatAScriptCountsItselfStandsToo(t *testing.T) {
	t.Parallel()
	root := New().(*rootModule)
	u := suiteVU(t, root, 1, "comprehensive", `{}`).start()
	s := &suite{module: u.module, plan: root.plans["comprehensive"]}
	u.state.Tags.Modify(func(tags *metrics.TagsAndMeta) { tags.SetTag("scenario", "users") })
	u.run(`
		for (let i = 0; i < 20; i++) {
			fwhz.evidence.attempt('upload_failures', i < 5);
			fwhz.evidence.wait('upload_processing_time', 100);
			fwhz.evidence.attempt('http_req_failed', false);
		}
		for (let i = 0; i < 10; i++) fwhz.evidence.count('ws_connection_errors');`)
	s.tellObjectives(u.state, s.plan.live.Now(&s.module.root.record))
	got := tagged(u.emitted(), metricSLOOutcome, tagSLO)
	for row, want := range map[string]float64{
		"upload failures": 0, "upload time": 1, "failed requests": 1, "connection errors": 0, "request time": -1, "auth failures": -1, "script exceptions": 1,
	} {
		assert.InDelta(t, want, got[row], 0, row)
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
		s.module.root.record.Outcome(began.Add(time.Duration(i)*time.Second), false)
	}
	for user := range uint64(20) { // all of them were cut off above the limit
		s.module.root.record.Wait(metricResponse, "steady", user, time.Minute, true)
		s.module.root.record.Wait(metricConnection, "steady", user, time.Second, user < 2) // cut off below the limit: nobody knows
	}
	s.conclude()
	got := u.emitted()
	assert.Equal(t, []float64{4}, values(got, metricSilence))
	assert.Equal(t, map[string]float64{"response time": 1}, tagged(got, metricSLOMissed, tagSLO))
	assert.Equal(t, map[string]float64{"connection time": 1}, tagged(got, metricSLOUndecided, tagSLO))
	standing := tagged(got, metricSLOOutcome, tagSLO)
	assert.InDelta(t, 0, standing["answers to the end"], 0)
	assert.InDelta(t, 0, standing["response time"], 0)
	assert.InDelta(t, -1, standing["connection time"], 0)
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
	assert.Equal(t, []string{"stdout"}, keys(out), "k6 would leave half a file where it is killed")
	text := func(file string) string {
		content, err := os.ReadFile(name(file))
		require.NoError(t, err)
		return string(content)
	}
	assert.Contains(t, text("s"), `"script": "mine"`)
	assert.Contains(t, text("h"), "<title>")
	assert.True(t, strings.HasPrefix(text("n"), `{"schema":"featherweight-slo/series/v1"`))
	assert.Contains(t, out["stdout"], "VERDICT: ")
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 3, "and nothing else")
}

func TestAFileThatCannotBeWrittenIsToldAndKeepsNothingElseBack(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	u := suiteVU(t, New().(*rootModule), 0, "mine", `{SUMMARY_FILE: '`+dir+`/none/s', JUNIT_FILE: '`+dir+`/j', REPORT_FILE: 'stdout'}`)
	u.start()
	out := u.object(`suite.summary%s`, summaryJSON(t))
	assert.Equal(t, []string{"stdout"}, keys(out))
	assert.Contains(t, out["stdout"], "VERDICT: ")
	assert.Contains(t, out["stdout"], "# INVALID: mine")
	assert.FileExists(t, filepath.Join(dir, "j"))
	assert.Equal(t, []string{"SUMMARY_FILE=" + dir + "/none/s cannot be written (no such file or directory): make that folder, or set SUMMARY_FILE to another file"}, u.logged(logrus.ErrorLevel))
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

// k6 closes the sessions of a user with its last iteration, when no script of it runs any more.
func TestASessionThatItsUserNeverClosedIsCountedAtTheEnd(t *testing.T) {
	t.Parallel()
	_, s := running(t, `{}`)
	other := vuOf(t, s.module.root).start()
	other.chat(serveChat(t, goodChat), `{}`)
	other.run(`const abandoned = chat.connect(); abandoned.ask('?')`)
	other.emitted()
	other.cancel()
	s.conclude()
	got := other.emitted()
	assert.Len(t, values(got, "ws_session_duration"), 1)
	assert.Equal(t, []float64{0}, values(got, metricConnected))
	s.conclude()
	assert.Empty(t, values(other.emitted(), "ws_session_duration"), "once")
}

func TestAWindowWithoutAnUpperBoundIsNotDrawn(t *testing.T) {
	t.Parallel()
	u, s := running(t, `{}`)
	drawn := func(high float64) []metrics.Sample {
		e := u.module.emit(u.state, nil)
		s.drawWindow(e, counted(func(w *sampler.Window) { w.Low, w.High = 90, high }))
		e.send()
		return u.emitted()
	}
	assert.Empty(t, drawn(math.Inf(1)), "JSON has no infinity, and all lines of a chart begin together")
	requireLines(t, "loop_window_low 90;loop_window_high 110;loop_hz_limit 95", drawn(110))
}
