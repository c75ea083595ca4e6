package chat

import (
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pinging has the session ping every 30 s and wait 10 s for a sign of life.
func pinging(c *Config) *Config {
	c.PingInterval, c.PongTimeout = 30*time.Second, 10*time.Second
	return c
}

// pingsOf has the peer note when pings come, and answer them or not.
func (p *peer) pingsOf(seen *[]time.Duration, answer bool) {
	opened := time.Now()
	p.SetPingHandler(func(data string) error {
		*seen = append(*seen, time.Since(opened))
		if !answer {
			return nil
		}
		return p.WriteControl(websocket.PongMessage, []byte(data), time.Time{})
	})
}

func TestASessionPingsWhileItThinksAndWhileItWaits(t *testing.T) {
	t.Parallel()
	var seen []time.Duration
	virtually(t, func(p *peer) {
		p.pingsOf(&seen, true)
		id := p.question().MessageID
		done := time.AfterFunc(50*time.Second, func() { p.complete(id) })
		defer done.Stop()
		p.untilClosed()
	}, func(t *testing.T, c *Config) {
		s := connect(t, pinging(c))
		require.NoError(t, s.Think(t.Context(), 45*time.Second))
		requireOK(t, s.Ask(t.Context(), question, time.Minute))
		s.Close(websocket.CloseNormalClosure)
	})
	assert.Equal(t, []time.Duration{30 * time.Second, 60 * time.Second, 90 * time.Second}, seen)
}

func TestWithoutAnIntervalNothingIsPinged(t *testing.T) {
	t.Parallel()
	var seen []time.Duration
	virtually(t, func(p *peer) {
		p.pingsOf(&seen, false)
		p.untilClosed()
	}, func(t *testing.T, c *Config) {
		s := connect(t, c)
		require.NoError(t, s.Think(t.Context(), time.Hour))
		assert.True(t, s.Open())
		s.Close(websocket.CloseNormalClosure)
	})
	assert.Empty(t, seen)
}

func TestAServerThatAnswersNoPingIsLost(t *testing.T) {
	t.Parallel()
	for name, use := range map[string]func(*testing.T, *Session){
		"while asking": func(t *testing.T, s *Session) {
			requireFailure(t, s.Ask(t.Context(), question, time.Minute).Failure, Reset, "without a close frame: nothing came within 10s of a ping")
		},
		"while thinking": func(t *testing.T, s *Session) {
			require.NoError(t, s.Think(t.Context(), time.Minute))
			requireFailure(t, s.Ask(t.Context(), question, 0).Failure, Reset, "nothing came within 10s of a ping")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			virtually(t, func(p *peer) {
				p.pingsOf(&[]time.Duration{}, false)
				p.untilClosed()
			}, func(t *testing.T, c *Config) {
				s := connect(t, pinging(c))
				use(t, s)
				assert.False(t, s.Open())
				assert.Equal(t, 40*time.Second, lived(t, s), "30 s to the ping and 10 s of silence")
			})
		})
	}
}

func TestAnyMessageIsASignOfLife(t *testing.T) {
	t.Parallel()
	var seen []time.Duration
	virtually(t, func(p *peer) {
		p.pingsOf(&seen, false)
		id := p.question().MessageID
		go func() {
			for range 20 {
				time.Sleep(9500 * time.Millisecond) // the end and a ping are not at the same time
				p.tokens(id, "x")
			}
			p.complete(id)
		}()
		p.untilClosed()
	}, func(t *testing.T, c *Config) {
		s := connect(t, pinging(c))
		turn := s.Ask(t.Context(), question, time.Hour)
		requireOK(t, turn)
		assert.Equal(t, 20, turn.Tokens)
		s.Close(websocket.CloseNormalClosure)
	})
	assert.Len(t, seen, 6, "every 30 s of 190")
}

func TestTimeInWhichNobodyListensIsNoSilence(t *testing.T) {
	t.Parallel()
	virtually(t, func(p *peer) {
		p.pingsOf(&[]time.Duration{}, true)
		p.untilClosed()
	}, func(t *testing.T, c *Config) {
		s := connect(t, pinging(c))
		require.NoError(t, s.Think(t.Context(), 30*time.Second+time.Nanosecond)) // has just pinged
		time.Sleep(time.Hour)                                                    // the script does something else; the pong waits
		require.NoError(t, s.Think(t.Context(), time.Minute))
		assert.True(t, s.Open())
		s.Close(websocket.CloseNormalClosure)
	})
}

func TestAPongHeardBeforeTheListenerLeftStillCounts(t *testing.T) {
	t.Parallel()
	start := time.Now()
	at := func(s int) time.Time { return start.Add(time.Duration(s) * time.Second) }
	k := newKeepAlive(30*time.Second, 10*time.Second, start)
	ping, err := k.tend(at(30), at(0))
	assert.True(t, ping)
	require.NoError(t, err)
	k.leave(at(32))
	k.listen(at(500), at(31))
	assert.Equal(t, at(60), k.sooner(at(1000)), "the next ping, long due, and no judgement over the last")
	ping, err = k.tend(at(500), at(31))
	assert.True(t, ping)
	require.NoError(t, err)
}
