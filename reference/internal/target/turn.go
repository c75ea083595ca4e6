package target

import (
	"time"
)

// turn is one question and its answer.
type turn struct {
	conn   *conn
	id     []byte // messageId as JSON, or nil
	asked  time.Time
	length int // tokens
	plan   plan

	ended  bool  // counted as completed, cut or failed; guarded by conn.mu
	tokens int64 // written
	buf    []byte
}

func newTurn(c *conn, q question) *turn {
	return &turn{
		conn:   c,
		id:     q.id,
		asked:  time.Now(),
		length: c.server.cfg.Tokens,
		plan:   c.server.faults.turn(),
		buf:    make([]byte, 0, 256),
	}
}

// run streams the answer.
func (t *turn) run() {
	defer t.leave()
	if !t.queue() {
		return
	}
	defer t.conn.server.desk.leave()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for i := range t.length {
		if !t.wait(timer, t.due(i)) {
			return
		}
		if i == t.length/2 && !t.fail() {
			return
		}
		if !t.token(i) {
			return
		}
	}
	t.complete()
}

// queue waits until the server can deal with the answer; it returns false when the connection ends first.
func (t *turn) queue() bool {
	places := int(t.conn.server.faults.get().AnswerCapacity)
	if !t.conn.server.desk.enter(places, t.conn.done) {
		return false
	}
	if places > 0 {
		t.asked = time.Now()
	}
	return true
}

// due is when the i-th token is to be sent, counted from the question, so that lateness never adds up.
func (t *turn) due(i int) time.Time {
	cfg := &t.conn.server.cfg
	interval := time.Duration(float64(cfg.TokenInterval) * t.plan.slow)
	return t.asked.Add(cfg.TTFT + time.Duration(i)*interval)
}

// wait returns false when the connection ends first.
func (t *turn) wait(timer *time.Timer, until time.Time) bool {
	timer.Reset(time.Until(until))
	select {
	case <-timer.C:
		return t.conn.server.doze(t.conn.done)
	case <-t.conn.done:
		return false
	}
}

// event makes a stream event. It is valid until the next call.
func (t *turn) event(kind, data string) []byte {
	t.buf = appendEvent(t.buf[:0], kind, data, t.id, time.Now())
	return t.buf
}

// token sends the i-th token.
func (t *turn) token(i int) bool {
	t.conn.mu.Lock()
	defer t.conn.mu.Unlock()
	t.disguise()
	frame := t.event(eventToken, word(i))
	tally := t.conn.server.tally
	tally.count(func(x *Truth) { x.Tokens++ })
	if !t.write(frame) {
		tally.count(func(x *Truth) { x.Tokens-- })
		return false
	}
	t.tokens++
	t.conn.server.metrics.tokens.Inc()
	return true
}

// complete ends the answer. The count is made first and taken back if the frame does not go: a client that has seen the
// frame must find the turn counted.
func (t *turn) complete() {
	t.conn.mu.Lock()
	defer t.conn.mu.Unlock()
	frame := t.event(eventComplete, "")
	if t.ended || t.conn.closed { // failed before, or cut
		t.write(frame)
		return
	}
	tally := t.conn.server.tally
	t.ended = true
	tally.count(func(x *Truth) { x.TurnsCompleted++; x.TokensCompleted += t.tokens })
	if t.write(frame) {
		t.conn.server.metrics.turns.WithLabelValues(outcomeCompleted).Inc()
		return
	}
	tally.count(func(x *Truth) { x.TurnsCompleted--; x.TokensCompleted -= t.tokens })
	t.ended = false
	t.lose()
}

// lose counts a turn whose connection ended: as failed if a fault ended it, and as cut otherwise. It needs the mutex of
// the connection.
func (t *turn) lose() {
	outcome := outcomeCut
	if !t.ended && t.conn.killed() {
		t.plan.kind = "chat_dies"
		outcome = outcomeFailed
	}
	t.end(outcome)
}

// silent says whether the chat hangs for this answer.
func (t *turn) silent() bool { return t.plan.kind == "chat_hangs" }

// write sends one frame of the answer and says whether it went. It needs the mutex of the connection.
func (t *turn) write(frame []byte) bool { return !t.silent() && t.conn.write(frame) }

// end counts how the turn ended, the first time. It needs the mutex of the connection.
func (t *turn) end(outcome string) bool {
	if t.ended {
		return false
	}
	t.ended = true
	if outcome == outcomeFailed {
		t.conn.server.tally.count(func(x *Truth) { x.TurnsFailed++ })
		t.conn.server.tally.fault(t.plan.kind)
	} else {
		t.conn.server.tally.count(func(x *Truth) { x.TurnsCut++ })
	}
	t.conn.server.metrics.turns.WithLabelValues(outcome).Inc()
	return true
}

func (t *turn) leave() {
	t.conn.mu.Lock()
	delete(t.conn.turns, t)
	t.conn.mu.Unlock()
}
