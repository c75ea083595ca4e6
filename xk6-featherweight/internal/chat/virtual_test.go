package chat

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// pipes is a network without a kernel: in a synctest bubble, time stands still while anybody does something, so that
// every duration is exact. A pipe holds nothing: who writes waits until it has been read.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { close(p.done); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	p.conns <- server
	return client, nil
}

// virtually runs the test in virtual time, against a server of that script.
func virtually(t *testing.T, script func(*peer), test func(*testing.T, *Config)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { onPipes(t, nil, script, test) })
}

func onPipes(t *testing.T, certificates []tls.Certificate, script func(*peer), test func(*testing.T, *Config)) {
	t.Helper()
	network := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
	scheme, listener := "ws", net.Listener(network)
	if certificates != nil {
		scheme, listener = "wss", tls.NewListener(network, &tls.Config{Certificates: certificates})
	}
	server := &http.Server{Handler: handler(t, script)}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	c := config(t, scheme+"://chat.test")
	c.Dial, c.TLS = network.dial, &tls.Config{InsecureSkipVerify: true}
	test(t, c)
}

// took is how long that takes.
func took(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}
