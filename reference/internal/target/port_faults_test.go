package target

import (
	"context"
	"net"
	"net/http"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// dials says how a new connection to a port of the target ends: refused, reset, or not.
func dials(t *testing.T, s *Server, port int) error {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", s.ports.gates[port].Addr().String())
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	_, err = conn.Write([]byte("GET /health HTTP/1.1\r\nHost: x\r\n\r\n"))
	if err == nil {
		_, err = conn.Read(make([]byte, 1))
	}
	return err
}

func TestADeadPortRefusesAndResetsAndComesBack(t *testing.T) {
	t.Parallel()
	for port, fault := range []string{"api_dies", "chat_dies"} {
		s := startReal(t, quick())
		other := 1 - port
		require.NoError(t, dials(t, s, port))
		var f Faults
		require.NoError(t, f.Set(fault))
		require.NoError(t, s.SetFaults(f))
		require.ErrorIs(t, dials(t, s, port), syscall.ECONNREFUSED)
		require.NoError(t, dials(t, s, other), "the other port lives on")
		require.NoError(t, s.SetFaults(Faults{}))
		require.NoError(t, dials(t, s, port))
		assert.Equal(t, map[string]int64{fault: 1}, s.Truth().Errors)
	}
}

func TestADeadPortForHalfOfTheConnectionsHitsEverySecond(t *testing.T) {
	t.Parallel()
	cfg := quick()
	cfg.Faults.APIDies = 0.5
	s := startReal(t, cfg)
	for i := range 6 {
		err := dials(t, s, 0)
		assert.Equal(t, i%2 == 1, err != nil, "%d: %v", i+1, err)
	}
}

func TestAnswersUnderWayFailWhenTheChatDies(t *testing.T) {
	t.Parallel()
	cfg := quick()
	cfg.TTFT = time.Hour
	s := startReal(t, cfg)
	c := connect(t, s)
	c.ask("m1")
	require.Eventually(t, func() bool { return s.Truth().TurnsStarted == 1 }, 10*time.Second, time.Millisecond)
	require.NoError(t, s.SetFaults(Faults{ChatDies: 1}))
	_, err := c.next()
	require.ErrorIs(t, err, syscall.ECONNRESET)
	require.Eventually(t, func() bool { return s.Truth().TurnsFailed == 1 }, 10*time.Second, time.Millisecond)
	assert.Equal(t, map[string]int64{"chat_dies": 2}, s.Truth().Errors, "the port, and the answer")
	require.NoError(t, s.SetFaults(Faults{}))
	require.NoError(t, connect(t, s).ws.Close())
	assert.Zero(t, s.Stop(t.Context()).TurnsCut)
}

func TestAHangingAPINeverAnswersAndComesBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, api, chat := startVirtual(t, DefaultConfig())
		require.NoError(t, s.SetFaults(Faults{APIHangs: 1}))
		ask := func(p *pipes) error {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://target/metrics", nil)
			require.NoError(t, err)
			resp, err := pipeClient(p).Do(req)
			if err == nil {
				err = resp.Body.Close()
			}
			return err
		}
		require.ErrorIs(t, ask(api), context.DeadlineExceeded)
		require.NoError(t, ask(chat), "the chat port lives on")
		require.NoError(t, s.SetFaults(Faults{}))
		require.NoError(t, ask(api))
		truth := s.Stop(t.Context())
		assert.Equal(t, map[string]int64{"api_hangs": 1}, truth.Errors)
		assert.Equal(t, map[string]int64{"GET /metrics 200": 2, "GET /metrics none": 1}, truth.HTTPRequests)
	})
}

func TestAHangingChatEndsAnswersUnderWayAndTakesQuestionsInSilence(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cfg := DefaultConfig()
		cfg.Faults.Heartbeats = Duration(time.Second)
		s, _, chat := startVirtual(t, cfg)
		c := connectPipe(t, chat)
		c.ask("m1")
		for range 3 {
			assert.Equal(t, eventToken, c.read().Event.Type)
		}
		require.NoError(t, s.SetFaults(Faults{ChatHangs: 1, Heartbeats: Duration(time.Second)}))
		synctest.Wait()
		c.ask("m2")
		require.NoError(t, c.ws.SetReadDeadline(time.Now().Add(45*time.Second)))
		_, err := c.next()
		require.Error(t, err, "nothing comes: neither tokens nor heartbeats nor pings")
		dialer := websocket.Dialer{NetDialContext: chat.dial, HandshakeTimeout: 10 * time.Second}
		_, _, err = dialer.DialContext(t.Context(), "ws://chat/api/chat", nil) //nolint:bodyclose // there is no answer
		require.Error(t, err, "no handshake either")
		require.NoError(t, s.SetFaults(Faults{}))
		again := connectPipe(t, chat)
		again.ask("m3")
		assert.Equal(t, cfg.Tokens, again.answer("m3"))
		truth := s.Truth()
		assert.Equal(t, int64(3), truth.TurnsStarted)
		assert.Equal(t, int64(2), truth.TurnsFailed)
		assert.Equal(t, int64(1), truth.TurnsCompleted)
		assert.Equal(t, int64(3+cfg.Tokens), truth.Tokens)
		require.NoError(t, c.ws.Close())
		require.NoError(t, again.ws.Close())
	})
}

func TestAChatHangsForAStableShareOfTheUsers(t *testing.T) {
	t.Parallel()
	cfg := quick()
	cfg.Faults.ChatHangs = 0.5
	s := startReal(t, cfg)
	for turn := range 2 {
		for i, user := range []string{"a", "b", "c", "d"} {
			c := connect(t, s)
			c.send(`{"type":"user_message","content":"x","messageId":"m","userId":"` + user + `"}`)
			if i%2 == 0 {
				assert.Equal(t, cfg.Tokens, c.answer("m"), user)
			} else {
				want := int64(turn*2 + (i+1)/2)
				require.Eventually(t, func() bool { return s.Truth().TurnsFailed == want }, 10*time.Second, time.Millisecond)
			}
		}
	}
	assert.Equal(t, map[string]int64{"chat_hangs": 4}, s.Truth().Errors)
}

func TestAPauseOfTheChatPasses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cfg := DefaultConfig()
		s, _, chat := startVirtual(t, cfg)
		c := connectPipe(t, chat)
		start := time.Now()
		c.ask("m1")
		for i := range cfg.Tokens { // at 200, 250, 300 … ms
			if i == 3 {
				require.NoError(t, s.SetFaults(Faults{ChatPause: Duration(5 * time.Second)}))
				assert.Equal(t, Faults{}, s.Faults(), "it happens once")
			}
			c.read()
			if i == 3 {
				assert.Equal(t, 5300*time.Millisecond, time.Since(start), "the first one after the pause")
			}
		}
		assert.Equal(t, eventComplete, c.read().Event.Type)
		require.NoError(t, s.SetFaults(Faults{ChatPause: Duration(5 * time.Second)}))
		begin := time.Now()
		other := connectPipe(t, chat)
		assert.Equal(t, 5*time.Second, time.Since(begin), "handshakes wait too")
		truth := s.Truth()
		assert.Equal(t, int64(1), truth.TurnsCompleted)
		assert.Equal(t, map[string]int64{"chat_pause": 2}, truth.Errors)
		require.NoError(t, c.ws.Close())
		require.NoError(t, other.ws.Close())
	})
}

func TestAShareIsMetExactlyAndEvenly(t *testing.T) {
	t.Parallel()
	for share, want := range map[float64]int{0: 0, 0.01: 10, 0.07: 70, 1.0 / 3: 333, 0.5: 500, 1: 1000} {
		hit := 0
		for n := range uint64(1000) {
			if member(share, n+1) {
				hit++
			}
		}
		assert.Equal(t, want, hit, share)
		assert.Equal(t, share == 1, member(share, 0), "who is not known belongs only to all")
	}
}
