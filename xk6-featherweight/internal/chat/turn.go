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

	"github.com/featherweight/xk6-featherweight/internal/arrival"
)

// Turn is one question and what became of it.
type Turn struct {
	// Failure is why the turn failed; nil when the answer was complete.
	Failure *Failure
	// Interrupted: ctx ended before the turn did. Neither a success nor a failure.
	Interrupted bool
	// Sent tells whether the question was written to the socket as a whole.
	Sent bool
	// Tokens is how many non-empty tokens came.
	Tokens int
	// FirstToken and LastToken are the times from the question (Question.Due, where that is set, as all times below) to those
	// tokens; meaningful when there is one.
	FirstToken, LastToken time.Duration
	// LongestGap is the longest wait between two tokens.
	LongestGap time.Duration
	// Duration is the time from the question to complete; meaningful when Failure is nil and not Interrupted.
	Duration time.Duration
	// Waited is how long an Interrupted turn had waited for its answer when ctx ended; 0 when it was not sent.
	Waited time.Duration
	// Late is how late, at most, a message of the answer was read after the kernel had received it.
	Late time.Duration
	// Error is by how much, at most, one of the times above may differ from what was on the wire: by what the question may have gone
	// out later, or by more where the kernel gave several tokens one time. It says nothing when Guessed.
	Error time.Duration
	// Guessed tells that the kernel did not say when all of it arrived, so that Late is in the times and is not known.
	Guessed bool
	// Text is the answer, with Config.KeepText.
	Text string

	lastAt arrival.Stamp // of the token before
	text   strings.Builder
	others int      // messages that were nobody's answer
	doubt  *Failure // why no answer may be coming; the turn fails for it when none has come in time
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
		t.Failure = s.life.why
		if t.Failure == nil {
			t.Failure = &Failure{Reason: Closed, Message: "the session was closed before the question"}
		}
		return t
	}
	now := time.Now()
	s.alive.listen(now, s.wire.heard())
	defer func() { s.alive.leave(time.Now()) }()
	sent, failure := s.send(q, now, timeout)
	if t.Failure = failure; t.Failure != nil {
		if ctx.Err() != nil {
			t.Failure, t.Interrupted = nil, true
		}
		return t
	}
	t.Sent = true
	s.receive(ctx, &t, q.MessageID, sent.From, timeout)
	t.doubtQuestion(sent.Doubt())
	if !q.Due.IsZero() {
		t.startAt(sent.From.Sub(q.Due))
	}
	s.remember(q.MessageID)
	s.wire.shrink()
	t.Text = t.text.String()
	return t
}

// startAt makes the times of the turn count from that much before the question.
func (t *Turn) startAt(before time.Duration) {
	if t.Tokens > 0 {
		t.FirstToken, t.LastToken = t.FirstToken+before, t.LastToken+before
	}
	if t.Interrupted {
		t.Waited += before
	} else if t.Failure == nil {
		t.Duration += before
	}
}

// receive reads the answer into t.
func (s *Session) receive(ctx context.Context, t *Turn, id string, sent time.Time, timeout time.Duration) {
	until, leaving := sent.Add(timeout), false
	for {
		err := s.listen(ctx, until, func(m message) bool { return s.take(t, m, id, sent) })
		switch {
		case err == nil:
			if leaving {
				if t.Failure != nil { // the server may well call our own goodbye an error
					t.Failure, t.Interrupted = nil, true
				}
				s.drain(until)
				s.end(nil)
			}
			return
		case errors.Is(err, ErrInterrupted):
			leaving = true
			t.Waited = time.Since(sent)
			ctx, until = context.Background(), time.Now().Add(s.cfg.CloseTimeout)
			s.sayGoodbye(websocket.CloseGoingAway)
		case leaving:
			t.Interrupted = true
			s.end(nil)
			return
		case errors.Is(err, os.ErrDeadlineExceeded):
			t.Failure = s.unanswered(t, timeout, err)
			return
		default:
			t.Failure = s.lost(err)
			return
		}
	}
}

// unanswered is the failure of a turn whose time is over.
func (s *Session) unanswered(t *Turn, timeout time.Duration, err error) *Failure {
	if t.doubt != nil {
		return t.doubt
	}
	text := fmt.Sprintf("the answer was not complete within %s: %d tokens had come", timeout, t.Tokens)
	if t.others > 0 {
		text += fmt.Sprintf(", and %d messages that are no part of an answer, such as %s", t.others, s.otherSample)
	}
	return &Failure{Reason: ResponseTimeout, Message: text, Cause: err}
}

// take adds one message to the turn and reports whether the turn is over.
func (s *Session) take(t *Turn, m message, id string, sent time.Time) (over bool) {
	e, err := s.understand(t, m, id)
	since := m.at.At.Sub(sent)
	switch {
	case err != nil:
		t.Failure = &Failure{Reason: Protocol, Message: err.Error(), Cause: err}
		return true
	case e.kind == other:
		t.others++
		s.noteOther(m)
		return false
	case e.id != "" && e.id != id:
		return s.foreign(t, e, id)
	case since < 0: // before the question: of an earlier one, from a server that sends no messageId
		if e.kind == failed {
			t.doubt = serverError(e)
		}
		s.stray(m)
		return false
	}
	t.Late = max(t.Late, m.at.Late())
	t.Guessed = t.Guessed || !m.at.Kernel
	switch e.kind {
	case token:
		if e.text != "" {
			t.doubtToken(m)
		}
		t.add(e.text, since, s.cfg.KeepText)
		if e.text != "" {
			s.tokens++
		}
	case completed:
		if m.joined {
			t.Error = max(t.Error, m.at.Doubt())
		}
		t.Duration = since
		return true
	case failed:
		t.Failure = serverError(e)
		return true
	default: // a start says nothing
	}
	return false
}

// doubtToken notes by how much the time of a token may be wrong: of the first one, or of one that came in the same read as the
// one before. A token behind which only the end of the answer came is taken to have come with that: a server writes both at once.
func (t *Turn) doubtToken(m message) {
	if m.joined && t.Tokens == 0 || m.at == t.lastAt {
		t.Error = max(t.Error, m.at.Doubt())
	}
	t.lastAt = m.at
}

// doubtQuestion notes by how much later than we say the question may have gone out: not later than its answer came.
func (t *Turn) doubtQuestion(doubt time.Duration) {
	switch {
	case t.Tokens > 0:
		doubt = min(doubt, t.FirstToken)
	case t.OK():
		doubt = min(doubt, t.Duration)
	}
	t.Error = max(t.Error, doubt)
}

func serverError(e event) *Failure {
	return &Failure{Reason: ServerError, Message: "the server answered with an error: " + brief(e.text)}
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
	t.Failure = &Failure{Reason: Protocol, Message: fmt.Sprintf("a message with messageId %q came in answer to %q", brief(e.id), id)}
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
