package fwhz

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/websocket"
)

// peer is the server's side of a chat.
type peer struct {
	*websocket.Conn
	t   testing.TB
	req *http.Request
}

// serveChat starts a chat server that runs the script once for each connection, and returns its URL.
func serveChat(t testing.TB, script func(*peer)) string {
	t.Helper()
	server := httptest.NewServer(chatHandler(t, script))
	t.Cleanup(server.Close)
	return "ws" + strings.TrimPrefix(server.URL, "http") + "/api/chat"
}

func chatHandler(t testing.TB, script func(*peer)) http.Handler {
	var scripts sync.WaitGroup
	t.Cleanup(scripts.Wait)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scripts.Add(1)
		defer scripts.Done()
		conn, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
		if err != nil {
			t.Errorf("upgrade: %v", err)
			return
		}
		defer func() { _ = conn.Close() }()
		script(&peer{Conn: conn, t: t, req: r})
	})
}

// question returns the messageId of the next one, and what else is in it.
func (p *peer) question() (id string, q map[string]string) {
	if err := p.ReadJSON(&q); err != nil {
		p.t.Errorf("server: no question came: %v", err)
		runtime.Goexit()
	}
	return q["messageId"], q
}

func (p *peer) send(text string) { _ = p.WriteMessage(websocket.TextMessage, []byte(text)) }

func (p *peer) tokens(id string, texts ...string) {
	for _, text := range texts {
		p.event("token", id, text)
	}
}

func (p *peer) event(kind, id, data string) {
	text, _ := json.Marshal(data) //nolint:errchkjson // a string
	p.send(fmt.Sprintf(`{"type":"stream_event","event":{"type":%q,"data":%s,"messageId":%q},"timestamp":"2025-08-09T10:11:12.131Z"}`, kind, text, id))
}

func (p *peer) answer(texts ...string) {
	id, _ := p.question()
	p.tokens(id, texts...)
	p.event("complete", id, "")
}

// untilClosed reads until the client is gone.
func (p *peer) untilClosed() {
	for {
		if _, _, err := p.ReadMessage(); err != nil {
			return
		}
	}
}

func (p *peer) reset() {
	_ = p.NetConn().(*net.TCPConn).SetLinger(0)
	_ = p.NetConn().Close()
}

// goodChat answers every question with three tokens.
func goodChat(p *peer) {
	for {
		var q map[string]string
		if p.ReadJSON(&q) != nil {
			return
		}
		p.tokens(q["messageId"], "a", "b", "c")
		p.event("complete", q["messageId"], "")
	}
}

// hangingHandshake is the URL of a server that never answers; it calls asked when it could.
func hangingHandshake(t testing.TB, asked func()) string {
	t.Helper()
	block := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked(); <-block }))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(block) })
	return "ws" + strings.TrimPrefix(server.URL, "http")
}

// nobody is where no program listens, and which the kernel gives to none.
const nobody = "127.0.0.1:1"
