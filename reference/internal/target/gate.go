package target

import (
	"context"
	"math"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
)

// gate is a port that can be shut, as if the process behind it had died: its connections are reset and new ones are
// refused. It can be shut for a share of the connections only; those are then reset as soon as they are there.
type gate struct {
	addr   net.Addr
	reopen func() (net.Listener, error) // nil: a port that only seems shut, by resetting what comes

	mu     sync.Mutex
	inner  net.Listener // nil while it is shut
	turned chan struct{}
	closed bool
	share  float64 // of the connections, that are reset
	seen   uint64  // connections so far
	open   map[*portConn]struct{}
}

func newGate(inner net.Listener, reopen func() (net.Listener, error)) *gate {
	return &gate{
		addr: inner.Addr(), reopen: reopen, inner: inner,
		turned: make(chan struct{}), open: make(map[*portConn]struct{}),
	}
}

// Addr implements net.Listener: where the port was, is and will be.
func (g *gate) Addr() net.Addr { return g.addr }

// Accept implements net.Listener. While the port is shut it waits.
func (g *gate) Accept() (net.Conn, error) {
	for {
		g.mu.Lock()
		inner, turned, closed := g.inner, g.turned, g.closed
		g.mu.Unlock()
		if closed {
			return nil, net.ErrClosed
		}
		if inner == nil {
			<-turned
			continue
		}
		conn, err := inner.Accept()
		if err != nil {
			if g.lost(inner) {
				return nil, err
			}
			continue
		}
		if c := g.admit(inner, conn); c != nil {
			return c, nil
		}
	}
}

// lost says whether the failed listener is one that nobody shut.
func (g *gate) lost(inner net.Listener) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.inner == inner && !g.closed
}

// admit takes a connection in, or resets it and returns nil.
func (g *gate) admit(by net.Listener, conn net.Conn) *portConn {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.seen++
	c := &portConn{Conn: conn, gate: g, nth: g.seen}
	if g.inner != by || member(g.share, c.nth) {
		c.reset()
		return nil
	}
	g.open[c] = struct{}{}
	return c
}

// die shuts the port for that share of the connections: 1 for all of them, 0 opens it again.
func (g *gate) die(share float64) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.closed:
		return nil
	case share == 1 && g.inner != nil && g.reopen != nil:
		_ = g.inner.Close() // what waits in it is reset by the system
		g.inner = nil
	case share < 1 && g.inner == nil:
		inner, err := g.reopen()
		if err != nil {
			return err
		}
		g.inner = inner
		close(g.turned)
		g.turned = make(chan struct{})
	}
	g.share = share
	for c := range g.open {
		if member(share, c.nth) {
			c.killed.Store(true)
			c.reset()
			delete(g.open, c)
		}
	}
	return nil
}

// Close implements net.Listener, for good.
func (g *gate) Close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return net.ErrClosed
	}
	g.closed = true
	close(g.turned)
	if g.inner == nil {
		return nil
	}
	return g.inner.Close()
}

// portConn is a connection of a gate: the nth, beginning with 1.
type portConn struct {
	net.Conn

	gate   *gate
	nth    uint64
	killed atomic.Bool // by a fault of the port
}

// Close implements net.Conn.
func (c *portConn) Close() error {
	c.gate.mu.Lock()
	delete(c.gate.open, c)
	c.gate.mu.Unlock()
	return c.Conn.Close()
}

// CloseWrite ends one direction, where there are two.
func (c *portConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// reset ends the connection without a good-bye.
func (c *portConn) reset() {
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Conn.Close()
}

// member says whether the nth of something, beginning with 1, belongs to a share of them. Of n, that are n times the
// share, rounded down, spread evenly; and who belongs to it stays in it.
func member(share float64, nth uint64) bool {
	const rounding = 1e-9 // 0.07 times 100 is a little less than 7
	upTo := func(n uint64) float64 { return math.Floor(float64(n)*share + rounding) }
	return share == 1 || (nth > 0 && upTo(nth) > upTo(nth-1))
}

// portOf returns the connection of the gate that conn is, or nil.
func portOf(conn net.Conn) *portConn {
	c, _ := conn.(*portConn)
	return c
}

// nthKey is where a request finds the number of its connection.
type nthKey struct{}

// withNth is for http.Server.ConnContext.
func withNth(ctx context.Context, conn net.Conn) context.Context {
	if c := portOf(conn); c != nil {
		return context.WithValue(ctx, nthKey{}, c.nth)
	}
	return ctx
}

// nthOf is the number of the connection that a request came on, or 0.
func nthOf(r *http.Request) uint64 {
	n, _ := r.Context().Value(nthKey{}).(uint64)
	return n
}
