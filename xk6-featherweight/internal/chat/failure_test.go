package chat

import (
	"net"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lostBy are the ways in which a server can lose a turn; its end is the end of the session, too.
var lostBy = map[string]struct {
	script func(*peer)
	reason Reason
	words  []string
}{
	"closed with code and reason": {
		func(p *peer) {
			p.tokens(p.question().MessageID, "x")
			_ = p.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseTryAgainLater, "try later"), time.Time{})
			if code := p.untilClosed(); code != websocket.CloseTryAgainLater {
				p.fail("the client echoed %d", code)
			}
		}, Closed, []string{"close code 1013 (try later)"},
	},
	"closed without a code": {
		func(p *peer) {
			p.question()
			p.raw(serverFrame(finBit|byte(opClose), nil))
			p.untilClosed()
		}, Closed, []string{"close code 1005"},
	},
	"reset": {func(p *peer) { p.question(); p.reset() }, Reset, []string{"connection reset by peer"}},
	"end of file without a close frame": {
		func(p *peer) { p.question() }, Reset, []string{"without a close frame", "EOF"},
	},
	"truncated frame, then end of file": {
		func(p *peer) {
			whole := textFrame(completeOf(p.question().MessageID))
			p.raw(whole[:len(whole)-1])
		}, Reset, []string{"without a close frame"},
	},
	"frame over the limit": {
		func(p *peer) {
			p.tokens(p.question().MessageID, strings.Repeat("x", 5000))
			if code := p.untilClosed(); code != websocket.CloseMessageTooBig {
				p.fail("the client closed with %d", code)
			}
		}, Protocol, []string{"larger than the limit of 4096 bytes"},
	},
	"fragments over the limit": {
		func(p *peer) {
			p.question()
			p.raw(serverFrame(byte(opText), make([]byte, 4000)))
			p.raw(serverFrame(finBit|byte(opContinuation), make([]byte, 97)))
			p.untilClosed()
		}, Protocol, []string{"larger than the limit of 4096 bytes"},
	},
	"text that is not UTF-8": {
		func(p *peer) {
			p.raw(textFrame(strings.Replace(tokenOf(p.question().MessageID, "a?b"), "?", "\xff", 1)))
			if code := p.untilClosed(); code != websocket.CloseInvalidFramePayloadData {
				p.fail("the client closed with %d", code)
			}
		}, Protocol, []string{"a text message is not UTF-8"},
	},
	"a reason that is not UTF-8": {
		func(p *peer) {
			p.question()
			p.raw(serverFrame(finBit|byte(opClose), []byte("\x03\xe8\xed\xa0\x80")))
			if code := p.untilClosed(); code != websocket.CloseInvalidFramePayloadData {
				p.fail("the client closed with %d", code)
			}
		}, Protocol, []string{"the reason of a close frame is not UTF-8"},
	},
	"masked frame": {
		func(p *peer) {
			p.question()
			p.raw([]byte{finBit | byte(opText), maskBit | 1, 0, 0, 0, 0, 'x'})
			if code := p.untilClosed(); code != websocket.CloseProtocolError {
				p.fail("the client closed with %d", code)
			}
		}, Protocol, []string{"masked"},
	},
	"a close code that must not be sent": {
		func(p *peer) {
			p.question()
			p.raw(serverFrame(finBit|byte(opClose), []byte{3, 0xEE}))
			p.untilClosed()
		}, Protocol, []string{"code 1006"},
	},
}

func TestALostSessionFailsItsTurnForOneReason(t *testing.T) {
	t.Parallel()
	for name, test := range lostBy {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := serve(t, test.script)
			c.MaxMessage = 4096
			closed := make(chan struct{})
			c.OnClose = func() { close(closed) }
			s := connect(t, c)
			turn := ask(t, s)
			requireFailure(t, turn.Failure, test.reason, test.words...)
			assert.True(t, turn.Sent)
			assert.False(t, turn.Interrupted)
			assert.False(t, s.Open())
			<-closed
			lived(t, s)
			again := ask(t, s)
			assert.Same(t, turn.Failure, again.Failure, "a lost session says again why")
			assert.False(t, again.Sent)
			_, twice := s.TakeLife()
			assert.False(t, twice, "its life is told once")
		})
	}
}

// failedBy are the ways in which a server can fail a turn on a session that goes on.
var failedBy = map[string]struct {
	answer string // to the question m1
	reason Reason
	words  []string
}{
	"error frame":                {`{"type":"error","content":"Stream error: 14","messageId":"m1"}`, ServerError, []string{"Stream error: 14"}},
	"error frame without id":     {`{"type":"error","content":"invalid frame"}`, ServerError, []string{"invalid frame"}},
	"error event":                {eventOf("error", "m1", "no model"), ServerError, []string{"no model"}},
	"truncated JSON":             {`{"type":"stream_event","event":{"type":"token"`, Protocol, []string{"not the JSON"}},
	"no event":                   {`{"type":"stream_event"}`, Protocol, []string{"unknown shape"}},
	"our question, no type":      {`{"event":{"type":"token","data":"x","messageId":"m1"}}`, Protocol, []string{"unknown shape"}},
	"a token that is no text":    {`{"type":"stream_event","event":{"type":"token","data":{"text":"x"},"messageId":"m1"}}`, Protocol, []string{"not text"}},
	"another number":             {`{"type":"stream_event","event":{"type":"token","data":"x","messageId":7}}`, Protocol, []string{`messageId "7"`}},
	"wrong messageId":            {completeOf("m2"), Protocol, []string{`messageId "m2"`, `"m1"`}},
	"token with wrong messageId": {tokenOf("m2", "x"), Protocol, []string{`messageId "m2"`}},
	"error with wrong messageId": {`{"type":"error","content":"x","messageId":"m2"}`, Protocol, []string{`messageId "m2"`}},
}

func TestABadAnswerFailsItsTurnAndNotTheNextOne(t *testing.T) {
	t.Parallel()
	for name, test := range failedBy {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := serve(t, func(p *peer) {
				p.question()
				p.send(test.answer)
				p.complete("m1") // as the real server does after an error
				id := p.question().MessageID
				p.complete("m1") // however late it comes
				p.tokens(id, "x")
				p.complete(id)
				p.untilClosed()
			})
			s := connect(t, c)
			turn := ask(t, s)
			requireFailure(t, turn.Failure, test.reason, test.words...)
			require.True(t, s.Open())
			next := s.Ask(t.Context(), Question{MessageID: "next"}, 0)
			requireOK(t, next)
			assert.Equal(t, 1, next.Tokens)
		})
	}
}

func TestAnAnswerThatTakesTooLong(t *testing.T) {
	t.Parallel()
	late := make(chan struct{})
	c := serve(t, func(p *peer) {
		id := p.question().MessageID
		p.tokens(id, "a", "b")
		<-late
		next := p.question().MessageID
		p.tokens(id, "c", "", "d") // late, and counted as received
		p.complete(id)
		p.tokens(next, "e")
		p.complete(next)
		p.untilClosed()
	})
	s := connect(t, c)
	turn := s.Ask(t.Context(), question, time.Second)
	requireFailure(t, turn.Failure, ResponseTimeout, "not complete within 1s", "2 tokens")
	require.True(t, s.Open())
	messages, tokens := s.Take()
	assert.Equal(t, 2, messages)
	assert.Equal(t, 2, tokens)

	close(late)
	next := s.Ask(t.Context(), Question{MessageID: "m2"}, 0)
	requireOK(t, next)
	assert.Equal(t, 1, next.Tokens, "a late token is not this turn's")
	messages, tokens = s.Take()
	assert.Equal(t, 6, messages)
	assert.Equal(t, 3, tokens)
}

// A close frame that lies in the receive buffer says more than the RST behind it.
func TestACloseFrameBeforeAResetIsTheReason(t *testing.T) {
	t.Parallel()
	gone := make(chan struct{})
	c := serve(t, func(p *peer) {
		p.send(tokenOf("", "stray"))
		p.raw(serverFrame(finBit|byte(opClose), []byte{3, 245}))
		p.reset()
		close(gone)
	})
	s := connect(t, c)
	<-gone
	turn := ask(t, s)
	requireFailure(t, turn.Failure, Closed, "1013")
	_, tokens := s.Take()
	assert.Equal(t, 1, tokens)
}

func TestAWriteOnABrokenConnectionIsAReset(t *testing.T) {
	t.Parallel()
	gone := make(chan struct{})
	s := connect(t, serve(t, func(p *peer) { p.reset(); close(gone) }))
	<-gone
	turn := ask(t, s)
	requireFailure(t, turn.Failure, Reset, "without a close frame")
	assert.False(t, s.Open())
}

// The cases above and those of the dial tests meet every reason of the taxonomy.
func TestEveryReasonIsTested(t *testing.T) {
	t.Parallel()
	met := map[Reason]bool{ResponseTimeout: true, Generator: true} // those have tests of their own
	for _, test := range lostBy {
		met[test.reason] = true
	}
	for _, test := range failedBy {
		met[test.reason] = true
	}
	for _, test := range dialFailures {
		met[test.reason] = true
	}
	for _, reason := range Reasons {
		assert.True(t, met[reason], "%s", reason)
	}
	assert.Len(t, met, len(Reasons))
}

func TestANetworkErrorIsToldByItsCause(t *testing.T) {
	t.Parallel()
	cause := &net.OpError{Op: "read", Net: "tcp", Err: net.ErrClosed}
	assert.Equal(t, net.ErrClosed.Error(), netCause(cause))
	assert.Equal(t, "other", netCause(&net.AddrError{Err: "other"}))
}
