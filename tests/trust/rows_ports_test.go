package trust

// dead are the objectives that a chat misses which is not there any more.
var dead = []string{"error rate", "answers to the end"}

// portRows: a server that dies or hangs in any phase; the chat alone, the API alone, both.
func portRows() []row {
	var rows []row
	for _, fault := range []struct {
		name, does string
		reasons    []string
	}{
		{"chat_dies", "dies", []string{"dial", "reset", "closed"}},
		{"chat_hangs", "hangs", []string{"response_timeout", "connect_timeout"}},
	} {
		for _, when := range []struct {
			phase string
			at    moment
			open  []string
		}{
			{"idle", inIdle, []string{"connection time", "response time"}},
			{"ramp", inRamp, []string{"connection time", "response time"}},
			{"steady", inSteady, nil},
			{"rampdown", inRampdown, nil},
		} {
			rows = append(rows, row{
				fault: "the chat " + fault.does, strength: "in the phase " + when.phase, acts: []act{{at: when.at, faults: faults{fault.name: 1}}},
				env: append(hasty("20"), ramps...), short: when.phase == "steady",
				want: "FAIL", fails: []string{"answers to the end"}, may: []string{"error rate", "connection time", "response time"}, open: when.open, reasons: fault.reasons,
			})
		}
	}
	return append(rows,
		row{
			fault: "the chat is silent", strength: "for the last second and a half", acts: []act{{at: nearEnd, faults: faults{"chat_hangs": 1}}},
			env: users("20", "RESPONSE_TIMEOUT", "12s"), want: "FAIL", fails: dead, may: []string{"response time"}, reasons: []string{"response_timeout"}, hz: 100,
		},
		row{
			fault: "the chat dies", strength: "2 s before the end, and 15 % may fail", acts: []act{{at: moment(20e9), faults: faults{"chat_dies": 1}}},
			env:  users("20", "DURATION", "20s", "ERROR_RATE_THRESHOLD", "0.15"),
			want: "FAIL", fails: []string{"answers to the end"}, reasons: []string{"dial", "reset", "closed"}, hz: 100,
		},
		row{
			fault: "the chat hangs", strength: "for one user of a hundred: by the numbers", faults: "chat_hangs=0.01", env: hasty("100"),
			want: "PASS", reasons: []string{"response_timeout"}, happened: "chat_hangs", hz: 100,
		},
		row{
			fault: "the chat hangs", strength: "for half of the users", faults: "chat_hangs=0.5", env: hasty("20"),
			want: "FAIL", fails: []string{"error rate"}, reasons: []string{"response_timeout"}, hz: 100,
		},
		row{
			fault: "the chat pauses", strength: "for 1 s, within every limit", acts: []act{{at: early, faults: faults{"chat_pause": "1s"}}}, env: users("20"),
			happened: "chat_pause", want: "PASS", hz: 100,
		},
		row{
			fault: "the API dies", strength: "1.5 s before the end", acts: []act{{at: nearEnd, faults: faults{"api_dies": 1}}}, env: users("20", "METRICS_TIMEOUT", "2s", "LOOP_LONGEST_GAP", "1000"), short: true,
			want: "INVALID", may: []string{"loop coverage"}, open: []string{"loop seen to the end of the steady phase", "loop seen to the end of the run"},
			says: "the loop could not be read any more",
		},
		row{
			fault: "the API hangs", strength: "1.5 s before the end", acts: []act{{at: nearEnd, faults: faults{"api_hangs": 1}}}, env: users("20", "METRICS_TIMEOUT", "2s", "LOOP_LONGEST_GAP", "1000"),
			want: "INVALID", may: []string{"loop coverage"}, open: []string{"loop seen to the end of the steady phase", "loop seen to the end of the run"},
			says: "the loop could not be read any more",
		},
		row{
			fault: "API and chat die", strength: "in the middle", acts: []act{{at: early, faults: faults{"api_dies": 1, "chat_dies": 1}}}, env: hasty("20"),
			want: "FAIL", fails: dead, may: []string{anything}, reasons: []string{"dial"}, says: "of turns failed",
		},
		row{
			fault: "API and chat hang", strength: "in the middle", acts: []act{{at: early, faults: faults{"api_hangs": 1, "chat_hangs": 1}}}, env: hasty("20"),
			want: "FAIL", fails: dead, may: []string{anything}, reasons: []string{"response_timeout", "connect_timeout"}, says: "of turns failed",
		},
	)
}
