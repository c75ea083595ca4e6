package chat

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

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

func TestWhatClaimsNoQuestionIsNobodysAnswer(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`null`, `true`, `2`, `-1.5e3`, `"welcome"`, `["stream_event"]`, `[1,"phx_reply",{"status":"ok"}]`, `{}`, ` {"a":[{}]} `,
		`{"type":"connection_established","clientId":7,"modules":["a"]}`, `{"type":"ping"}`, `{"type":"pong","timestamp":1754734272131}`,
		`{"type":"self-awareness-heartbeat","payload":{"pulseNumber":17,"totalPulses":17}}`, `{"type":"welcome"}`, `{"type":"presence","content":["u1"]}`,
		`{"type":"ack","messageId":"m1"}`, `{"type":"message_saved","messageId":7}`, `{"type":"token","data":"x"}`, `{"type":null}`, `{"type":1}`, `{"type":["error"]}`,
		`{"event":"presence","type":"x"}`, `{"event":{"type":"token","data":"x"}}`, `{"type":"Error","content":"x"}`,
		`{"type":"stream_event","event":{"type":"thinking","data":{"text":"hm"},"messageId":"m1"}}`,
		`{"type":"stream_event","event":{"type":"metadata","data":[1],"messageId":{"a":1}}}`,
		`{"type":"stream_event","event":{"type":"tool_call","data":"x","messageId":"m1"},"timestamp":17}`,
	} {
		got, err := parseEvent([]byte(text))
		require.NoError(t, err, text)
		assert.Equal(t, event{kind: other}, got, text)
	}
}

// Whose it is can only be said by who knows the question.
func TestAForeignMessageWithAnEventTellsItsMessageID(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"event":{"type":"token","data":"x","messageId":"m1"}}`, `{"type":"message","event":{"messageId":"m1"}}`, `{"type":7,"event":{"messageId":"m1","data":1}}`,
	} {
		got, err := parseEvent([]byte(text))
		require.NoError(t, err, text)
		assert.Equal(t, event{kind: other, id: "m1"}, got, text)
	}
}

func TestWhatIsUsedOfAnAnswerIsReadWhateverTheRestIs(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]event{
		`{"type":"stream_event","event":{"type":"token","data":"x","messageId":7}}`:                       {token, "7", "x"},
		`{"type":"stream_event","event":{"type":"token","data":"x"},"messageId":12345678901234567890}`:    {token, "12345678901234567890", "x"},
		`{"type":"stream_event","event":{"type":"complete","data":{"tokens":3},"messageId":"m1"}}`:        {completed, "m1", ""},
		`{"type":"stream_event","event":{"type":"start","data":null,"messageId":"m1"},"content":[1]}`:     {started, "m1", ""},
		`{"type":"stream_event","event":{"type":"token","data":null},"content":7}`:                        {token, "", ""},
		`{"type":"stream_event","event":{"type":"token","data":"\ud83d\ude00\u00e9","messageId":7}}`:      {token, "7", "😀é"},
		`{"type":"stream_event","event":{"type":"error","data":{"code":14},"messageId":"m1"}}`:            {failed, "m1", `"{\"code\":14}"`},
		`{"type":"stream_event","event":{"type":"token","data":"x"},"timestamp":1754734272131,"hz":null}`: {token, "", "x"},
		`{"type":"error","message":"Authentication required"}`:                                            {failed, "", "Authentication required"},
		`{"type":"error","content":{"code":1},"error":"busy","messageId":3}`:                              {failed, "3", "busy"},
		`{"type":"error","content":{"code":1}}`:                                                           {failed, "", `"{\"type\":\"error\",\"content\":{\"code\":1}}"`},
	} {
		got, err := parseEvent([]byte(text))
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
}

func TestParseEventRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		``:                                     "not the JSON of the chat protocol",
		`x`:                                    "not the JSON of the chat protocol",
		`0{"sid":"a"}`:                         "not the JSON of the chat protocol",
		`[1,`:                                  "not the JSON of the chat protocol",
		`{"type":"error"} x`:                   "not the JSON of the chat protocol",
		`{"type":"error"`:                      "not the JSON of the chat protocol",
		`{"type":"ping"}{}`:                    "not the JSON of the chat protocol",
		`{"type":"stream_event"}`:              "unknown shape",
		`{"type":"stream_event","event":null}`: "unknown shape",
		`{"type":"stream_event","event":"token"}`:                                     "unknown shape",
		`{"type":"stream_event","event":["token"]}`:                                   "unknown shape",
		`{"type":"stream_event","event":{}}`:                                          "unknown shape",
		`{"type":"stream_event","event":{"type":7}}`:                                  "without a type",
		`{"type":"stream_event","event":{"type":"token","data":1}}`:                   "a token that is not text",
		`{"type":"stream_event","event":{"type":"token","data":{"text":"x"}}}`:        "a token that is not text",
		`{"type":"stream_event","event":{"type":"complete","messageId":{"id":"m1"}}}`: "messageId that is neither text nor number",
		`{"type":"stream_event","event":{"type":"complete"},"messageId":true}`:        "messageId that is neither text nor number",
		`{"type":"error","messageId":["m1"]}`:                                         "messageId that is neither text nor number",
	} {
		_, err := parseEvent([]byte(text))
		require.ErrorContains(t, err, want, text)
		assert.Equal(t, strings.HasPrefix(want, "not the JSON"), errors.Is(err, errNotJSON), text)
	}
}

func TestAnErrorShowsTheBeginningOfTheMessageOnly(t *testing.T) {
	t.Parallel()
	_, err := parseEvent([]byte(strings.Repeat("x", 10_000)))
	require.Error(t, err)
	assert.Less(t, len(err.Error()), 300)
}

// Whatever comes, parseEvent does not panic; what is JSON of the exact form is read as encoding/json reads it, and what
// is no JSON is refused.
func FuzzParseEvent(f *testing.F) {
	for _, seed := range []string{
		tokenOf("m1", "Hi"), completeOf("m1"), eventOf("error", "m1", "no"), `{"type":"error","content":"no","messageId":"m1"}`,
		`{"type":"stream_event","event":{"type":"token","data":"\ud83d\ude00"}}`, `{"type":"stream_event","event":{"type":"token","data":1}}`, `null`, `[]`, "\xff",
		`{"type":"ping","event":7}`, `{"type":"error","message":"x","messageId":1e3}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if !utf8.Valid(data) { // does not reach it
			return
		}
		got, err := parseEvent(data)
		require.Equal(t, !json.Valid(data), errors.Is(err, errNotJSON), "%q: %v", data, err)
		var e envelope
		switch {
		case json.Unmarshal(data, &e) != nil, err != nil:
		case e.Type == typeEvent:
			want := event{kind: kindOf(e.Event.Type), id: e.Event.MessageID, text: e.Event.Data}
			if want.id == "" {
				want.id = e.MessageID
			}
			if want.kind == other {
				want = event{kind: other}
			}
			assert.Equal(t, want, got, "%q", data)
		case e.Type == typeError:
			assert.Equal(t, []any{failed, e.MessageID}, []any{got.kind, got.id}, "%q", data)
			assert.True(t, e.Content == "" || e.Content == got.text, "%q", data)
		default:
			assert.Equal(t, other, got.kind, "%q", data)
		}
	})
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
