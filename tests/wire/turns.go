package wire

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"time"
)

// Connection is when one opened; 0 is never.
type Connection struct {
	SYN, SYNACK, Requested, Switched time.Duration // Requested: the end of the request; Switched: of the answer 101
}

// Took is the server's part of it: what lies between its SYN-ACK and the request is the client's own time.
func (c Connection) Took() time.Duration { return c.SYNACK - c.SYN + c.Switched - c.Requested }

// Turn is one question and what came of its answer. A message arrives with the segment that completes it.
type Turn struct {
	Connection *Connection
	Asked      time.Duration // the question's last segment
	Tokens     int           // that are not empty
	First      time.Duration // the first of them
	Last       time.Duration
	LongestGap time.Duration // between two of them
	Complete   time.Duration // 0 when it did not come
}

// talk is a connection while it is read.
type talk struct {
	Connection
	syn         uint32
	client      stream
	server      stream
	asks, tells frames
	turns       map[string]*Turn
}

// message is what of a question or an event matters here.
type message struct {
	Type      string
	MessageID string
	Event     struct{ Type, Data, MessageID string }
}

// Turns reads a capture, in the order of arrival, and returns the turns by messageId. server is the port that connections
// are made to.
func Turns(segments []Segment, server uint16) (map[string]*Turn, error) {
	turns, talks := map[string]*Turn{}, map[netip.AddrPort]*talk{}
	for _, s := range segments {
		asks := s.To.Port() == server
		client := s.From
		if !asks {
			client = s.To
		}
		t := talks[client]
		if asks && s.SYN && (t == nil || t.syn != s.Seq) { // else the SYN was sent again
			t = &talk{Connection: Connection{SYN: s.At}, syn: s.Seq, turns: turns}
			t.client.begin(s.Seq)
			talks[client] = t
		}
		if t == nil {
			return nil, fmt.Errorf("%s: the capture does not hold the beginning of its connection", client)
		}
		if err := t.take(s, asks); err != nil {
			return nil, fmt.Errorf("%s: %w", client, err)
		}
	}
	return turns, nil
}

func (t *talk) take(s Segment, asks bool) error {
	switch {
	case asks:
		err := t.asks.take(t.client.take(s.Seq, s.Payload), func(text []byte) error { return t.ask(s.At, text) })
		if t.Requested == 0 && t.asks.head != "" {
			t.Requested = s.At
		}
		return err
	case s.SYN && !t.server.begun:
		t.SYNACK = s.At
		t.server.begin(s.Seq)
	case t.server.begun:
		err := t.tells.take(t.server.take(s.Seq, s.Payload), func(text []byte) error { return t.tell(s.At, text) })
		if err != nil {
			return err
		}
		if t.Switched == 0 && t.tells.head != "" {
			if len(t.tells.head) < 12 || t.tells.head[9:12] != "101" {
				return fmt.Errorf("the handshake was answered with %q", t.tells.head)
			}
			t.Switched = s.At
		}
	}
	return nil
}

func (t *talk) ask(at time.Duration, text []byte) error {
	var m message
	if err := json.Unmarshal(text, &m); err != nil {
		return fmt.Errorf("a question that is no JSON: %w: %.80q", err, text)
	}
	if m.Type != "user_message" {
		return nil
	}
	if t.turns[m.MessageID] != nil || m.MessageID == "" {
		return fmt.Errorf("the question %q was asked before, or has no name", m.MessageID)
	}
	t.turns[m.MessageID] = &Turn{Connection: &t.Connection, Asked: at}
	return nil
}

func (t *talk) tell(at time.Duration, text []byte) error {
	var m message
	if err := json.Unmarshal(text, &m); err != nil {
		return fmt.Errorf("an answer that is no JSON: %w: %.80q", err, text)
	}
	turn := t.turns[m.Event.MessageID]
	switch {
	case m.Type != "stream_event" || turn == nil: // nobody's answer
	case m.Event.Type == "token" && m.Event.Data != "":
		if turn.Tokens == 0 {
			turn.First = at
		} else {
			turn.LongestGap = max(turn.LongestGap, at-turn.Last)
		}
		turn.Tokens++
		turn.Last = at
	case m.Event.Type == "complete" && turn.Complete == 0:
		turn.Complete = at
	}
	return nil
}
