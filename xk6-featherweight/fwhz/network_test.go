package fwhz

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// dialTo is k6's dialer of these tests: whatever is asked for, it connects there.
type dialTo string

func (to dialTo) DialContext(ctx context.Context, network, _ string) (net.Conn, error) {
	return (&net.Dialer{}).DialContext(ctx, network, string(to))
}

// answering is a dialer to a new HTTP server.
func answering(t *testing.T, handler http.HandlerFunc) dialTo {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return dialTo(server.Listener.Addr().String())
}

func TestTheVUsOwnDialerIsUsed(t *testing.T) {
	t.Parallel()
	url := serveChat(t, goodChat)
	u := newVU(t).chat("ws://hosts.of.k6.test/api/chat", `{}`)
	u.state.Dialer = dialTo(strings.TrimSuffix(strings.TrimPrefix(url, "ws://"), "/api/chat"))
	assert.Equal(t, true, u.run(`const session = chat.connect(); const ok = session.ask('?').ok; session.close(); ok`))
}

// k6's TLS configuration offers HTTP/2, for its own client. Neither a WebSocket nor our scrapes speak it.
func TestTheVUsTLSConfigurationIsUsed(t *testing.T) {
	t.Parallel()
	chats := chatHandler(t, goodChat)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/metrics" {
			exposition(w, "consciousness_loop_iterations_total 7")
			return
		}
		chats.ServeHTTP(w, r)
	}))
	server.EnableHTTP2 = true
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // the first handshake fails
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
	server.StartTLS()
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())

	u := newVU(t)
	u.run(`globalThis.loop = new fwhz.HzSampler({url: '%s/metrics'})`, server.URL)
	u.chat("wss"+strings.TrimPrefix(server.URL, "https")+"/api/chat", `{}`)
	assert.Equal(t, []any{false, "dial"}, u.run(`const p = chat.probe(); [p.ok, p.error.code]`), "nobody knows the certificate")
	u.state.TLSConfig.RootCAs = roots
	assert.Equal(t, true, u.run(`chat.probe().ok`))
	assert.Equal(t, []any{true, nil}, u.run(`const q = loop.probe(); [q.ok, q.error && q.error.message]`))
	requireLines(t, "", u.emitted())
}
