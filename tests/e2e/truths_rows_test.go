package e2e

import (
	"fmt"

	"github.com/featherweight/tests/harness"
)

type faults = map[string]any

// turnTruths: every question is judged, also those that nobody lives to see answered.
func turnTruths() []fact {
	return []fact{
		{
			name: "the chat is silent for the last second and a half", at: nearEnd, then: faults{"chat_hangs": 1},
			env:  append([]string{"RESPONSE_TIMEOUT", "12s"}, atOnce...),
			want: "FAIL", slo: "error rate", reason: "of turns failed",
		},
		{
			name: "half of all questions are never answered in a run shorter than their time-out", faults: "never_answer=0.5",
			env:  append([]string{"RESPONSE_TIMEOUT", "12s"}, atOnce...),
			want: "FAIL", slo: "error rate", reason: "of turns failed",
		},
		{
			name: "the chat hangs for half of the users", faults: "chat_hangs=0.5", env: atOnce,
			want: "FAIL", slo: "error rate", reason: "of turns failed",
		},
		{
			name: "the chat hangs for one of a hundred users: by the numbers", faults: "chat_hangs=0.01",
			env:  append([]string{"VUS", "100"}, atOnce...),
			want: "PASS", hz: 100,
			exact: func(t harness.Truth) error {
				if n := t.Errors["chat_hangs"]; n < 2 || n > 0.01*t.TurnsStarted {
					return fmt.Errorf("%v of %v questions were not answered: not what one user in a hundred asks in vain", n, t.TurnsStarted)
				}
				return nil
			},
		},
		{
			name: "the chat pauses within every limit", at: early, then: faults{"chat_pause": "1s"}, env: atOnce, want: "PASS", hz: 100,
			exact: func(t harness.Truth) error {
				if t.Errors["chat_pause"] != 1 || t.TurnsFailed != 0 {
					return fmt.Errorf("the pause happened %v times and %v turns failed", t.Errors["chat_pause"], t.TurnsFailed)
				}
				return nil
			},
		},
	}
}

// portTruths: a server that dies or hangs in any phase; the chat alone, the API alone, both.
func portTruths() []fact {
	rows := []fact{
		{name: "the API dies near the end", at: nearEnd, then: faults{"api_dies": 1}, env: atOnce, want: "not PASS"},
		{name: "the API hangs near the end", at: nearEnd, then: faults{"api_hangs": 1}, env: atOnce, want: "not PASS"},
		{
			name: "both die", at: early, then: faults{"api_dies": 1, "chat_dies": 1}, env: atOnce,
			want: "FAIL", slo: "error rate", reason: "of turns failed",
		},
		{
			name: "both hang", at: early, then: faults{"api_hangs": 1, "chat_hangs": 1}, env: atOnce,
			want: "FAIL", slo: "error rate", reason: "of turns failed",
		},
	}
	for fault, does := range map[string]string{"chat_dies": "dies", "chat_hangs": "hangs"} {
		for phase, at := range map[string]moment{"idle": inIdle, "ramp": inRamp, "steady": inSteady, "rampdown": inRampdown} {
			rows = append(rows, fact{
				name: "the chat " + does + " in the phase " + phase, at: at, then: faults{fault: 1},
				want: "FAIL", slo: "error rate", reason: "of turns failed",
			})
		}
	}
	return rows
}

// loopTruths: a loop that is too fast, and one that only seems so.
func loopTruths() []fact {
	return []fact{
		{
			name: "the loop was started twice", faults: "loop_twice", env: atOnce,
			want: "FAIL", slo: "loop frequency maximum", reason: "105 Hz", hz: 200,
		},
		{
			name: "the loop is started twice in the middle", at: early, then: faults{"loop_twice": true}, env: atOnce,
			want: "FAIL", slo: "loop frequency maximum", reason: "105 Hz",
		},
		{
			name: "the loop was started twice and nobody minds", faults: "loop_twice",
			env: append([]string{"HZ_AVERAGE_MAXIMUM", "0"}, atOnce...), want: "PASS", hz: 200,
		},
		{name: "the start time moves and the counter goes on", at: early, then: faults{"start_time_moves": "60s"}, env: atOnce, want: "PASS", hz: 100},
		{name: "the counter leaps", at: early, then: faults{"counter_ahead": 6000}, env: atOnce, want: "not PASS"},
		{
			name: "the counter wraps at 32 bits", faults: fmt.Sprintf("counter_32bit counter_ahead=%d", 1<<32-700), env: atOnce,
			want: "not FAIL", hz: 100,
		},
		{name: "the counter is beyond 2^53", faults: fmt.Sprintf("counter_ahead=%d", 1<<53), env: atOnce, want: "not FAIL", hz: 100},
		{name: "the counter has six digits", faults: "counter_digits=6 counter_ahead=5000000", env: atOnce, want: "not FAIL", hz: 100},
	}
}

// pageTruths: the loop is healthy whatever the page looks like, and however old it is.
func pageTruths() []fact {
	rows := []fact{
		{
			name: "the page is a copy of up to 3 s", faults: copiedAt,
			env: append([]string{"VUS", "3", "IDLE", "10s", "DURATION", "40s"}, atOnce...), want: "not FAIL", hz: 100,
		},
		{
			name: "the page is a copy that says how old it is", faults: copiedAt + " metrics_age metrics_stamps",
			env: append([]string{"VUS", "3", "IDLE", "10s", "DURATION", "40s"}, atOnce...), want: "not FAIL", hz: 100,
		},
		{name: "two processes answer in turn", faults: "metrics_replicas=2", env: atOnce, want: "INVALID", reason: "several processes"},
		{name: "two processes, one for each connection", faults: "metrics_replicas=2 metrics_replicas_kept", env: atOnce, want: "not FAIL", hz: 100},
	}
	for name, fault := range map[string]string{
		"is labelled text/html": "metrics_type=text/html", "has no label": "metrics_type=none", "is labelled JSON": "metrics_type=application/json",
		"has no last line feed": "metrics_no_newline", "is compressed": "metrics_gzip", "has a byte order mark": "metrics_bom",
		"begins with a UTF-8 name": "metrics_utf8_name", "carries time stamps": "metrics_stamps",
	} {
		rows = append(rows, fact{name: "the page " + name, faults: fault, env: atOnce, want: "PASS", hz: 100})
	}
	return rows
}

// frameTruths: a chat that says more than the answer, or demands something.
func frameTruths() []fact {
	return []fact{
		{name: "the chat greets and sends heartbeats", faults: "greeting heartbeats=200ms", env: atOnce, want: "PASS", hz: 100},
		{name: "one answer of five has a token that is not UTF-8", faults: "not_utf8=0.2", env: atOnce, want: "FAIL", slo: "error rate", reason: "protocol"},
		{
			name:   "the chat wants an origin, a header and a subprotocol, and gets them",
			faults: "need_origin=https://app.example need_header=Cookie_:_session=1 need_subprotocol=chat.v1",
			env:    append([]string{"CHAT_ORIGIN", "https://app.example", "CHAT_HEADERS", "Cookie: session=1", "CHAT_SUBPROTOCOLS", "chat.v1"}, atOnce...),
			want:   "PASS", hz: 100,
		},
	}
}
