package chat

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// serveTLS is serve over TLS. The configuration knows the server's certificate.
func serveTLS(t *testing.T, change func(*tls.Config), script func(*peer)) *Config {
	t.Helper()
	server := httptest.NewUnstartedServer(handler(t, script))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes that fail are what some tests are about
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
	change(server.TLS)
	server.StartTLS()
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	c := config(t, "wss"+strings.TrimPrefix(server.URL, "https"))
	c.TLS = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2"}} // as k6's, made for HTTP
	return c
}

func noChange(*tls.Config) {}

func TestWSSUsesTheCallersTLSConfiguration(t *testing.T) {
	t.Parallel()
	got := make(chan *http.Request, 1)
	c := serveTLS(t, noChange, func(p *peer) {
		got <- p.req
		p.answer("x", "y")
		p.untilClosed()
	})
	c.Header = http.Header{"Authorization": {"Bearer " + secret}}
	turn := ask(t, connect(t, c))
	requireOK(t, turn)
	assert.Equal(t, 2, turn.Tokens)
	req := <-got
	require.NotNil(t, req.TLS)
	assert.Equal(t, "http/1.1", req.TLS.NegotiatedProtocol, "a WebSocket wants no HTTP/2")
	assert.Equal(t, "Bearer "+secret, req.Header.Get("Authorization"))
	assert.Equal(t, []string{"h2"}, c.TLS.NextProtos, "the caller's configuration is not changed")
}

func TestInsecureSkipVerifyHolds(t *testing.T) {
	t.Parallel()
	c := serveTLS(t, noChange, func(p *peer) { p.answer(); p.untilClosed() })
	c.TLS = &tls.Config{InsecureSkipVerify: true}
	requireOK(t, ask(t, connect(t, c)))
}

func TestAClientCertificateIsShown(t *testing.T) {
	t.Parallel()
	shown := make(chan int, 1)
	c := serveTLS(t, func(cfg *tls.Config) { cfg.ClientAuth = tls.RequireAnyClientCert }, func(p *peer) {
		shown <- len(p.req.TLS.PeerCertificates)
		p.answer()
		p.untilClosed()
	})
	c.TLS.Certificates = serverCertificate(t)
	requireOK(t, ask(t, connect(t, c)))
	assert.Equal(t, 1, <-shown)
}

// serverCertificate is one to show, whatever it says.
func serverCertificate(t *testing.T) []tls.Certificate {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	return server.TLS.Certificates
}

func unknownIssuer(t *testing.T) *Config {
	c := serveTLS(t, noChange, func(*peer) {})
	c.TLS = nil
	return c
}

func wantsClientCertificate(t *testing.T) *Config {
	return serveTLS(t, func(cfg *tls.Config) { cfg.ClientAuth = tls.RequireAnyClientCert }, func(*peer) {})
}

func noTLS(t *testing.T) *Config {
	c := serveRaw(t, func(conn *rawConn) {
		_, _ = conn.br.ReadByte()
		conn.write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))
	})
	c.URL = "wss" + strings.TrimPrefix(c.URL, "ws")
	return c
}

func hangUpBeforeTLS(t *testing.T) *Config {
	c := serveRaw(t, func(conn *rawConn) {
		if _, err := io.ReadFull(conn.br, make([]byte, 5)); err != nil {
			return
		}
		rest := conn.br.Buffered() // what is unread at the end would make it a reset
		_, _ = conn.br.Discard(rest)
	})
	c.URL = "wss" + strings.TrimPrefix(c.URL, "ws")
	return c
}
