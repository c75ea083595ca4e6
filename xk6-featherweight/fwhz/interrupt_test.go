package fwhz

import (
	"context"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
)

// untilGoodbye answers the client's goodbye, after having sent what is still to come.
func (p *peer) untilGoodbye(last func()) {
	p.SetCloseHandler(func(code int, _ string) error {
		last()
		return p.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Time{})
	})
	p.untilClosed()
}

// patient is for goodbyes that a busy machine answers late.
const patient = `{closeTimeout: '10s'}`

func TestATurnThatTheEndOfTheTestCutOffIsNeitherGoodNorBad(t *testing.T) {
	t.Parallel()
	end := make(chan context.CancelFunc, 1)
	u := newVU(t).chat(serveChat(t, func(p *peer) {
		id, _ := p.question()
		p.tokens(id, "a", "b")
		(<-end)()
		p.untilGoodbye(func() { p.tokens(id, "c") })
	}), patient)
	u.after(`globalThis.session = chat.connect()`)
	end <- u.cancel
	requireLines(t, "chat_interrupted 1;chat_tokens 3;ws_msgs_received 3;ws_msgs_sent 1;"+ended, u.after(`globalThis.reply = session.ask('?')`))
	assert.Equal(t, []any{false, true, "interrupted", nil}, u.run(`[reply.ok, reply.interrupted, reply.error.code, reply.duration]`))
	assert.Equal(t, true, u.run(`reply.ttft > 0 && reply.tokens === 3`))
	requireLines(t, "", u.after(`session.ask('?'); session.think(60); session.close()`)) // k6 stops the script only a moment later
	assert.Empty(t, u.warnings())
}

// It took at least as long as it had waited, so whatever would have come is too late.
func TestATurnThatHadMissedItsLimitWhenTheTestEndedHasFailed(t *testing.T) {
	t.Parallel()
	for _, limit := range []string{`response: '1us'`, `response: '1h', ttft: '1us'`} {
		end := make(chan context.CancelFunc, 1)
		u := newVU(t).chat(serveChat(t, func(p *peer) {
			p.question()
			(<-end)()
			p.untilGoodbye(func() {})
		}), `{slo: {`+limit+`}}`)
		u.after(`globalThis.session = chat.connect()`)
		end <- u.cancel
		requireLines(t, "chat_failures 1 response_timeout;chat_goodput 0;error_rate 1;ws_msgs_sent 1;"+ended,
			u.after(`globalThis.reply = session.ask('?')`))
		assert.Equal(t, []any{false, false, "response_timeout"}, u.run(`[reply.ok, reply.interrupted, reply.error.code]`))
		assert.Equal(t, true, u.run(`const s = fwhz.evidence.share('error_rate'); s.hits === 1 && s.n === 1`))
	}
}

func TestATurnThatWasCutOffWithinItsLimitIsAWaitWithoutAnEnd(t *testing.T) {
	t.Parallel()
	end := make(chan context.CancelFunc, 1)
	u := newVU(t).chat(serveChat(t, func(p *peer) {
		p.question()
		(<-end)()
		p.untilGoodbye(func() {})
	}), `{slo: {response: '1h'}}`)
	u.after(`globalThis.session = chat.connect()`)
	end <- u.cancel
	u.after(`session.ask('?')`)
	assert.Equal(t, []any{int64(1), int64(1), nil, nil}, u.run(
		`const p = fwhz.evidence.percentile('message_response_time', 'steady', 90); [p.n, p.cut, p.never, fwhz.evidence.share('error_rate')]`))
}

func TestADialThatHadMissedItsLimitWhenTheTestEndedHasFailed(t *testing.T) {
	t.Parallel()
	end := make(chan context.CancelFunc, 1)
	u := newVU(t).chat(hangingHandshake(t, func() { (<-end)() }), `{connectTimeout: '1h', slo: {connect: '1us'}}`)
	end <- u.cancel
	u.after(`globalThis.session = chat.connect()`)
	assert.Equal(t, []any{false, "connect_timeout"}, u.run(`[session.ok, session.error.code]`))
	assert.Equal(t, true, u.run(`const s = fwhz.evidence.share('error_rate'); s.hits === 1 && s.n === 1`))
}

func TestACompleteThatWasOnItsWayMakesACompleteTurn(t *testing.T) {
	t.Parallel()
	end := make(chan context.CancelFunc, 1)
	u := newVU(t).chat(serveChat(t, func(p *peer) {
		id, _ := p.question()
		(<-end)()
		p.untilGoodbye(func() { p.tokens(id, "a", "b", "c"); p.event("complete", id, "") })
	}), patient)
	u.after(`globalThis.session = chat.connect()`)
	end <- u.cancel
	requireLines(t, goodTurn+";"+ended, u.after(`session.ask('?')`))
}

func TestTheEndOfTheTestEndsAThink(t *testing.T) {
	t.Parallel()
	u := newVU(t).chat(serveChat(t, func(p *peer) { p.untilGoodbye(func() {}) }), `{}`)
	u.after(`globalThis.session = chat.connect()`)
	time.AfterFunc(10*time.Millisecond, u.cancel)
	requireLines(t, ended, u.after(`globalThis.open = session.think(3600)`))
	assert.Equal(t, false, u.run(`open`))
}

func TestAConnectThatTheEndOfTheTestCutOffCountsNothing(t *testing.T) {
	t.Parallel()
	end := make(chan context.CancelFunc, 1)
	u := newVU(t).chat(hangingHandshake(t, func() { (<-end)() }), `{connectTimeout: '1h'}`)
	end <- u.cancel
	requireLines(t, "", u.after(`globalThis.session = chat.connect()`))
	assert.Equal(t, []any{false, false, "interrupted"}, u.run(`[session.ok, session.open, session.error.code]`))
	requireLines(t, "", u.after(`globalThis.reply = session.ask('?')`))
	assert.Equal(t, []any{false, true, "interrupted"}, u.run(`[reply.ok, reply.interrupted, reply.error.code]`))
	assert.Equal(t, false, u.run(`session.think(3600)`))
	assert.Empty(t, u.warnings())
}

// What the test's end breaks before a question is asked is broken by us.
func TestAQuestionAfterTheEndOfTheTestIsNoFailure(t *testing.T) {
	t.Parallel()
	u := newVU(t).chat(serveChat(t, goodChat), `{}`)
	u.after(`globalThis.session = chat.connect()`)
	u.cancel()
	for u.run(`session.open`) == true {
		continue
	}
	requireLines(t, ended, u.after(`globalThis.reply = session.ask('?')`))
	assert.Equal(t, true, u.run(`reply.interrupted`))
}

func TestAProbeThatTheEndOfTheTestCutOff(t *testing.T) {
	t.Parallel()
	u := newVU(t).chat("ws://"+nobody, `{}`)
	u.cancel()
	assert.Equal(t, []any{false, "interrupted"}, u.run(`const p = chat.probe(); [p.ok, p.error.code]`))
}
