package fwhz

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is emitted, by what happened.
const (
	opened   = "ws_connected 1;ws_connecting ms;ws_connection_time ms;ws_sessions 1"
	ended    = "ws_connected 0;ws_session_duration ms"
	goodTurn = "chat_goodput 1;chat_itl ms;chat_longest_gap ms;chat_tokens 3;chat_ttft ms;chat_turns 1;error_rate 0;" +
		"message_response_time ms;ws_msgs_received 4;ws_msgs_sent 1"
)

func TestAGoodTurnMakesItsSamples(t *testing.T) {
	t.Parallel()
	u := newVU(t).chat(serveChat(t, goodChat), `{}`)
	session := u.object(`globalThis.session = chat.connect()`)
	samples := u.emitted()
	requireLines(t, opened, samples)
	assert.Equal(t, true, session["ok"])
	assert.Equal(t, true, session["open"])
	assert.Nil(t, session["error"])
	assert.Equal(t, []float64{float(session["connectTime"])}, values(samples, metricConnection))

	reply := u.object(`session.ask('Hello')`)
	samples = u.emitted()
	requireLines(t, goodTurn, samples)
	for field, metric := range map[string]string{
		"ttft": metricTTFT, "itl": metricITL, "longestGap": metricTokenGap, "duration": metricResponse,
	} {
		assert.Equal(t, []float64{float(reply[field])}, values(samples, metric), "the script sees what is counted: %s", field)
	}
	assert.Equal(t, true, reply["ok"])
	assert.Nil(t, reply["error"])
	assert.Equal(t, false, reply["interrupted"])
	assert.EqualValues(t, 3, reply["tokens"])
	assert.Empty(t, reply["text"])
	assert.Regexp(t, `^fw-[0-9a-f]+-\d+$`, reply["messageId"])

	requireLines(t, goodTurn, u.after(`session.ask('And then?')`))
	requireLines(t, "", u.after(`session.think(0.001)`))
	requireLines(t, ended, u.after(`session.close()`))
	requireLines(t, "", u.after(`session.close()`))
	assert.Equal(t, false, u.run(`session.open`))
}

// float is a number of JavaScript, which may be exported as a whole one.
func float(x any) float64 {
	if n, whole := x.(int64); whole {
		return float64(n)
	}
	return x.(float64)
}

func TestATurnWithoutTokensIsCompleteButNotGood(t *testing.T) {
	t.Parallel()
	u := newVU(t).chat(serveChat(t, func(p *peer) { p.answer(); p.untilClosed() }), `{}`)
	u.after(`globalThis.session = chat.connect()`)
	requireLines(t, "chat_goodput 0;chat_turns 1;error_rate 0;message_response_time ms;ws_msgs_received 1;ws_msgs_sent 1", u.after(`globalThis.reply = session.ask('?')`))
	assert.Equal(t, []any{true, nil, nil, nil}, u.run(`[reply.ok, reply.ttft, reply.itl, reply.longestGap]`))
	u.run(`session.close()`)
}

func TestATurnWithOneTokenHasNoGap(t *testing.T) {
	t.Parallel()
	u := newVU(t).chat(serveChat(t, func(p *peer) { p.answer("", "a", ""); p.untilClosed() }), `{}`)
	u.after(`globalThis.session = chat.connect()`)
	requireLines(t, "chat_goodput 1;chat_tokens 1;chat_ttft ms;chat_turns 1;error_rate 0;message_response_time ms;ws_msgs_received 4;ws_msgs_sent 1",
		u.after(`globalThis.reply = session.ask('?')`))
	assert.Equal(t, []any{true, nil, nil}, u.run(`[reply.ttft > 0, reply.itl, reply.longestGap]`))
	u.run(`session.close()`)
}

func TestEveryLimitOfATurnCountsForGoodput(t *testing.T) {
	t.Parallel()
	url := serveChat(t, goodChat)
	for slo, want := range map[string]float64{
		`{}`:          1,
		`{slo: null}`: 1,
		`{slo: {connect: '1h', response: '1h', ttft: '1h'}}`: 1,
		`{slo: {connect: 0, response: 0, ttft: 0}}`:          1, // no limit
		`{slo: {connect: 0.00001}}`:                          0,
		`{slo: {response: 0.00001}}`:                         0,
		`{slo: {ttft: 0.00001}}`:                             0,
	} {
		t.Run(slo, func(t *testing.T) {
			t.Parallel()
			u := newVU(t).chat(url, slo)
			u.run(`const session = chat.connect(); session.ask('?'); session.close()`)
			assert.Equal(t, []float64{want}, values(u.emitted(), metricGoodput))
		})
	}
}

func TestTheQuestionCarriesWhatTheScriptSays(t *testing.T) {
	t.Parallel()
	got := make(chan map[string]string, 1)
	u := newVU(t).chat(serveChat(t, func(p *peer) {
		id, q := p.question()
		got <- q
		p.tokens(id, "Hi", " there")
		p.event("complete", id, "")
		p.untilClosed()
	}), `{keepText: true}`)
	reply := u.object(`globalThis.session = chat.connect(); session.ask('Hello', {userId: 'user_1', messageId: 'mine', timeout: '5s'})`)
	u.run(`session.close()`)
	q := <-got
	assert.Regexp(t, `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`, q["timestamp"])
	delete(q, "timestamp")
	assert.Equal(t, map[string]string{"type": "user_message", "content": "Hello", "userId": "user_1", "messageId": "mine"}, q)
	assert.Equal(t, "mine", reply["messageId"])
	assert.Equal(t, "Hi there", reply["text"])
}

func TestMessageIDsDiffer(t *testing.T) {
	t.Parallel()
	root := New().(*rootModule)
	url := serveChat(t, goodChat)
	seen := map[any]bool{}
	for range 2 {
		u := vuOf(t, root).chat(url, `{}`)
		for _, id := range u.run(`const session = chat.connect(); const ids = [1, 2, 3].map(() => session.ask('?').messageId); session.close(); ids`).([]any) {
			require.False(t, seen[id], "%s", id)
			seen[id] = true
		}
	}
	assert.Len(t, seen, 6)
}

func TestTheHandshakeCarriesHeadersQueryAndK6sUserAgent(t *testing.T) {
	t.Parallel()
	got := make(chan *http.Request, 2)
	url := serveChat(t, func(p *peer) { got <- p.req; p.untilClosed() })
	u := newVU(t)
	u.run(`globalThis.own = new fwhz.ChatClient(%q, {headers: {'user-agent': 'mine'}})`, url)
	u.chat(url+"?lang=de", `{headers: {Authorization: 'Bearer x', 'X-N': 7}, query: {token: 'a b&c', n: 1e6}, subprotocols: ['chat', 'chat2']}`)
	u.run(`chat.connect().close(); own.connect().close()`)
	req := <-got
	assert.Equal(t, "Bearer x", req.Header.Get("Authorization"))
	assert.Equal(t, "7", req.Header.Get("X-N"))
	assert.Equal(t, "k6 under test", req.Header.Get("User-Agent"))
	assert.Equal(t, "chat, chat2", req.Header.Get("Sec-WebSocket-Protocol"))
	assert.Equal(t, "a b&c", req.URL.Query().Get("token"))
	assert.Equal(t, "1000000", req.URL.Query().Get("n"))
	assert.Equal(t, "de", req.URL.Query().Get("lang"))
	assert.Equal(t, "mine", (<-got).Header.Get("User-Agent"))
}
