package target

import (
	"syscall"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// faulty starts a target with one fault and asks one question.
func faulty(t *testing.T, fault string) (*Server, *client) {
	t.Helper()
	cfg := quick()
	require.NoError(t, cfg.Faults.Set(fault))
	s := startReal(t, cfg)
	c := connect(t, s)
	c.ask("m1")
	return s, c
}

// failedOnce checks that the only turn is counted as failed by kind, with so many tokens written.
func failedOnce(t *testing.T, s *Server, kind string, tokens int64) {
	t.Helper()
	truth := s.Truth()
	assert.Equal(t, int64(1), truth.TurnsStarted)
	assert.Equal(t, int64(1), truth.TurnsFailed)
	assert.Zero(t, truth.TurnsCompleted+truth.TurnsCut+truth.TokensCompleted)
	assert.Equal(t, tokens, truth.Tokens)
	assert.Equal(t, map[string]int64{kind: 1}, truth.Errors)
}

func TestDrop(t *testing.T) {
	t.Parallel()
	s, c := faulty(t, "drop")
	_, err := c.drain()
	assert.ErrorIs(t, err, syscall.ECONNRESET)
	failedOnce(t, s, "drop", 10)
	assert.Zero(t, s.Truth().Open)
}

func TestCloseEarly(t *testing.T) {
	t.Parallel()
	s, c := faulty(t, "close_early")
	seen, err := c.drain()
	assert.True(t, websocket.IsCloseError(err, websocket.CloseInternalServerErr), err)
	assert.Equal(t, map[string]int{eventToken: 10}, seen)
	failedOnce(t, s, "close_early", 10)
	assert.Zero(t, s.Truth().Open)
}

func TestTruncated(t *testing.T) {
	t.Parallel()
	s, c := faulty(t, "truncated")
	seen, err := c.drain()
	assert.True(t, websocket.IsCloseError(err, websocket.CloseAbnormalClosure), err)
	assert.Equal(t, map[string]int{eventToken: 10}, seen)
	failedOnce(t, s, "truncated", 10)
}

func TestErrorFrameThenComplete(t *testing.T) {
	t.Parallel()
	s, c := faulty(t, "error_frame")
	for range 10 {
		assert.Equal(t, eventToken, c.read().Event.Type)
	}
	f := c.read()
	assert.Equal(t, "error", f.Type)
	assert.Equal(t, streamError, f.Content)
	assert.Equal(t, "m1", *f.MessageID)
	assert.Empty(t, f.Timestamp)
	assert.Equal(t, eventComplete, c.read().Event.Type)
	failedOnce(t, s, "error_frame", 10)
	seen, _ := c.hangUp()
	assert.Empty(t, seen)
}

func TestNotJSON(t *testing.T) {
	t.Parallel()
	s, c := faulty(t, "not_json")
	for range 10 {
		assert.Equal(t, eventToken, c.read().Event.Type)
	}
	_, err := c.next()
	require.ErrorContains(t, err, "invalid character")
	assert.Equal(t, 10, c.answer("m1"), "the answer goes on")
	failedOnce(t, s, "not_json", 20)
}

func TestOversize(t *testing.T) {
	t.Parallel()
	for _, size := range []int{300, 5000, 100_000, 3 << 20} {
		cfg := quick()
		cfg.Faults.Oversize = float64(size)
		s := startReal(t, cfg)
		c := connect(t, s)
		c.ask("m1")
		for range 10 {
			assert.Equal(t, eventToken, c.read().Event.Type)
		}
		_, data, err := c.ws.ReadMessage()
		require.NoError(t, err)
		assert.Len(t, data, size)
		assert.Equal(t, 10, c.answer("m1"))
		failedOnce(t, s, "oversize", 20)
	}
}

func TestWrongID(t *testing.T) {
	t.Parallel()
	s, c := faulty(t, "wrong_id")
	assert.Equal(t, 20, c.answer("nobody-asked"))
	failedOnce(t, s, "wrong_id", 20)
}

func TestNeverAnswer(t *testing.T) {
	t.Parallel()
	s, c := faulty(t, "never_answer")
	seen, err := c.hangUp()
	assert.True(t, websocket.IsCloseError(err, websocket.CloseNormalClosure), err)
	assert.Empty(t, seen)
	failedOnce(t, s, "never_answer", 0)
}

func TestHalf(t *testing.T) {
	t.Parallel()
	s, c := faulty(t, "half")
	for range 10 {
		assert.Equal(t, eventToken, c.read().Event.Type)
	}
	require.NoError(t, s.SetFaults(Faults{}))
	c.ask("m2")
	assert.Equal(t, 20, c.answer("m2"), "nothing of the first answer comes any more")
	seen, _ := c.hangUp()
	assert.Empty(t, seen)
	truth := s.Truth()
	assert.Equal(t, int64(1), truth.TurnsFailed)
	assert.Equal(t, int64(1), truth.TurnsCompleted)
	assert.Zero(t, truth.TurnsCut, "a turn that failed is not cut as well")
}

func TestAShareOfTheTurnsFails(t *testing.T) {
	t.Parallel()
	cfg := quick()
	cfg.Faults = Faults{WrongID: 0.02, NotJSON: 0.1}
	s := startReal(t, cfg)
	c := connect(t, s)
	for range 500 {
		c.ask("m")
		for {
			if f, err := c.next(); err == nil && f.Event.Type == eventComplete {
				break
			}
		}
	}
	truth := s.Truth()
	assert.InDelta(t, 10, truth.Errors["wrong_id"], 1)
	assert.InDelta(t, 50, truth.Errors["not_json"], 1)
	assert.Equal(t, truth.Errors["wrong_id"]+truth.Errors["not_json"], truth.TurnsFailed)
	assert.Equal(t, 500-truth.TurnsFailed, truth.TurnsCompleted)
}
