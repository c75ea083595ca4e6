package target

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAGreetingComesFirstAndHeartbeatsComeAlsoWhileStreaming(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cfg := DefaultConfig()
		cfg.Faults = Faults{Greeting: true, Heartbeats: Duration(300 * time.Millisecond)}
		s, _, chat := startVirtual(t, cfg)
		c := connectPipe(t, chat)
		assert.Equal(t, "connection_established", c.read().Type)
		c.ask("m1") // tokens from 200 to 1150 ms
		seen := map[string]int{}
		for f := c.read(); f.Event.Type != eventComplete; f = c.read() {
			seen[f.Type]++
		}
		assert.Equal(t, map[string]int{"stream_event": 20, "heartbeat": 3}, seen)
		require.NoError(t, s.SetFaults(Faults{}))
		time.Sleep(time.Minute)
		truth := s.Truth()
		assert.Equal(t, map[string]int64{"greeting": 1, "heartbeats": 3}, truth.Errors)
		assert.Equal(t, int64(1), truth.TurnsCompleted)
		assert.Equal(t, int64(20), truth.Tokens)
		require.NoError(t, c.ws.Close())
	})
}

func TestATokenThatIsNotUTF8MakesTheTurnAFailedOneWhichGoesOn(t *testing.T) {
	t.Parallel()
	s, c := faulty(t, "not_utf8")
	bad, all := 0, 0
	for i := range 22 { // 20 tokens, the bad one, complete
		kind, data, err := c.ws.ReadMessage()
		require.NoError(t, err)
		assert.Equal(t, websocket.TextMessage, kind)
		all++
		if !utf8.Valid(data) {
			assert.Equal(t, 10, i)
			bad++
		}
	}
	assert.Equal(t, []int{1, 22}, []int{bad, all})
	failedOnce(t, s, "not_utf8", 20)
}

func TestAHandshakeThatLacksWhatIsDemanded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault, header, value string
		code                 int
	}{
		{"need_origin=https://app.example", "Origin", "https://app.example", http.StatusForbidden},
		{"need_header=Cookie: session=1", "Cookie", "session=1", http.StatusUnauthorized},
		{"need_subprotocol=actioncable-v1-json", "Sec-WebSocket-Protocol", "other, actioncable-v1-json", http.StatusBadRequest},
	} {
		cfg := quick()
		require.NoError(t, cfg.Faults.Set(c.fault))
		s := startReal(t, cfg)
		_, resp, err := websocket.DefaultDialer.DialContext(t.Context(), s.URLs().Chat+"/api/chat", nil)
		require.Error(t, err)
		require.NoError(t, resp.Body.Close())
		assert.Equal(t, c.code, resp.StatusCode, c.fault)
		assert.Zero(t, s.Truth().Connections)
		ws, resp, err := websocket.DefaultDialer.DialContext(t.Context(), s.URLs().Chat+"/api/chat",
			http.Header{c.header: {c.value}})
		require.NoError(t, err, c.fault)
		require.NoError(t, resp.Body.Close())
		assert.Equal(t, cfg.Faults.NeedSubprotocol, ws.Subprotocol())
		require.NoError(t, ws.Close())
	}
}

func TestALoopStartedTwiceTurnsAtDoubleRateUntilItIsTakenBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _, _ := startVirtual(t, DefaultConfig())
		ticks := uint64(0)
		for _, step := range []struct {
			faults Faults
			want   uint64
		}{{Faults{}, 100}, {Faults{LoopTwice: true}, 200}, {Faults{LoopTwice: true, LoopHz: 60}, 120}, {Faults{}, 100}} {
			require.NoError(t, s.SetFaults(step.faults))
			time.Sleep(time.Second + time.Millisecond)
			now := s.Truth().Ticks
			assert.InDelta(t, step.want, now-ticks, 1, "%+v", step.faults)
			ticks = now
		}
		assert.Equal(t, map[string]int64{"loop_twice": 1, "loop_hz": 1}, s.Truth().Errors)
	})
}
