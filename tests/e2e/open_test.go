package e2e

import (
	"encoding/json"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/featherweight/tests/harness"
)

// stalling is a chat that does nothing at all for the first part of every period, and otherwise answers after a while.
type stalling struct {
	period, stalls, answers time.Duration
}

// after is when what comes to the server at that time of its clock is dealt with.
func (s stalling) after(at time.Duration) time.Duration {
	if in := at % s.period; in < s.stalls {
		return at - in + s.stalls
	}
	return at
}

// answer is when a conversation that comes at that time has its answer: the handshake, the question and the answer each wait.
func (s stalling) answer(at time.Duration) time.Duration { return s.after(s.after(at) + s.answers) }

// truth is what users wait who come evenly over a period: for the connection, and for the answer; sorted, in ms.
func (s stalling) truth() (connections, answers []float64) {
	for at := time.Duration(0); at < s.period; at += time.Millisecond {
		connections = append(connections, float64((s.after(at) - at).Milliseconds()))
		answers = append(answers, float64((s.answer(at) - at).Milliseconds()))
	}
	slices.Sort(connections)
	slices.Sort(answers)
	return connections, answers
}

// serve is its WebSocket address.
func (s stalling) serve(t *testing.T) string {
	t.Helper()
	start := time.Now()
	wait := func() {
		now := time.Since(start)
		<-time.After(s.after(now) - now) // what the server is like
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wait()
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = conn.CloseNow() }()
		for {
			_, text, err := conn.Read(r.Context())
			if err != nil {
				return
			}
			var question struct{ MessageID string }
			if err := json.Unmarshal(text, &question); err != nil {
				t.Errorf("the question %q: %v", text, err)
				return
			}
			wait()
			<-time.After(s.answers)
			wait()
			for _, kind := range []string{"start", "token", "complete"} {
				event := map[string]any{"type": kind, "data": "x", "messageId": question.MessageID}
				frame, err := json.Marshal(map[string]any{"type": "stream_event", "event": event})
				if err != nil {
					t.Errorf("failed to write an event: %v", err)
					return
				}
				if conn.Write(r.Context(), websocket.MessageText, frame) != nil {
					return
				}
			}
		}
	}))
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "http", "ws", 1)
}

// on runs the main script on it for two periods.
func (s stalling) on(t *testing.T, more ...string) harness.Run {
	t.Helper()
	env := map[string]string{
		"WS_URL": s.serve(t), "METRICS_URL": harness.Loop(100), "RAMP": "0", "IDLE": "1s", "DURATION": (2 * s.period).String(), "TURNS_PER_SESSION": "1",
	}
	return harness.Script(t, harness.MainScript(), harness.With(wide(env), more...))
}

// steady is a number of the steady phase.
func steady(t *testing.T, run harness.Run, keys ...string) float64 {
	t.Helper()
	phases, _ := run.At(t, "phases").([]any)
	for _, entry := range phases {
		if phase, _ := entry.(map[string]any); phase["name"] == "steady" {
			return harness.Run{Summary: phase, Stdout: run.Stdout, Stderr: run.Stderr}.Number(t, keys...)
		}
	}
	t.Fatalf("no steady phase\n%s", run.Describe())
	return 0
}

func mean(all []float64) (sum float64) {
	for _, one := range all {
		sum += one / float64(len(all))
	}
	return sum
}

// Coordinated omission: users who wait for a server that stalls do not ask it meanwhile, so what they measure is mostly how
// it is when it does not stall. Conversations that begin on a schedule meet the stall as often as it is there.
func TestAServerThatStallsLooksAsBadAsItIsToConversationsOnASchedule(t *testing.T) {
	t.Parallel()
	server := stalling{period: 10 * time.Second, stalls: 2 * time.Second, answers: 20 * time.Millisecond}
	var open, closed harness.Run
	t.Run("runs", func(t *testing.T) {
		t.Run("open", func(t *testing.T) { t.Parallel(); open = server.on(t, "ARRIVAL_RATE", "20", "VUS", "100") })
		t.Run("closed", func(t *testing.T) { t.Parallel(); closed = server.on(t, "VUS", "5") })
		t.Run("too few users", func(t *testing.T) {
			t.Parallel() // 40 come in each stall, and find 10
			run := server.on(t, "ARRIVAL_RATE", "20", "VUS", "10")
			verdict(t, run, 99, "INVALID", "found no free user when they were to begin, more than 1.00%: raise VUS, or lower ARRIVAL_RATE")
		})
	})
	verdict(t, open, 0, "PASS")
	if turns := open.Number(t, "totals", "turns"); turns != 400 {
		t.Errorf("%v conversations of 20 a second for 20 s\n%s", turns, open.Describe())
	}
	connections, answers := server.truth()
	at := func(all []float64, share float64) float64 { return all[int(share*float64(len(all)))] }
	for _, one := range []struct {
		name, statistic string
		truth           float64
	}{
		{"connectionTime", "avg", mean(connections)},
		{"connectionTime", "p95", at(connections, 0.95)},
		{"connectionTime", "max", at(connections, 0.9999)},
		{"responseTime", "avg", mean(answers)},
		{"responseTime", "p90", at(answers, 0.9)},
		{"responseTime", "max", at(answers, 0.9999)},
	} {
		told := steady(t, open, one.name, one.statistic)
		t.Logf("%s %s: told %.0f ms, true %.0f ms; the closed model tells %.0f ms", one.name, one.statistic, told, one.truth, steady(t, closed, one.name, one.statistic))
		// A busy machine adds to the times of the server. One conversation more or less in a stall is a twentieth of a second.
		if told < one.truth-50 || told > 1.2*one.truth+200 {
			t.Errorf("%s %s: told %.0f ms, true %.0f ms\n%s", one.name, one.statistic, told, one.truth, open.Describe())
		}
	}
	if ratio := steady(t, open, "responseTime", "p90") / steady(t, closed, "responseTime", "p90"); math.IsNaN(ratio) || ratio < 4 {
		t.Errorf("the closed model, which omits what it should have asked, tells a p90 that is only %.1f times less", ratio)
	}
}
