package chat

import (
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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
	s.end(nil)
}
