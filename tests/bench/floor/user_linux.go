package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"
)

// user is one of the chat. Its number is its place among the users.
type user struct {
	fd       int  // -1 without a connection
	switched bool // the handshake is over
	asked    int  // on this connection
	buf      []byte
	n        int // bytes of buf that are not handled yet
}

const bufferSize = 4 << 10

func newLoop(chat string, c conversation) (*loop, error) {
	at, err := netip.ParseAddrPort(chat)
	if err != nil || !at.Addr().Is4() {
		return nil, fmt.Errorf("the chat %q is no IPv4 address with a port: %w", chat, err)
	}
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("epoll_create1: %w", err)
	}
	l := &loop{
		conversation: c, chat: &unix.SockaddrInet4{Port: int(at.Port()), Addr: at.Addr().As4()}, host: chat,
		epoll: epoll, begun: time.Now(), users: make([]user, c.users), alive: c.users,
	}
	l.receive.init()
	for i := range l.users {
		l.users[i] = user{fd: -1, buf: make([]byte, bufferSize)}
	}
	return l, nil
}

func (l *loop) over() bool { return time.Since(l.begun) >= l.load }

// wake lets a user do what he waited for: begin, or ask.
func (l *loop) wake(who int) error {
	u := &l.users[who]
	switch {
	case u.fd < 0 && l.over():
		l.alive--
		return nil
	case u.fd < 0:
		return l.connect(who)
	case l.over():
		return l.leave(who)
	}
	return l.ask(who)
}

func (l *loop) connect(who int) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err == nil {
		err = unix.Connect(fd, l.chat) // on the loopback it does not wait
	}
	if err == nil {
		err = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1)
	}
	if err == nil {
		err = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
	}
	if err == nil {
		err = unix.EpollCtl(l.epoll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(who)})
	}
	if err != nil {
		return fmt.Errorf("user %d cannot connect to %s: %w", who, l.host, err)
	}
	l.users[who] = user{fd: fd, buf: l.users[who].buf}
	return l.send(who, fmt.Appendf(nil, "GET /api/chat HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", l.host))
}

func (l *loop) ask(who int) error {
	u := &l.users[who]
	u.asked++
	return l.send(who, frameOf(opText, fmt.Appendf(nil,
		`{"type":"user_message","content":"Hello","messageId":"floor-%d-%d","userId":"user_%d","timestamp":"%s"}`,
		who, time.Now().UnixNano(), who, time.Now().UTC().Format(time.RFC3339Nano))))
}

func (l *loop) leave(who int) error {
	u := &l.users[who]
	if err := l.send(who, frameOf(opClose, []byte{3, 232})); err != nil { //nolint:mnd // 1000, normal
		return err
	}
	if err := unix.Close(u.fd); err != nil {
		return fmt.Errorf("close: %w", err)
	}
	u.fd = -1
	l.waiting.add(time.Now(), who)
	return nil
}

func (l *loop) send(who int, data []byte) error {
	n, err := unix.Write(l.users[who].fd, data)
	if err != nil || n != len(data) {
		return fmt.Errorf("user %d cannot send: %d of %d bytes: %w", who, n, len(data), err)
	}
	return nil
}

// read takes what has come for a user, once: epoll tells again when there is more.
func (l *loop) read(who int) error {
	u := &l.users[who]
	n, err := l.receive.from(u.fd, u.buf[u.n:])
	if err == unix.EAGAIN || err == unix.EINTR { //nolint:errorlint // an Errno
		return nil
	}
	if err != nil || n == 0 {
		return fmt.Errorf("the connection of user %d ended after %d questions: %w", who, u.asked, err)
	}
	u.n += n
	rest := u.buf[:u.n]
	if !u.switched {
		_, after, whole := bytes.Cut(rest, []byte("\r\n\r\n"))
		if !whole {
			return nil
		}
		if !bytes.HasPrefix(rest, []byte("HTTP/1.1 101 ")) {
			return fmt.Errorf("the handshake was answered with %.60q", rest)
		}
		u.switched, rest = true, after
		if err := l.ask(who); err != nil {
			return err
		}
	}
	for {
		op, payload, next, err := cut(rest)
		if err != nil {
			return err
		}
		if next == 0 {
			break
		}
		if err := l.hear(who, op, payload); err != nil || u.fd < 0 {
			return err
		}
		rest = rest[next:]
	}
	u.n = copy(u.buf, rest)
	return nil
}

func (l *loop) hear(who int, op byte, payload []byte) error {
	u := &l.users[who]
	switch {
	case op == opPing:
		return l.send(who, frameOf(opPong, payload))
	case op == opClose:
		return fmt.Errorf("the chat has closed the connection of user %d: %.60q", who, payload)
	case bytes.HasPrefix(payload, tokenHead):
		l.told.Tokens++
	case bytes.HasPrefix(payload, completeHead):
		l.told.Turns++
		if u.asked >= l.turns {
			return l.leave(who)
		}
		l.waiting.add(time.Now().Add(l.pauseMin+rand.N(l.pauseMax-l.pauseMin+1)), who) //nolint:gosec // no secret
	default:
		return fmt.Errorf("not an answer: %.80q", payload)
	}
	return nil
}
