package html_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/record"
	"github.com/featherweight/xk6-featherweight/internal/result"
)

var start = time.Date(2026, 7, 1, 12, 0, 3, 300_000_000, time.UTC)

type object = map[string]any

// sample is a run of 1,000 users: its summary, and what was recorded of it.
type sample struct {
	summary object
	rec     *record.Recording
}

func slo(name, kind, metric, statistic string, value any, relation string, limit float64, unit, outcome, why string) object {
	return object{
		"name": name, "kind": kind, "metric": metric, "statistic": statistic, "value": value, "relation": relation, "limit": limit,
		"unit": unit, "outcome": outcome, "why": why,
	}
}

func with(o object, more object) object {
	for name, value := range more {
		o[name] = value
	}
	return o
}

// summaryOf is that of a run that passed.
func summaryOf(seconds float64) object {
	phases := []object{}
	at := 0.0
	for _, p := range []struct {
		name    string
		share   float64
		users   int
		latency any
	}{{"idle", 0.03, 0, nil}, {"ramp", 0.25, 1000, object{"avg": 900, "p90": 1400, "p95": 6, "max": 2100}}, {"steady", 0.64, 1000, object{"avg": 1100, "p90": 1600, "p95": 7.5, "max": 2600}}, {"rampdown", 0.08, 0, nil}} {
		phases = append(phases, object{
			"name": p.name, "from": at, "to": at + p.share*seconds, "users": p.users, "connections": p.users,
			"loopHz": object{"avg": 97.61, "min": 96.2, "max": 98.4, "low": 97.59, "high": 97.64, "windows": 90}, "counter": nil, "turns": int(p.share * seconds * 300),
			"interrupted": 0, "errorRate": 0.0004, "connectionTime": p.latency, "responseTime": p.latency, "firstToken": p.latency, "betweenTokens": p.latency,
		})
		at += p.share * seconds
	}
	evidence := object{"evidence": object{"low": 0.0001, "high": 0.0011, "n": 120_400, "users": 1000}}
	return object{
		"schema": "featherweight-slo/summary/v1", "script": "websocket-streaming", "verdict": "PASS", "reasons": []string{"every objective was met"}, "exitCode": 0,
		"startedAt": start.Format("2006-01-02T15:04:05.000Z"), "endedAt": start.Add(time.Duration(seconds) * time.Second).Format("2006-01-02T15:04:05.000Z"),
		"seconds": seconds, "plannedSeconds": seconds, "complete": true, "overtimeSeconds": 0,
		"config": object{"BASE_URL": "http://featherweight.internal:4000", "WS_URL": "ws://featherweight.internal:8080", "VUS": 1000, "DURATION": "5m", "AUTH_TOKEN": "***", "EVIDENCE": "report", "HZ_AVERAGE_THRESHOLD": 95, "INSECURE": false},
		"loop":   object{"source": "counter", "measured": true, "pagePeriod": 0},
		"slos": []object{
			with(slo("error rate", "objective", "error_rate", "rate", 0.0004, "<", 0.01, "ratio", "pass", "0.04 % of turns failed (48 of 120400), less than 1 %"), evidence),
			slo("answers to the end", "objective", "chat_silence", "value", 0, "<", 20, "", "pass", "the chat answered to the end"),
			with(slo("loop frequency", "objective", "loop_hz{phase:steady}", "avg", 97.61, ">", 95, "Hz", "pass", "loop frequency 97.61 Hz (between 97.59 and 97.64) is above 95 Hz"), object{"low": 97.59, "high": 97.64}),
			with(slo("loop frequency maximum", "objective", "loop_hz_high{phase:steady}", "value", 97.64, "<", 105, "Hz", "pass", "loop frequency 97.61 Hz is below 105 Hz"), object{"low": 97.59, "high": 97.64}),
			slo("connection time", "objective", "ws_connection_time{phase:steady}", "p(95)", 7.5, "<", 5000, "ms", "pass", "95 % of connections took 7.5 ms or less"),
			with(slo("response time", "objective", "message_response_time{phase:steady}", "p(90)", 1600, "<", 3000, "ms", "pass", "90 % of answers were complete after 1.6 s"), object{"evidence": object{"low": 1588, "high": 1612, "n": 88_000, "users": 1000}}),
			slo("generator lag", "precondition", "generator_error", "p(99)", 4.2, "<", 100, "ms", "pass", "this machine woke up in time"),
			slo("coverage", "precondition", "hz_coverage", "rate", 0.998, ">=", 0.9, "ratio", "pass", "99.8 % of the windows were measured"),
		},
		"phases": phases, "failures": object{"reset": 40, "dial": 8},
		"totals":       object{"turns": 120_352, "failed": 48, "interrupted": 0, "tokens": 2_407_040, "otherMessages": 0, "goodput": 0.9994, "loopReadings": 4000, "loopReadingsFailed": 0, "loopRestarts": 0},
		"generatorLag": object{"p99": 4.2, "max": 31},
		"thresholds":   []object{{"metric": "error_rate", "expression": "rate<0.01", "ok": true}, {"metric": "loop_hz{phase:steady}", "expression": "avg>95", "ok": true}},
		"versions":     object{"k6": "v2.2.0", "xk6-featherweight": "v0.9.0"},
	}
}

// recordingOf is what such a run leaves: stalls make the loop stand still for a fifth of the run, and answers wait.
func recordingOf(seconds int, stalls, failing bool) *record.Recording {
	random := rand.New(rand.NewPCG(7, 7))
	r := record.New(start)
	one := func(name string, value float64) record.Sample { return record.Sample{Name: name, Value: value} }
	for second := range seconds {
		share := float64(second) / float64(seconds)
		phase, users := "steady", 1000.0
		switch {
		case share < 0.03:
			phase, users = "idle", 0
		case share < 0.28:
			phase, users = "ramp", 1000*(share-0.03)/0.25
		case share > 0.92:
			phase, users = "rampdown", 1000*(1-share)/0.08
		}
		at := start.Add(time.Duration(second)*time.Second + 200*time.Millisecond)
		stalled := stalls && share > 0.6 && share < 0.75
		hz, wait := 97.6+random.NormFloat64()*0.3, 1.0
		if stalled {
			hz, wait = 55+random.NormFloat64()*9, 3
		}
		r.Add(at, phase, one("loop_hz", hz), one("loop_window_low", hz-1-random.Float64()), one("loop_window_high", hz+1+random.Float64()), one("hz_scrapes", 10))
		if stalls && second == int(0.76*float64(seconds)) {
			r.Add(at, phase, one("loop_restarts", 1))
		}
		for range 10 {
			late := random.ExpFloat64() * 0.9
			r.Add(at, phase, one("generator_lag", late), one("generator_error", late/20))
		}
		if users < 1 {
			continue
		}
		r.Add(at, phase, one("ws_connected", users))
		for range 20 {
			ms := wait * 1100 * math.Exp(random.NormFloat64()*0.25)
			r.Add(at, phase, one("chat_turns", users/66), one("chat_tokens", users/3.3), one("message_response_time", ms), one("chat_ttft", ms/7),
				one("ws_connection_time", 3*math.Exp(random.NormFloat64()*0.4)), one("error_rate", 0))
		}
		if failing && (stalled || random.IntN(20) == 0) {
			for _, reason := range []string{"response_timeout", "response_timeout", "reset", "dial"}[:1+random.IntN(4)] {
				r.Add(at, phase, record.Sample{Name: "chat_failures", Reason: reason, Value: float64(1 + random.IntN(9))})
			}
		}
	}
	r.End(start.Add(time.Duration(seconds)*time.Second), true)
	return r
}

// samples are runs of each verdict.
func samples() map[string]sample {
	passed := sample{summaryOf(400), recordingOf(400, false, true)}

	failed := sample{summaryOf(400), recordingOf(400, true, true)}
	slos := failed.summary["slos"].([]object)
	slos[0] = with(slo("error rate", "objective", "error_rate", "rate", 0.021, "<", 0.01, "ratio", "fail", "2.1 % of turns failed (2528 of 120400), not less than 1 %: response_timeout 1500, reset 700, dial 328"), object{"evidence": object{"low": 0.019, "high": 0.024, "n": 120_400, "users": 1000}})
	slos[2] = with(slo("loop frequency", "objective", "loop_hz{phase:steady}", "avg", 91.2, ">", 95, "Hz", "fail", "loop frequency 91.20 Hz (between 91.18 and 91.23) is not above 95 Hz"), object{"low": 91.18, "high": 91.23})
	with(failed.summary, object{
		"verdict": "FAIL", "exitCode": 99, "reasons": []string{"loop frequency 91.20 Hz (between 91.18 and 91.23) is not above 95 Hz", "2.1 % of turns failed (2528 of 120400), not less than 1 %: response_timeout 1500, reset 700, dial 328"},
		"failures":   object{"response_timeout": 1500, "reset": 700, "dial": 328},
		"thresholds": []object{{"metric": "error_rate", "expression": "rate<0.01", "ok": false}, {"metric": "loop_hz{phase:steady}", "expression": "avg>95", "ok": false}},
	})

	invalid := sample{summaryOf(400), recordingOf(150, false, false)}
	slos = invalid.summary["slos"].([]object)
	slos[2] = slo("loop frequency", "objective", "loop_hz{phase:steady}", "avg", nil, ">", 95, "Hz", "invalid", "the loop frequency was not measured in the steady phase")
	slos[6] = slo("generator lag", "precondition", "generator_error", "p(99)", 412, "<", 100, "ms", "fail", "this machine woke up 412 ms late at p99, not less than 100 ms: give it more CPU, or run fewer users")
	slos[4] = slo("connection time", "objective", "ws_connection_time{phase:steady}", "p(95)", nil, "<", 5000, "ms", "skipped", "not judged")
	with(invalid.summary, object{"verdict": "INVALID", "exitCode": nil, "complete": false, "seconds": 150, "reasons": []string{"the loop frequency was not measured in the steady phase", "the run ended after 2m30s of 6m40s"}, "failures": object{}})
	return map[string]sample{"passed": passed, "failed": failed, "invalid": invalid}
}

func encoded(t testing.TB, summary object) []byte {
	t.Helper()
	data, err := json.MarshalIndent(summary, "", "  ")
	require.NoError(t, err)
	return data
}

func decoded(t testing.TB, summary object) result.Summary {
	t.Helper()
	s, err := result.ReadSummary(encoded(t, summary))
	require.NoError(t, err)
	return s
}
