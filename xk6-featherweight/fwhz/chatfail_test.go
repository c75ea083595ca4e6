package fwhz

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	unopened = "chat_goodput 0;error_rate 1;ws_connecting ms;ws_sessions 1;" // and chat_failures
	badTurn  = "chat_goodput 0;error_rate 1;ws_msgs_sent 1;"                 // and chat_failures
)

func TestAConnectionThatFailsIsOneFailure(t *testing.T) {
	t.Parallel()
	hangs := func(t *testing.T) string { return hangingHandshake(t, func() {}) }
	forbids := func(t *testing.T) string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
		t.Cleanup(server.Close)
		return "ws" + strings.TrimPrefix(server.URL, "http")
	}
	for reason, test := range map[string]struct {
		url  func(*testing.T) string
		says string
	}{
		"dial":            {func(*testing.T) string { return "ws://" + nobody }, "connection refused"},
		"handshake":       {forbids, "403 Forbidden"},
		"connect_timeout": {hangs, "not answered within 1s"},
	} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			u := newVU(t).chat(test.url(t), `{connectTimeout: '1s', query: {token: 's3cret'}}`)
			session := u.object(`globalThis.session = chat.connect()`)
			requireLines(t, unopened+"chat_failures 1 "+reason, u.emitted())
			assert.Equal(t, false, session["ok"])
			assert.Equal(t, false, session["open"])
			assert.Nil(t, session["connectTime"])
			failure := session["error"].(map[string]any)
			assert.Equal(t, reason, failure["code"])
			assert.Contains(t, failure["message"], test.says)
			assert.NotContains(t, failure["message"], "s3cret")

			reply := u.object(`session.ask('?')`)
			assert.Equal(t, false, reply["ok"])
			assert.Equal(t, failure, reply["error"])
			assert.Equal(t, false, u.run(`session.think(0.001)`))
			u.run(`session.close()`)
			requireLines(t, "", u.emitted()) // it was counted already
			require.Len(t, u.warnings(), 1)
			assert.Contains(t, u.warnings()[0], "chat: "+reason+": ")
		})
	}
}

func TestABadTurnIsOneFailure(t *testing.T) {
	t.Parallel()
	const lost = ";" + ended
	for name, test := range map[string]struct {
		script func(*peer)
		reason string
		more   string
	}{
		"response_timeout": {
			func(p *peer) { id, _ := p.question(); p.tokens(id, "a", "b"); p.untilClosed() }, "response_timeout",
			";chat_itl ms;chat_longest_gap ms;chat_tokens 2;chat_ttft ms;ws_msgs_received 2",
		},
		"closed": {func(p *peer) {
			id, _ := p.question()
			p.tokens(id, "a")
			_ = p.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(1013, "busy"))
			p.untilClosed()
		}, "closed", ";chat_tokens 1;chat_ttft ms;ws_msgs_received 1" + lost},
		"reset":            {func(p *peer) { p.question(); p.reset() }, "reset", lost},
		"error frame":      {func(p *peer) { p.question(); p.send(`{"type":"error","content":"no"}`); p.untilClosed() }, "server_error", ";ws_msgs_received 1"},
		"error event":      {func(p *peer) { id, _ := p.question(); p.event("error", id, "no"); p.untilClosed() }, "server_error", ";ws_msgs_received 1"},
		"not JSON":         {func(p *peer) { p.question(); p.send(`{`); p.untilClosed() }, "protocol", ";ws_msgs_received 1"},
		"wrong messageId":  {func(p *peer) { p.question(); p.event("token", "x", "a"); p.untilClosed() }, "protocol", ";ws_msgs_received 1"},
		"frame over limit": {func(p *peer) { p.question(); p.send(strings.Repeat("x", 2000)); p.untilClosed() }, "protocol", lost},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := newVU(t).chat(serveChat(t, test.script), `{responseTimeout: '1s', maxMessageSize: 1000}`)
			u.after(`globalThis.session = chat.connect()`)
			reply := u.object(`session.ask('?')`)
			requireLines(t, badTurn+"chat_failures 1 "+test.reason+test.more, u.emitted())
			assert.Equal(t, false, reply["ok"])
			assert.Nil(t, reply["duration"])
			assert.Equal(t, test.reason, reply["error"].(map[string]any)["code"])
			require.Len(t, u.warnings(), 1)
			u.run(`session.close()`)
		})
	}
}

func TestALostSessionIsCountedOnceHoweverOftenItIsAsked(t *testing.T) {
	t.Parallel()
	u := newVU(t).chat(serveChat(t, func(p *peer) { p.question(); p.reset() }), `{}`)
	u.after(`globalThis.session = chat.connect()`)
	requireLines(t, badTurn+"chat_failures 1 reset;"+ended, u.after(`session.ask('?')`))
	for range 3 {
		requireLines(t, "", u.after(`globalThis.reply = session.ask('?')`))
		assert.Equal(t, "reset", u.run(`reply.error.code`))
	}
	requireLines(t, "", u.after(`session.think(0); session.close()`))
}

func TestASessionLostWhileThinkingFailsTheNextTurn(t *testing.T) {
	t.Parallel()
	gone := make(chan struct{})
	u := newVU(t).chat(serveChat(t, func(p *peer) {
		p.answer()
		p.event("token", "", "stray")
		p.reset()
		close(gone)
	}), `{}`)
	u.after(`globalThis.session = chat.connect(); session.ask('?')`)
	<-gone
	requireLines(t, "chat_tokens 1;ws_msgs_received 1;"+ended, u.after(`globalThis.open = session.think(0.5)`))
	assert.Equal(t, false, u.run(`open`))
	requireLines(t, "chat_failures 1 reset;chat_goodput 0;error_rate 1", u.after(`session.ask('?')`)) // nothing was sent
	requireLines(t, "", u.after(`session.ask('?')`))
}

func TestASessionThatTheScriptClosedIsNoFailure(t *testing.T) {
	t.Parallel()
	u := newVU(t).chat(serveChat(t, goodChat), `{}`)
	u.after(`globalThis.session = chat.connect(); session.close(4000)`)
	requireLines(t, "", u.after(`globalThis.reply = session.ask('?')`))
	assert.Equal(t, []any{false, "closed"}, u.run(`[reply.ok, reply.error.code]`))
	assert.Empty(t, u.warnings())
}

func TestALateCompleteDoesNotDisturbTheNextTurn(t *testing.T) {
	t.Parallel()
	u := newVU(t).chat(serveChat(t, func(p *peer) {
		id, _ := p.question()
		p.send(`{"type":"error","content":"Stream error","messageId":"` + id + `"}`)
		p.event("complete", id, "")
		p.answer("a", "b", "c")
		p.untilClosed()
	}), `{}`)
	u.after(`globalThis.session = chat.connect()`)
	requireLines(t, badTurn+"chat_failures 1 server_error;ws_msgs_received 1", u.after(`session.ask('?')`))
	requireLines(t, strings.Replace(goodTurn, "received 4", "received 5", 1), u.after(`session.ask('?')`))
	u.run(`session.close()`)
}

func TestAFailureIsWarnedOfOnceForEachReason(t *testing.T) {
	t.Parallel()
	root := New().(*rootModule)
	url := "ws://" + nobody
	first, second := vuOf(t, root).chat(url, `{}`), vuOf(t, root).chat(url, `{}`)
	first.run(`chat.connect(); chat.connect()`)
	second.run(`chat.connect()`)
	assert.Len(t, first.warnings(), 1)
	assert.Empty(t, second.warnings(), "1,000 users would say it 1,000 times")
}
