package realchats

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
)

const users = 3 // of chat.js

// failures are the questions that are not answered, with the reason that k6 gives, and what it says of it.
var failures = map[string]struct{ reason, says string }{
	"error":     {"server_error", "the model is out of memory"},
	"not UTF-8": {"protocol", "is not UTF-8"},
	"close":     {"closed", "close code 4001 (out of patience)"},
}

// questions are asked in this order; a "plain" one after each failure shows that the user goes on.
var questions = []string{"plain", "fragments", "large", "ping", "error", "plain", "not UTF-8", "plain", "close", "plain"}

// chats are started by library.
var chats = map[string]func(*testing.T) string{
	"ws":              node("ws"),
	"websocket":       node("websocket"),
	"faye-websocket":  node("faye-websocket"),
	"coder/websocket": func(t *testing.T) string { return startGo(t, acceptCoder) },
	"gobwas/ws":       func(t *testing.T) string { return startGo(t, acceptGobwas) },
}

// cannot is what a library has no way to send, and why.
var cannot = map[string]map[string]string{"faye-websocket": {
	"fragments": "it sends every message in one frame",
	"not UTF-8": "it sends text from strings only, and encodes them itself",
}}

func TestWhatK6TellsIsWhatTheChatCounted(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		chat  string
		front func(*testing.T, string) string
	}{
		"ws":                {chat: "ws"},
		"websocket":         {chat: "websocket"},
		"faye-websocket":    {chat: "faye-websocket"},
		"coder/websocket":   {chat: "coder/websocket"},
		"gobwas/ws":         {chat: "gobwas/ws"},
		"ws behind nginx":   {"ws", nginx},
		"ws behind haproxy": {"ws", haproxy},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			chat := chats[test.chat](t)
			at := chat
			if test.front != nil {
				at = test.front(t, chat)
			}
			var asked []string
			for _, question := range questions {
				if why, left := cannot[test.chat][question]; left {
					t.Logf("left out: %s: %s", question, why)
					continue
				}
				asked = append(asked, question)
			}
			run := ask(t, "ws://"+at+"/api/chat", asked...)
			compare(t, run, asked, truthOf(t, chat))
		})
	}
}

// told is what chat.js writes of a run.
type told struct {
	Sessions   int            `json:"sessions"`
	Attempts   int            `json:"attempts"`
	Turns      int            `json:"turns"`
	Failed     int            `json:"failed"`
	Tokens     int            `json:"tokens"`
	Characters int            `json:"characters"`
	Others     int            `json:"others"`
	Failures   map[string]int `json:"failures"`
}

func ask(t *testing.T, address string, asked ...string) harness.Run {
	t.Helper()
	return harness.Script(t, filepath.Join("tests", "real", "chat.js"), map[string]string{"WS_URL": address, "QUESTIONS": strings.Join(asked, ",")})
}

func compare(t *testing.T, run harness.Run, asked []string, is truth) {
	t.Helper()
	if run.Code != 0 || run.Summary == nil {
		t.Fatal(run.Describe())
	}
	var got told
	text, err := json.Marshal(run.Summary)
	if err == nil {
		err = json.Unmarshal(text, &got)
	}
	if err != nil {
		t.Fatal(err)
	}
	fail, cut := map[string]int{}, 0
	for _, question := range asked {
		if f, ok := failures[question]; ok {
			fail[f.reason] += users
			cut += users
			if !strings.Contains(run.Stderr, question+": "+f.reason+": ") || !strings.Contains(run.Stderr, f.says) {
				t.Errorf("%s is not said to be %s: …%s…", question, f.reason, f.says)
			}
		}
	}
	want := told{
		Sessions: is.Connections - 1, // the probe is no session of a user
		Attempts: is.TurnsStarted, Turns: is.TurnsCompleted, Failed: is.TurnsStarted - is.TurnsCompleted,
		Tokens: is.Tokens, Characters: is.Characters, Others: got.Others, Failures: fail,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("k6 tells %+v; the chat %+v", got, want)
	}
	turns := users * len(asked)
	if is.TurnsStarted != turns || is.TurnsCompleted != turns-cut || is.Tokens != tokens*(turns-cut)+2*cut {
		t.Errorf("the chat itself is not as it should be: %+v", is)
	}
	if got.Others <= got.Sessions || got.Others > is.Heartbeats+got.Sessions { // a heartbeat may meet the goodbye
		t.Errorf("%d messages that are no part of an answer; the chat sent %d greetings and %d heartbeats", got.Others, got.Sessions, is.Heartbeats)
	}
	if is.Pings == 0 || is.Pongs != is.Pings {
		t.Errorf("%d pings, %d pongs", is.Pings, is.Pongs)
	}
	if t.Failed() {
		t.Log(run.Describe())
	}
}

// truthOf is what the chat counted, when it has seen all connections end.
func truthOf(t *testing.T, chat string) truth {
	t.Helper()
	deadline, poll := time.Now().Add(30*time.Second), time.NewTicker(20*time.Millisecond)
	defer poll.Stop()
	for {
		var is truth
		resp, err := http.Get("http://" + chat + "/truth")
		if err != nil {
			t.Fatal(err)
		}
		err = json.NewDecoder(resp.Body).Decode(&is)
		_ = resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if is.Open == 0 {
			return is
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d connections are open 30 s after the run", is.Open)
		}
		<-poll.C
	}
}

// leaveOut skips the test, and tells tests/run so; a CI has what is needed.
func leaveOut(t *testing.T, what, remedy string) {
	t.Helper()
	why := what + " is missing: " + remedy
	if os.Getenv("CI") == "true" {
		t.Fatal(why)
	}
	harness.LeaveOut(t, "real", why)
}
