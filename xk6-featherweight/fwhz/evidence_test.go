package fwhz

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEveryTurnAndConnectionIsEvidence(t *testing.T) {
	t.Parallel()
	u := newVU(t).chat(serveChat(t, goodChat), `{}`)
	u.run(`
		const s = chat.connect();
		s.ask('?'); s.ask('?');
		s.close();
		new fwhz.ChatClient('ws://%s').connect()`, nobody)
	assert.Equal(t, []any{int64(1), int64(3), int64(1)}, u.run(`const e = fwhz.evidence.share('error_rate'); [e.hits, e.n, e.users]`))
	assert.Equal(t, []any{int64(1), int64(2)}, u.run(`[fwhz.evidence.percentile('ws_connection_time', 'steady', 95).n,
		fwhz.evidence.percentile('message_response_time', 'steady', 90).n]`))
	assert.Equal(t, []any{int64(1), true}, u.run(`[fwhz.evidence.silence().failed, fwhz.evidence.silence().seconds > 0]`))
}

func TestAScriptAddsEvidenceOfItsOwn(t *testing.T) {
	t.Parallel()
	u := newVU(t).start()
	u.run(`for (let i = 1; i <= 3; i += 1) { fwhz.evidence.attempt('login_failures', i === 3); fwhz.evidence.wait('login_time', i); }`)
	assert.Equal(t, []any{int64(1), int64(3), int64(2)}, u.run(`const l = fwhz.evidence.share('login_failures');
		[l.hits, l.n, fwhz.evidence.percentile('login_time', 'steady', 50).atOnce]`))
	assert.Contains(t, u.throws(`fwhz.evidence.wait('login_time', -1)`), "-1 is not allowed: a number of milliseconds from 0 on")
	assert.Contains(t, newVU(t).throws(`fwhz.evidence.attempt('login_failures', true)`), "not possible in the init context")
	assert.Contains(t, u.throws(`fwhz.evidence.percentile('login_time', 'steady', 100)`), "above 0 and below 100")
}

func TestARequestThatThisMachineCouldNotMakeIsItsOwnFault(t *testing.T) {
	t.Parallel()
	u := newVU(t).start()
	assert.Equal(t, []any{true, true, false, false}, u.run(`[
		'dial: unknown errno 24 on linux with message: socket: too many open files',
		'dial tcp 127.0.0.1:4000: connect: cannot assign requested address',
		'dial: connection refused', '',
	].map((error) => fwhz.evidence.isOwnFault(error))`))
	assert.Equal(t, []float64{1, 1}, values(u.emitted(), metricGeneratorFail))
}
