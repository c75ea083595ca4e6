package chat

import (
	"encoding/json"
	"errors"
	"fmt"
)

// loose is a message whose fields are not all of the type that the protocol has, or not where it has them.
type loose struct {
	Type      json.RawMessage `json:"type"`
	Content   json.RawMessage `json:"content"`
	Message   json.RawMessage `json:"message"`
	Error     json.RawMessage `json:"error"`
	MessageID json.RawMessage `json:"messageId"`
	Event     json.RawMessage `json:"event"`
}

type looseDetail struct {
	Type      json.RawMessage `json:"type"`
	Data      json.RawMessage `json:"data"`
	MessageID json.RawMessage `json:"messageId"`
}

// parseLoosely reads a message that does not have the exact form: of another's message nothing is known but that it is
// JSON, and of the answer only what is used must be right. refused is what encoding/json said of the exact form.
func parseLoosely(data []byte, refused error) (event, error) {
	var mistyped *json.UnmarshalTypeError
	if refused != nil && !errors.As(refused, &mistyped) {
		return event{}, fmt.Errorf("%w: %w: %s", errNotJSON, refused, excerpt(data))
	}
	if !isObject(data) {
		return event{kind: other}, nil
	}
	var m loose
	if err := json.Unmarshal(data, &m); err != nil {
		return event{}, fmt.Errorf("%w: %w: %s", errNotJSON, err, excerpt(data))
	}
	kind, _ := textOf(m.Type)
	var e event
	var err error
	switch kind {
	case typeError:
		e, err = m.failure(data)
	case typeEvent:
		e, err = m.event()
	default:
		e.kind = other
		var d looseDetail
		if json.Unmarshal(m.Event, &d) == nil {
			e.id, _ = idOf(d.MessageID)
		}
	}
	if err != nil {
		return event{}, fmt.Errorf("%w: %s", err, excerpt(data))
	}
	return e, nil
}

// failure is an error frame. Servers disagree on where its reason stands.
func (m *loose) failure(data []byte) (event, error) {
	e := event{kind: failed}
	var ok bool
	if e.id, ok = idOf(m.MessageID); !ok {
		return event{}, errors.New("an error with a messageId that is neither text nor number")
	}
	for _, field := range []json.RawMessage{m.Content, m.Message, m.Error} {
		if e.text, _ = textOf(field); e.text != "" {
			return e, nil
		}
	}
	e.text = excerpt(data)
	return e, nil
}

func (m *loose) event() (event, error) {
	var l looseDetail
	if isAbsent(m.Event) || json.Unmarshal(m.Event, &l) != nil {
		return event{}, errors.New("a stream event of unknown shape")
	}
	var d detail
	if d.Type, _ = textOf(l.Type); d.Type == "" {
		return event{}, errors.New("a stream event without a type")
	}
	kind := kindOf(d.Type)
	if kind == other {
		return event{kind: other}, nil
	}
	inner, ok := idOf(l.MessageID)
	outer, alsoOK := idOf(m.MessageID)
	if !ok || !alsoOK {
		return event{}, errors.New("a stream event with a messageId that is neither text nor number")
	}
	d.MessageID = inner
	switch d.Data, ok = textOf(l.Data); {
	case ok, isAbsent(l.Data):
	case kind == token:
		return event{}, errors.New("a token that is not text")
	case kind == failed:
		d.Data = excerpt(l.Data)
	}
	return d.event(outer), nil
}

// isAbsent also takes null, as encoding/json does.
func isAbsent(value json.RawMessage) bool { return len(value) == 0 || string(value) == "null" }

func textOf(value json.RawMessage) (text string, ok bool) {
	if len(value) == 0 || value[0] != '"' {
		return "", false
	}
	return text, json.Unmarshal(value, &text) == nil
}

// idOf is a messageId: text, or a number as it is written. One that is not there is empty.
func idOf(value json.RawMessage) (id string, ok bool) {
	if isAbsent(value) {
		return "", true
	}
	if id, ok = textOf(value); ok {
		return id, true
	}
	var number json.Number
	if json.Unmarshal(value, &number) == nil {
		return number.String(), true
	}
	return "", false
}
