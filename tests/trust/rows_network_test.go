package trust

// lossy is for the books of a network that loses what it carries.
var lossy = []string{"--lossy"}

// networkRows: what can be wrong between a good server and its users.
func networkRows() []row {
	connect := []string{"TURNS_PER_SESSION", "1"}
	return []row{
		{
			fault: "a late network", strength: "p95 of connecting 2.5 s of 3 s", network: []toxic{late(chat, 2500, 0)}, short: true,
			env: users("20", append(connect, "WS_CONNECTION_TIME_P95", "3000")...), want: "PASS", hz: 100,
		},
		{
			fault: "a late network", strength: "p95 of connecting 3.1 s of 3 s", network: []toxic{late(chat, 3100, 0)}, short: true,
			env: users("20", append(connect, "WS_CONNECTION_TIME_P95", "3000")...), want: "FAIL", fails: []string{"connection time"}, hz: 100,
		},
		{
			fault: "a late network", strength: "p95 of connecting 4.9 s of 5 s, the default", network: []toxic{late(chat, 4900, 0)},
			env: users("20", append(connect, "DURATION", "20s", "WS_CONNECTION_TIME_P95", "5000")...), want: "PASS", hz: 100,
		},
		{
			fault: "a late network", strength: "p95 of connecting 5.1 s of 5 s, the default", network: []toxic{late(chat, 5100, 0)},
			env: users("20", append(connect, "DURATION", "20s", "WS_CONNECTION_TIME_P95", "5000")...), want: "FAIL", fails: []string{"connection time"}, hz: 100,
		},
		{
			fault: "a late network", strength: "p90 of answers 1.7 s of 2 s", network: []toxic{late(chat, 1600, 0)},
			env: users("20", "MESSAGE_RESPONSE_TIME_P90", "2000"), want: "PASS", hz: 100,
		},
		{
			fault: "a late network", strength: "p90 of answers 2.1 s of 2 s", network: []toxic{late(chat, 2000, 0)},
			env: users("20", "MESSAGE_RESPONSE_TIME_P90", "2000"), want: "FAIL", fails: []string{"response time"}, hz: 100,
		},
		{
			fault: "a late network with jitter", strength: "200 ms, give or take 150", network: []toxic{late(chat, 200, 150)}, env: users("20"), want: "PASS", hz: 100,
		},
		{
			fault: "everything in single bytes", strength: "both ways", network: []toxic{sliced(chat, down), sliced(chat, up)}, env: users("3"), want: "PASS", hz: 100, short: true,
		},
		{
			fault: "the page in single bytes", strength: "from the server", network: []toxic{sliced(api, down)}, env: users("3"), want: "PASS", hz: 100,
		},
		{
			fault: "a narrow network", strength: "20 kB a second for each user", network: []toxic{narrow(chat, 20)}, env: users("10", "MESSAGE_RESPONSE_TIME_P90", "700"), want: "PASS", hz: 100,
		},
		{
			fault: "a narrow network", strength: "1 kB a second for each user", network: []toxic{narrow(chat, 1)}, env: users("10", "MESSAGE_RESPONSE_TIME_P90", "700"),
			want: "FAIL", fails: []string{"response time"}, hz: 100,
		},
		{
			fault: "connections are reset", strength: "a third of them, before their handshake is answered", acts: []act{{at: inIdle, network: []toxic{resetting(chat, 0.33, 50)}}}, env: users("20"),
			want: "FAIL", fails: []string{"error rate"}, may: []string{"answers to the end"}, reasons: []string{"handshake"}, hz: 100, books: lossy,
		},
		{
			fault: "connections end", strength: "after 2,000 bytes, without a good-bye", acts: []act{{at: inIdle, network: []toxic{ending(chat, 2000)}}}, env: users("20"),
			want: "FAIL", fails: []string{"error rate"}, may: []string{"answers to the end"}, reasons: []string{"reset"}, hz: 100, books: lossy,
		},
		{
			fault: "half-open connections", strength: "nothing comes from the server any more", acts: []act{{at: early, network: []toxic{silent(chat, down)}}}, env: hasty("20"), short: true,
			want: "FAIL", fails: dead, may: []string{"connection time", "response time"}, reasons: []string{"response_timeout", "connect_timeout"}, hz: 100, books: lossy,
		},
		{
			fault: "half-open connections", strength: "nothing comes to the server any more", acts: []act{{at: early, network: []toxic{silent(chat, up)}}}, env: hasty("20"),
			want: "FAIL", fails: dead, may: []string{"connection time", "response time"}, reasons: []string{"response_timeout", "connect_timeout"}, hz: 100, books: lossy,
		},
		{
			fault: "half-open connections", strength: "both ways, and found by pings", acts: []act{{at: early, network: []toxic{silent(chat, up), silent(chat, down)}}},
			env:  hasty("20", "WS_PING_INTERVAL", "500ms", "WS_PONG_TIMEOUT", "500ms"),
			want: "FAIL", fails: dead, may: []string{"connection time", "response time"}, reasons: []string{"reset", "connect_timeout"}, hz: 100, books: lossy,
		},
		{
			fault: "the network is cut", strength: "in the middle", acts: []act{{at: early, cut: true}}, env: users("20"),
			want: "FAIL", fails: dead, may: []string{anything}, reasons: []string{"dial"}, books: []string{"--lossy", "--chat-only"},
		},
		{
			fault: "the loop is seen from far away", strength: "95.3 Hz over 200 ms", faults: "loop_hz=95.3", network: []toxic{late(api, 200, 0)}, env: long,
			want: "INVALID", open: []string{"loop frequency"}, says: "too close to 95 Hz", hz: 95.3,
		},
		{
			fault: "the loop is seen from far away", strength: "99 Hz over 200 ms", faults: "loop_hz=99", network: []toxic{late(api, 200, 0)}, env: long,
			want: "PASS", hz: 99,
		},
		{
			fault: "the API is half-open", strength: "from the middle on", acts: []act{{at: early, network: []toxic{silent(api, down)}}}, env: users("20", "HZ_COVERAGE", "0.9", "METRICS_TIMEOUT", "2s", "LOOP_LONGEST_GAP", "1000"),
			want: "INVALID", open: []string{"loop coverage"}, may: []string{anything}, says: "the loop could not be read any more", books: []string{"--chat-only"},
		},
		{
			fault: "packets of the server vanish", strength: "from the middle on", lab: &lab{}, acts: []act{{at: early, vanish: true}}, env: hasty("20"),
			want: "FAIL", fails: dead, may: []string{anything}, reasons: []string{"response_timeout", "connect_timeout"}, books: []string{"--lossy", "--chat-only"},
		},
		{
			fault: "packets of the server vanish", strength: "for 0.5 s, and TCP sends them again", lab: &lab{}, acts: []act{{at: early, vanish: true}, {at: early + moment(5e8), back: true}},
			env: users("20", "DURATION", "20s"), want: "PASS", hz: 100,
		},
		{fault: "packets are lost", strength: "1 %", lab: &lab{netem: "loss 1%"}, env: users("20", "DURATION", "20s"), want: "PASS", hz: 100},
		{fault: "packets come late and out of order", strength: "20 ms, give or take 10", lab: &lab{netem: "delay 20ms 10ms"}, env: users("20"), want: "PASS", hz: 100},
		{fault: "packets come twice", strength: "a quarter of them", lab: &lab{netem: "duplicate 25%"}, env: users("20"), want: "PASS", hz: 100},
	}
}
