package target

import (
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

func TestManyClientsAndTheTruthCountTheSame(t *testing.T) {
	t.Parallel()
	const clients, turns = 40, 5
	cfg := quick()
	s := startReal(t, cfg)
	var (
		tokens atomic.Int64
		all    sync.WaitGroup
	)
	for i := range clients {
		c := connect(t, s)
		all.Go(func() {
			for k := range turns {
				id := fmt.Sprintf("m-%d-%d", i, k)
				c.ask(id)
				tokens.Add(int64(c.answer(id)))
			}
		})
	}
	all.Wait()
	truth := s.Truth()
	assert.Equal(t, int64(clients), truth.Connections)
	assert.Equal(t, int64(clients), truth.Open)
	assert.Equal(t, int64(clients*turns), truth.TurnsStarted)
	assert.Equal(t, int64(clients*turns), truth.TurnsCompleted)
	assert.Equal(t, tokens.Load(), truth.Tokens)
	assert.Equal(t, tokens.Load(), truth.TokensCompleted)
	assert.Equal(t, int64(clients*turns*cfg.Tokens), tokens.Load())
	assert.Zero(t, truth.TurnsCut+truth.TurnsFailed+truth.QuestionsInvalid)
	assert.Empty(t, truth.Errors)
	assert.Equal(t, int64(clients), truth.HTTPRequests["GET /api/chat 101"])
}

func TestAnswerKeepsItsSchedule(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cfg := DefaultConfig()
		cfg.Faults.SlowTokens = 2
		s, _, chat := startVirtual(t, cfg)
		c := connectPipe(t, chat)
		c.ask("m1")
		asked := time.Now()
		for i := range cfg.Tokens {
			assert.Equal(t, eventToken, c.read().Event.Type)
			assert.Equal(t, cfg.TTFT+time.Duration(i)*2*cfg.TokenInterval, time.Since(asked))
		}
		last := c.read()
		assert.Equal(t, eventComplete, last.Event.Type)
		assert.Empty(t, last.Event.Data)
		assert.Equal(t, iso(time.Now()), last.Timestamp)
		_, err := c.hangUp()
		assert.True(t, websocket.IsCloseError(err, websocket.CloseNormalClosure), err)
		truth := s.Stop(t.Context())
		assert.Equal(t, int64(1), truth.TurnsCompleted)
		assert.Equal(t, map[string]int64{"slow_tokens": 1}, truth.Errors)
	})
}

func TestQuestionsOnOneConnectionAreAnsweredSideBySide(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _, chat := startVirtual(t, DefaultConfig())
		c := connectPipe(t, chat)
		for i := range maxTurns {
			c.ask(fmt.Sprint(i))
		}
		c.ask("one too many")
		f := c.read()
		assert.Equal(t, "error", f.Type)
		assert.Contains(t, f.Content, "too many questions")
		tokens := map[string]int{}
		for done := 0; done < maxTurns; {
			f := c.read()
			if f.Event.Type == eventComplete {
				done++
			} else {
				tokens[*f.Event.MessageID]++
			}
		}
		assert.Len(t, tokens, maxTurns)
		for id, n := range tokens {
			assert.Equal(t, 20, n, id)
		}
		_, err := c.hangUp()
		require.Error(t, err)
		truth := s.Stop(t.Context())
		assert.Equal(t, int64(maxTurns), truth.TurnsCompleted)
		assert.Equal(t, int64(1), truth.QuestionsInvalid)
	})
}

func TestInvalidQuestionGetsAnErrorFrameAndTheSocketStaysOpen(t *testing.T) {
	t.Parallel()
	s := startReal(t, quick())
	c := connect(t, s)
	for _, in := range []string{`{"type":"user_message","messageId":"m","timestamp":1735689600000}`, `{"type":"chat"}`, `hello`} {
		c.send(in)
		f := c.read()
		assert.Equal(t, "error", f.Type)
		assert.NotEmpty(t, f.Content)
		assert.Nil(t, f.MessageID)
		assert.Empty(t, f.Timestamp)
	}
	c.send(`{"type":"stop_generation"}`) // starts an answer, as every valid frame does
	for range 20 {
		assert.Nil(t, c.read().Event.MessageID)
	}
	assert.Equal(t, eventComplete, c.read().Event.Type)
	truth := s.Truth()
	assert.Equal(t, int64(3), truth.QuestionsInvalid)
	assert.Equal(t, int64(1), truth.TurnsCompleted)
	assert.Equal(t, int64(1), truth.TurnsStarted)
}

func TestServerPings(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _, chat := startVirtual(t, DefaultConfig())
		c := connectPipe(t, chat)
		opened := time.Now()
		var pings []time.Duration
		c.ws.SetPingHandler(func(string) error {
			pings = append(pings, time.Since(opened))
			return nil
		})
		ended := make(chan error)
		go func() {
			_, err := c.drain()
			ended <- err
		}()
		time.Sleep(100 * time.Second)
		go s.Stop(t.Context())
		err := <-ended
		assert.True(t, websocket.IsCloseError(err, websocket.CloseGoingAway), err)
		assert.Equal(t, []time.Duration{30 * time.Second, 60 * time.Second, 90 * time.Second}, pings)
		require.NoError(t, c.ws.Close())
	})
}
