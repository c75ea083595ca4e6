package target

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// question is what counts of a valid frame of a client. The real server does not look at its type: every valid frame,
// even stop_generation, starts an answer.
type question struct {
	// id is the messageId as JSON, ready to be echoed, or nil when the frame had none.
	id []byte
	// user is the userId, or "".
	user string
}

// issue is one violation of the schema, in the shape of the real server's validator.
type issue struct {
	Code     string   `json:"code"`
	Expected string   `json:"expected,omitempty"`
	Received string   `json:"received,omitempty"`
	Options  []string `json:"options,omitempty"`
	Path     []string `json:"path"`
	Message  string   `json:"message"`
}

// messageTypes are the types that a frame of a client may have.
func messageTypes() []string {
	return []string{
		"user_message", "assistant_message", "system_message", "stream_event", "error", "stop_generation",
		"get_memory", "memory_update",
	}
}

func eventTypes() []string { return []string{"token", "complete", "error", "start"} }

// parseQuestion checks a frame against the schema of the real server. What is wrong comes back as the text for the error
// frame: the real server sends the message of its JSON parser, or a JSON list of issues.
func parseQuestion(frame []byte) (question, string) {
	var v any
	if err := json.Unmarshal(frame, &v); err != nil {
		return question{}, err.Error()
	}

	var s schema

	top, ok := s.object(nil, v)
	if !ok {
		return question{}, s.text()
	}

	s.oneOf([]string{"type"}, top["type"], messageTypes())

	for _, key := range []string{"content", "messageId", "timestamp"} {
		s.optionalString([]string{key}, top, key)
	}

	if event, given := top["event"]; given {
		s.event(event)
	}

	if memory, given := top["memory"]; given {
		s.memory(memory)
	}

	if len(s.issues) > 0 {
		return question{}, s.text()
	}

	user, _ := top["userId"].(string)

	id, given := top["messageId"]
	if !given {
		return question{user: user}, ""
	}

	quoted, err := json.Marshal(id)
	if err != nil {
		return question{}, err.Error()
	}

	return question{id: quoted, user: user}, ""
}

// schema collects issues while a frame is checked.
type schema struct {
	issues []issue
}

func (s *schema) text() string {
	var b bytes.Buffer

	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)

	if err := enc.Encode(s.issues); err != nil {
		return err.Error()
	}

	return string(bytes.TrimSpace(b.Bytes()))
}

// mistyped notes that the value at path is not of the type it should have.
func (s *schema) mistyped(path []string, v any, want string) {
	got := kindOf(v)
	if got == kindUndefined {
		s.issues = append(s.issues, issue{
			Code: "invalid_type", Expected: want, Received: got, Path: slices.Clone(path), Message: "Required",
		})

		return
	}

	s.issues = append(s.issues, issue{
		Code: "invalid_type", Expected: want, Received: got, Path: slices.Clone(path),
		Message: fmt.Sprintf("Expected %s, received %s", want, got),
	})
}

func (s *schema) object(path []string, v any) (map[string]any, bool) {
	m, ok := v.(map[string]any)
	if !ok {
		if path == nil {
			path = []string{}
		}

		s.mistyped(path, v, "object")
	}

	return m, ok
}

func (s *schema) str(path []string, m map[string]any, key string) {
	v, given := m[key]
	if !given {
		v = missing{}
	}

	if _, ok := v.(string); !ok {
		s.mistyped(path, v, "string")
	}
}

func (s *schema) optionalString(path []string, m map[string]any, key string) {
	if _, given := m[key]; given {
		s.str(path, m, key)
	}
}

func (s *schema) oneOf(path []string, v any, allowed []string) {
	if v == nil {
		v = missing{}
	}

	text, ok := v.(string)
	if !ok {
		s.mistyped(path, v, "string")

		return
	}

	if !slices.Contains(allowed, text) {
		s.issues = append(s.issues, issue{
			Code: "invalid_enum_value", Received: text, Options: allowed, Path: path,
			Message: "Invalid enum value: " + text,
		})
	}
}

func (s *schema) event(v any) {
	event, ok := s.object([]string{"event"}, v)
	if !ok {
		return
	}

	s.oneOf([]string{"event", "type"}, event["type"], eventTypes())
	s.str([]string{"event", "data"}, event, "data")
	s.optionalString([]string{"event", "messageId"}, event, "messageId")
}

func (s *schema) memory(v any) {
	list, ok := v.([]any)
	if !ok {
		s.mistyped([]string{"memory"}, v, "array")

		return
	}

	for i, entry := range list {
		at := fmt.Sprint(i)

		m, ok := s.object([]string{"memory", at}, entry)
		if !ok {
			continue
		}

		for _, key := range []string{"id", "key", "timestamp", "scope"} {
			s.str([]string{"memory", at, key}, m, key)
		}
	}
}

// missing stands for a value that is not there.
type missing struct{}

const kindUndefined = "undefined"

// kindOf names the type of a JSON value as JavaScript does.
func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case float64:
		return "number"
	case string:
		return "string"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	default:
		return kindUndefined
	}
}
