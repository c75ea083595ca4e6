package fwhz

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"

	"github.com/featherweight/xk6-featherweight/internal/chat"
)

const closeNormal = 1000 // RFC 6455, section 7.4.1

// chatSession is what ChatClient.connect() returns.
type chatSession struct {
	module  *module
	client  *chatClient
	who     *caller
	session *chat.Session // nil when it was never opened
	failure *chat.Failure // why it was not
	blame   blame
	due     time.Time     // in the open model, when the conversation was to begin, until its first question
	waited  time.Duration // from then to the dial
}

// connectTime is from when the conversation was to begin, or from the dial, to the open connection.
func (s *chatSession) connectTime() time.Duration { return s.waited + s.session.ConnectTime() }

// blame is what a failed turn on the session comes to. It only goes forward.
type blame int

const (
	held   blame = iota // a failure
	known               // none any more: the turn that the loss of the session cut was the failure
	waived              // none, and nothing to tell: the script closed it
)

// object is the session as the script sees it. What a user calls all the time is of the one kind of function that the engine
// calls without reflection, which costs more than most of what they do.
func (s *chatSession) object() *sobek.Object { return openly(s.module.vu.Runtime(), s) }

func (*chatSession) members() []string {
	return []string{"ask", "close", "connectTime", "error", "ok", "open", "think"}
}

func (s *chatSession) member(name string) any {
	switch name {
	case "ask":
		return func(call sobek.FunctionCall) sobek.Value { return s.ask(call.Argument(0), call.Argument(1)) }
	case "think":
		return func(call sobek.FunctionCall) sobek.Value {
			return s.module.vu.Runtime().ToValue(s.think(call.Argument(0)))
		}
	case "close":
		return func(call sobek.FunctionCall) sobek.Value { s.close(call.Argument(0)); return sobek.Undefined() }
	case "ok":
		return s.session != nil
	case "open":
		return now(func() any { return s.session != nil && s.session.Open() })
	case "connectTime":
		if s.session == nil {
			return sobek.Null()
		}
		return millis(s.connectTime())
	case "error":
		if s.session != nil {
			return sobek.Null()
		}
		return s.module.errorObject(string(s.failure.Reason), s.failure.Message)
	default:
		return nil
	}
}

// ask is one turn.
func (s *chatSession) ask(content, given sobek.Value) *sobek.Object {
	rt := s.module.vu.Runtime()
	s.module.state("session.ask()")
	if !isText(content) {
		common.Throw(rt, fmt.Errorf("session.ask: content %v is not allowed: a string", content))
	}
	o := readOptions(rt, "session.ask", given)
	q := chat.Question{Content: content.String(), UserID: o.text("userId", ""), MessageID: o.text("messageId", "")}
	timeout := o.duration("timeout", s.client.config.ResponseTimeout, leastTimeout)
	if err := o.done(); err != nil {
		common.Throw(rt, err)
	}
	if q.MessageID == "" {
		q.MessageID = s.module.nextID()
	}
	turn, known := s.turn(s.module.vu.Context(), q, timeout)
	if !known {
		s.client.throw(s.who, turn.Failure)
	}
	return openly(rt, &reply{module: s.module, id: q.MessageID, turn: turn})
}

// turn is one question and its answer, counted. It is known already when its failure is that of the session, which was counted
// before or is none.
func (s *chatSession) turn(ctx context.Context, q chat.Question, timeout time.Duration) (turn chat.Turn, known bool) {
	if s.session == nil { // counted when it failed to open
		return chat.Turn{Failure: s.failure, Interrupted: s.failure.Reason == codeInterrupted}, true
	}
	s.module.sendLag(s.who.state)
	if !s.due.IsZero() { // the next question is asked when the user has read and thought, not on a schedule
		q.Due, s.due, s.module.due, s.who.due = s.due, time.Time{}, time.Time{}, time.Time{}
	}
	began := time.Now()
	turn = s.session.Ask(ctx, q, timeout)
	turn.Failure = advised(turn.Failure)
	s.judgeCut(&turn)
	s.count(&turn, began)
	if s.blame == waived {
		return turn, true
	}
	s.client.report(s.who, turn.Failure)
	return turn, false
}

// think waits and reads.
func (s *chatSession) think(given sobek.Value) bool {
	s.module.state("session.think()")
	seconds, isNumber := number(given)
	if !isNumber || !(seconds >= 0 && seconds <= longest.Seconds()) { // NaN too
		common.Throw(s.module.vu.Runtime(), fmt.Errorf("session.think: %v is not allowed: a number of seconds from 0 to %v", given, longest.Seconds()))
	}
	return s.pause(s.module.vu.Context(), time.Duration(seconds*float64(time.Second)))
}

// pause waits, and reads where there is a connection; it reports whether that is still open.
func (s *chatSession) pause(ctx context.Context, length time.Duration) bool {
	if s.session == nil {
		wait(ctx, length)
		return false
	}
	s.module.sendLag(s.who.state)
	_ = s.session.Think(ctx, length) // an interruption shows in that the session is closed
	s.settle()
	return s.session.Open()
}

// close says goodbye.
func (s *chatSession) close(code sobek.Value) {
	s.module.state("session.close()")
	number := closeNormal
	if code != nil && !common.IsNullish(code) {
		number = int(code.ToInteger())
	}
	if number != closeNormal && (number < 3000 || number > 4999) { //nolint:mnd // RFC 6455, section 7.4.2
		common.Throw(s.module.vu.Runtime(), fmt.Errorf("session.close: code %d is not allowed: 1000, or 3000 to 4999", number))
	}
	s.leave(number)
}

// leave is the end that the user wants.
func (s *chatSession) leave(code int) {
	if s.session != nil {
		s.blame = waived
		s.session.Close(code)
		s.settle()
	}
}

// judgeCut makes a failure of a turn that had already missed a limit when the end of the test cut it off: it took at
// least as long as it had waited.
func (s *chatSession) judgeCut(t *chat.Turn) {
	if !t.Interrupted || !t.Sent {
		return
	}
	missed := func(limit time.Duration) bool { return limit > 0 && t.Waited >= limit }
	if missed(s.client.slo.response) || (t.Tokens == 0 && missed(s.client.slo.ttft)) {
		t.Interrupted = false
		t.Failure = &chat.Failure{Reason: chat.ResponseTimeout, Message: fmt.Sprintf(
			"the answer was not complete after %s, when the test ended; the limit is %s: %d tokens had come",
			t.Waited.Round(time.Millisecond), s.client.slo.response, t.Tokens)}
	}
}

// count makes the samples of a turn that began then: exactly one error_rate sample, unless the end of the test cut it
// off within every limit. A lost session is counted by the turn it cut, or by the first asked afterwards, and never again.
func (s *chatSession) count(t *chat.Turn, began time.Time) {
	e, user := s.client.emit(s.who), s.who.user()
	switch {
	case t.Interrupted:
		if t.Sent {
			e.add(s.module.metrics.interrupted, 1)
			user.wait(metricResponse, t.Waited, true)
		}
	case t.Failure != nil:
		if s.blame == held {
			s.client.addFailure(e, user, began, t.Failure)
			if !s.session.Open() {
				s.blame = known
			}
		}
	default:
		user.attempt(metricErrorRate, false)
		user.outcome(began, true)
		user.wait(metricResponse, t.Duration, false)
		e.add(s.module.metrics.errorRate, 0)
		e.add(s.module.metrics.turns, 1)
		e.addTime(s.module.metrics.response, t.Duration)
		e.add(s.module.metrics.goodput, s.goodness(t))
	}
	if t.Sent {
		e.add(s.who.state.BuiltinMetrics.WSMessagesSent, 1)
	}
	if t.Tokens > 0 && !t.Interrupted {
		e.addTime(s.module.metrics.ttft, t.FirstToken)
		s.module.addError(e, t.Error, t.Guessed)
		if !t.Guessed {
			e.addTime(s.module.metrics.late, t.Late)
		}
	}
	if itl, ok := t.InterTokenLatency(); ok && !t.Interrupted {
		e.addTime(s.module.metrics.itl, itl)
		e.addTime(s.module.metrics.tokenGap, t.LongestGap)
	}
	e.send()
	s.settle()
}

// goodness is 1 for a turn that met every limit.
func (s *chatSession) goodness(t *chat.Turn) float64 {
	within := func(d, limit time.Duration) bool { return limit == 0 || d <= limit }
	if t.Tokens > 0 && within(t.Duration, s.client.slo.response) && within(t.FirstToken, s.client.slo.ttft) &&
		within(s.connectTime(), s.client.slo.connect) {
		return 1
	}
	return 0
}

// settle counts what was read since the last time, and the end of the session when it has come.
func (s *chatSession) settle() {
	e := s.client.emit(s.who)
	messages, tokens := s.session.Take()
	if messages > 0 {
		e.add(s.who.state.BuiltinMetrics.WSMessagesReceived, float64(messages))
	}
	if tokens > 0 {
		e.add(s.module.metrics.tokens, float64(tokens))
	}
	if others, sample := s.session.TakeOthers(); others > 0 {
		e.add(s.module.metrics.others, float64(others))
		s.module.noteOnce(s.who.state, "chat other message", "chat: messages that are no part of an answer are counted (chat_other_messages) and otherwise ignored, such as "+sample)
	}
	if life, ended := s.session.TakeLife(); ended {
		e.addTime(s.who.state.BuiltinMetrics.WSSessionDuration, life)
		e.add(s.module.metrics.connected, float64(s.module.root.connected.Load()))
	}
	e.send()
}

// nextID makes a messageId that no other turn has, of this process or of another that runs beside it.
func (m *module) nextID() string {
	return fmt.Sprintf("fw-%x-%d", processID, m.root.sequence.Add(1))
}

// processID tells the messages of this process from those of another one.
var processID = rand.Uint32() //nolint:gochecknoglobals,gosec // drawn once; it only has to be different
