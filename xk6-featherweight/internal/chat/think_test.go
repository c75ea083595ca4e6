package chat

import (
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const pause = 150 * time.Millisecond

func TestThinkTakesItsTime(t *testing.T) {
	t.Parallel()
	c := serve(t, func(p *peer) { p.untilClosed() })
	s := connect(t, c)
	start := time.Now()
	require.NoError(t, s.Think(t.Context(), pause))
	assert.GreaterOrEqual(t, time.Since(start), pause)
	assert.True(t, s.Open())
	require.NoError(t, s.Think(t.Context(), 0))
}

func TestPingsAreAnsweredWhileThinking(t *testing.T) {
	t.Parallel()
	answered := make(chan struct{})
	c := serve(t, func(p *peer) {
		p.SetPongHandler(func(data string) error {
			if data == "5" {
				close(answered)
			}
			return nil
		})
		for _, n := range "12345" {
			p.raw(serverFrame(finBit|byte(opPing), []byte(string(n))))
		}
		p.answer("x") // gorilla sees the pongs on its way to the question
		p.untilClosed()
	})
	s := connect(t, c)
	require.NoError(t, s.Think(t.Context(), pause))
	requireOK(t, ask(t, s))
	<-answered
	messages, tokens := s.Take()
	assert.Equal(t, []int{2, 1}, []int{messages, tokens})
}

func TestACloseWhileThinkingIsSeenAndTheThinkTimeIsKept(t *testing.T) {
	t.Parallel()
	answer := make(chan int, 1)
	virtually(t, func(p *peer) {
		time.Sleep(time.Second)
		p.send(tokenOf("", "stray"))
		p.raw(serverFrame(finBit|byte(opClose), []byte{3, 233}))
		answer <- p.untilClosed()
	}, func(t *testing.T, c *Config) {
		s := connect(t, c)
		think := func() { require.NoError(t, s.Think(t.Context(), 3*time.Second)) }
		assert.Equal(t, 3*time.Second, took(think), "a user does not think faster because the server is gone")
		assert.False(t, s.Open())
		assert.Equal(t, time.Second, lived(t, s), "the session ended when it was lost")
		_, tokens := s.Take()
		assert.Equal(t, 1, tokens)
		requireFailure(t, ask(t, s).Failure, Closed, "1001")
		assert.Equal(t, 3*time.Second, took(think))
	})
	assert.Equal(t, websocket.CloseGoingAway, <-answer, "the close frame was answered")
}

func TestAResetWhileThinkingIsSeen(t *testing.T) {
	t.Parallel()
	gone := make(chan struct{})
	s := connect(t, serve(t, func(p *peer) { p.reset(); close(gone) }))
	<-gone
	require.NoError(t, s.Think(t.Context(), pause))
	assert.False(t, s.Open())
	requireFailure(t, ask(t, s).Failure, Reset)
}

func TestWhatComesWhileThinkingIsCountedAndNotJudged(t *testing.T) {
	t.Parallel()
	sent := make(chan struct{})
	c := serve(t, func(p *peer) {
		for _, text := range []string{"not JSON", tokenOf("who", "x"), tokenOf("", ""), `{"type":"error","content":"x"}`} {
			p.send(text)
		}
		close(sent)
		p.answer()
		p.untilClosed()
	})
	s := connect(t, c)
	<-sent
	require.NoError(t, s.Think(t.Context(), pause))
	messages, tokens := s.Take()
	assert.Equal(t, []int{4, 1}, []int{messages, tokens})
	requireOK(t, ask(t, s))
}
