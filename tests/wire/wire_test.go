package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
)

const tokens = 100 // of an answer, 20 a second

// mode is a way to ask. Times are in seconds from the beginning of the load.
type mode struct {
	name                           string
	users                          int
	spread, together, asking, over int // see users.js
	stolen                         bool
	aim                            float64 // ms: how wrong TTFT and mean ITL are to be at most, of 99 in 100 turns
}

var modes = []mode{
	{name: "short", users: 100, spread: 2, asking: 8, over: 16},
	{name: "idle", users: 10, spread: 5, asking: 25, over: 33, aim: 1},
	{name: "spread", users: 1000, spread: 10, asking: 35, over: 47, aim: 1},
	{name: "at-once", users: 1000, spread: 5, together: 12, over: 25, aim: 3},
	{name: "stolen", users: 1000, spread: 20, together: 35, over: 60, stolen: true, aim: 5},
}

// limits of the short mode, in ms, that hold on a machine that is much too busy: how wrong half of the turns are at most,
// and 99 in 100. Measured with others at 83 % of two cores: TTFT 0.04 and 0.18, ITL 0.00 and 0.00, response 0.05 and 0.18. A client
// that takes the time itself, when it wakes up, is at 1.6 and 81, 0.1 and 7, 11 and 709.
var limits = map[string]struct{ half, nearlyAll float64 }{"TTFT": {1, 50}, "mean ITL": {0.5, 5}, "response": {1, 100}}

// TestTimesAgreeWithTheWire runs the modes that WIRE names; without it, the short one.
func TestTimesAgreeWithTheWire(t *testing.T) {
	asked := strings.Fields(os.Getenv("WIRE"))
	if len(asked) == 0 {
		asked = []string{"short"}
	}
	fmt.Println(Head)
	for _, name := range asked {
		known := false
		for _, m := range modes {
			if known = m.name == name; known {
				m.hold(t)
				break
			}
		}
		if !known {
			t.Errorf("no mode is called %q", name)
		}
	}
}

func (m mode) hold(t *testing.T) {
	target := harness.StartTarget(t, "--tokens", fmt.Sprint(tokens), "--token-interval", "50ms", "--ttft", "50ms")
	port := netip.MustParseAddrPort(target.Chat).Port()
	capture, err := Start(port, 16<<20+m.users*m.over*20*400)
	if errors.Is(err, ErrNotAllowed) {
		harness.LeaveOut(t, "wire", err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
	defer capture.Close()
	before, begun, callOff := used(t), time.Now(), func() {}
	if m.stolen {
		callOff = steal(t)
	}
	told := m.run(t, target)
	callOff()
	is := target.Stop()
	others := before.others(t, time.Since(begun))
	segments, lost, err := capture.Stop()
	if err != nil || lost > 0 {
		t.Fatalf("%s: %d packets of %d were lost, so the capture says nothing: %v", m.name, lost, lost+len(segments), err)
	}
	turns, err := Turns(segments, port)
	if err != nil {
		t.Fatalf("%s: the capture cannot be read: %v", m.name, err)
	}
	figures, err := Figures(told, turns)
	if err != nil {
		t.Fatalf("%s: the comparison is void: %v", m.name, err)
	}
	for _, f := range figures {
		fmt.Println(f.Row(m.name))
		limit, limited := limits[f.Name]
		if half, nearlyAll := f.Wrong(0.5), f.Wrong(0.99); limited && m.name == "short" && (half > limit.half || nearlyAll > limit.nearlyAll) {
			t.Errorf("%s is wrong by %.1f ms at p50 (at most %v) and %.1f ms at p99 (at most %v)", f.Name, half, limit.half, nearlyAll, limit.nearlyAll)
		}
	}
	count := 0
	for _, turn := range turns {
		count += turn.Tokens
	}
	fmt.Printf("%-13s %d users, %d turns, %d tokens in %d packets, none lost; other programs had %.0f %% of the machine",
		m.name, m.users, len(turns), count, len(segments), 100*others)
	if m.aim > 0 {
		met := map[bool]string{true: "met", false: "missed"}[max(figures[0].Wrong(0.99), figures[1].Wrong(0.99)) <= m.aim]
		fmt.Printf("; aim of TTFT and mean ITL, p99 within %v ms: %s", m.aim, met)
	}
	fmt.Println()
	if is.Tokens != float64(count) || is.TurnsCompleted != float64(len(turns)) {
		t.Errorf("%s: the target counted %v turns and %v tokens", m.name, is.TurnsCompleted, is.Tokens)
	}
}

// run lets users ask, and returns what they tell of their turns.
func (m mode) run(t *testing.T, target *harness.Target) []Told {
	log := filepath.Join(t.TempDir(), "turns.ndjson")
	run := harness.Script(t, filepath.Join("tests", "wire", "users.js"), harness.With(target.Env(), "VUS", fmt.Sprint(m.users),
		"SPREAD", fmt.Sprint(m.spread), "TOGETHER", fmt.Sprint(m.together), "ASKING", fmt.Sprint(m.asking), "OVER", fmt.Sprint(m.over)),
		"--log-output=file="+log, "--log-format=raw")
	text, err := os.ReadFile(log)
	if err != nil || run.Code != 0 {
		t.Fatalf("%v: %s\n%s", err, run.Describe(), text)
	}
	var told []Told
	for line := range bytes.Lines(text) {
		var one Told
		if err := json.Unmarshal(line, &one); err != nil {
			t.Fatalf("k6 says: %s", line)
		}
		told = append(told, one)
	}
	return told
}
