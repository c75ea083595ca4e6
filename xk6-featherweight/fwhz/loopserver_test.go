package fwhz

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// loopPage is what a server of a loop answers to the nth request, counted from 0.
type loopPage func(w http.ResponseWriter, n int)

func (page loopPage) handler() http.Handler {
	var mu sync.Mutex
	n := 0
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		page(w, n)
		n++
	})
}

// serveLoop starts a metrics endpoint and returns its URL.
func serveLoop(t testing.TB, page loopPage) string {
	t.Helper()
	server := httptest.NewServer(page.handler())
	t.Cleanup(server.Close)
	return server.URL + "/metrics"
}

// exposition is a metrics page.
func exposition(w http.ResponseWriter, format string, args ...any) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4")
	_, _ = fmt.Fprintf(w, format+"\n", args...)
}

// steadyLoop counts at that frequency from the first request on.
func steadyLoop(hz float64) loopPage {
	var start time.Time
	return func(w http.ResponseWriter, n int) {
		if n == 0 {
			start = time.Now()
		}
		exposition(w, "consciousness_loop_iterations_total %.0f", 1000+time.Since(start).Seconds()*hz)
	}
}

// pipes is a network without a kernel: in a synctest bubble, time stands still while anybody does something.
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

func (p *pipes) DialContext(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.conns <- server:
		return client, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

// observer is a VU in virtual time, with a sampler of 100 ms and 1 s as loop.
func observer(t *testing.T, page loopPage, options string) *virtualUser {
	t.Helper()
	t.Cleanup(func() { time.Sleep(10 * time.Second) }) // of virtual time: the lag meter ends by itself
	network := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
	server := &http.Server{Handler: page.handler()}
	go func() { _ = server.Serve(network) }()
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	u := newVU(t)
	u.run(`globalThis.loop = new fwhz.HzSampler({url: 'http://featherweight.test/metrics', %s})`, options)
	u.start()
	u.state.Dialer = network
	return u
}
