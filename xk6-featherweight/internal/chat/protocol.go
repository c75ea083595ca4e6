package chat

import (
	"encoding/json"
	"fmt"
	"time"
)

// Question is what a user sends.
type Question struct {
	Content   string
	MessageID string
	UserID    string
}

// encode writes the question as the server wants it; the time stamp is an ISO string, for it rejects a number.
func (q Question) encode(now time.Time) ([]byte, error) {
	return json.Marshal(struct {
		Type      string `json:"type"`
		Content   string `json:"content"`
		MessageID string `json:"messageId"`
		UserID    string `json:"userId,omitempty"`
		Timestamp string `json:"timestamp"`
	}{"user_message", q.Content, q.MessageID, q.UserID, now.UTC().Format("2006-01-02T15:04:05.000Z")})
}

// kind is what a message from the server means.
type kind int

const (
	started kind = iota
	token
	completed
	failed
)

// event is one message from the server.
type event struct {
	kind kind
	id   string // messageId; empty when the server sent none
	text string // of a token, or what the error says
}

// envelope is what the server sends. Key order and unknown fields do not matter.
type envelope struct {
	Type      string  `json:"type"`
	Content   string  `json:"content"`
	MessageID string  `json:"messageId"`
	Event     *detail `json:"event"`
}

type detail struct {
	Type      string `json:"type"`
	Data      string `json:"data"`
	MessageID string `json:"messageId"`
}

// parseEvent reads one message. The event is valid as long as data is. The error says what is wrong with its shape.
func parseEvent(data []byte) (event, error) {
	var d detail
	e, plain := scanEnvelope(data, &d)
	if !plain {
		var full envelope
		if err := json.Unmarshal(data, &full); err != nil {
			return event{}, fmt.Errorf("not the JSON of the chat protocol: %w: %s", err, excerpt(data))
		}
		e = full
	}
	switch {
	case e.Type == "error":
		return event{kind: failed, id: e.MessageID, text: e.Content}, nil
	case e.Type != "stream_event" || e.Event == nil:
		return event{}, fmt.Errorf("a message of unknown shape: %s", excerpt(data))
	}
	out := event{id: e.Event.MessageID, text: e.Event.Data}
	if out.id == "" {
		out.id = e.MessageID
	}
	switch e.Event.Type {
	case "start":
		out.kind = started
	case "token":
		out.kind = token
	case "complete":
		out.kind = completed
	case "error":
		out.kind = failed
	default:
		return event{}, fmt.Errorf("a stream event of unknown type %q", e.Event.Type)
	}
	return out, nil
}

// excerpt is the beginning of a message, for an error text.
func excerpt(data []byte) string {
	const most = 80
	if len(data) > most {
		return fmt.Sprintf("%q…", data[:most])
	}
	return fmt.Sprintf("%q", data)
}
