package browser

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// reportRun is a run as its results folder tells it.
type reportRun struct {
	verdict, reason, outcome string
	seconds                  int
	failures                 []int // how many seconds have failures, by reason, most frequent first
	slow                     bool  // the loop, in the last third
}

func reportRuns() []reportRun {
	return []reportRun{
		{"PASS", "every objective was met", "pass", 180, nil, false},
		{"FAIL", "loop frequency 80.00 Hz (between 79.90 and 80.10) is not above 95 Hz", "fail", 180, []int{60, 30}, true},
		{"INVALID", "the loop frequency was not measured in the steady phase", "invalid", 60, nil, false},
	}
}

var reportStart = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

type object = map[string]any

// page writes the results folder of the run, has k6 make the page, and returns its path.
func (r reportRun) page(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	summary, err := json.Marshal(r.summary())
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"summary.json": summary, "series.ndjson": r.series(t)} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := makeReport(t, dir); got.Code != 0 {
		t.Fatalf("k6 x fwhz report: exit code %d\n%s", got.Code, got.Describe())
	}
	return filepath.Join(dir, "report.html")
}

func (r reportRun) summary() object {
	slo := func(name, metric, statistic string, value any, relation string, limit float64, unit, outcome, why string) object {
		return object{
			"name": name, "kind": "objective", "metric": metric, "statistic": statistic, "value": value, "relation": relation, "limit": limit,
			"unit": unit, "outcome": outcome, "why": why, "evidence": object{"low": limit * 0.9, "high": limit * 1.1, "n": 54000, "users": 1000},
		}
	}
	phase := func(name string, from, to int) object {
		times := object{"avg": 300, "p90": 420, "p95": 500, "max": 900}
		return object{
			"name": name, "from": from, "to": to, "users": 1000, "connections": 1000, "loopHz": object{"avg": 97.5, "min": 90, "max": 99, "low": 97.4, "high": 97.6, "windows": to - from},
			"counter": nil, "turns": 300 * (to - from), "interrupted": 0, "errorRate": 0.001, "connectionTime": times, "responseTime": times, "firstToken": times, "betweenTokens": times,
		}
	}
	return object{
		"schema": "featherweight-slo/summary/v1", "script": "websocket-streaming", "verdict": r.verdict, "reasons": []string{r.reason, "a second reason"}, "exitCode": 0,
		"startedAt": reportStart, "endedAt": reportStart.Add(time.Duration(r.seconds) * time.Second), "seconds": r.seconds, "plannedSeconds": 180,
		"complete": r.seconds == 180, "overtimeSeconds": 0, "loop": object{"source": "counter", "measured": true, "pagePeriod": 0},
		"config": object{"BASE_URL": "http://featherweight.example:4000/a/long/path/that/has/no/place/to/break/" + strings.Repeat("x", 80), "VUS": 1000, "HEADERS": "<script>alert(1)</script>"},
		"slos": []object{
			slo("error rate", "error_rate", "rate", 0.001, "<", 0.01, "ratio", "pass", "0.1 % of turns failed (54 of 54000), less than 1 %"),
			slo("loop frequency", "loop_hz{phase:steady}", "avg", 80, ">", 95, "Hz", r.outcome, r.reason),
			slo("response time", "message_response_time{phase:steady}", "p(90)", 420, "<", 500, "ms", "pass", "90 % of answers were complete after 420 ms"),
			slo("longest gap", "loop_longest_gap", "max", nil, "<", 1000, "ms", "skipped", "the source cannot show it"),
		},
		"phases":   []object{phase("idle", 0, 5), phase("ramp", 5, 45), phase("steady", 45, 165), phase("rampdown", 165, 180)},
		"failures": object{"reset": 60, "dial": 30}, "totals": object{"turns": 54000, "failed": 90, "interrupted": 0, "tokens": 1080000, "goodput": 0.99},
		"generatorLag": object{"p99": 3, "max": 9}, "thresholds": []object{{"metric": "loop_hz{phase:steady}", "expression": "avg>95", "ok": true}},
	}
}

// series is the recording: a line a second, as the extension writes it.
func (r reportRun) series(t *testing.T) []byte {
	t.Helper()
	var out strings.Builder
	line := func(value object) {
		data, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(append(data, '\n'))
	}
	times := func(ms float64) object { // of one sample
		return object{"sum": ms, "min": ms, "max": ms, "bins": []int{int(math.Floor(math.Log(ms) / math.Log(1.01/0.99))), 1}}
	}
	line(object{"schema": "featherweight-slo/series/v1", "started": reportStart, "relativeAccuracy": 0.01, "runners": 1, "names": object{}})
	for second := range r.seconds {
		hz := 97.5 + math.Sin(float64(second))
		counts := object{"chat_tokens": 6000 + second, "chat_turns": 300}
		if r.slow && second >= 120 {
			hz -= 35
			counts["chat_failures{reason:reset}"] = 1 + second%3
			if second%2 == 0 {
				counts["chat_failures{reason:dial}"] = 1
			}
		}
		gauge := func(value float64) object {
			return object{"n": 1, "sum": value, "min": value, "max": value, "last": value}
		}
		line(object{
			"second": reportStart.Unix() + int64(second), "seconds": 1, "phase": "steady", "counts": counts,
			"gauges": object{"ws_connected": gauge(float64(min(second*20, 1000))), "loop_hz": gauge(hz), "loop_window_low": gauge(hz - 1), "loop_window_high": gauge(hz + 1)},
			"times":  object{"message_response_time": times(300 + 50*math.Sin(float64(second)/9)), "generator_lag": times(1.5)},
		})
	}
	line(object{"end": true, "ended": reportStart.Add(time.Duration(r.seconds) * time.Second), "complete": true, "lines": r.seconds})
	return []byte(out.String())
}
