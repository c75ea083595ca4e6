package target

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// quick is a config on free ports that answers without any waiting.
func quick() Config {
	cfg := DefaultConfig()
	cfg.API, cfg.Chat, cfg.Admin = "127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0"
	cfg.TTFT, cfg.TokenInterval = 0, 0
	return cfg
}

// startReal starts a target on real ports.
func startReal(t *testing.T, cfg Config) *Server {
	t.Helper()
	s, err := Start(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { stopped(t, s) })
	return s
}

// stopped stops a target; what happened to it has a row in the table of faults.
func stopped(t *testing.T, s *Server) {
	t.Helper()
	for name := range s.Stop(context.WithoutCancel(t.Context())).Errors {
		assert.True(t, slices.ContainsFunc(faults(), func(x fault) bool { return x.name == name }), "%s is no fault of the table", name)
	}
}

// pipes is a listener whose connections are pipes, so that a whole target can live in virtual time.
type pipes struct {
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

func (*pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.conns <- server:
		return client, nil
	case <-p.done:
		return nil, errors.New("connection refused")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// startVirtual starts a target on pipes, for use inside of a synctest bubble.
func startVirtual(t *testing.T, cfg Config) (s *Server, api, chat *pipes) {
	t.Helper()
	api, chat = newPipes(), newPipes()
	gates := []*gate{newGate(api, nil), newGate(chat, nil)}
	s = start(t.Context(), cfg, ports{
		listeners: []net.Listener{gates[0], gates[1]},
		gates:     gates,
		urls:      URLs{API: "http://api", Chat: "ws://chat"},
	})
	t.Cleanup(func() { stopped(t, s) })
	return s, api, chat
}

// client is a chat client with gorilla's real implementation.
type client struct {
	t  *testing.T
	ws *websocket.Conn
}

func connect(t *testing.T, s *Server) *client {
	t.Helper()
	dialer := websocket.Dialer{HandshakeTimeout: time.Minute}
	ws, resp, err := dialer.DialContext(t.Context(), s.URLs().Chat+"/api/chat", nil)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	t.Cleanup(func() { _ = ws.Close() })
	return &client{t: t, ws: ws}
}

func connectPipe(t *testing.T, p *pipes) *client {
	t.Helper()
	dialer := websocket.Dialer{NetDialContext: p.dial}
	ws, resp, err := dialer.DialContext(t.Context(), "ws://chat/api/chat", nil)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return &client{t: t, ws: ws}
}

// frame is any frame of the target.
type frame struct {
	Type      string  `json:"type"`
	Content   string  `json:"content"`
	MessageID *string `json:"messageId"`
	Event     struct {
		Type      string  `json:"type"`
		Data      string  `json:"data"`
		MessageID *string `json:"messageId"`
	} `json:"event"`
	Timestamp string `json:"timestamp"`
}

func (c *client) send(text string) {
	c.t.Helper()
	require.NoError(c.t, c.ws.WriteMessage(websocket.TextMessage, []byte(text)))
}

func (c *client) ask(id string) {
	c.t.Helper()
	c.send(`{"type":"user_message","content":"Hello","messageId":"` + id + `","userId":"u","timestamp":"2026-01-01T00:00:00.000Z"}`)
}

func (c *client) next() (frame, error) {
	var f frame
	_, data, err := c.ws.ReadMessage()
	if err == nil {
		err = json.Unmarshal(data, &f)
	}
	return f, err
}

// read returns the next frame.
func (c *client) read() frame {
	c.t.Helper()
	f, err := c.next()
	require.NoError(c.t, err)
	return f
}

// answer reads events up to complete and returns how many tokens came.
func (c *client) answer(id string) int {
	c.t.Helper()
	for n := 0; ; n++ {
		f := c.read()
		require.Equal(c.t, "stream_event", f.Type)
		require.Equal(c.t, &id, f.Event.MessageID)
		if f.Event.Type == eventComplete {
			return n
		}
		require.Equal(c.t, eventToken, f.Event.Type)
		require.NotEmpty(c.t, f.Event.Data)
	}
}

// hangUp sends a close frame and reads on until the answer. It returns what came in between, by kind of event, and what
// ended the reading.
func (c *client) hangUp() (map[string]int, error) {
	c.t.Helper()
	require.NoError(c.t, c.ws.WriteControl(websocket.CloseMessage,
		websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Time{}))
	return c.drain()
}

// drain reads until the connection ends.
func (c *client) drain() (map[string]int, error) {
	seen := map[string]int{}
	for {
		f, err := c.next()
		if err != nil {
			return seen, err
		}
		seen[f.Event.Type]++
	}
}

// call makes one request and returns status and body.
func call(t *testing.T, method, url, body string, header ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	transport := &http.Transport{DisableKeepAlives: true}
	resp, err := transport.RoundTrip(req)
	require.NoError(t, err)
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp.StatusCode, string(text)
}
