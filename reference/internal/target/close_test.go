package target

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCloseOfTheClientCutsTheTurn(t *testing.T) {
	t.Parallel()
	cfg := quick()
	cfg.TokenInterval = time.Hour // the second token never comes
	s := startReal(t, cfg)
	c := connect(t, s)
	c.ask("m1")
	assert.Equal(t, eventToken, c.read().Event.Type)
	assert.Equal(t, int64(1), s.Truth().Open)
	seen, err := c.hangUp()
	assert.Empty(t, seen, "the close is the last thing")
	assert.True(t, websocket.IsCloseError(err, websocket.CloseNormalClosure), err)
	truth := s.Truth() // whoever has the answer to its close finds all of it counted
	assert.Equal(t, int64(1), truth.TurnsStarted)
	assert.Equal(t, int64(1), truth.TurnsCut)
	assert.Equal(t, int64(1), truth.Tokens)
	assert.Zero(t, truth.TurnsCompleted+truth.TurnsFailed+truth.TokensCompleted+truth.Open)
}

func TestLossOfTheClientCutsTheTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _, chat := startVirtual(t, DefaultConfig())
		c := connectPipe(t, chat)
		c.ask("m1")
		assert.Equal(t, eventToken, c.read().Event.Type)
		require.NoError(t, c.ws.NetConn().Close())
		synctest.Wait()
		truth := s.Truth()
		assert.Equal(t, int64(1), truth.TurnsCut)
		assert.Equal(t, int64(1), truth.Tokens)
		assert.Zero(t, truth.Open)
		s.Stop(t.Context())
	})
}

func TestAClientThatTakesNothingIsGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _, chat := startVirtual(t, DefaultConfig())
		c := connectPipe(t, chat)
		c.ask("m1") // a pipe has no buffer, so the first token waits for a reader
		time.Sleep(writeTimeout + time.Second)
		synctest.Wait()
		truth := s.Truth()
		assert.Equal(t, int64(1), truth.TurnsCut)
		assert.Zero(t, truth.Tokens, "what was not written is not counted")
		assert.Zero(t, truth.Open)
		s.Stop(t.Context())
	})
}

// TestClosesAtAnyMomentAgreeWithTheTruth lets clients hang up in the middle of fast answers, where close, token and
// complete race each other.
func TestClosesAtAnyMomentAgreeWithTheTruth(t *testing.T) {
	t.Parallel()
	const clients, rounds = 16, 20
	cfg := quick()
	s := startReal(t, cfg)
	var (
		all               sync.WaitGroup
		tokens, completed atomic.Int64
	)
	for i := range clients {
		all.Go(func() {
			for k := range rounds {
				c := connect(t, s)
				c.ask("m")
				for range (i*rounds + k) % (cfg.Tokens + 1) {
					c.read()
					tokens.Add(1)
				}
				seen, err := c.hangUp()
				assert.True(t, websocket.IsCloseError(err, websocket.CloseNormalClosure), err)
				tokens.Add(int64(seen[eventToken]))
				completed.Add(int64(seen[eventComplete]))
			}
		})
	}
	all.Wait()
	truth := s.Truth()
	assert.Equal(t, int64(clients*rounds), truth.TurnsStarted)
	assert.Equal(t, completed.Load(), truth.TurnsCompleted)
	assert.Equal(t, clients*rounds-completed.Load(), truth.TurnsCut)
	assert.Equal(t, tokens.Load(), truth.Tokens)
	assert.Equal(t, completed.Load()*int64(cfg.Tokens), truth.TokensCompleted)
	assert.Zero(t, truth.Open)
}

func TestAHangingChatNeverAnswersAClose(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _, chat := startVirtual(t, DefaultConfig())
		c := connectPipe(t, chat)
		require.NoError(t, s.SetFaults(Faults{ChatHangs: 1}))
		require.NoError(t, c.ws.SetReadDeadline(time.Now().Add(10*time.Second)))
		hungUp := time.Now()
		_, err := c.hangUp()
		require.ErrorContains(t, err, "timeout")
		assert.Equal(t, 10*time.Second, time.Since(hungUp))
		assert.Equal(t, map[string]int64{"chat_hangs": 1}, s.Truth().Errors)
		stopped := time.Now()
		s.Stop(t.Context())
		assert.Zero(t, time.Since(stopped), "it does not hold up the end")
	})
}

func TestStopClosesChatsWith1001AndCutsTurns(t *testing.T) {
	t.Parallel()
	cfg := quick()
	cfg.TokenInterval = time.Hour
	s := startReal(t, cfg)
	const clients = 20
	var all sync.WaitGroup
	for i := range clients {
		c := connect(t, s)
		c.ask(fmt.Sprint(i))
		assert.Equal(t, eventToken, c.read().Event.Type)
		all.Go(func() {
			_, err := c.drain()
			assert.True(t, websocket.IsCloseError(err, websocket.CloseGoingAway), err)
		})
	}
	truth := s.Stop(context.WithoutCancel(t.Context()))
	all.Wait()
	assert.Equal(t, int64(clients), truth.TurnsCut)
	assert.Equal(t, int64(clients), truth.Tokens)
	assert.Zero(t, truth.Open)
	assert.Equal(t, truth, s.Stop(t.Context()), "the final truth does not change")
}

func TestStopWaitsForAMuteClientOnlySoLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _, chat := startVirtual(t, DefaultConfig())
		c := connectPipe(t, chat)
		stopping := time.Now()
		s.Stop(t.Context()) // the client reads nothing and answers nothing
		assert.LessOrEqual(t, time.Since(stopping), stopTimeout)
		require.NoError(t, c.ws.Close())
	})
}
