package chat

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func dialError(t *testing.T, err error) *Failure {
	t.Helper()
	c := config(t, "ws://chat.test")
	c.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, err }
	_, err = Connect(t.Context(), c)
	var f *Failure
	require.ErrorAs(t, err, &f)
	return f
}

func opError(call string, err error) error {
	return &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError(call, err)}
}

func TestWhatThisMachineCannotDoIsItsOwnFailure(t *testing.T) {
	t.Parallel()
	overIPv6 := &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv6loopback, Port: 80}, Err: os.NewSyscallError("connect", syscall.EADDRNOTAVAIL)}
	for name, test := range map[string]struct {
		err    error
		says   string
		remedy Remedy
	}{
		"files":                       {opError("socket", syscall.EMFILE), "too many open files", RaiseFileLimit},
		"files of the system":         {opError("socket", syscall.ENFILE), "too many open files in the whole system", RaiseFileLimit},
		"ports":                       {opError("connect", syscall.EADDRNOTAVAIL), "no local port is free", WidenPorts},
		"ports of a local address":    {opError("bind", syscall.EADDRINUSE), "no local port is free", WidenPorts},
		"ports, as connect(2) has it": {opError("connect", syscall.EAGAIN), "no local port is free", WidenPorts},
		"a foreign local address":     {opError("bind", syscall.EADDRNOTAVAIL), "no such local address", CorrectLocal},
		"no IPv6":                     {overIPv6, "no such local address", CorrectLocal},
		"buffers":                     {opError("connect", syscall.ENOBUFS), "no buffer space", FreeMemory},
		"memory":                      {opError("socket", syscall.ENOMEM), "no memory left", FreeMemory},
		"own firewall":                {opError("connect", syscall.EPERM), "does not let the connection out", OpenFirewall},
		"wrapped":                     {fmt.Errorf("dial: %w", opError("socket", syscall.EMFILE)), "too many open files", RaiseFileLimit},
		"a name server, in words":     {&net.DNSError{Err: "dial udp 127.0.0.53:53: socket: too many open files", Name: "chat.test", Server: "127.0.0.53:53"}, "too many open files", RaiseFileLimit},
		"a name server, no port":      {&net.DNSError{Err: "dial udp 10.0.0.2:53: connect: cannot assign requested address", Name: "chat.test"}, "no local port is free", WidenPorts},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := dialError(t, test.err)
			requireFailure(t, f, Generator, "connect to ws://chat.test/api/chat: ", test.says)
			assert.Equal(t, test.remedy, f.Remedy)
			assert.ErrorIs(t, f, test.err)
		})
	}
}

func TestWhatTheServerOrTheWayToItCannotDoIsNotTheGenerators(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		opError("connect", syscall.ECONNREFUSED), opError("connect", syscall.EHOSTUNREACH), opError("connect", syscall.ENETUNREACH),
		&net.DNSError{Err: "server misbehaving", Name: "chat.test"}, errors.New("IP (127.0.0.1) is in a blacklisted range"),
	} {
		assert.Equal(t, Dial, dialError(t, err).Reason, err)
	}
}

func TestAWriteForWhichThisMachineHasNoMemoryIsItsOwnFailure(t *testing.T) {
	t.Parallel()
	c := serve(t, func(p *peer) { p.untilClosed() })
	dial := c.Dial
	var poor *poorConn
	c.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		poor = &poorConn{Conn: conn}
		return poor, err
	}
	c.CloseTimeout = pause
	s := connect(t, c)
	poor.poor = true
	requireFailure(t, ask(t, s).Failure, Generator, "the connection was lost: this machine has no buffer space left")
}

// poorConn is on a machine that runs out of buffers.
type poorConn struct {
	net.Conn
	poor bool
}

func (c *poorConn) Write(p []byte) (int, error) {
	if c.poor {
		return 0, &net.OpError{Op: "write", Net: "tcp", Err: os.NewSyscallError("write", syscall.ENOBUFS)}
	}
	return c.Conn.Write(p)
}
