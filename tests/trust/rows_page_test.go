package trust

import "github.com/featherweight/tests/harness"

const copied = "metrics_period=3s"

// pageRows: the loop is healthy whatever the page looks like, and however old it is.
func pageRows() []row {
	outOfSight := func(from moment, seconds int64) []act {
		return []act{{at: from, faults: faults{"metrics_404": true}}, {at: from + moment(seconds*1e9), faults: faults{"metrics_404": false}}}
	}
	copies := []string{"VUS", "3", "IDLE", "10s", "DURATION", "40s"}
	rows := []row{
		{ // both ends of the bound may be some periods old: in 40 s that is more than 5 %, in 150 s less
			fault: "the page is a copy", strength: "of up to 3 s, for 40 s", faults: copied, env: copies,
			want: "INVALID", open: []string{"loop frequency"}, may: []string{"loop frequency maximum"}, says: "too close to 95 Hz", hz: 100,
		},
		{
			fault: "the page is a copy", strength: "of up to 3 s, for 150 s", faults: copied, env: []string{"VUS", "3", "IDLE", "10s", "DURATION", "150s"}, want: "PASS", hz: 100,
		},
		{ // a reading takes as long as a value stands: that is no standstill
			fault: "the page is a copy that is read slowly", strength: "of up to 3 s, in 1.5 s", faults: copied + " metrics_slow=1500ms", env: copies,
			want: "INVALID", open: []string{"loop frequency"}, may: []string{"loop frequency maximum", "good windows", "loop coverage", "loop in sight"}, hz: 100,
		},
		{fault: "the page is a copy that says how old it is", strength: "up to 3 s", faults: copied + " metrics_age metrics_stamps", env: copies, want: "PASS", hz: 100},
		{fault: "the page is a copy whose samples have time stamps", strength: "of up to 3 s", faults: copied + " metrics_stamps", env: copies, want: "PASS", hz: 100},
		{
			fault: "two processes answer", strength: "in turn", faults: "metrics_replicas=2", short: true,
			want: "INVALID", open: []string{"one loop"}, may: []string{anything}, says: "several processes", books: []string{"--chat-only"},
		},
		{fault: "two processes answer", strength: "one for each connection", faults: "metrics_replicas=2 metrics_replicas_kept", env: users("20"), want: "PASS", hz: 100},
		{
			fault: "the page is gone for a while", strength: "2 of 62 s", acts: outOfSight(early, 2), env: longer, want: "PASS", hz: 100, says: "nothing was seen of the loop for 2.",
		},
		{
			fault: "the page is gone for a while", strength: "9 of 62 s", acts: outOfSight(early, 9), env: longer, want: "INVALID", open: []string{"loop coverage", "good windows"}, hz: 100,
		},
		{
			fault: "the page is gone at the end", strength: "for 3 s of 60", acts: outOfSight(moment(59e9), 10), env: []string{"VUS", "5", "DURATION", "60s"},
			want: "INVALID", open: []string{"loop seen to the end of the steady phase", "loop seen to the end of the run"}, hz: 100,
		},
		{fault: "the page is slow", strength: "300 ms", faults: "metrics_slow=300ms", env: long, want: "PASS", hz: 100},
		{fault: "the page is slow", strength: "2.5 s, and 2 s are waited", faults: "metrics_slow=2500ms", env: []string{"METRICS_TIMEOUT", "2s"}, want: harness.NoLoad, says: "the loop cannot be read"},
		{fault: "the page is not there", strength: "404", faults: "metrics_404", want: harness.NoLoad, says: "404"},
		{fault: "the page never ends", strength: "valid lines for ever", faults: "metrics_endless", want: harness.NoLoad, says: "never ends"},
	}
	for _, page := range []struct{ is, fault string }{
		{"is labelled text/html", "metrics_type=text/html"},
		{"has no label", "metrics_type=none"},
		{"is labelled JSON", "metrics_type=application/json"},
		{"has no last line feed", "metrics_no_newline"},
		{"is compressed", "metrics_gzip"},
		{"has a byte order mark", "metrics_bom"},
		{"begins with a UTF-8 name", "metrics_utf8_name"},
		{"carries time stamps", "metrics_stamps"},
	} {
		rows = append(rows, row{fault: "the page " + page.is, strength: "always", faults: page.fault, env: users("20"), want: "PASS", hz: 100})
	}
	return rows
}
