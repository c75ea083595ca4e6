package target

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// heard is one thing that a client hears: the number of a pulse, or the answer to a ping.
type heard struct {
	number uint64
	pong   string
	at     time.Duration
}

// listen hears what comes until the connection ends.
func (c *client) listen(since time.Time) <-chan []heard {
	out := make(chan []heard, 1)
	go func() {
		var all []heard
		c.ws.SetPongHandler(func(payload string) error {
			all = append(all, heard{pong: payload, at: time.Since(since)})
			return nil
		})
		for {
			_, data, err := c.ws.ReadMessage()
			if err != nil {
				out <- all
				return
			}
			var m struct {
				Type    string
				Payload struct{ PulseNumber uint64 }
			}
			_ = json.Unmarshal(data, &m)
			if m.Type == "self-awareness-heartbeat" {
				all = append(all, heard{number: m.Payload.PulseNumber, at: time.Since(since)})
			}
		}
	}()
	return out
}

// pulsing lets a client hear a target of 100 Hz for a second of virtual time.
func pulsing(t *testing.T, pulses bool, during func(s *Server, c *client)) (all []heard, s *Server) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		cfg := quick()
		cfg.Pulses = pulses
		var chat *pipes
		s, _, chat = startVirtual(t, cfg)
		since := time.Now()
		c := connectPipe(t, chat)
		got := c.listen(since)
		if during != nil {
			during(s, c)
		}
		time.Sleep(time.Until(since.Add(time.Second + time.Millisecond)))
		_ = c.ws.Close()
		all = <-got
	})
	return all, s
}

func TestEveryTurnIsToldWhenItIs(t *testing.T) {
	t.Parallel()
	all, s := pulsing(t, true, nil)
	require.Len(t, all, 100)
	for i, h := range all {
		assert.Equal(t, heard{number: uint64(i + 1), at: time.Duration(i+1) * 10 * time.Millisecond}, h)
	}
	readings := s.Readings()
	require.GreaterOrEqual(t, len(readings), 100)
	assert.Equal(t, uint64(100), readings[99].Count)
	assert.Equal(t, int64(990*time.Millisecond), readings[99].At-readings[0].At)
}

func TestNoPulseUnlessAskedFor(t *testing.T) {
	t.Parallel()
	all, s := pulsing(t, false, nil)
	assert.Empty(t, all)
	assert.Empty(t, s.Readings())
}

func TestFaultsOfTheLoopShowInItsPulses(t *testing.T) {
	t.Parallel()
	fault := func(text string) func(*Server, *client) {
		return func(s *Server, _ *client) {
			time.Sleep(505 * time.Millisecond)
			var f Faults
			require.NoError(t, f.Set(text))
			require.NoError(t, s.SetFaults(f))
		}
	}
	all, _ := pulsing(t, true, fault("loop_stall=300ms"))
	require.Len(t, all, 50+1+19)
	assert.Equal(t, heard{number: 51, at: 805 * time.Millisecond}, all[50], "the turns that were missed are given up")
	all, _ = pulsing(t, true, fault("loop_hz=50"))
	assert.Len(t, all, 50+25)
	all, _ = pulsing(t, true, fault("loop_restart"))
	require.Len(t, all, 50+49)
	assert.Equal(t, heard{number: 1, at: 515 * time.Millisecond}, all[50])
	all, _ = pulsing(t, true, fault("chat_pause=300ms"))
	require.Len(t, all, 100)
	assert.Equal(t, []heard{{number: 51, at: 805 * time.Millisecond}, {number: 80, at: 805 * time.Millisecond}}, []heard{all[50], all[79]})
}

func TestAPingIsAnsweredBehindAllTurnsThatHaveBeen(t *testing.T) {
	t.Parallel()
	all, _ := pulsing(t, true, func(_ *Server, c *client) {
		time.Sleep(500 * time.Millisecond) // when a pulse is due, too
		require.NoError(t, c.ws.WriteControl(websocket.PingMessage, []byte("x"), time.Time{}))
	})
	at := -1
	for i, h := range all {
		if h.pong == "x" {
			at = i
		}
	}
	require.Equal(t, 50, at)
	assert.Equal(t, heard{number: 50, at: 500 * time.Millisecond}, all[49])
}
