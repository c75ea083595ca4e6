package trust

import (
	"fmt"
	"time"
)

// In a run of 30 s the bound of the frequency is two turns and two round trips wide: with 10 ms each 0.13 Hz. On a busy machine it
// takes 60 s to be on the right side of a limit that is 0.2 Hz away.
var long, longer = []string{"VUS", "5", "DURATION", "30s"}, []string{"VUS", "5", "DURATION", "60s"}

// loopRows: a loop that is too slow, too fast, stands still or begins anew; and one that only seems so.
func loopRows() []row {
	var rows []row
	for _, one := range []struct {
		hz    float64
		fails string
		env   []string
		short bool
	}{
		{95.5, "", long, true},
		{94.5, "loop frequency", long, true},
		{105.5, "loop frequency maximum", long, false},
		{95.2, "", longer, false},
		{94.8, "loop frequency", longer, false},
		{104.8, "", longer, false},
		{105.2, "loop frequency maximum", longer, false},
	} {
		r := row{fault: "the loop's frequency", strength: fmt.Sprintf("%v Hz", one.hz), faults: fmt.Sprintf("loop_hz=%v", one.hz), env: one.env, want: "PASS", hz: one.hz, short: one.short}
		if one.fails != "" {
			r.want, r.fails = "FAIL", []string{one.fails}
		}
		rows = append(rows, r)
	}
	return append(rows,
		row{
			fault: "the loop was started twice", strength: "200 Hz", faults: "loop_twice",
			want: "FAIL", fails: []string{"loop frequency maximum"}, says: "105 Hz", hz: 200,
		},
		row{
			fault: "the loop is started twice", strength: "in the middle", acts: []act{{at: early, faults: faults{"loop_twice": true}}},
			want: "FAIL", fails: []string{"loop frequency maximum"}, says: "105 Hz",
		},
		row{
			fault: "the loop was started twice", strength: "and nobody minds", faults: "loop_twice", env: []string{"HZ_AVERAGE_MAXIMUM", "0"}, want: "PASS", hz: 200,
		},
		row{
			fault: "the loop stands still", strength: "0.9 s of 1 s", acts: []act{{at: early, faults: faults{"loop_stall": "900ms"}}}, env: long,
			happened: "loop_stall", want: "PASS",
		},
		row{ // what readings every 100 ms prove of a standstill is up to 200 ms shorter
			fault: "the loop stands still", strength: "1.4 s of 1 s", acts: []act{{at: early, faults: faults{"loop_stall": "1400ms"}}},
			env:  []string{"VUS", "5", "DURATION", "30s", "HZ_AVERAGE_THRESHOLD", "90"},
			want: "FAIL", fails: []string{"longest standstill"}, may: []string{"good windows"}, says: "longer than 1s",
		},
		row{
			fault: "the loop stands still", strength: "3 s, fast enough on average", target: []string{"--hz", "160"}, acts: []act{{at: early, faults: faults{"loop_stall": "3s"}}},
			env: []string{"VUS", "5", "DURATION", "30s", "HZ_AVERAGE_MAXIMUM", "200"}, want: "FAIL", fails: []string{"longest standstill"}, may: []string{"good windows"},
		},
		row{ // the target's loop makes up for what it missed, and nobody could look meanwhile
			fault: "the server is frozen whole", strength: "2 s, and then makes up for it", acts: []act{{at: early, freeze: 2 * time.Second}}, env: long,
			want: "PASS", says: "nothing was seen of the loop for 2.",
		},
		row{
			fault: "the loop stands still while nobody looks", strength: "2.5 s of 3 s", env: longer, short: true,
			acts: []act{
				{at: early, faults: faults{"metrics_404": true}},
				{at: early + moment(300e6), faults: faults{"metrics_404": true, "loop_stall": "2500ms"}},
				{at: early + moment(3e9), faults: faults{"metrics_404": false}},
			},
			want: "INVALID", open: []string{"loop in sight"}, may: []string{"good windows"}, says: "it may have stood still for longer than 1s",
		},
		row{
			fault: "the loop stands still", strength: "for the last 3 s, as long as a copy of the page may be", acts: []act{{at: moment(29e9), faults: faults{"loop_stop": true}}},
			env: long, want: "INVALID", open: []string{"loop seen to the end of the steady phase", "loop seen to the end of the run"}, may: []string{"good windows"}, says: "it may have stood still",
		},
		row{
			fault: "the loop stands still", strength: "for the last 20 s, longer than a copy of the page may be", acts: []act{{at: moment(12e9), faults: faults{"loop_stop": true}}},
			env: long, want: "FAIL", fails: []string{"longest standstill", "loop frequency"}, may: []string{"good windows"},
		},
		row{
			fault: "the loop is slow for a while", strength: "2 of 30 windows", target: []string{"--hz", "104"},
			acts: []act{{at: early, faults: faults{"loop_hz": 75}}, {at: early + moment(2e9), faults: faults{"loop_hz": 0}}}, env: long, want: "PASS",
		},
		row{
			fault: "the loop is slow for a while", strength: "8 of 30 windows, and fast enough on average", target: []string{"--hz", "104"},
			acts: []act{{at: early, faults: faults{"loop_hz": 75}}, {at: early + moment(8e9), faults: faults{"loop_hz": 0}}}, env: long,
			want: "FAIL", fails: []string{"good windows"},
		},
		row{
			fault: "the loop is restarted", strength: "once, and never is allowed", acts: []act{{at: early, faults: faults{"loop_restart": true}}}, env: users("20"), short: true,
			want: "FAIL", fails: []string{"loop restarts"}, may: []string{"good windows"}, says: "restarted 1 time",
		},
		row{
			fault: "the loop is restarted", strength: "once, and once is allowed", acts: []act{{at: early, faults: faults{"loop_restart": true}}},
			env: append([]string{"LOOP_RESTARTS", "1"}, long...), want: "PASS", hz: 100,
		},
		row{
			fault: "the gauge lies", strength: "100 Hz beside a counter of 50", faults: "gauge_lie=100 loop_hz=50", short: true,
			want: "FAIL", fails: []string{"loop frequency"}, may: []string{"good windows"}, hz: 50,
		},
		row{
			fault: "the gauge lies", strength: "and nothing else is asked for", faults: "gauge_lie=100 loop_hz=50", env: []string{"HZ_SOURCE", "gauge"},
			want: "PASS", says: "reported by the server, not measured", books: []string{"--chat-only"},
		},
		row{
			fault: "the start time moves and the counter goes on", strength: "60 s", acts: []act{{at: early, faults: faults{"start_time_moves": "60s"}}}, want: "PASS", hz: 100,
		},
		row{
			fault: "the counter leaps", strength: "6,000 turns", acts: []act{{at: early, faults: faults{"counter_ahead": 6000}}},
			want: "INVALID", open: []string{"good windows", "loop in course"}, may: []string{anything}, says: "leapt 1 time further than a loop can turn", books: []string{"--chat-only"},
		},
		row{ // the windows that are lost are few of so many
			fault: "the counter leaps", strength: "6,000 turns in a long run", acts: []act{{at: early, faults: faults{"counter_ahead": 6000}}}, env: long, short: true,
			want: "INVALID", open: []string{"loop in course"}, may: []string{anything}, says: "leapt 1 time further than a loop can turn", books: []string{"--chat-only"},
		},
		row{
			fault: "the counter wraps", strength: "at 32 bits", faults: fmt.Sprintf("counter_32bit counter_ahead=%d", 1<<32-700), env: long, want: "PASS", hz: 100,
		},
		row{fault: "the counter is beyond what a float holds", strength: "2^53", faults: fmt.Sprintf("counter_ahead=%d", 1<<53), env: long, want: "PASS", hz: 100},
		row{fault: "the counter is printed with few digits", strength: "six", faults: "counter_digits=6 counter_ahead=5000000", env: long, want: "PASS", hz: 100},
	)
}
