package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
	"github.com/featherweight/tests/measure"
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
// and 99 in 100, unless the client itself says that it may be as wrong as that. Measured with others at 83 % of two cores: TTFT
// 0.04 and 0.18, ITL 0.00 and 0.00, response 0.05 and 0.18. A client that takes the time itself, when it wakes up, is at 1.6 and
// 81, 0.1 and 7, 11 and 709.
var limits = map[string]struct{ half, nearlyAll float64 }{"TTFT": {1, 50}, "mean ITL": {0.5, 5}, "response": {1, 100}}

// clocks is how well, in ms, the wall clock of a capture and the one that a process measures with can be read together on a busy machine.
const clocks = 1

// client is one whose times are held against the wire.
type client struct{ name, script string }

const ours = "our client"

var clients = []client{{ours, "users.js"}, {"k6/ws", "k6ws.js"}, {"k6/websockets", "websockets.js"}}

// TestTimesAgreeWithTheWire runs the modes that WIRE names with our client, and with WIRE_STOCK=1 with those of k6, too, in turn; without
// it, the short one with ours.
func TestTimesAgreeWithTheWire(t *testing.T) {
	asked, compared := strings.Fields(os.Getenv("WIRE")), clients[:1]
	if len(asked) == 0 {
		asked = []string{"short"}
	}
	if os.Getenv("WIRE_STOCK") == "1" {
		compared = clients
	}
	var all []comparison
	fmt.Println(Head)
	for _, name := range asked {
		at := slices.IndexFunc(modes, func(m mode) bool { return m.name == name })
		if at < 0 {
			t.Errorf("no mode is called %q", name)
			continue
		}
		for _, c := range compared {
			all = append(all, modes[at].hold(t, c))
		}
	}
	if os.Getenv("WIRE_WRITE") == "1" && !t.Failed() {
		text := "On " + measure.Machine(harness.K6()) + ".\n\n" + document(all)
		if err := measure.Write(filepath.Join(harness.Root(), "docs", "benchmarks.md"), "make bench-wire", text); err != nil {
			t.Error(err)
		}
	}
}

// hold runs a mode with a client, prints what came of it, and holds ours to its limits.
func (m mode) hold(t *testing.T, c client) comparison {
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
	told, mayBeWrong := m.run(t, c, target)
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
	count, completed := 0, 0
	for _, turn := range turns {
		count += turn.Tokens
		if turn.Complete > 0 {
			completed++
		}
	}
	var left Left
	if c.name != ours { // ours follows each to its end, and loses none
		told, turns, left = Compared(told, turns)
	}
	figures, err := Figures(told, turns)
	if err != nil {
		t.Fatalf("%s: the comparison is void: %v", m.name, err)
	}
	for _, f := range figures {
		fmt.Println(f.Row(m.name))
		limit, limited := limits[f.Name]
		if !limited || c.name != ours {
			continue
		}
		if half, nearlyAll := f.Wrong(0.5), f.Wrong(0.99); m.name == "short" && (half > limit.half || nearlyAll > max(limit.nearlyAll, mayBeWrong)) {
			t.Errorf("%s is wrong by %.1f ms at p50 (at most %v) and %.1f ms at p99 (at most %v)", f.Name, half, limit.half, nearlyAll, limit.nearlyAll)
		}
		if most := f.Wrong(1); most > mayBeWrong+clocks {
			t.Errorf("%s is wrong by up to %.1f ms, and the client says by %.1f ms at most", f.Name, most, mayBeWrong)
		}
	}
	if c.name == ours {
		fmt.Printf("%-13s %s says of itself that any of its times is wrong by %.2f ms at most\n", m.name, c.name, mayBeWrong)
	}
	fmt.Printf("%-13s %s: %d users, %d turns compared (the end cut off %d, the client lost %d%s), %d tokens in %d packets, none lost; other programs had %.0f %% of the machine",
		m.name, c.name, m.users, len(turns), left.Cut, left.Failed, because(left.Why), count, len(segments), 100*others)
	if m.aim > 0 && c.name == ours {
		met := map[bool]string{true: "met", false: "missed"}[max(figures[0].Wrong(0.99), figures[1].Wrong(0.99)) <= m.aim]
		fmt.Printf("; aim of TTFT and mean ITL, p99 within %v ms: %s", m.aim, met)
	}
	fmt.Println()
	if is.Tokens != float64(count) || is.TurnsCompleted != float64(completed) {
		t.Errorf("%s: the target counted %v turns and %v tokens", m.name, is.TurnsCompleted, is.Tokens)
	}
	return comparison{m, c.name, figures, left, others}
}

// because is why, to follow a number; nothing where there is no reason.
func because(why string) string {
	if why == "" {
		return ""
	}
	return ": " + why
}

// run lets users ask, and returns what they tell of their turns. mayBeWrong is what the client says of all of its times, in ms;
// only ours does.
func (m mode) run(t *testing.T, c client, target *harness.Target) (told []Told, mayBeWrong float64) {
	log := filepath.Join(t.TempDir(), "turns.ndjson")
	run := harness.Script(t, filepath.Join("tests", "wire", c.script), harness.With(target.Env(), "VUS", fmt.Sprint(m.users),
		"SPREAD", fmt.Sprint(m.spread), "TOGETHER", fmt.Sprint(m.together), "ASKING", fmt.Sprint(m.asking), "OVER", fmt.Sprint(m.over)),
		"--log-output=file="+log, "--log-format=raw")
	text, err := os.ReadFile(log)
	if err != nil || run.Code != 0 {
		t.Fatalf("%v: %s\n%s", err, run.Describe(), text)
	}
	for line := range bytes.Lines(text) {
		var one struct {
			Told
			MayBeWrong *float64
		}
		if err := json.Unmarshal(line, &one); err != nil {
			t.Fatalf("k6 says: %s", line)
		}
		if one.MayBeWrong != nil {
			mayBeWrong = *one.MayBeWrong
			continue
		}
		told = append(told, one.Told)
	}
	return told, mayBeWrong
}
