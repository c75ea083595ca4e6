package target

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestQuestionsAreAccepted(t *testing.T) {
	t.Parallel()
	for in, id := range map[string]string{
		`{"type":"user_message","content":"Hi","messageId":"m1","userId":"u","timestamp":"2026-01-01T00:00:00Z"}`: `"m1"`,
		`{"type":"stop_generation"}`:                                   "",
		`{"type":"user_message","messageId":""}`:                       `""`,
		`{"type":"user_message","messageId":"a\"b\\c é"}`:              `"a\"b\\c é"`,
		`{"type":"user_message","timestamp":"not a date at all"}`:      "",
		`{"type":"stream_event","event":{"type":"token","data":""}}`:   "",
		`{"type":"memory_update","memory":[]}`:                         "",
		`{"type":"user_message","unknown":{"keys":["are","dropped"]}}`: "",
	} {
		q, problem := parseQuestion([]byte(in))
		assert.Empty(t, problem, in)
		if id == "" {
			assert.Nil(t, q.id, in)
		} else {
			assert.JSONEq(t, id, string(q.id))
		}
	}
}

func TestQuestionsAreRefused(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{"type":"user_message","timestamp":1735689600000}`: "cannot unmarshal number",
		`{"type":"user_message","messageId":7}`:             "cannot unmarshal number",
		`{"content":"Hi"}`:                                  `Invalid enum value of type: ""`,
		`{"type":"chat"}`:                                   `Invalid enum value of type: "chat"`,
		`[]`:                                                "cannot unmarshal array",
		`{"type":`:                                          "unexpected end of JSON input",
	} {
		_, problem := parseQuestion([]byte(in))
		assert.Contains(t, problem, want, in)
	}
}

func FuzzParseQuestion(f *testing.F) {
	f.Add([]byte(`{"type":"user_message","content":"Hi","messageId":"m1","timestamp":"2026-01-01T00:00:00Z"}`))
	f.Add([]byte(`{"type":"memory_update","memory":[1,{}],"event":null}`))
	f.Add([]byte("\xff"))
	f.Fuzz(func(t *testing.T, in []byte) {
		q, problem := parseQuestion(in)
		if problem != "" {
			assert.True(t, json.Valid(errorFrame(problem, nil)))
			return
		}
		var v struct{ MessageID *string }
		require.NoError(t, json.Unmarshal(in, &v))
		assert.True(t, q.id == nil || json.Valid(q.id))
	})
}
