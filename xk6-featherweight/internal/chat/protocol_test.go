package chat

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseEvent(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text string
		want event
	}{
		"token":          {tokenOf("m1", "Hi"), event{token, "m1", "Hi"}},
		"complete":       {completeOf("m1"), event{completed, "m1", ""}},
		"start":          {eventOf("start", "m1", ""), event{started, "m1", ""}},
		"error event":    {eventOf("error", "m1", "no"), event{failed, "m1", "no"}},
		"error frame":    {`{"type":"error","content":"Stream error: x","messageId":"m1"}`, event{failed, "m1", "Stream error: x"}},
		"no messageId":   {`{"type":"error","content":"no"}`, event{failed, "", "no"}},
		"no data":        {`{"type":"stream_event","event":{"type":"complete"}}`, event{completed, "", ""}},
		"null is absent": {`{"type":"stream_event","event":{"type":"token","data":null,"messageId":null}}`, event{token, "", ""}},

		"other key order":      {`{"event":{"messageId":"m1","data":"x","type":"token"},"type":"stream_event"}`, event{token, "m1", "x"}},
		"space":                {" {\n\t\"type\" : \"stream_event\" ,\r\n \"event\" : { \"type\" : \"token\" , \"data\" : \"x\" } } ", event{token, "", "x"}},
		"escapes":              {`{"type":"stream\u005fevent","event":{"type":"t\u006fken","data":"\"\\\/\n\ud83d\ude00","messageId":"m\u0031"}}`, event{token, "m1", "\"\\/\n😀"}},
		"escaped key":          {`{"t\u0079pe":"error","content":"x"}`, event{failed, "", "x"}},
		"unknown fields":       {`{"hz":99.5,"type":"stream_event","tags":["a",{"b":null}],"event":{"type":"token","data":"x","n":{"type":"error"}}}`, event{token, "", "x"}},
		"id of the envelope":   {`{"type":"stream_event","event":{"type":"token","data":"x"},"messageId":"m1"}`, event{token, "m1", "x"}},
		"id of the event wins": {`{"type":"stream_event","event":{"type":"token","data":"x","messageId":"m1"},"messageId":"m2"}`, event{token, "m1", "x"}},
		"error wins":           {`{"type":"error","content":"no","event":{"type":"complete"}}`, event{failed, "", "no"}},
		"a word in a text":     {tokenOf("m1", `{"type":"complete"}`), event{token, "m1", `{"type":"complete"}`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := parseEvent([]byte(test.text))
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
		})
	}
}

func TestParseEventRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		``:                   "not the JSON of the chat protocol",
		`x`:                  "not the JSON of the chat protocol",
		`{"type":"error"} x`: "not the JSON of the chat protocol",
		`{"type":"error"`:    "not the JSON of the chat protocol",
		`{"type":"stream_event","event":"token"}`:                                   "not the JSON of the chat protocol",
		`{"type":"stream_event","event":{"type":"token","data":1}}`:                 "not the JSON of the chat protocol",
		`{"type":"stream_event","event":{"type":"token","data":"x","messageId":7}}`: "not the JSON of the chat protocol",
		`["stream_event"]`:                      "not the JSON of the chat protocol",
		`"stream_event"`:                        "not the JSON of the chat protocol",
		`null`:                                  "unknown shape",
		`{}`:                                    "unknown shape",
		`{"type":"token"}`:                      "unknown shape",
		`{"type":"stream_event"}`:               "unknown shape",
		`{"type":"stream_event","event":null}`:  "unknown shape",
		`{"event":{"type":"token","data":"x"}}`: "unknown shape",
		`{"type":"stream_event","event":{}}`:    `unknown type ""`,
		`{"type":"stream_event","event":{"type":"tokens"}}`: `unknown type "tokens"`,
	} {
		_, err := parseEvent([]byte(text))
		assert.ErrorContains(t, err, want, text)
	}
}

func TestAnErrorShowsTheBeginningOfTheMessageOnly(t *testing.T) {
	t.Parallel()
	_, err := parseEvent([]byte(strings.Repeat("x", 10_000)))
	require.Error(t, err)
	assert.Less(t, len(err.Error()), 300)
}

// Whatever comes, parseEvent does not panic, and what it makes of it is what encoding/json would.
func FuzzParseEvent(f *testing.F) {
	for _, seed := range []string{
		tokenOf("m1", "Hi"), completeOf("m1"), eventOf("error", "m1", "no"), `{"type":"error","content":"no","messageId":"m1"}`,
		`{"type":"stream_event","event":{"type":"token","data":"\ud83d\ude00"}}`, `{"type":"stream_event","event":{"type":"token","data":1}}`, `null`, `[]`, "\xff",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := parseEvent(data)
		var e envelope
		if json.Unmarshal(data, &e) != nil {
			require.ErrorContains(t, err, "not the JSON", "%q", data)
			return
		}
		if err != nil {
			assert.True(t, e.Type != "error" && (e.Type != "stream_event" || e.Event == nil || kindOf(e.Event.Type) < 0), "%q: %v", data, err)
			return
		}
		want := event{kind: failed, id: e.MessageID, text: e.Content}
		if e.Type != "error" {
			want = event{kind: kindOf(e.Event.Type), id: e.Event.MessageID, text: e.Event.Data}
			if want.id == "" {
				want.id = e.MessageID
			}
		}
		assert.Equal(t, want, got, "%q", data)
	})
}

func kindOf(name string) kind {
	for i, known := range []string{"start", "token", "complete", "error"} {
		if known == name {
			return kind(i)
		}
	}
	return -1
}

func TestAQuestionIsEncodedWithAnISOTimeStamp(t *testing.T) {
	t.Parallel()
	now := time.Date(2025, 8, 9, 12, 11, 12, 131_999_999, time.FixedZone("CEST", 7200))
	data, err := Question{Content: "a\"b\n", MessageID: "m1"}.encode(now)
	require.NoError(t, err)
	assert.Equal(t, `{"type":"user_message","content":"a\"b\n","messageId":"m1","timestamp":"2025-08-09T10:11:12.131Z"}`, string(data))
	data, err = Question{Content: "x", MessageID: "m1", UserID: "user_1"}.encode(now)
	require.NoError(t, err)
	assert.Contains(t, string(data), `"userId":"user_1"`)
}
