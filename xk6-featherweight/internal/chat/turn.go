package chat

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// Turn is one question and what became of it.
type Turn struct {
	// Failure is why the turn failed; nil when the answer was complete.
	Failure *Failure
	// Interrupted: ctx ended before the turn did. Neither a success nor a failure.
	Interrupted bool
	// Sent tells whether the question was written to the socket.
	Sent bool
	// Tokens is how many non-empty tokens came.
	Tokens int
	// FirstToken and LastToken are the times from the question to those tokens; meaningful when there is one.
	FirstToken, LastToken time.Duration
	// LongestGap is the longest wait between two tokens.
	LongestGap time.Duration
	// Duration is the time from the question to complete; meaningful when Failure is nil and not Interrupted.
	Duration time.Duration
	// Waited is how long an Interrupted turn had waited for its answer when ctx ended; 0 when it was not sent.
	Waited time.Duration
	// Text is the answer, with Config.KeepText.
	Text string

	text strings.Builder
}

// OK reports whether the answer was complete.
func (t *Turn) OK() bool { return t.Failure == nil && !t.Interrupted }

// InterTokenLatency is (last token - first token) / (tokens - 1): the mean wait between two tokens, without the time
// to the first; false below two tokens.
func (t *Turn) InterTokenLatency() (time.Duration, bool) {
	if t.Tokens < 2 { //nolint:mnd // a gap has two ends
		return 0, false
	}
	return (t.LastToken - t.FirstToken) / time.Duration(t.Tokens-1), true
}

// Ask sends a question and reads until its answer is complete, has failed, or timeout has passed; 0 takes the
// configured one. When ctx ends first, the session says goodbye and reads on until the server has answered that: a
// turn whose complete was on its way is still a complete one, and any other is interrupted.
func (s *Session) Ask(ctx context.Context, q Question, timeout time.Duration) Turn {
	s.mu.Lock()
	defer s.mu.Unlock()
	if timeout == 0 {
		timeout = s.cfg.ResponseTimeout
	}
	if ctx.Err() != nil { // before all else: the end of the test has closed the session too
		return Turn{Interrupted: true}
	}
	t := Turn{}
	if !s.isOpen() {
		t.Failure = s.over
		if t.Failure == nil {
			t.Failure = &Failure{Reason: Closed, Message: "the session was closed before the question"}
		}
		return t
	}
	sent := time.Now()
	s.alive.listen(sent, s.wire.at)
	defer func() { s.alive.leave(time.Now()) }()
	if t.Failure = s.send(q, sent, timeout); t.Failure != nil {
		return t
	}
	t.Sent = true
	s.receive(ctx, &t, q.MessageID, sent, timeout)
	s.remember(q.MessageID)
	s.wire.shrink()
	t.Text = t.text.String()
	return t
}

func (s *Session) send(q Question, now time.Time, timeout time.Duration) *Failure {
	data, err := q.encode(now)
	if err != nil {
		return &Failure{Reason: Protocol, Message: "the question cannot be written as JSON: " + err.Error(), Cause: err}
	}
	_ = s.conn.SetWriteDeadline(now.Add(timeout))
	if err := s.conn.WriteMessage(websocket.TextMessage, data); err != nil {
		if s.wire.stuck { // half a frame is out, so the socket is done
			s.over = &Failure{Reason: ResponseTimeout, Message: fmt.Sprintf("the question could not be sent within %s: the server does not read", timeout), Cause: err}
			s.finish(0)
			return s.over
		}
		return s.lost(s.lastWord(err))
	}
	return nil
}

// lastWord is why a write failed: a close frame that had come before says more than the broken pipe behind it.
func (s *Session) lastWord(broken error) error {
	for until := time.Now().Add(s.cfg.CloseTimeout); ; {
		m, err := s.read(context.Background(), until)
		var closing *closeError
		switch {
		case err == nil:
			s.stray(m)
		case errors.As(err, &closing):
			return err
		default:
			return broken
		}
	}
}

// receive reads the answer into t.
func (s *Session) receive(ctx context.Context, t *Turn, id string, sent time.Time, timeout time.Duration) {
	until, leaving := sent.Add(timeout), false
	for {
		m, err := s.read(ctx, until)
		switch {
		case err == nil:
			if !s.take(t, m, id, sent) {
				continue
			}
			if leaving {
				if t.Failure != nil { // the server may well call our own goodbye an error
					t.Failure, t.Interrupted = nil, true
				}
				s.drain(until)
				s.finish(websocket.CloseGoingAway)
			}
			return
		case errors.Is(err, ErrInterrupted):
			leaving = true
			t.Waited = time.Since(sent)
			ctx, until = context.Background(), time.Now().Add(s.cfg.CloseTimeout)
			s.sayGoodbye(websocket.CloseGoingAway)
		case leaving:
			t.Interrupted = true
			s.finish(websocket.CloseGoingAway)
			return
		case errors.Is(err, os.ErrDeadlineExceeded):
			t.Failure = &Failure{Reason: ResponseTimeout, Message: fmt.Sprintf("the answer was not complete within %s: %d tokens had come", timeout, t.Tokens), Cause: err}
			return
		default:
			t.Failure = s.lost(err)
			return
		}
	}
}

// take adds one message to the turn and reports whether the turn is over.
func (s *Session) take(t *Turn, m message, id string, sent time.Time) (over bool) {
	e, err := parseEvent(m.data)
	if err == nil && !m.text {
		err = errors.New("a binary message, where the protocol has text only")
	}
	if err != nil {
		t.Failure = &Failure{Reason: Protocol, Message: err.Error(), Cause: err}
		return true
	}
	if e.id != "" && e.id != id {
		return s.foreign(t, e, id)
	}
	since := m.at.Sub(sent)
	if since < 0 && e.kind != failed { // late for an earlier question, from a server that sends no messageId
		s.stray(m)
		return false
	}
	switch e.kind {
	case started:
	case token:
		t.add(e.text, since, s.cfg.KeepText)
		if e.text != "" {
			s.tokens++
		}
	case completed:
		t.Duration = since
		return true
	case failed:
		t.Failure = &Failure{Reason: ServerError, Message: "the server answered with an error: " + e.text}
		return true
	}
	return false
}

// foreign deals with a message for another question: what comes late for one that was given up, or whose complete
// follows its error, is harmless; anything else is not ours.
func (s *Session) foreign(t *Turn, e event, id string) (over bool) {
	if slices.Contains(s.asked, e.id) {
		if e.kind == token && e.text != "" {
			s.tokens++
		}
		return false
	}
	t.Failure = &Failure{Reason: Protocol, Message: fmt.Sprintf("a message with messageId %q came in answer to %q", e.id, id)}
	return true
}

// remember keeps the latest messageIds of the session.
func (s *Session) remember(id string) {
	const most = 16
	if len(s.asked) == most {
		s.asked = slices.Delete(s.asked, 0, 1)
	}
	s.asked = append(s.asked, id)
}

// add counts a token. An empty one is a keep-alive, not a token.
func (t *Turn) add(text string, since time.Duration, keep bool) {
	if text == "" {
		return
	}
	if t.Tokens == 0 {
		t.FirstToken = since
	} else {
		t.LongestGap = max(t.LongestGap, since-t.LastToken)
	}
	t.Tokens++
	t.LastToken = since
	if keep {
		t.text.WriteString(text)
	}
}
