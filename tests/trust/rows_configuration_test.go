package trust

import "github.com/featherweight/tests/harness"

// configurationRows: what people set.
func configurationRows() []row {
	return []row{
		{fault: "a variable that is no number", strength: "VUS=many", env: []string{"VUS", "many"}, want: harness.NoLoad, says: "whole number"},
		{
			fault: "limits that contradict each other", strength: "CONNECT_TIMEOUT below WS_CONNECTION_TIME_P95", env: []string{"CONNECT_TIMEOUT", "1s"},
			want: harness.NoLoad, says: "CONNECT_TIMEOUT=1s must be longer",
		},
		{
			fault: "limits that contradict each other", strength: "HZ_AVERAGE_MAXIMUM below HZ_AVERAGE_THRESHOLD", env: []string{"HZ_AVERAGE_MAXIMUM", "90"},
			want: harness.NoLoad, says: "HZ_AVERAGE_MAXIMUM=90 must be above",
		},
		{fault: "a counter that is not there", strength: "HZ_COUNTER=nobody_total", env: []string{"HZ_COUNTER", "nobody_total", "HZ_SOURCE", "counter"}, want: harness.NoLoad, says: "nobody_total"},
		{fault: "a chat where nobody listens", strength: "WS_URL", env: []string{"WS_URL", "ws://" + harness.Nobody}, want: harness.NoLoad, says: "connection refused"},
		{fault: "a chat at another path", strength: "CHAT_PATH=/nowhere", env: []string{"CHAT_PATH", "/nowhere"}, want: harness.NoLoad, says: "/nowhere"},
		{fault: "a token that is not right", strength: "CHAT_TOKEN=wrong", target: []string{"--require-token", "word"}, env: []string{"CHAT_TOKEN", "wrong"}, want: harness.NoLoad, says: "403", short: true},
		{fault: "a token that is right", strength: "CHAT_TOKEN=word", target: []string{"--require-token", "word"}, env: users("20", "CHAT_TOKEN", "word"), want: "PASS", hz: 100},
		{fault: "a stream that does not pulse", strength: "HZ_SOURCE=stream", env: []string{"HZ_SOURCE", "stream"}, want: harness.NoLoad, says: "no message of type"},
		{
			fault: "the loop is told as a stream", strength: "94.8 Hz", target: []string{"--pulses"}, faults: "loop_hz=94.8", env: []string{"VUS", "5", "DURATION", "10s", "HZ_SOURCE", "stream"},
			want: "FAIL", fails: []string{"loop frequency"}, may: []string{"good windows"}, hz: 94.8,
		},
		{
			fault: "the loop is told as a stream", strength: "95.2 Hz", target: []string{"--pulses"}, faults: "loop_hz=95.2", env: []string{"VUS", "5", "DURATION", "10s", "HZ_SOURCE", "stream"},
			want: "PASS", hz: 95.2,
		},
		{
			fault: "evidence is required", strength: "0.9 % of some thousand turns failed", faults: "error_frame=0.009", env: users("100", "DURATION", "10s", "EVIDENCE", "require"), atLeast: decided,
			want: "INVALID", open: []string{"error rate"}, reasons: []string{"server_error"}, says: "EVIDENCE=require", hz: 100,
		},
		{
			fault: "evidence is required", strength: "no turn of some thousand failed", env: users("100", "DURATION", "10s", "EVIDENCE", "require"), atLeast: decided, want: "PASS", hz: 100,
		},
		{
			fault: "evidence is required", strength: "5 % of the turns failed", faults: "error_frame=0.05", env: users("100", "DURATION", "10s", "EVIDENCE", "require"), atLeast: decided,
			want: "FAIL", fails: []string{"error rate"}, reasons: []string{"server_error"}, hz: 100,
		},
		{
			fault: "a run that is too short", strength: "one second for limits of 99.5 and 100.5 Hz", env: []string{"VUS", "5", "DURATION", "1s", "HZ_AVERAGE_THRESHOLD", "99.5", "HZ_AVERAGE_MAXIMUM", "100.5"},
			want: "INVALID", open: []string{"loop frequency"}, may: []string{anything}, books: []string{"--chat-only"},
		},
	}
}
