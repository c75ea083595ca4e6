package chat

import (
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// holdLoop keeps the loop that reads all sockets from every other one, as a machine does that gives it no CPU. Tests that do so
// are not parallel: there is one loop.
func holdLoop(t *testing.T) (release func()) {
	t.Helper()
	speak := make(chan struct{})
	other := connect(t, serve(t, func(p *peer) { <-speak; p.send("{}"); p.untilClosed() }))
	require.True(t, other.wire.pushed)
	held, free, over := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(over)
		_ = other.wire.listen(t.Context(), time.Now().Add(time.Minute), func(message) bool {
			close(held)
			<-free
			return true
		})
	}()
	require.Eventually(t, func() bool { // from now on it is the loop that hears
		other.wire.mu.Lock()
		defer other.wire.mu.Unlock()
		return other.wire.handle != nil
	}, 10*time.Second, time.Millisecond)
	close(speak)
	<-held
	return func() { close(free); <-over }
}

func TestAnAnswerThatOnlyTheKernelHasIsNoTimeOut(t *testing.T) {
	const timeout = 2 * time.Second
	s := connect(t, serve(t, func(p *peer) {
		id := p.question().MessageID
		time.Sleep(timeout / 10) // the user waits by then
		p.tokens(id, "a", "b")
		_ = p.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Minute))
		p.complete(id)
		p.untilClosed()
	}))
	release := holdLoop(t)
	turn := s.Ask(t.Context(), question, timeout)
	release()
	require.Nil(t, turn.Failure)
	assert.Equal(t, 2, turn.Tokens)
	assert.Less(t, turn.Duration, timeout)
	assert.Greater(t, turn.Late, timeout/10, "nobody read before the time was over")
	assert.Greater(t, turn.Duration+turn.Late, timeout)
}

func TestAPongThatOnlyTheKernelHasIsASignOfLife(t *testing.T) {
	c := serve(t, func(p *peer) { p.untilClosed() }) // answers pings
	c.PingInterval, c.PongTimeout = 50*time.Millisecond, 500*time.Millisecond
	s := connect(t, c)
	release := holdLoop(t)
	require.NoError(t, s.Think(t.Context(), time.Second))
	release()
	assert.True(t, s.Open())
}
