package result_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/result"
	"github.com/featherweight/xk6-featherweight/internal/slo"
	"github.com/featherweight/xk6-featherweight/internal/slo/slotest"
)

// made are summary and text of a good run with changes.
func made(changes slotest.Samples, setup any, seconds float64) (result.Summary, string) {
	data := slotest.Data(slotest.Good().Changed(changes), slotest.Plan(), setup, seconds)
	verdict := slo.Judge(data, slotest.Plan(), nil)
	run := result.Run{Script: "a.js", Config: result.Object[any]{{"DURATION", "1m"}}, Plan: slotest.Plan(), Shape: slotest.Shape(), Now: now()}
	return result.NewSummary(data, verdict, run), result.Text(data, verdict, slotest.Shape().Phases, nil, false)
}

func wholeRun() float64 { return slotest.Shape().Total.Seconds() + 0.25 }

func failedRun() (result.Summary, string) {
	return made(slotest.Samples{
		"error_rate": append(slotest.Times(190, 0), slotest.Times(10, 1)...), "chat_failures{reason:dial}": {10},
		"loop_hz{phase:steady}": slotest.Times(60, 90), "loop_hz_low{phase:steady}": {89.9}, "loop_hz_high{phase:steady}": {90.1},
		"checks{type:hz}": slotest.Times(80, 0),
	}, slotest.Setup(), wholeRun())
}

func TestTheSummaryHoldsTheNumbersOfTheRun(t *testing.T) {
	t.Parallel()
	summary, _ := failedRun()
	assert.Equal(t, []any{"featherweight-slo/summary/v1", slo.FAIL, 99, true}, []any{summary.Schema, summary.Verdict, *summary.ExitCode, summary.Complete})
	assert.Equal(t, result.Object[float64]{{"dial", 10}}, summary.Failures)
	assert.Equal(t, []float64{200, 10, 4000, 800}, []float64{summary.Totals.Turns, summary.Totals.Failed, summary.Totals.Tokens, summary.Totals.LoopReadings})
	assert.Equal(t, "counter", *summary.Loop.Source)
	assert.True(t, summary.Loop.Measured)
	assert.Equal(t, "2026-01-02T03:04:05.000Z", *summary.StartedAt)
	assert.Equal(t, "2026-01-02T03:05:31.500Z", summary.EndedAt)
	assert.Equal(t, []float64{85, 85}, []float64{summary.Seconds, summary.PlannedSeconds})
	require.Len(t, summary.Phases, 4)
	steady, ramp := summary.Phases[2], summary.Phases[1]
	assert.Equal(t, &result.LoopHz{Avg: 90, Min: 90, Max: 90, Low: 89.9, High: 90.1, Windows: 60}, steady.LoopHz)
	assert.Equal(t, []float64{22, 82, 10, 10}, []float64{steady.From, steady.To, float64(steady.Users), *steady.Connections})
	p90 := 1200.0
	assert.Equal(t, &result.Latency{Avg: 1200, P90: &p90, Max: 1200}, steady.ResponseTime)
	assert.Equal(t, &result.Counter{From: 2220, To: 8210}, steady.Counter)
	assert.Equal(t, result.Phase{Name: "ramp", From: 10, To: 22, Users: 10}, ramp, "nothing where nothing was")
	var crossed []string
	for _, one := range summary.Thresholds {
		if !*one.OK {
			crossed = append(crossed, one.Metric)
		}
		assert.NotRegexp(t, `>=0$`, one.Expression, "objectives and guards only")
	}
	assert.Equal(t, []string{"error_rate", "loop_hz{phase:steady}", "loop_hz_low{phase:steady}", "checks{type:hz}"}, crossed)
	assert.Len(t, summary.Thresholds, 29)
}

func TestTheTextHasTheRowsThatTheDocumentationPromises(t *testing.T) {
	t.Parallel()
	_, shown := made(nil, slotest.Setup(), wholeRun())
	for _, row := range []string{
		`(?m)^✓ error_rate\.+: 0\.00% ✓ 0 {4}✗ 200 `,
		`(?m)^✓ checks\{type:hz\}\.+: avg=100\.0 min=100\.0 max=100\.0 +avg > 95 and < 105 Hz, between 99\.98 and 100\.02$`,
		`(?m)^✓ ws_connection_time\.+: avg=12ms +min=12ms +max=12ms +p\(95\) < 5s, is 12ms$`,
		`(?m)^✓ message_response_time\.+: avg=1\.2s +min=1\.2s +max=1\.2s +p\(90\) < 10s, is 1\.2s$`,
		`(?m)^✓ WebSocket connection established: 70 of 70$`,
		`(?m)^✓ Message streaming successful: 200 of 200$`,
		`(?m)^✓ Hz metric validation passed: `,
		`\nVERDICT: PASS {2}every objective is met\n$`,
	} {
		assert.Regexp(t, row, shown)
	}
	assert.NotRegexp(t, `>=0|>= 0`, shown, "always-true thresholds are never shown as objectives")
}

func TestTheTextOfAFailedRunMarksWhatFailedAndSaysWhy(t *testing.T) {
	t.Parallel()
	_, shown := failedRun()
	for _, row := range []string{
		`(?m)^✗ error_rate\.+: 5\.00% ✓ 10 {4}✗ 190 `, `(?m)^✗ checks\{type:hz\}`, `(?m)^✗ Hz metric validation failed: loop frequency 90\.00 Hz`,
		`(?m)^VERDICT: FAIL {2}5\.00% of turns failed \(10 of 200\), not less than 1\.00%: dial 10\n +also {2}loop frequency 90\.00`,
		`(?m)^ {2}failures +dial 10$`,
	} {
		assert.Regexp(t, row, shown)
	}
}

func TestPhasesStandSideBySideWithNothingWhereNothingWas(t *testing.T) {
	t.Parallel()
	_, shown := made(nil, slotest.Setup(), wholeRun())
	gaps := regexp.MustCompile(` {2,}`)
	rows := map[string][]string{}
	lines := strings.Split(shown, "\n")
	head := 0
	for i, line := range lines {
		cells := gaps.Split(strings.TrimSpace(line), -1)
		rows[cells[0]] = cells[1:]
		if strings.HasPrefix(line, "  phase") {
			head = i
		}
	}
	for label, cells := range map[string][]string{
		"phase": {"idle", "ramp", "steady", "rampdown"}, "length": {"10s", "12s", "1m0s", "3s"}, "loop Hz": {"99.00", "-", "100.00", "-"},
		"not below": {"98.90", "-", "99.98", "-"}, "response time p90": {"-", "-", "1.2s", "-"}, "most open connections": {"-", "-", "10", "-"},
	} {
		assert.Equal(t, cells, rows[label], label)
	}
	for _, line := range lines[head : head+12] {
		assert.Len(t, line, len(lines[head]), "columns are aligned: %s", line)
	}
}

func TestAReportedFrequencyIsCalledThatAndWhatItCannotShowIsNoTick(t *testing.T) {
	t.Parallel()
	_, shown := made(slotest.Samples{"loop_longest_gap": nil, "loop_hz_low{phase:steady}": {100}, "loop_hz_high{phase:steady}": {100}},
		slo.Setup{Source: "gauge"}, wholeRun())
	for _, row := range []string{
		`(?m)^✓ checks\{type:hz\}.*avg > 95 and < 105 Hz, reported$`, `(?m)^- loop_longest_gap\.+: not measured`,
		`(?m)source gauge; reported, not measured$`, `(?m)^VERDICT: PASS .*reported by the server, not measured$`,
	} {
		assert.Regexp(t, row, shown)
	}
}

func TestNothingMeasuredIsMarkedAsUndecidedNeverWithATick(t *testing.T) {
	t.Parallel()
	shown := load(t, "empty").text()
	assert.Regexp(t, `(?m)^\? error_rate\.+: no turn`, shown)
	assert.Regexp(t, `(?m)^\? WebSocket connection established: 0 of 0$`, shown)
	assert.Regexp(t, `(?m)^VERDICT: INVALID `, shown)
	for _, line := range strings.Split(shown, "\n") {
		if strings.HasPrefix(line, "✓ ") {
			assert.Contains(t, line, "loop_restarts")
		}
	}
}

func TestARunThatDidNotStartShowsTheVerdictAndNothingElse(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "\nVERDICT: INVALID  the load was not started: the error line says why\n", load(t, "not-started").text())
}

func TestOneWindowOfTheLoopIsBadOnlyWhenItIsProvablyNotAboveTheLimit(t *testing.T) {
	t.Parallel()
	seen := result.Seen{Measured: true, Hz: 94.5, Low: 93.6, High: 95.4, Source: "counter"}
	is := func(seen result.Seen, wantOK bool, wantStatus string) {
		ok, status := result.LoopHealth(seen, 95)
		assert.Equal(t, []any{wantOK, wantStatus}, []any{ok, status})
	}
	is(seen, true, "94.5 Hz (between 93.6 and 95.4), too short a look to say whether above 95 Hz: the test will")
	is(result.Seen{Measured: true, Hz: 95.1, Low: 93.6, High: 96.4, Source: "counter"}, true, "95.1 Hz (between 93.6 and 96.4)")
	seen.High = 95
	is(seen, false, "94.5 Hz (between 93.6 and 95.0), not above 95 Hz")
	is(result.Seen{Problem: "refused"}, false, "refused")
	is(result.Seen{}, false, "no reading")
	is(result.Seen{Measured: true, Hz: 99, Low: 99, High: 99, Source: "gauge", Reported: true}, true, "99.0 Hz, reported by the server (source gauge), not measured")
}

func TestTheHealthCheckNamesWhatIsDownAndWhatIsOptionalNeverIs(t *testing.T) {
	t.Parallel()
	latency := 1.5
	up := result.Look{Name: "API", Target: "http://x", Required: true, OK: true, Latency: &latency, Status: "200 OK"}
	optional := result.Look{Name: "Grafana", Target: "http://x", Status: "not running (optional)"}
	down := result.Look{Name: "chat", Target: "http://x", Required: true, Status: "connection refused"}
	text := func(looks ...result.Look) string { return result.HealthText(result.NewHealth(looks, now()), false) }
	assert.Equal(t, "\n✓ API      http://x  1.5ms  200 OK\n- Grafana  http://x      -  not running (optional)\n\nHEALTH: OK\n", text(up, optional))
	assert.Regexp(t, `\n✗ chat .* connection refused\n(.*\n)*\nHEALTH: DOWN {2}chat\n$`, text(up, down, optional))
	assert.Contains(t, text(), "HEALTH: DOWN  nothing was looked at")
}
