package arrival

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// countAtOnce is how many bytes are counted together; the rest is when the connection is closed.
const countAtOnce = 4 << 10

// link is a socket that the loop waits for; of the connection that it was, it has the addresses. It has left Go's own poller, which would wake a thread for each segment.
type link struct {
	net.Conn
	conn  *Conn
	loop  *loop
	ready func() // reads what is there; called by the loop

	mu      sync.Mutex // held for the system calls on fd, so that it is not closed under them
	fd      int
	closed  bool
	known   bool      // to epoll
	reading bool      // the loop is to wait for it
	writing bool      // somebody waits until it is writable
	dry     bool      // the latest read took all that was there
	unseen  bool      // the loop has not waited for it since it was dry
	seen    time.Time // when it was last known to be empty

	uncounted int // bytes read

	until    atomic.Pointer[time.Time] // the deadline of writes; nil is none
	writable chan struct{}             // a hint to try again
}

// Push gives the connection to the loop: from now on, ready is called on the loop's thread whenever something has
// arrived, and is to call Read until that says ErrDry. It must not wait. Read may also be called elsewhere, but not at the
// same time. Push reports whether the connection is one that the loop can read; otherwise nothing has changed.
func (c *Conn) Push(ready func()) bool {
	if c.raw == nil {
		return false
	}
	loop, err := theLoop()
	if err != nil {
		return false
	}
	was := c.Conn
	k := &link{Conn: was, conn: c, loop: loop, ready: ready, fd: -1, writable: make(chan struct{}, 1), seen: c.seen}
	if err := c.raw.Control(func(fd uintptr) {
		k.fd, err = unix.FcntlInt(fd, unix.F_DUPFD_CLOEXEC, 0)
	}); err != nil || k.fd < 0 {
		return false
	}
	c.Conn, c.link = k, k
	loop.add(k)
	if err := k.want(func() { k.reading = true }); err != nil {
		loop.remove(k)
		c.Conn, c.link = was, nil
		_ = unix.Close(k.fd)
		return false
	}
	_ = was.Close() // the poller's: one of two descriptors of the same socket
	return true
}

// awake is called by the loop for what it found.
func (k *link) awake(events uint32) {
	if k == nil {
		return
	}
	if events&^unix.EPOLLIN != 0 {
		_ = k.want(func() { k.writing = false })
		k.nudge()
	}
	if events&^unix.EPOLLOUT != 0 {
		k.mu.Lock()
		k.dry = false
		k.mu.Unlock()
		k.ready()
	}
}

// want changes what the loop waits for. A socket that nobody waits for is unknown to epoll, which tells of a lost
// connection again and again.
func (k *link) want(change func()) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed {
		return net.ErrClosed
	}
	change()
	event := unix.EpollEvent{Fd: int32(k.fd)}
	if k.reading {
		event.Events |= unix.EPOLLIN
	}
	if k.writing {
		event.Events |= unix.EPOLLOUT
	}
	op := unix.EPOLL_CTL_MOD
	switch {
	case event.Events == 0 && !k.known:
		return nil
	case event.Events == 0:
		op = unix.EPOLL_CTL_DEL
	case !k.known:
		op = unix.EPOLL_CTL_ADD
	}
	k.known = event.Events != 0
	return unix.EpollCtl(k.loop.epoll, op, k.fd, &event)
}

func (k *link) pause() { _ = k.want(func() { k.reading, k.unseen = false, true }) }

func (k *link) resume() { _ = k.want(func() { k.reading, k.dry = true, false }) }

func (k *link) look() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.dry, k.unseen = false, true
}

// Read brings what is there, and ErrDry when that is nothing.
func (k *link) Read(p []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case k.closed:
		return 0, net.ErrClosed
	case k.dry:
		return 0, ErrDry
	case len(p) == 0:
		return 0, nil
	}
	n, kernel, err := receive(k.fd, p)
	now := time.Now()
	switch {
	case errors.Is(err, unix.EAGAIN):
		k.empty(now)
		return 0, ErrDry
	case err != nil:
		return 0, k.conn.failed("read", err)
	case n == 0:
		return 0, io.EOF
	}
	earlier := k.seen
	if looked := k.loop.looked.Load(); !k.unseen && looked != nil && looked.After(earlier) {
		earlier = *looked // every socket that had something to read then was found, and then read
	}
	k.conn.note(arrived(kernel, momentOf(earlier), momentOf(now)))
	if n < len(p) {
		k.empty(now)
	}
	if k.uncounted += n; k.uncounted >= countAtOnce {
		k.count()
	}
	return n, nil
}

// count passes on what was read, a page at a time: the counter is far from all that a token touches.
func (k *link) count() {
	k.conn.countRead(k.uncounted)
	k.uncounted = 0
}

func (k *link) empty(now time.Time) {
	k.dry, k.seen = true, now
	k.unseen = !k.reading
}

// Write writes it all, or says why not. What need not wait is never too late: between the setting of a deadline and its write,
// a process without CPU may sleep for longer than that.
func (k *link) Write(p []byte) (written int, err error) {
	for {
		if k.over(Past) {
			return written, os.ErrDeadlineExceeded
		}
		n, err := k.write(p[written:])
		written += n
		k.conn.countWritten(n)
		switch {
		case errors.Is(err, unix.EAGAIN) && k.over(time.Now()):
			return written, os.ErrDeadlineExceeded
		case errors.Is(err, unix.EAGAIN):
			if err := k.await(); err != nil {
				return written, err
			}
		case errors.Is(err, net.ErrClosed):
			return written, err
		case err != nil:
			return written, k.conn.failed("write", err)
		case written == len(p):
			return written, nil
		}
	}
}

// over tells whether the deadline of writes is not after that time.
func (k *link) over(now time.Time) bool {
	until := k.until.Load()
	return until != nil && !until.IsZero() && !now.Before(*until)
}

// write writes what there is room for.
func (k *link) write(p []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed {
		return 0, net.ErrClosed
	}
	for {
		from := time.Now()
		n, err := send(k.fd, p)
		if !errors.Is(err, unix.EINTR) {
			k.conn.departed(from, time.Now())
			return n, err
		}
	}
}

// await waits until there may be room, or another deadline. The loop must not wait: TLS may have it answer a change of
// keys, to a peer that does not read, and that is lost then.
func (k *link) await() error {
	if unix.Gettid() == k.loop.thread {
		return unix.EAGAIN
	}
	if err := k.want(func() { k.writing = true }); err != nil {
		return err
	}
	var late <-chan time.Time
	if until := k.until.Load(); until != nil && !until.IsZero() {
		timer := time.NewTimer(time.Until(*until))
		defer timer.Stop()
		late = timer.C
	}
	select {
	case <-k.writable:
	case <-late:
	}
	return nil
}

// SetWriteDeadline ends a write, also one that waits already.
func (k *link) SetWriteDeadline(t time.Time) error {
	k.until.Store(&t)
	k.nudge()
	return nil
}

// SetReadDeadline does nothing: the loop's reads never wait.
func (k *link) SetReadDeadline(time.Time) error { return nil }

// SetDeadline is that of writes.
func (k *link) SetDeadline(t time.Time) error { return k.SetWriteDeadline(t) }

// nudge lets a write that waits look again.
func (k *link) nudge() {
	select {
	case k.writable <- struct{}{}:
	default:
	}
}

// Close closes the socket. A write that waits ends.
func (k *link) Close() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed {
		return net.ErrClosed
	}
	k.closed = true
	k.count()
	k.loop.remove(k)
	defer k.nudge()
	return unix.Close(k.fd) // epoll forgets it with its last descriptor
}
