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
		`{"type":"stop_generation"}`:                                                                 "",
		`{"type":"user_message","messageId":""}`:                                                     `""`,
		`{"type":"user_message","messageId":"a\"b\\c é"}`:                                            `"a\"b\\c é"`,
		`{"type":"user_message","timestamp":"not a date at all"}`:                                    "",
		`{"type":"stream_event","event":{"type":"token","data":""}}`:                                 "",
		`{"type":"memory_update","memory":[]}`:                                                       "",
		`{"type":"memory_update","memory":[{"id":"","key":"","value":1,"timestamp":"","scope":""}]}`: "",
		`{"type":"user_message","unknown":{"keys":["are","dropped"]}}`:                               "",
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

	for in, want := range map[string]issue{
		`{"type":"user_message","timestamp":1735689600000}`: {
			Code: "invalid_type", Expected: "string", Received: "number", Path: []string{"timestamp"},
			Message: "Expected string, received number",
		},
		`{"type":"user_message","messageId":7}`: {
			Code: "invalid_type", Expected: "string", Received: "number", Path: []string{"messageId"},
			Message: "Expected string, received number",
		},
		`{"type":"user_message","content":null}`: {
			Code: "invalid_type", Expected: "string", Received: "null", Path: []string{"content"},
			Message: "Expected string, received null",
		},
		`{"content":"Hi"}`: {
			Code: "invalid_type", Expected: "string", Received: "undefined", Path: []string{"type"}, Message: "Required",
		},
		`{"type":"chat"}`: {
			Code: "invalid_enum_value", Received: "chat", Options: messageTypes(), Path: []string{"type"},
			Message: "Invalid enum value: chat",
		},
		`[]`: {
			Code: "invalid_type", Expected: "object", Received: "array", Path: []string{},
			Message: "Expected object, received array",
		},
		`{"type":"stream_event","event":{"type":"token"}}`: {
			Code: "invalid_type", Expected: "string", Received: "undefined", Path: []string{"event", "data"},
			Message: "Required",
		},
		`{"type":"stream_event","event":{"type":"hum","data":""}}`: {
			Code: "invalid_enum_value", Received: "hum", Options: eventTypes(), Path: []string{"event", "type"},
			Message: "Invalid enum value: hum",
		},
		`{"type":"stream_event","event":true}`: {
			Code: "invalid_type", Expected: "object", Received: "boolean", Path: []string{"event"},
			Message: "Expected object, received boolean",
		},
		`{"type":"memory_update","memory":"m"}`: {
			Code: "invalid_type", Expected: "array", Received: "string", Path: []string{"memory"},
			Message: "Expected array, received string",
		},
		`{"type":"memory_update","memory":[{"id":"","key":"","timestamp":"","scope":1}]}`: {
			Code: "invalid_type", Expected: "string", Received: "number", Path: []string{"memory", "0", "scope"},
			Message: "Expected string, received number",
		},
	} {
		_, problem := parseQuestion([]byte(in))

		var got []issue

		require.NoError(t, json.Unmarshal([]byte(problem), &got), in)
		assert.Equal(t, []issue{want}, got, in)
	}

	_, problem := parseQuestion([]byte(`{"type":`))
	assert.Contains(t, problem, "unexpected end of JSON input")
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
