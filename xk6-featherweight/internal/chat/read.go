package chat

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/gorilla/websocket"
)

// stray counts a message that belongs to no running turn.
func (s *Session) stray(m message) {
	e, err := parseEvent(m.data)
	switch {
	case err != nil, !m.text, e.kind == other, e.kind == failed:
		s.noteOther(m)
	case e.kind == token && e.text != "":
		s.tokens++
	}
}

// noteOther counts a message that is nobody's answer.
func (s *Session) noteOther(m message) {
	s.others++
	if s.otherSample == "" {
		s.otherSample = excerpt(m.data)
	}
}

// read returns the next message. The error is os.ErrDeadlineExceeded, ErrInterrupted, or what the wire says.
func (s *Session) read(ctx context.Context, until time.Time) (message, error) {
	for {
		if deadline := s.wakeBefore(until); s.deadline != deadline {
			_ = s.wire.SetReadDeadline(deadline)
			s.deadline = deadline
		}
		if ctx.Err() != nil { // looked at after the deadline is set: if ctx ends from here on, its watch wakes the read
			return message{}, ErrInterrupted
		}
		m, err := s.wire.next()
		if err == nil {
			s.received++
			m.first, s.heard = !s.heard, true
			return m, nil
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			return message{}, err
		}
		s.deadline = time.Time{} // the watch over ctx may have moved it
		if ctx.Err() != nil {
			continue
		}
		now := time.Now()
		if !now.Before(until) {
			return message{}, os.ErrDeadlineExceeded
		}
		if err := s.tend(now); err != nil {
			return message{}, err
		}
	}
}

// wakeBefore is until, or earlier when the connection wants a ping before. After our goodbye nothing may follow.
func (s *Session) wakeBefore(until time.Time) time.Time {
	if s.life.stage == leaving {
		return until
	}
	return s.alive.sooner(until)
}

// tend pings when it is time to.
func (s *Session) tend(now time.Time) error {
	if s.life.stage == leaving {
		return nil
	}
	ping, err := s.alive.tend(now, s.wire.at)
	if ping {
		_ = s.conn.WriteControl(websocket.PingMessage, nil, now.Add(s.cfg.CloseTimeout)) // a dead connection is seen by its silence
	}
	return err
}
