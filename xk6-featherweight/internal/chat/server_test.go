package chat

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

// secret is in the query of every URL of these tests and must be in no message.
const secret = "s3cret"

// peer is the server's side of one connection: gorilla reads and answers, raw writes what gorilla would refuse to.
type peer struct {
	*websocket.Conn
	t   testing.TB
	req *http.Request
}

// serve starts a chat server that runs the script once for each connection, and tells how to reach it. The script's end
// closes the connection; the test ends when all scripts have.
func serve(t testing.TB, script func(*peer)) *Config {
	t.Helper()
	server := httptest.NewServer(handler(t, script))
	t.Cleanup(server.Close)
	c := config(t, "ws"+strings.TrimPrefix(server.URL, "http"))
	c.CloseTimeout = 10 * time.Second // a busy machine may answer a goodbye late
	return c
}

func config(t testing.TB, url string) *Config {
	t.Helper()
	c := &Config{URL: url + "/api/chat?token=" + secret}
	require.NoError(t, c.Check())
	return c
}

func handler(t testing.TB, script func(*peer)) http.Handler {
	var scripts sync.WaitGroup
	t.Cleanup(scripts.Wait)
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }, Subprotocols: []string{"chat"}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scripts.Add(1)
		defer scripts.Done()
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			t.Errorf("upgrade: %v", err)
			return
		}
		defer func() { _ = conn.Close() }()
		stop := context.AfterFunc(t.Context(), func() { // a script that still waits when the test is over must not hang
			_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
		})
		defer stop()
		script(&peer{Conn: conn, t: t, req: r})
	})
}

// asked is what the server got.
type asked struct {
	Type, Content, MessageID, UserID, Timestamp string
}

// fail ends the script.
func (p *peer) fail(format string, args ...any) {
	p.t.Errorf("server: "+format, args...)
	runtime.Goexit()
}

func (p *peer) question() asked {
	var q asked
	kind, data, err := p.ReadMessage()
	if err != nil {
		p.fail("no question came: %v", err)
	}
	if err := json.Unmarshal(data, &q); err != nil || kind != websocket.TextMessage {
		p.fail("not a question: type %d, %s: %v", kind, data, err)
	}
	return q
}

// untilClosed reads until the client is gone and returns the code of its close frame; 1006 when there was none.
func (p *peer) untilClosed() int {
	for {
		if _, _, err := p.ReadMessage(); err != nil {
			if closing, ok := err.(*websocket.CloseError); ok { //nolint:errorlint // gorilla does not wrap it
				return closing.Code
			}
			return websocket.CloseAbnormalClosure
		}
	}
}

func (p *peer) send(text string) {
	if err := p.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		p.fail("send: %v", err)
	}
}

func (p *peer) raw(data []byte) {
	if _, err := p.NetConn().Write(data); err != nil {
		p.fail("send: %v", err)
	}
}

func (p *peer) tokens(id string, texts ...string) {
	for _, text := range texts {
		p.send(tokenOf(id, text))
	}
}

func (p *peer) complete(id string) { p.send(completeOf(id)) }

// answer is a whole good turn.
func (p *peer) answer(tokens ...string) {
	id := p.question().MessageID
	p.tokens(id, tokens...)
	p.complete(id)
}

// reset ends the connection with an RST.
func (p *peer) reset() { hangUp(p.NetConn()) }

func hangUp(conn net.Conn) {
	_ = conn.(*net.TCPConn).SetLinger(0)
	_ = conn.Close()
}

func tokenOf(id, text string) string { return eventOf("token", id, text) }

func completeOf(id string) string { return eventOf("complete", id, "") }

func eventOf(kind, id, data string) string {
	return fmt.Sprintf(`{"type":"stream_event","event":{"type":%q,"data":%q,"messageId":%q},"timestamp":"2025-08-09T10:11:12.131Z"}`, kind, data, id)
}

// serverFrame is one frame as a server writes it.
func serverFrame(first byte, payload []byte) []byte {
	n := len(payload)
	switch {
	case n < length16:
		return append([]byte{first, byte(n)}, payload...)
	case n < 1<<16:
		return append([]byte{first, length16, byte(n >> 8), byte(n)}, payload...)
	}
	header := []byte{first, length64, 0, 0, 0, 0, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}
	return append(header, payload...)
}

func textFrame(text string) []byte { return serverFrame(finBit|byte(opText), []byte(text)) }

// connect opens a session that lives as long as the test.
func connect(t testing.TB, c *Config) *Session {
	t.Helper()
	s, err := Connect(t.Context(), c)
	require.NoError(t, err)
	t.Cleanup(func() { s.Close(websocket.CloseNormalClosure) })
	return s
}

var question = Question{Content: "Hello", MessageID: "m1", UserID: "user_1"}

func ask(t testing.TB, s *Session) Turn {
	t.Helper()
	return s.Ask(t.Context(), question, 0)
}

func requireFailure(t testing.TB, f *Failure, reason Reason, words ...string) {
	t.Helper()
	require.NotNil(t, f)
	require.Equal(t, reason, f.Reason, f.Message)
	for _, word := range words {
		require.Contains(t, f.Message, word)
	}
	require.NotContains(t, f.Message, secret)
}

func requireOK(t testing.TB, turn Turn) {
	t.Helper()
	require.Nil(t, turn.Failure)
	require.True(t, turn.OK(), "interrupted")
}
