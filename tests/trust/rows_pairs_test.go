package trust

import "time"

// pairRows: two faults at a time. Neither hides the other, but a load generator that is too weak says nothing at all.
func pairRows() []row {
	return []row{
		{
			fault: "a slow loop and error frames", strength: "94.8 Hz and 2 %", faults: "loop_hz=94.8 error_frame=0.02", env: []string{"VUS", "20", "DURATION", "30s"},
			want: "FAIL", fails: []string{"error rate", "loop frequency"}, reasons: []string{"server_error"}, hz: 94.8,
		},
		{
			fault: "a fast loop and slow answers", strength: "105.2 Hz and p90 2.1 s of 2 s", faults: "loop_hz=105.2", target: []string{"--tokens", "1", "--ttft", "2100ms"},
			env: append([]string{"MESSAGE_RESPONSE_TIME_P90", "2000"}, long...), want: "FAIL", fails: []string{"loop frequency maximum", "response time"}, hz: 105.2,
		},
		{
			fault: "error frames and resets", strength: "0.6 % of each", faults: "error_frame=0.006 drop=0.006", env: users("100", "DURATION", "12s"), atLeast: 1500,
			want: "FAIL", fails: []string{"error rate"}, reasons: []string{"server_error", "reset"}, hz: 100,
		},
		{
			fault: "error frames and resets", strength: "0.4 % of each", faults: "error_frame=0.004 drop=0.004", env: users("100", "DURATION", "12s"), atLeast: 1500,
			want: "PASS", reasons: []string{"server_error", "reset"}, hz: 100,
		},
		{
			fault: "no CPU and a slow loop", strength: "400 ms of 500, and 50 Hz", faults: "loop_hz=50", strain: strain{held: 400 * time.Millisecond, let: 100 * time.Millisecond}, script: general,
			env: users("15", "GENERATOR_LAG_P99", "100", "HZ_AVERAGE_THRESHOLD", "95"), want: "INVALID", open: []string{"generator lag"}, may: []string{anything}, says: "the load generator was late",
		},
		{
			fault: "no files and error frames", strength: "60 for 100 users, and 20 %", faults: "error_frame=0.2", strain: strain{limit: "ulimit -n 60"}, env: users("100"), short: true,
			want: "INVALID", open: []string{"generator failures"}, may: []string{anything}, reasons: []string{"generator", "server_error"},
			says: "the load generator itself had no port, file or memory left", books: []string{"--chat-only"},
		},
		{
			fault: "two processes and error frames", strength: "in turn, and 20 %", faults: "metrics_replicas=2 error_frame=0.2", env: users("20"),
			want: "FAIL", fails: []string{"error rate"}, may: []string{anything}, reasons: []string{"server_error"}, says: "several processes", books: []string{"--chat-only"},
		},
		{
			fault: "a late network and error frames", strength: "200 ms and 0.9 %", network: []toxic{late(chat, 200, 0)}, faults: "error_frame=0.009", env: users("100", "DURATION", "20s"), atLeast: decided,
			want: "PASS", reasons: []string{"server_error"}, hz: 100,
		},
		{
			fault: "single bytes and tokens that are not UTF-8", strength: "one answer of five", network: []toxic{sliced(chat, down)}, faults: "not_utf8=0.2", env: users("3"),
			want: "FAIL", fails: []string{"error rate"}, may: []string{"answers to the end"}, reasons: []string{"protocol"}, hz: 100,
		},
		{
			fault: "a restart and a standstill", strength: "one, and 2 s", acts: []act{{at: early, faults: faults{"loop_restart": true}}, {at: early + moment(2e9), faults: faults{"loop_stall": "2s"}}},
			env:  []string{"HZ_AVERAGE_THRESHOLD", "50", "DURATION", "10s"},
			want: "FAIL", fails: []string{"loop restarts", "longest standstill"}, may: []string{"good windows"},
		},
		{
			fault: "the chat dies and the page is gone", strength: "in the middle", acts: []act{{at: early, faults: faults{"chat_dies": 1, "metrics_404": true}}}, env: hasty("20"),
			want: "FAIL", fails: dead, may: []string{anything}, reasons: []string{"dial", "reset"}, books: []string{"--chat-only"},
		},
		{
			fault: "a copied page and a chat that hangs", strength: "3 s, and half of the users", faults: copied + " chat_hangs=0.5", env: hasty("10", "IDLE", "10s", "DURATION", "20s"),
			want: "FAIL", fails: []string{"error rate"}, may: []string{anything}, reasons: []string{"response_timeout"}, hz: 100,
		},
	}
}
