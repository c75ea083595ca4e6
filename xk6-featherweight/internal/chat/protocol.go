package chat

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Question is what a user sends.
type Question struct {
	Content   string
	MessageID string
	UserID    string
	// Due is when the user wanted the answer, if that was before he could ask: the times of the turn are from then. Zero: from
	// the question itself.
	Due time.Time
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
	other // it claims no question: a greeting, a heartbeat, an acknowledgement, an event that is not part of the answer
)

// event is one message from the server.
type event struct {
	kind kind
	id   string // messageId; empty when the server sent none
	text string // of a token, or what the error says
}

// envelope is what the server sends. Key order and unknown fields do not matter.
type envelope struct {
	Type      string `json:"type"`
	Content   string `json:"content"`
	MessageID string `json:"messageId"`
	Event     detail `json:"event"`
}

type detail struct {
	Type      string `json:"type"`
	Data      string `json:"data"`
	MessageID string `json:"messageId"`
}

// The types of a message that claims to be the answer, or a part of it. A message of another type is another's.
const (
	typeEvent = "stream_event"
	typeError = "error"
)

// kindOf maps the types of a stream event. One that is not known is not part of the answer: a server may send what it
// thinks, or which tool it calls.
func kindOf(eventType string) kind {
	switch eventType {
	case "start":
		return started
	case "token":
		return token
	case "complete":
		return completed
	case "error":
		return failed
	default:
		return other
	}
}

// errNotJSON: nobody can tell what the message was meant to be.
var errNotJSON = errors.New("not the JSON of the chat protocol")

// parseEvent reads one message, which is valid UTF-8. The event is valid as long as data is. The error is errNotJSON, or
// says what is wrong with a message that claims to be the answer.
func parseEvent(data []byte) (event, error) {
	if e, plain := scanEnvelope(data); plain {
		return e.event(data)
	}
	return parseFully(data)
}

func parseFully(data []byte) (event, error) {
	var e envelope
	if err := json.Unmarshal(data, &e); err != nil {
		return parseLoosely(data, err)
	}
	return e.event(data)
}

// event is what the envelope means, which was read from data.
func (e envelope) event(data []byte) (event, error) {
	switch e.Type {
	case typeError:
		if e.Content == "" { // others put the reason elsewhere
			return parseLoosely(data, nil)
		}
		return event{kind: failed, id: e.MessageID, text: e.Content}, nil
	case typeEvent:
		if e.Event.Type == "" {
			return event{}, fmt.Errorf("a stream event of unknown shape: %s", excerpt(data))
		}
		return e.Event.event(e.MessageID), nil
	}
	return event{kind: other, id: e.Event.MessageID}, nil
}

// event is what the detail means, in an envelope with that messageId.
func (d detail) event(id string) event {
	e := event{kind: kindOf(d.Type), id: d.MessageID, text: d.Data}
	switch {
	case e.kind == other: // nobody's, whoever it names
		return event{kind: other}
	case e.id == "":
		e.id = id
	}
	return e
}

// excerpt is the beginning of a message, for an error text.
func excerpt(data []byte) string {
	const most = 80
	if len(data) > most {
		return fmt.Sprintf("%q…", data[:most])
	}
	return fmt.Sprintf("%q", data)
}
