package fwhz

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"gopkg.in/guregu/null.v3"
)

// throwing is a VU with k6's option throw.
func throwing(t *testing.T) *virtualUser {
	u := newVU(t)
	u.state.Options.Throw = null.BoolFrom(true)
	return u
}

func TestFailuresAreCountedAndThrownWhereTheScriptAsksForThat(t *testing.T) {
	t.Parallel()
	u := throwing(t).chat("ws://"+nobody, `{}`)
	assert.Contains(t, u.throws(`chat.connect()`), "connection refused")
	requireLines(t, unopened+"chat_failures 1 dial", u.emitted())
}

func TestAFailedTurnIsThrown(t *testing.T) {
	t.Parallel()
	u := throwing(t).chat(serveChat(t, func(p *peer) { p.question(); p.send(`{"type":"error","content":"no model"}`); p.untilClosed() }), `{}`)
	u.after(`globalThis.session = chat.connect()`)
	assert.Contains(t, u.throws(`session.ask('?')`), "no model")
	requireLines(t, badTurn+"chat_failures 1 server_error;ws_msgs_received 1", u.emitted())
	u.run(`session.close()`)
}

func TestAnInterruptionIsNotThrown(t *testing.T) {
	t.Parallel()
	u := throwing(t).chat("ws://"+nobody, `{}`)
	u.cancel()
	assert.Equal(t, "interrupted", u.run(`chat.connect().error.code`))
}

func TestAWindowThatCouldNotBeMeasuredIsThrown(t *testing.T) {
	t.Parallel()
	u := throwing(t)
	u.run(`globalThis.loop = new fwhz.HzSampler({url: 'http://%s/metrics', interval: '10ms', window: '20ms'})`, nobody)
	u.start()
	assert.Contains(t, u.throws(`loop.next()`), "connection refused")
	assert.NotEmpty(t, values(u.emitted(), metricScrapeFail))
}
