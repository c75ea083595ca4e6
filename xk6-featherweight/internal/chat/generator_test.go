package chat

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
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

// inOwnProcess runs the rest of the test in a process of its own, whose limits are nobody else's; true there.
func inOwnProcess(t *testing.T) bool {
	t.Helper()
	const mark = "FW_TEST_OWN_PROCESS"
	if os.Getenv(mark) != "" {
		return true
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.count=1") //nolint:gosec // this very test
	cmd.Env = append(os.Environ(), mark+"=1")
	out, err := cmd.CombinedOutput()
	switch {
	case err != nil:
		t.Errorf("%v\n%s", err, out)
	case strings.Contains(string(out), "--- SKIP"):
		t.Skipf("%s", out)
	}
	return false
}

// untilFailure connects until that fails, as it must after a few.
func untilFailure(t *testing.T, c *Config) *Failure {
	t.Helper()
	for range 1000 {
		s, err := Connect(t.Context(), c)
		if err != nil {
			var f *Failure
			require.ErrorAs(t, err, &f)
			return f
		}
		t.Cleanup(func() { drop(s) })
	}
	require.Fail(t, "this machine never ran out")
	return nil
}

func TestARealLimitOfOpenFiles(t *testing.T) {
	if !inOwnProcess(t) {
		return
	}
	c := serve(t, func(p *peer) { p.untilClosed() })
	connect(t, c) // whatever Go opens for itself is open now
	limit := syscall.Rlimit{Cur: 64, Max: 64}
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit))
	filler, err := os.Open(os.DevNull)
	for ; err == nil; filler, err = os.Open(os.DevNull) {
		t.Cleanup(func() { _ = filler.Close() })
	}
	f := untilFailure(t, c)
	requireFailure(t, f, Generator, "too many open files")
	assert.Equal(t, RaiseFileLimit, f.Remedy)

	byName := config(t, "ws://chat.featherweight.test:8080") // the name server cannot be asked either
	byName.Dial = (&net.Dialer{Resolver: &net.Resolver{PreferGo: true}}).DialContext
	requireFailure(t, untilFailure(t, byName), Generator, "too many open files")
}

func TestARealLimitOfLocalPorts(t *testing.T) {
	t.Parallel()
	const ipLocalPortRange = 51 // linux/in.h, since Linux 6.3
	c := serve(t, func(p *peer) { p.untilClosed() })
	var refused error
	c.Dial = (&net.Dialer{Control: func(_, _ string, raw syscall.RawConn) error {
		return raw.Control(func(fd uintptr) {
			const low, high = 40000, 40003
			if err := syscall.SetsockoptInt(int(fd), syscall.IPPROTO_IP, ipLocalPortRange, high<<16|low); err != nil {
				refused = err
			}
		})
	}}).DialContext
	s, err := Connect(t.Context(), c)
	if refused != nil {
		t.Skipf("this kernel cannot limit the local ports of one socket: %v", refused)
	}
	if err == nil {
		drop(s)
	}
	f := untilFailure(t, c)
	requireFailure(t, f, Generator, "no local port is free")
	assert.Equal(t, WidenPorts, f.Remedy)
}

// drop ends a session at once.
func drop(s *Session) {
	s.mu.Lock() // the end of the test's context ends it, too
	defer s.mu.Unlock()
	s.finish(0)
}
