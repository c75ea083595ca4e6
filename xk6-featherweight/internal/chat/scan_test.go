package chat

import (
	"encoding/json"
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

func TestWhatIsNotPlainIsLeftToTheLibrary(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		``, `{`, `{}x`, `[]`, `"x"`, `{"type":"a"`, `{"type":"a",}`, `{"type":1}`, `{"type":"a\n"}`, `{"type":"\u0041"}`, "{\"type\":\"a\tb\"}",
		`{"Type":"error"}`, `{"meſſageId":"x"}`, `{"event":null}`, `{"other":{"type":"x"}}`, `{"other":[1]}`, `{"event":{"event":{}}}`,
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
		`{"event":{"type":"a"},"event":{"data":"b"}}`, `{"tYpe":"a"}`, `{"meſſageId":"x"}`, `{}`, `{"content":"é😀"}`,
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
