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

// listen hands messages to handle until that says that it is over. The error is os.ErrDeadlineExceeded, ErrInterrupted,
// or what the wire says.
func (s *Session) listen(ctx context.Context, until time.Time, handle func(message) (over bool)) error {
	count := func(m message) bool {
		s.received++
		m.first, s.heard = !s.heard, true
		return handle(m)
	}
	for {
		if ctx.Err() != nil {
			return ErrInterrupted
		}
		err := s.wire.listen(ctx, s.wakeBefore(until), count)
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			return err
		}
		now := time.Now()
		if !now.Before(until) {
			return os.ErrDeadlineExceeded
		}
		if err := s.tend(now); err != nil {
			return err
		}
	}
}

// listenToNobody counts what comes until then. It ends with an error.
func (s *Session) listenToNobody(ctx context.Context, until time.Time) error {
	return s.listen(ctx, until, func(m message) bool {
		s.stray(m)
		return false
	})
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
	ping, err := s.alive.tend(now, s.wire.heard())
	if ping {
		_ = s.conn.WriteControl(websocket.PingMessage, nil, now.Add(s.cfg.CloseTimeout)) // a dead connection is seen by its silence
	}
	return err
}
