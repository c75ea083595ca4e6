package trust

import (
	"time"

	"github.com/featherweight/tests/harness"
)

const general = "load-test.js"

// generatorRows: the server is as good as ever, and nothing may be held against it.
func generatorRows() []row {
	ownLag := []string{"GENERATOR_LAG_P99", "100"} // the default
	return []row{
		{
			fault: "the load generator has no files", strength: "60, for 100 users", strain: strain{limit: "ulimit -n 60"}, env: users("100"), short: true,
			want: "INVALID", open: []string{"generator failures"}, may: []string{anything}, reasons: []string{"generator"},
			says: "the load generator itself had no port, file or memory left", books: []string{"--chat-only"},
		},
		{
			fault: "the load generator has no files", strength: "1,000, for 100 users", strain: strain{limit: "ulimit -n 1000"}, env: users("100"), want: "PASS", hz: 100,
		},
		{
			fault: "the load generator has no files, and requests are made", strength: "60, for 100 users", strain: strain{limit: "ulimit -n 60"}, script: general, env: users("100"), short: true,
			want: "INVALID", open: []string{"generator failures"}, may: []string{anything}, reasons: []string{"generator"},
			says: "the load generator itself had no port, file or memory left", books: []string{"--chat-only"},
		},
		{
			fault: "the load generator has no ports", strength: "15, for 40 users", lab: &lab{ports: "40000 40014"}, env: users("40"),
			want: "INVALID", open: []string{"generator failures"}, may: []string{anything}, reasons: []string{"generator"},
			says: "the load generator itself had no port, file or memory left", books: []string{"--chat-only"},
		},
		{
			fault: "the load generator has no CPU, and times requests itself", strength: "400 ms of 500", strain: strain{held: 400 * time.Millisecond, let: 100 * time.Millisecond}, short: true,
			script: general, env: append(users("15"), ownLag...), want: "INVALID", open: []string{"generator lag"}, may: []string{anything},
			says: "the load generator was late, and that is in its times with up to",
		},
		{
			fault: "the load generator has no CPU, and the kernel times the chat", strength: "40 ms of 80",
			strain: strain{held: 40 * time.Millisecond, let: 40 * time.Millisecond}, env: append(users("10"), ownLag...), want: "PASS", hz: 100,
		},
		{
			fault: "the load generator has no CPU, and the kernel times the chat", strength: "400 ms of 500, many tokens at once",
			target: []string{"--tokens", "20", "--token-interval", "10ms"}, strain: strain{held: 400 * time.Millisecond, let: 100 * time.Millisecond}, env: append(users("10"), ownLag...),
			want: "INVALID", open: []string{"generator lag"}, may: []string{anything}, says: "the load generator was late",
		},
		{
			fault: "the load generator has one core", strength: "GOMAXPROCS=1", env: users("40", "GOMAXPROCS", "1"), want: "PASS", hz: 100,
		},
		{
			fault: "the load generator is stopped and goes on", strength: "1.5 s of 42", acts: []act{{at: early, stop: 1500 * time.Millisecond}},
			env: users("20", "DURATION", "40s", "HZ_COVERAGE", "0.9"), want: "PASS", hz: 100,
		},
		{
			fault: "the load generator is stopped and goes on", strength: "3 s of 8", acts: []act{{at: early, stop: 3 * time.Second}},
			env:  append(users("20", "HZ_COVERAGE", "0.9"), ownLag...),
			want: "INVALID", open: []string{"loop coverage"}, may: []string{anything},
		},
		{
			fault: "the load generator has little memory", strength: "a soft limit of 60 MiB", env: users("20", "GOMEMLIMIT", "60MiB"), want: "PASS", hz: 100,
		},
		{
			fault: "the load generator has little memory", strength: "too little to begin", strain: strain{limit: "ulimit -v 400000"}, want: harness.NoLoad,
		},
		{
			fault: "the disk of the results is full", strength: "not a byte is left", strain: strain{fullDisk: true}, env: users("5"), want: "PASS", unkept: true, says: "no space left",
		},
	}
}
