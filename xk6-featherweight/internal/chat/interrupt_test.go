package chat

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/arrival"
)

// endOfTest makes a context and its end, and a session that lives as long.
func endOfTest(t *testing.T, c *Config) (context.Context, context.CancelFunc, *Session) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	s, err := Connect(ctx, c)
	require.NoError(t, err)
	return ctx, cancel, s
}

func TestAnInterruptedTurnSaysGoodbyeAndCountsWhatStillComes(t *testing.T) {
	t.Parallel()
	var cancel context.CancelFunc
	ready, code := make(chan struct{}), make(chan int, 1)
	c := serve(t, func(p *peer) {
		id := p.question().MessageID
		p.tokens(id, "a", "b")
		<-ready
		p.SetCloseHandler(func(got int, _ string) error { // what was on its way when the goodbye came
			p.tokens(id, "c", "d", "e")
			code <- got
			return p.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(got, ""), time.Time{})
		})
		cancel()
		p.untilClosed()
	})
	ctx, cancelled, s := endOfTest(t, c)
	cancel = cancelled
	close(ready)
	turn := s.Ask(ctx, question, 0)
	assert.True(t, turn.Interrupted)
	assert.Nil(t, turn.Failure, "neither a success nor a failure")
	assert.False(t, turn.OK())
	assert.True(t, turn.Sent)
	assert.Equal(t, websocket.CloseGoingAway, <-code)
	messages, tokens := s.Take()
	assert.Equal(t, []int{5, 5}, []int{messages, tokens})
	assert.False(t, s.Open())

	again := s.Ask(ctx, question, 0)
	assert.True(t, again.Interrupted, "what is asked after the end is no failure either")
	assert.False(t, again.Sent)
}

func TestACompleteThatWasOnItsWayMakesAnInterruptedTurnComplete(t *testing.T) {
	t.Parallel()
	var cancel context.CancelFunc
	ready := make(chan struct{})
	c := serve(t, func(p *peer) {
		id := p.question().MessageID
		p.tokens(id, "a")
		<-ready
		p.SetCloseHandler(func(got int, _ string) error {
			p.tokens(id, "b")
			p.complete(id)
			p.tokens("", "after")
			return p.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(got, ""), time.Time{})
		})
		cancel()
		p.untilClosed()
	})
	ctx, cancelled, s := endOfTest(t, c)
	cancel = cancelled
	close(ready)
	turn := s.Ask(ctx, question, 0)
	requireOK(t, turn)
	assert.Equal(t, 2, turn.Tokens)
	assert.Positive(t, turn.Duration)
	assert.False(t, s.Open())
	messages, tokens := s.Take()
	assert.Equal(t, []int{4, 3}, []int{messages, tokens}, "all that came before the server's goodbye is counted")
}

func TestAnErrorThatAnswersOurGoodbyeIsNoFailure(t *testing.T) {
	t.Parallel()
	for name, last := range map[string][]byte{
		"error":   textFrame(`{"type":"error","content":"client left","messageId":"m1"}`),
		"garbage": textFrame(`no JSON`),
		"close":   serverFrame(finBit|byte(opClose), []byte{3, 243}),
		"nothing": nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var cancel context.CancelFunc
			ready := make(chan struct{})
			c := serve(t, func(p *peer) {
				p.question()
				<-ready
				p.SetCloseHandler(func(int, string) error { p.raw(last); return nil })
				cancel()
				p.untilClosed()
			})
			ctx, cancelled, s := endOfTest(t, c)
			cancel = cancelled
			close(ready)
			turn := s.Ask(ctx, question, 0)
			assert.True(t, turn.Interrupted)
			assert.Nil(t, turn.Failure)
		})
	}
}

func TestAnInterruptedTurnDoesNotWaitForASilentServer(t *testing.T) {
	t.Parallel()
	c := serve(t, func(p *peer) {
		p.SetCloseHandler(func(int, string) error { return nil })
		p.question()
		for _, _, err := p.ReadMessage(); err == nil; _, _, err = p.ReadMessage() {
			continue
		}
		_, _ = p.NetConn().Read(make([]byte, 1)) // until the client hangs up
	})
	c.CloseTimeout = 50 * time.Millisecond
	ctx, cancel, s := endOfTest(t, c)
	time.AfterFunc(50*time.Millisecond, cancel)
	start := time.Now()
	turn := s.Ask(ctx, question, 0)
	assert.True(t, turn.Interrupted)
	assert.GreaterOrEqual(t, time.Since(start), 100*time.Millisecond)
	assert.Less(t, time.Since(start), c.ResponseTimeout/2)
}

func TestAnInterruptEndsAThink(t *testing.T) {
	t.Parallel()
	code := make(chan int, 1)
	c := serve(t, func(p *peer) {
		p.SetCloseHandler(func(got int, _ string) error {
			p.send(tokenOf("", "late"))
			code <- got
			return p.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(got, ""), time.Time{})
		})
		p.untilClosed()
	})
	ctx, cancel, s := endOfTest(t, c)
	time.AfterFunc(10*time.Millisecond, cancel)
	require.ErrorIs(t, s.Think(ctx, time.Hour), ErrInterrupted)
	assert.Equal(t, websocket.CloseGoingAway, <-code)
	assert.False(t, s.Open())
	_, tokens := s.Take()
	assert.Equal(t, 1, tokens)
	require.ErrorIs(t, s.Think(ctx, time.Hour), ErrInterrupted, "also where there is nothing to read any more")
}

func TestAnInterruptEndsTheThinkOfALostSession(t *testing.T) {
	t.Parallel()
	gone := make(chan struct{})
	ctx, cancel, s := endOfTest(t, serve(t, func(p *peer) { p.reset(); close(gone) }))
	<-gone
	require.NoError(t, s.Think(ctx, pause))
	require.False(t, s.Open())
	time.AfterFunc(10*time.Millisecond, cancel)
	require.ErrorIs(t, s.Think(ctx, time.Hour), ErrInterrupted)
}

func TestTheEndOfTheContextClosesAnIdleSession(t *testing.T) {
	t.Parallel()
	code := make(chan int, 1)
	c := serve(t, func(p *peer) { code <- p.untilClosed() })
	closed := make(chan struct{})
	c.OnClose = func() { close(closed) }
	_, cancel, s := endOfTest(t, c)
	cancel()
	assert.Equal(t, websocket.CloseGoingAway, <-code)
	<-closed
	s.Close(websocket.CloseNormalClosure)
	turn := s.Ask(t.Context(), question, 0)
	requireFailure(t, turn.Failure, Closed, "at the end of the iteration that opened it")
	require.NoError(t, s.Think(t.Context(), 0))
}

func TestAnInterruptEndsAConnect(t *testing.T) {
	t.Parallel()
	for name, scheme := range map[string]string{"handshake": "ws", "TLS": "wss"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			c := serveRaw(t, func(conn *rawConn) {
				_, err := conn.br.ReadByte()
				cancel() // now that the client waits for the answer
				for err == nil {
					_, err = conn.br.ReadByte()
				}
			})
			c.URL, c.ConnectTimeout = scheme+strings.TrimPrefix(c.URL, "ws"), time.Hour
			session, err := Connect(ctx, c)
			assert.Nil(t, session)
			assert.Equal(t, ErrInterrupted, err)
		})
	}
}

func TestAnInterruptEndsADial(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	c := neverConnected(t)
	c.ConnectTimeout = time.Hour
	dial := c.Dial
	c.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
		cancel()
		return dial(ctx, network, addr)
	}
	_, err := Connect(ctx, c)
	assert.Equal(t, ErrInterrupted, err)
	_, err = Connect(ctx, c)
	assert.Equal(t, ErrInterrupted, err, "also when it was over before")
}

// The watch over the context can be late: it moves the read deadline when the turn has set a new one already.
func TestALateWakeUpLosesNothing(t *testing.T) {
	t.Parallel()
	opened := make(chan *Session, 1)
	c := serve(t, func(p *peer) {
		id := p.question().MessageID
		s := <-opened
		for range 3 {
			_ = s.wire.SetReadDeadline(arrival.Past)
			p.tokens(id, "x")
		}
		p.complete(id)
		p.untilClosed()
	})
	s := connect(t, c)
	opened <- s
	turn := ask(t, s)
	requireOK(t, turn)
	assert.Equal(t, 3, turn.Tokens)
}
