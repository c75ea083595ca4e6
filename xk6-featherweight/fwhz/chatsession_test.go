package fwhz

import (
	"testing"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/metrics"
)

func TestOpenSessionsAreCountedOverAllVUs(t *testing.T) {
	t.Parallel()
	root := New().(*rootModule)
	url := serveChat(t, goodChat)
	var all []metrics.Sample
	do := func(u *virtualUser, script string) { all = append(all, u.after(script)...) }
	first, second := vuOf(t, root).chat(url, `{}`), vuOf(t, root).chat(url, `{}`)
	do(first, `globalThis.a = chat.connect()`)
	do(second, `globalThis.b = chat.connect()`)
	do(first, `globalThis.c = chat.connect()`)
	do(second, `b.close()`)
	do(first, `a.close(); c.close(); c.close()`)
	assert.Equal(t, []float64{1, 2, 3, 2, 1, 0}, values(all, metricConnected))
}

// A script that throws never comes to its close(): k6 ends the iteration, and with it the session.
func TestASessionThatAnIterationLeftOpenIsCountedByTheNextOne(t *testing.T) {
	t.Parallel()
	closed := make(chan int, 2)
	u := newVU(t).chat(serveChat(t, func(p *peer) {
		p.SetCloseHandler(func(code int, _ string) error { closed <- code; return nil })
		p.untilClosed()
	}), `{}`)
	requireLines(t, opened, u.after(`globalThis.session = chat.connect()`))
	u.iteration()
	require.Equal(t, websocket.CloseGoingAway, <-closed)
	require.Empty(t, u.emitted())

	for u.run(`session.open`) == true { // the goodbye is out; the session is closed right after
		continue
	}
	requireLines(t, opened+";"+ended, u.after(`globalThis.next = chat.connect()`)) // ended says 0 open, before the next one opens
	requireLines(t, "chat_failures 1 closed;chat_goodput 0;error_rate 1", u.after(`globalThis.reply = session.ask('?')`))
	assert.Contains(t, u.run(`reply.error.message`), "connect in every iteration")
	u.run(`next.close()`)
}

func TestEverySampleCarriesTheTagsOfTheVUAndOfTheClient(t *testing.T) {
	t.Parallel()
	url := serveChat(t, func(p *peer) { // answers one question and breaks at the next
		for n := 0; ; n++ {
			var q map[string]string
			if p.ReadJSON(&q) != nil {
				return
			}
			if n == 1 {
				p.reset()
				return
			}
			p.tokens(q["messageId"], "a", "b")
			p.event("complete", q["messageId"], "")
		}
	})
	u := newVU(t).chat(url+"?session=1", `{tags: {team: 'chat', n: 7}, query: {token: 's3cret'}}`)
	u.run(`const session = chat.connect(); session.ask('?', {userId: 'user_1'}); session.ask('?')`)
	samples := u.emitted()
	require.NotEmpty(t, samples)
	for _, sample := range samples {
		want := map[string]string{"phase": "steady", "team": "chat", "n": "7", "url": url}
		if sample.Metric.Name == metricFailures {
			want[tagReason] = "reset"
		}
		assert.Equal(t, want, sample.Tags.Map(), sample.Metric.Name)
		assert.Empty(t, sample.Metadata)
		assert.False(t, sample.Time.IsZero())
	}

	u.state.Tags.Modify(func(tags *metrics.TagsAndMeta) { tags.SetTag("phase", "rampdown") })
	u.run(`chat.connect()`)
	for _, sample := range u.emitted() {
		phase, _ := sample.Tags.Get("phase")
		assert.Equal(t, "rampdown", phase)
	}
}

func TestTheURLTagIsOnlyThereWhereItIsWanted(t *testing.T) {
	t.Parallel()
	u := newVU(t)
	u.state.Options.SystemTags = metrics.NewSystemTagSet(metrics.TagGroup)
	u.chat(serveChat(t, goodChat), `{}`)
	u.run(`const session = chat.connect(); session.ask('?'); session.close()`)
	for _, sample := range u.emitted() {
		assert.Equal(t, map[string]string{"phase": "steady"}, sample.Tags.Map())
	}
}

func TestCloseTakesTheCodesThatAClientMaySend(t *testing.T) {
	t.Parallel()
	got := make(chan int, 1)
	url := serveChat(t, func(p *peer) {
		answer := p.CloseHandler()
		p.SetCloseHandler(func(code int, text string) error { got <- code; return answer(code, text) })
		p.untilClosed()
	})
	u := newVU(t).chat(url, `{}`)
	for argument, want := range map[string]int{``: 1000, `undefined`: 1000, `null`: 1000, `1000`: 1000, `3000`: 3000, `4999`: 4999} {
		u.run(`chat.connect().close(%s)`, argument)
		assert.Equal(t, want, <-got, argument)
	}
	u.run(`globalThis.session = chat.connect()`)
	for _, argument := range []string{`1001`, `0`, `-1`, `2999`, `5000`, `NaN`, `'x'`, `1e100`} {
		assert.Contains(t, u.throws(`session.close(`+argument+`)`), "1000, or 3000 to 4999", argument)
	}
	assert.Equal(t, true, u.run(`session.open`))
}

func TestThinkTakesSeconds(t *testing.T) {
	t.Parallel()
	u := newVU(t).chat(serveChat(t, goodChat), `{}`)
	assert.Equal(t, true, u.run(`
		globalThis.session = chat.connect();
		const start = Date.now();
		session.think(0.05) && Date.now() - start >= 49`))
	for _, argument := range []string{`-1`, `NaN`, `Infinity`, ``, `undefined`, `null`, `'1'`, `1e10`} {
		assert.Contains(t, u.throws(`session.think(`+argument+`)`), "a number of seconds from 0", argument)
	}
}

func TestAskWantsAText(t *testing.T) {
	t.Parallel()
	u := newVU(t).chat(serveChat(t, goodChat), `{}`)
	u.after(`globalThis.session = chat.connect()`)
	for _, content := range []string{``, `undefined`, `null`, `7`, `{}`} {
		assert.Contains(t, u.throws(`session.ask(`+content+`)`), "is not allowed: a string", content)
	}
	assert.Equal(t, true, u.run(`session.ask('').ok`))
}

func TestAQuestionMayHaveATimeOutOfItsOwn(t *testing.T) {
	t.Parallel()
	u := newVU(t).chat(serveChat(t, func(p *peer) { p.untilClosed() }), `{responseTimeout: '1h'}`)
	assert.Contains(t, u.run(`
		const session = chat.connect();
		const reply = session.ask('?', {timeout: '500ms'});
		session.close();
		reply.error.message`), "not complete within 500ms")
}

func TestAskRefusesBadOptions(t *testing.T) {
	t.Parallel()
	u := newVU(t).chat(serveChat(t, goodChat), `{}`)
	u.after(`globalThis.session = chat.connect()`)
	for options, want := range map[string]string{
		`{userID: 'x'}`:     "session.ask: option userID is not known: userId, messageId, timeout",
		`{userId: 7}`:       `session.ask: option userId: "7" is not allowed: a string`,
		`{timeout: 'soon'}`: `session.ask: option timeout: "soon" is not allowed: a duration such as "30s"`,
		`{timeout: 0}`:      "from 1ms",
		`'now'`:             `session.ask: options "now" are not allowed: an object`,
	} {
		assert.Contains(t, u.throws(`session.ask('?', `+options+`)`), want)
	}
	requireLines(t, "", u.emitted())
	assert.Equal(t, true, u.run(`session.ask('?', null).ok && session.ask('?', {timeout: 5000, userId: null}).ok`))
}

// What comes back is a plain object to a script: it can be written out, copied, changed and added to.
func TestAReplyAndASessionAreObjectsLikeAnyOther(t *testing.T) {
	t.Parallel()
	u := newVU(t).chat(serveChat(t, goodChat), `{}`)
	u.after(`globalThis.session = chat.connect(); globalThis.reply = session.ask('?', {messageId: 'm'})`)
	assert.Equal(t, `{"error":null,"interrupted":false,"messageId":"m","ok":true,"text":"","tokens":3}`,
		u.run(`const {duration, itl, longestGap, ttft, ...rest} = reply; JSON.stringify(rest)`))
	assert.Equal(t, []any{"mine", false, true, int64(11), "undefined"}, u.run(
		`reply.mark = 'mine'; reply.ok = false; [reply.mark, reply.ok, 'mark' in reply, Object.keys(reply).length, typeof reply.nothing]`))
	assert.Equal(t, []any{true, true, "function"}, u.run(`session.name = 'x'; [session.open, session.name === 'x' && session.ask === session.ask, typeof session.ask]`))
	u.run(`session.close()`)
	assert.Equal(t, false, u.run(`session.open`))
}
