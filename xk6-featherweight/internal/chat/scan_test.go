package chat

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestThePlainFormIsReadWithoutTheLibrary(t *testing.T) {
	t.Parallel()
	e, ok := scanEnvelope([]byte(`{"type":"stream_event", "event":{"messageId":"m1","type":"token","data":"Hi"},"timestamp":"2026-01-01T00:00:00.000Z"}`))
	require.True(t, ok)
	assert.Equal(t, envelope{Type: "stream_event", Event: detail{Type: "token", Data: "Hi", MessageID: "m1"}}, e)
}

// A server may tell every client a hundred times a second what its loop does.
func TestAPulseOfTheLoopIsReadWithoutTheLibrary(t *testing.T) {
	t.Parallel()
	text := []byte(pulse)
	e, ok := scanEnvelope(text)
	require.True(t, ok)
	assert.Equal(t, envelope{Type: "self-awareness-heartbeat"}, e)
	_, ok = scanEnvelope([]byte(`{"a":0,"b":{"type":"x","c":{"n":{}}},"type":"t"}`))
	assert.True(t, ok)
}

const pulse = `{"type":"self-awareness-heartbeat","payload":{"pulseNumber":123456},"timestamp":"2026-11-28T13:21:28.123Z"}`

func TestWhatIsNotPlainIsLeftToTheLibrary(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		``, `{`, `{}x`, `[]`, `"x"`, `{"type":"a"`, `{"type":"a",}`, `{"type":1}`, `{"type":"a\n"}`, `{"type":"\u0041"}`, "{\"type\":\"a\tb\"}",
		`{"Type":"error"}`, `{"meſſageId":"x"}`, `{"event":null}`, `{"other":{"type":[]}}`, `{"other":[1]}`, `{"other":01}`, `{"other":1.5}`,
		`{"other":-1}`, `{"other":1e3}`, `{"other":{"n":1}`, `{"other":{1}}`, `{"other":`, strings.Repeat(`{"other":`, 10) + `1` + strings.Repeat(`}`, 10), `{"event":{"event":{}}}`,
	} {
		_, ok := scanEnvelope([]byte(text))
		assert.False(t, ok, text)
	}
}

// FuzzScannerAndLibraryAgree: whatever the scanner takes, encoding/json takes too, and reads the same.
func FuzzScannerAndLibraryAgree(f *testing.F) {
	for _, seed := range []string{
		`{"type":"stream_event","event":{"type":"token","data":"Hi","messageId":"m1"},"timestamp":"x"}`,
		`{"type":"error","content":"no","messageId":"m1"}`, ` { "event" : { } , "type" : "a" } `, `{"type":"a","type":"b"}`,
		`{"event":{"type":"a"},"event":{"data":"b"}}`, `{"tYpe":"a"}`, `{"meſſageId":"x"}`, `{}`, `{"content":"é😀"}`, pulse, `{"a":{"type":1,"b":{"event":0}},"type":"a"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		fast, ok := scanEnvelope(data)
		if !ok || !utf8.Valid(data) { // the wire lets only UTF-8 through
			return
		}
		var slow envelope
		require.NoError(t, json.Unmarshal(data, &slow), "%q", data)
		assert.Equal(t, slow, fast, "%q", data)
	})
}
