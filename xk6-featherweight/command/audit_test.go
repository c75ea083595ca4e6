package command

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A run that began at 1,700,000,000 s: 10 s idle, then 60 s steady, in which 300 of 350 answers were complete within a second.
// The steady phase read the counter from 2000 to 8000 and bounds its frequency by 99.98 and 100.02.
const auditedSummary = `{"schema": "featherweight-slo/summary/v1", "verdict": "FAIL", "startedAt": "2023-11-14T22:13:20.000Z",
	"endedAt": "2023-11-14T22:14:30.000Z", "loop": {"source": "counter", "measured": true},
	"totals": {"connections": 100, "questions": 350, "turns": 300, "interrupted": 1, "tokens": 6050, "loopRestarts": 0},
	"failures": {"server_error": 40, "protocol": 9, "dial": 5},
	"phases": [{"name": "idle", "from": 0, "to": 10, "turns": 0, "loopHz": {"low": 99.8, "high": 100.2}, "counter": {"from": 1000, "to": 1990}},
		{"name": "steady", "from": 10, "to": 70, "turns": 300, "responseTime": {"max": 1000}, "loopHz": {"low": 99.98, "high": 100.02},
			"counter": {"from": 2000, "to": 8000}}]}`

// auditedFiles are the three files of a run that was measured without a mistake.
func auditedFiles() (summary, truth, readings string) {
	const start = 1_700_000_000_000_000_000
	var series, given []string
	for i := range 80 { // 5 answers a second in the steady phase
		series = append(series, fmt.Sprintf(`{"at": %d, "turns_completed": %d}`, start+i*1_000_000_000, min(300, max(0, 5*(i-10)))))
	}
	for i := range 700 { // ten times a second
		given = append(given, fmt.Sprintf(`{"count": %d, "at": %d}`, 1000+10*i, start+i*100_000_000))
	}
	given = append(given, fmt.Sprintf(`{"count": 8000, "at": %d}`, start+70_000_000_000))
	return auditedSummary, `{"restarts": 0, "connections": 101, "turns_started": 350, "turns_completed": 300, "turns_cut": 1, "turns_failed": 49, "tokens": 6060, "tokens_completed": 6000,
		"errors": {"error_frame": 40, "not_json": 4, "wrong_id": 5, "loop_hz": 1}, "series": [` + strings.Join(series, ",") + `]}`,
		"[" + strings.Join(given, ",") + "]"
}

// runAudit writes each text into a file and audits them; "" is a file that is not there. It returns the lines without their layout.
func runAudit(t *testing.T, flags []string, texts ...string) (string, error) {
	t.Helper()
	dir := t.TempDir()
	args := flags
	for i, name := range []string{"summary.json", "truth.json", "readings.json"} {
		file := filepath.Join(dir, name)
		args = append(args, file)
		if texts[i] != "" {
			require.NoError(t, os.WriteFile(file, []byte(texts[i]), 0o600))
		}
	}
	var out bytes.Buffer
	cmd := Audit(&out)
	cmd.SetArgs(args)
	err := cmd.Execute()
	var lines []string
	for line := range strings.Lines(out.String()) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	return strings.Join(lines, "\n"), err
}

func TestAuditOfARunThatMeasuredTheTruth(t *testing.T) {
	t.Parallel()
	summary, truth, readings := auditedFiles()
	out, err := runAudit(t, nil, summary, truth, readings)
	require.NoError(t, err)
	assert.Equal(t, `Held against the reference target's own truth
measured truth
connections 100 98 to 100 agrees
questions 350 350 agrees
ends of them 350 350 agrees
complete answers 300 300 agrees
of them cut off or given up 1 1 agrees
failed answers 49 49 agrees
of them server_error 40 40 agrees
of them protocol 9 9 agrees
tokens 6050 6000 to 6060 agrees
turns, idle 0 0 to 15 agrees
turns, steady 300 270 to 300 agrees
loop restarts 0 0 agrees
loop Hz, idle [99.800, 100.200] 100.000 agrees
loop Hz, steady [99.980, 100.020] 100.000 agrees
width of that bound, Hz 0.040 <= 0.2 agrees`, out)
}

// Users who gave up 8 answers, of which the target cut off 6 and completed 2 in that moment; they had asked 8 more questions.
func TestAuditOfARunInWhichUsersGaveUp(t *testing.T) {
	t.Parallel()
	summary, truth, readings := auditedFiles()
	summary = strings.NewReplacer(`"questions": 350`, `"questions": 358`, `"protocol": 9`, `"protocol": 9, "response_timeout": 8`).Replace(summary)
	truth = strings.NewReplacer(`"turns_started": 350, "turns_completed": 300`, `"turns_started": 358, "turns_completed": 302`,
		`"turns_cut": 1`, `"turns_cut": 7`, `"tokens": 6060, "tokens_completed": 6000`, `"tokens": 6220, "tokens_completed": 6040`).Replace(truth)
	out, err := runAudit(t, nil, summary, truth, readings)
	require.NoError(t, err)
	assert.Contains(t, out, "complete answers 300 294 to 302 agrees\nof them cut off or given up 9 9 agrees\nfailed answers 49 49 agrees")
	assert.Contains(t, out, "tokens 6050 6000 to 6220 agrees")
}

// Of 362 questions 5 never came to the target, 2 were not even sent, and of 302 answers 2 did not come back: as much as the
// users missed. Where nothing may be lost, nothing of it agrees.
func TestAuditOfARunThroughANetworkThatLoses(t *testing.T) {
	t.Parallel()
	summary, truth, readings := auditedFiles()
	summary = strings.NewReplacer(`"questions": 350`, `"questions": 357`, `"protocol": 9`, `"protocol": 9, "reset": 9`).Replace(summary)
	truth = strings.NewReplacer(`"turns_started": 350, "turns_completed": 300`, `"turns_started": 352, "turns_completed": 302`,
		`"tokens": 6060, "tokens_completed": 6000`, `"tokens": 6100, "tokens_completed": 6040`).Replace(truth)
	out, err := runAudit(t, []string{"--lossy"}, summary, truth, readings)
	require.NoError(t, err, out)
	assert.Contains(t, out, "questions 357 352 to 362 agrees\nends of them 359 357 to 367 agrees\ncomplete answers 300 293 to 302 agrees\n"+
		"of them cut off or given up 10 10 agrees")
	_, err = runAudit(t, nil, summary, truth, readings)
	for _, line := range []string{"questions (measured 357, truth 352)", "complete answers (measured 300, truth 302)", "of them reset (measured 9, truth 0)"} {
		assert.ErrorContains(t, err, line)
	}
}

// One of the 40 error frames was on its way when its user gave up: for him it is a time-out.
func TestAuditOfAFailureThatNobodyWaitedFor(t *testing.T) {
	t.Parallel()
	summary, truth, readings := auditedFiles()
	summary = strings.Replace(summary, `"server_error": 40`, `"server_error": 39, "response_timeout": 1`, 1)
	out, err := runAudit(t, nil, summary, truth, readings)
	require.NoError(t, err, out)
	assert.Contains(t, out, "of them cut off or given up 1 1 agrees\nfailed answers 49 49 agrees\nof them server_error 39 39 to 40 agrees")
}

// The counter begins again at 0 after 2^32-1: the run counts on, and so does the audit.
func TestAuditOfACounterThatWraps(t *testing.T) {
	t.Parallel()
	summary, truth, _ := auditedFiles()
	const wrap = 1 << 32
	summary = strings.Replace(summary, `{"from": 2000, "to": 8000}`, fmt.Sprintf(`{"from": %d, "to": %d}`, wrap-3000, wrap+3000), 1)
	summary = strings.Replace(summary, `{"from": 1000, "to": 1990}`, fmt.Sprintf(`{"from": %d, "to": %d}`, wrap-4000, wrap-3010), 1)
	given := make([]string, 0, 701)
	for i := range 701 {
		given = append(given, fmt.Sprintf(`{"count": %d, "at": %d}`, (wrap-4000+10*i)%wrap, 1_700_000_000_000_000_000+i*100_000_000))
	}
	out, err := runAudit(t, nil, summary, truth, "["+strings.Join(given, ",")+"]")
	require.NoError(t, err, out)
	assert.Contains(t, out, "loop Hz, steady [99.980, 100.020] 100.000 agrees")
}

func TestAuditWithoutTheLoop(t *testing.T) {
	t.Parallel()
	summary, truth, _ := auditedFiles()
	out, err := runAudit(t, []string{"--chat-only"}, strings.Replace(summary, `"measured": true`, `"measured": false`, 1), truth, "[]")
	require.NoError(t, err)
	assert.NotContains(t, out, "loop")
}

func TestAuditFindsWhatDisagrees(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file      int // of the three
		old, text string
		flags     []string
		want      string
	}{
		"a token":                {0, `"tokens": 6050`, `"tokens": 5999`, nil, "tokens (measured 5999, truth 6000 to 6060)"},
		"a token too many":       {0, `"tokens": 6050`, `"tokens": 6061`, nil, "tokens (measured 6061, truth 6000 to 6060)"},
		"a token of a good run":  {1, `"turns_failed": 49`, `"turns_failed": 0`, nil, "tokens (measured 6050, truth 6060)"},
		"a turn":                 {1, `"turns_completed": 300, "turns_cut"`, `"turns_completed": 301, "turns_cut"`, nil, "complete answers (measured 300, truth 301)"},
		"a cut":                  {1, `"turns_cut": 1`, `"turns_cut": 0`, nil, "of them cut off or given up (measured 1, truth 0)"},
		"a connection":           {0, `"connections": 100`, `"connections": 101`, nil, "connections (measured 101, truth 98 to 100)"},
		"connections missing":    {0, `"connections": 100`, `"connections": 97`, nil, "connections (measured 97, truth 98 to 100)"},
		"looks of ten runners":   {0, `"totals":`, `"runners": 10, "totals":`, nil, "connections (measured 100, truth 71 to 91)"},
		"no connection at all":   {1, `"connections": 101`, `"connections": 0`, nil, "connections (measured 100, truth 0"},
		"a question":             {1, `"turns_started": 350`, `"turns_started": 349`, nil, "questions (measured 350, truth 349)"},
		"a lost connection":      {0, `"protocol": 9`, `"protocol": 9, "reset": 1`, nil, "of them reset (measured 1, truth 0)"},
		"a patience not true":    {0, `"protocol": 9`, `"protocol": 9, "response_timeout": 1`, nil, "ends of them (measured 351, truth 350)"},
		"a failure":              {1, `"turns_failed": 49`, `"turns_failed": 50`, nil, "failed answers (measured 49, truth 50)"},
		"a reason":               {1, `"error_frame": 40`, `"error_frame": 39`, nil, "of them server_error (measured 40, truth 39)"},
		"a restart":              {1, `"restarts": 0`, `"restarts": 1`, nil, "loop restarts (measured 0, truth 1)"},
		"turns of another phase": {0, `"turns": 0`, `"turns": 31`, nil, "turns, idle (measured 31, truth 0 to 15)"},
		"too few of a phase":     {0, `"to": 70, "turns": 300`, `"to": 70, "turns": 260`, nil, "turns, steady (measured 260, truth 270 to 300)"},
		"a bound above":          {0, `"low": 99.98`, `"low": 100.01`, nil, "loop Hz, steady (measured [100.010, 100.020], truth 100.000)"},
		"a bound below":          {0, `"high": 100.02`, `"high": 99.99`, nil, "loop Hz, steady (measured [99.980, 99.990], truth 100.000)"},
		"a bound of idle":        {0, `"low": 99.8`, `"low": 100.1`, nil, "loop Hz, idle (measured [100.100, 100.200], truth 100.000)"},
		"a wide bound":           {0, `"low": 99.98`, `"low": 99`, nil, "width of that bound, Hz (measured 1.020, truth <= 0.2)"},
		"narrower than allowed":  {0, "", "", []string{"--widest", "0.03"}, "width of that bound, Hz (measured 0.040, truth <= 0.0)"},
		"no end of the bound":    {0, `"to": 8000`, `"to": 8001`, nil, "loop Hz, steady (measured [99.980, 100.020], truth no readings of 2000 and 8001 in one life of the loop among the 701 that the target gave out)"},
		"no begin of the bound":  {0, `"from": 2000`, `"from": 1999`, nil, "no readings of 1999 and 8000 in one life of the loop"},
		"no readings at all":     {2, "all", "[]", nil, "no readings of 2000 and 8000 in one life of the loop among the 0"},
		"a bound on nothing":     {0, `{"from": 2000, "to": 8000}`, "null", nil, "loop Hz, steady (measured [99.980, 100.020], truth it says no readings)"},
		"no steady phase":        {0, `"name": "steady"`, `"name": "other"`, nil, "loop Hz, steady (measured not measured, truth )"},
		"a reported frequency":   {0, `"measured": true`, `"measured": false`, nil, "loop Hz, steady (measured not measured, truth )"},
		"no start":               {0, `"startedAt": "2023-11-14T22:13:20.000Z"`, `"startedAt": null`, nil, "turns, idle (measured 0, truth no series of it)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			summary, truth, readings := auditedFiles()
			texts := []string{summary, truth, readings}
			if c.old == "all" {
				texts[c.file] = c.text
			} else {
				require.Contains(t, texts[c.file], c.old)
				texts[c.file] = strings.Replace(texts[c.file], c.old, c.text, 1)
			}
			out, err := runAudit(t, c.flags, texts...)
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, "disagrees with the target's own truth: ")
			assert.NotContains(t, err.Error(), "\n")
			assert.Contains(t, out, "DISAGREES")
		})
	}
}

// Of a phase in which the loop restarted there is no one stretch to look at. That is said, and the counts agree.
func TestAuditOfABoundOverARestart(t *testing.T) {
	t.Parallel()
	summary, truth, readings := auditedFiles()
	summary = strings.Replace(strings.Replace(summary, `{"from": 2000, "to": 8000}`, "null", 1), `"loopRestarts": 0`, `"loopRestarts": 1`, 1)
	out, err := runAudit(t, nil, summary, strings.Replace(truth, `"restarts": 0`, `"restarts": 1`, 1), readings)
	require.NoError(t, err)
	assert.Contains(t, out, "loop Hz, steady [99.980, 100.020] it restarted not compared")
}

// A count says when only within one life of the loop; and what others read at the same time leaves it open by a few
// milliseconds which reading was the run's.
func TestTheFrequencyBetweenTwoCounts(t *testing.T) {
	t.Parallel()
	const s = 1e9
	for name, c := range map[string]struct {
		readings []auditedReading
		want     []float64 // least and most; nil when it cannot be known
	}{
		"once each":       {[]auditedReading{{100, 1 * s}, {150, 1.5 * s}, {200, 2 * s}}, []float64{100, 100}},
		"others, too":     {[]auditedReading{{100, 1 * s}, {100, 1.5 * s}, {200, 2 * s}, {200, 3.5 * s}}, []float64{40, 200}},
		"another life":    {[]auditedReading{{100, 1 * s}, {150, 1.5 * s}, {90, 1.9 * s}, {200, 2 * s}}, nil},
		"in its own life": {[]auditedReading{{100, 1 * s}, {50, 2 * s}, {100, 3 * s}, {200, 5 * s}, {10, 6 * s}}, []float64{50, 50}},
		"in two lives":    {[]auditedReading{{100, 1 * s}, {200, 2 * s}, {100, 3 * s}, {200, 5 * s}}, []float64{50, 100}},
		"too early":       {[]auditedReading{{101, 1 * s}, {200, 2 * s}}, nil},
		"none":            {nil, nil},
	} {
		least, most, known := between(c.readings, 100, 200)
		assert.Equal(t, c.want != nil, known, name)
		if known {
			assert.InDeltaSlice(t, c.want, []float64{least, most}, 1e-9, name)
		}
	}
}

func TestAuditFailsInOneLineWithoutAFile(t *testing.T) {
	t.Parallel()
	good, truth, readings := auditedFiles()
	for want, texts := range map[string][]string{
		"the run left no summary to hold against the truth: open ":                {"", truth, readings},
		"it is not a summary of featherweight-slo/summary/v1":                     {"PASS", truth, readings},
		"the target told no truth: open ":                                         {good, "", readings},
		"truth.json is not the JSON that was expected: invalid character 'k'":     {good, "killed", readings},
		"the target left no readings of its loop: open ":                          {good, truth, ""},
		"readings.json is not the JSON that was expected: json: cannot unmarshal": {good, truth, "{}"},
	} {
		out, err := runAudit(t, nil, texts...)
		require.ErrorContains(t, err, want)
		assert.NotContains(t, err.Error(), "\n")
		assert.Empty(t, out)
	}
	cmd := Audit(&bytes.Buffer{})
	cmd.SetArgs([]string{"summary.json", "truth.json"})
	require.ErrorContains(t, cmd.Execute(), "accepts 3 arg(s), received 2")
}
