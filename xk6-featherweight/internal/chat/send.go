package chat

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gorilla/websocket"

	"github.com/featherweight/xk6-featherweight/internal/arrival"
)

// send writes a question. It returns when that went to the kernel, which is what its times count from.
func (s *Session) send(q Question, now time.Time, timeout time.Duration) (arrival.Departure, *Failure) {
	data, err := q.encode(now)
	if err != nil {
		return arrival.Departure{}, &Failure{Reason: Protocol, Message: "the question cannot be written as JSON: " + err.Error(), Cause: err}
	}
	_ = s.conn.SetWriteDeadline(now.Add(timeout))
	sent, err := s.wire.ask(func() error { return s.conn.WriteMessage(websocket.TextMessage, data) })
	if err != nil {
		if s.wire.stuck { // half a frame is out, so the socket is done
			failure := &Failure{Reason: ResponseTimeout, Message: fmt.Sprintf("the question could not be sent within %s: the server does not read", timeout), Cause: err}
			s.end(failure)
			return sent, failure
		}
		return sent, s.lost(s.lastWord(err))
	}
	return sent, nil
}

// lastWord is why a write failed: a close frame that had come before says more than the broken pipe behind it.
func (s *Session) lastWord(broken error) error {
	err := s.listenToNobody(context.Background(), time.Now().Add(s.cfg.CloseTimeout))
	var closing *closeError
	if errors.As(err, &closing) {
		return err
	}
	return broken
}
