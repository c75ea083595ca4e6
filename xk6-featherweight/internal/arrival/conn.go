package arrival

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// Counter is a connection that counts its own bytes. What is read and written around it is told to it.
type Counter interface {
	CountRead(n int)
	CountWritten(n int)
}

// Conn is a connection that knows when what it read had arrived. It is read where Read is called, until Push gives it to
// the loop.
type Conn struct {
	net.Conn
	tcp   *net.TCPConn // what is read with the kernel's times; nil where that is not possible
	raw   syscall.RawConn
	count Counter

	mu        sync.Mutex // guards the next six: who asks for them may not be who reads
	stamp     Stamp
	held      time.Duration
	own       time.Duration // that the peer waited for our writes, until the loop has the connection
	since     time.Time     // when this process last got, or wrote, something: since then the peer may wait for a write
	departing bool          // the Departure of the next write is wanted
	departure Departure
	age       time.Duration // of the SYN-ACK when this process woke up, to a tick
	seen      time.Time     // when it was last known to be empty; of whoever reads
	link      pushed        // once it has been given to the loop, and is Conn; nil before
}

// pushed is a connection that the loop reads.
type pushed interface {
	net.Conn
	pause()
	resume()
	look()
}

// ErrDry is what Read says on a connection that was given to the loop, when nothing is there to read. It is a time-out
// that passes, so that crypto/tls lets go on after it.
var ErrDry net.Error = dry{}

type dry struct{}

func (dry) Error() string   { return "nothing to read yet" }
func (dry) Timeout() bool   { return true }
func (dry) Temporary() bool { return true }

// Watch makes a Conn of a connection that was just dialed, which it takes over. TCP on Linux has the kernel's times; the
// TCP connection may be inside others that have the method NetConn.
func Watch(conn net.Conn) *Conn {
	now := time.Now()
	c := &Conn{Conn: conn, seen: now, since: now}
	c.count, _ = conn.(Counter)
	tcp, ok := inside[*net.TCPConn](conn)
	if !ok {
		return c
	}
	if raw, err := tcp.SyscallConn(); err == nil && stampArrivals(raw) {
		c.tcp, c.raw = tcp, raw
		c.age = sinceConnected(raw)
		c.held = max(0, c.age-tick)
	}
	return c
}

// inside is the connection of that type in another one, which has a method NetConn, as crypto/tls's has, or is that one.
func inside[T net.Conn](conn net.Conn) (found T, ok bool) {
	for conn != nil {
		if found, ok = conn.(T); ok {
			return found, true
		}
		outer, around := conn.(interface{ NetConn() net.Conn })
		if !around {
			break
		}
		conn = outer.NetConn()
	}
	return found, false
}

// LatestOf is the Stamp of the Conn in a connection, such as one of TLS; zero when there is none.
func LatestOf(conn net.Conn) Stamp {
	if c, ok := inside[*Conn](conn); ok {
		return c.Stamp()
	}
	return Stamp{}
}

// Watching is that dialer with a Conn of each of its connections.
func Watching(dial func(ctx context.Context, network, addr string) (net.Conn, error)) func(ctx context.Context, network, addr string) (net.Conn, error) {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return Watch(conn), nil
	}
}

// Stamp is that of the latest Read.
func (c *Conn) Stamp() Stamp {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stamp
}

// Read reads, and stamps what it brings.
func (c *Conn) Read(p []byte) (int, error) {
	switch {
	case c.link != nil:
		return c.link.Read(p)
	case c.raw == nil:
		n, err := c.Conn.Read(p)
		if now := time.Now(); n > 0 {
			c.note(Stamp{At: now, Since: c.seen, Read: now})
			c.seen = now
		}
		return n, err
	case len(p) == 0:
		return 0, nil
	}
	var n int
	var kernel int64
	var errno error
	err := c.raw.Read(func(fd uintptr) (done bool) {
		n, kernel, errno = receive(int(fd), p)
		if !errors.Is(errno, syscall.EAGAIN) {
			return true
		}
		c.seen = time.Now()
		return false
	})
	now := time.Now()
	if n > 0 {
		c.note(arrived(kernel, momentOf(c.seen), momentOf(now)))
	}
	if n < len(p) {
		c.seen = now
	}
	switch {
	case err != nil:
		var op *net.OpError
		if errors.As(err, &op) {
			op.Op = "read"
		}
		return 0, err
	case errno != nil:
		return 0, c.failed("read", errno)
	case n == 0:
		return 0, io.EOF
	}
	c.countRead(n)
	return n, nil
}

// Pause lets what arrives wait in the kernel, until Resume. After an error of Read it is needed: the socket stays
// readable for ever. Both are for a connection that was given to the loop.
func (c *Conn) Pause() { c.link.pause() }

// Resume is the end of Pause.
func (c *Conn) Resume() { c.link.resume() }

// Look lets the next Read ask the kernel, even where the loop has found nothing yet: it may not have come so far, and what had
// arrived in time must not be taken for late. For a connection that was given to the loop.
func (c *Conn) Look() { c.link.look() }

// Past is a deadline that has passed: setting it wakes whoever reads, and ends every write, also one that need not wait.
var Past = time.Unix(1, 0) //nolint:gochecknoglobals // constant

// tick is the longest time between two ticks of a Linux kernel (CONFIG_HZ=100), to which it tells the age of a SYN-ACK.
const tick = 10 * time.Millisecond

// Held is for how long, at least, this process has kept the peer waiting since the connection was dialed, by waking up late
// for what the peer sent before the latest read, and for its SYN-ACK; and how much longer it may have been, also by writing late,
// until the loop got the connection. What a dialog of several steps took the peer is the time up to the latest Stamp without that.
func (c *Conn) Held() (least, more time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.held, min(c.age, 2*tick) + c.own //nolint:mnd // to one side and to the other
}

func (c *Conn) note(s Stamp) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held += c.stamp.Late()
	c.stamp, c.since = s, s.Read
}

func (c *Conn) countRead(n int) {
	if c.count != nil {
		c.count.CountRead(n)
	}
}

func (c *Conn) countWritten(n int) {
	if c.count != nil {
		c.count.CountWritten(n)
	}
}

// failed is the error as package net words it.
func (c *Conn) failed(op string, err error) error {
	return &net.OpError{Op: op, Net: "tcp", Source: c.tcp.LocalAddr(), Addr: c.tcp.RemoteAddr(), Err: os.NewSyscallError(op, err)}
}
