package trust

// decided is how many turns it takes to tell 0.9 from 1.1 % when the server keeps its share to within one hit.
const decided = 1100

// chatRows: what can be wrong with an answer, or with a handshake.
func chatRows() []row {
	rows := []row{
		{fault: "nothing", strength: "a good server", short: true, env: users("20"), want: "PASS", hz: 100},
		{
			fault: "error frames", strength: "0.9 % of the turns", short: true, faults: "error_frame=0.009", env: users("100", "DURATION", "12s"),
			atLeast: decided, want: "PASS", reasons: []string{"server_error"}, hz: 100,
		},
		{
			fault: "error frames", strength: "1.1 % of the turns", short: true, faults: "error_frame=0.011", env: users("100", "DURATION", "12s"),
			atLeast: decided, want: "FAIL", fails: []string{"error rate"}, reasons: []string{"server_error"}, hz: 100,
		},
		{
			fault: "connections reset in an answer", strength: "0.9 % of the turns", faults: "drop=0.009", env: users("100", "DURATION", "12s"),
			atLeast: decided, want: "PASS", reasons: []string{"reset"}, hz: 100,
		},
		{
			fault: "connections reset in an answer", strength: "1.1 % of the turns", faults: "drop=0.011", env: users("100", "DURATION", "12s"),
			atLeast: decided, want: "FAIL", fails: []string{"error rate"}, reasons: []string{"reset"}, hz: 100,
		},
		{
			fault: "handshakes answered with 503", strength: "0.9 % of the handshakes", acts: []act{{at: inIdle, faults: faults{"handshake_503": 0.009}}},
			env: users("100", "DURATION", "12s", "TURNS_PER_SESSION", "1"), atLeast: decided, want: "PASS", reasons: []string{"handshake"}, hz: 100,
		},
		{
			fault: "handshakes answered with 403", strength: "1.2 % of the handshakes", acts: []act{{at: inIdle, faults: faults{"handshake_403": 0.012}}},
			env: users("100", "DURATION", "12s", "TURNS_PER_SESSION", "1"), atLeast: decided, want: "FAIL", fails: []string{"error rate"}, reasons: []string{"handshake"}, hz: 100,
		},
		{
			fault: "handshakes never answered", strength: "5 % of the handshakes", acts: []act{{at: inIdle, faults: faults{"handshake_hang": 0.05}}},
			env: hasty("20", "TURNS_PER_SESSION", "1"), want: "FAIL", fails: []string{"error rate"}, reasons: []string{"connect_timeout"}, hz: 100,
		},
		{
			fault: "answers that take long", strength: "p90 1.7 s of 2 s", target: []string{"--tokens", "1", "--ttft", "1700ms"},
			env: users("20", "MESSAGE_RESPONSE_TIME_P90", "2000"), want: "PASS", hz: 100,
		},
		{
			fault: "answers that take long", strength: "p90 2.1 s of 2 s", target: []string{"--tokens", "1", "--ttft", "2100ms"}, short: true,
			env: users("20", "MESSAGE_RESPONSE_TIME_P90", "2000"), want: "FAIL", fails: []string{"response time"}, hz: 100,
		},
		{
			fault: "answers that take long", strength: "p90 9.9 s of 10 s, the default", target: []string{"--tokens", "1", "--ttft", "9900ms"},
			env: users("20", "DURATION", "22s"), want: "PASS", hz: 100,
		},
		{
			fault: "answers that take long", strength: "p90 10.1 s of 10 s, the default", target: []string{"--tokens", "1", "--ttft", "10100ms"},
			env: users("20", "DURATION", "22s"), want: "FAIL", fails: []string{"response time"}, hz: 100,
		},
		{
			fault: "slow tokens", strength: "slower than users wait", faults: "slow_tokens=200", env: hasty("20"),
			want: "FAIL", fails: []string{"error rate", "answers to the end"}, open: []string{"response time"}, reasons: []string{"response_timeout"}, hz: 100,
		},
		{
			fault: "questions never answered", strength: "all", faults: "never_answer=1", env: hasty("20"),
			want: "FAIL", fails: []string{"error rate", "answers to the end"}, open: []string{"response time"}, reasons: []string{"response_timeout"}, hz: 100,
		},
		{
			fault: "questions never answered", strength: "half, in a run shorter than their time-out", faults: "never_answer=0.5", env: users("20", "RESPONSE_TIMEOUT", "12s"),
			want: "FAIL", fails: []string{"error rate"}, may: []string{"answers to the end"}, reasons: []string{"response_timeout"}, hz: 100,
		},
		{
			fault: "answers that stop half-way", strength: "2 % of the turns", faults: "half=0.02", env: hasty("40"),
			want: "FAIL", fails: []string{"error rate"}, reasons: []string{"response_timeout"}, hz: 100,
		},
		{
			fault: "a frame of 2 MB in an answer", strength: "every turn", faults: "oversize=2000000", env: users("10"),
			want: "FAIL", fails: []string{"error rate", "answers to the end"}, open: []string{"response time"}, reasons: []string{"protocol"}, hz: 100,
		},
		{
			fault: "a token that is not UTF-8", strength: "one answer of five", faults: "not_utf8=0.2", env: users("20"), short: true,
			want: "FAIL", fails: []string{"error rate"}, reasons: []string{"protocol"}, hz: 100,
		},
		{
			fault: "a greeting and heartbeats of the application", strength: "every 200 ms", faults: "greeting heartbeats=200ms", env: users("20"), happened: "heartbeats",
			want: "PASS", hz: 100,
		},
		{
			fault: "a chat that wants an origin, a header and a subprotocol", strength: "and gets them",
			faults: "need_origin=https://app.example need_header=Cookie_:_session=1 need_subprotocol=chat.v1",
			env:    users("20", "CHAT_ORIGIN", "https://app.example", "CHAT_HEADERS", "Cookie: session=1", "CHAT_SUBPROTOCOLS", "chat.v1"), want: "PASS", hz: 100,
		},
	}
	for _, one := range []struct{ fault, does, reason string }{
		{"close_early", "a close frame in an answer", "closed"},
		{"wrong_id", "answers with another messageId", "protocol"},
		{"truncated", "half a frame, and then nothing", "reset"},
		{"not_json", "a frame that is no JSON", "protocol"},
	} {
		rows = append(rows, row{
			fault: one.does, strength: "2 % of the turns", faults: one.fault + "=0.02", env: users("40"),
			want: "FAIL", fails: []string{"error rate"}, reasons: []string{one.reason}, hz: 100,
		})
	}
	return rows
}
