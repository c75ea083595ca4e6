package chat

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// understand reads a message that came while a question is open, and says whose it is. What claims no question is
// nobody's answer, and no failure: a server may greet, keep a connection alive, tell who is there. What claims to be
// the answer must be one. A message that cannot be read at all may have been the answer, or what a gateway sent in its
// stead, and is an error too, unless it is plainly a keep-alive, or the first message of the session: then it may be a
// greeting in plain words that was on its way before the question, and fails the turn only if no answer follows.
func (s *Session) understand(t *Turn, m message, id string) (event, error) {
	e, err := parseEvent(m.data)
	switch {
	case errors.Is(err, errNotJSON) && isKeepAlive(m.data):
		return event{kind: other}, nil
	case errors.Is(err, errNotJSON) && m.first && !isObject(m.data):
		t.doubt = &Failure{Reason: Protocol, Message: err.Error(), Cause: err}
		return event{kind: other}, nil
	case err != nil:
		return e, err
	case e.kind == other && e.id == id && id != "":
		return e, fmt.Errorf("an answer of unknown shape: %s", excerpt(m.data))
	case e.kind != other && !m.text:
		return e, fmt.Errorf("an answer in a binary message, where the protocol has text only: %s", excerpt(m.data))
	}
	return e, nil
}

// isKeepAlive tells whether a message that is no JSON is one of the words by which servers keep a connection alive, or
// nothing at all, which some send to the same end.
func isKeepAlive(data []byte) bool {
	const longest = len("keep-alive")
	word := bytes.TrimSpace(data)
	if len(word) > longest {
		return false
	}
	switch strings.ToLower(string(word)) {
	case "", "ping", "pong", "heartbeat", "keepalive", "keep-alive":
		return true
	}
	return false
}

// isObject tells whether that was meant to be a JSON object, as every part of an answer is.
func isObject(data []byte) bool { return bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")) }
