package machine_test

import (
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/machine"
)

// TestRaised is not a test of its own: it is the process of the next one.
func TestRaised(t *testing.T) {
	if os.Getenv("FW_TEST_RAISED") == "" {
		t.Skip("only for another test")
	}
	child := func() string {
		out, err := exec.CommandContext(t.Context(), "sh", "-c", "ulimit -S -n").Output()
		require.NoError(t, err)
		return strings.TrimSpace(string(out))
	}
	assert.Equal(t, "100", child(), "Go keeps its own limit to itself")
	assert.Equal(t, uint64(300), machine.RaiseFiles())
	assert.Equal(t, "300", child())
	assert.Equal(t, uint64(300), machine.RaiseFiles())
}

func TestTheLimitOfFilesIsRaisedForThisProcessAndWhatItStarts(t *testing.T) {
	t.Parallel()
	const limited = `ulimit -S -n 100 && ulimit -H -n 300 && exec "$0" -test.v -test.run='^TestRaised$' -test.count=1`
	cmd := exec.CommandContext(t.Context(), "sh", "-c", limited, os.Args[0]) //nolint:gosec // this very test
	cmd.Env = append(os.Environ(), "FW_TEST_RAISED=1")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	assert.Contains(t, string(out), "--- PASS: TestRaised")
}

func TestMemoryIsSomeOfTheMachines(t *testing.T) {
	t.Parallel()
	m, known := machine.Available()
	require.True(t, known)
	var info syscall.Sysinfo_t
	require.NoError(t, syscall.Sysinfo(&info))
	assert.Positive(t, m.MiB)
	assert.LessOrEqual(t, m.MiB, info.Totalram*uint64(info.Unit)>>20)
	assert.Contains(t, m.Of, "available")
}

// A port that the system gives away is of the range whose size it says.
func TestPortsAreThoseThatTheSystemGivesAway(t *testing.T) {
	t.Parallel()
	n, known := machine.Ports()
	require.True(t, known)
	lowest, highest := 65536, 0
	for range 200 {
		listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		require.NoError(t, err)
		_, text, err := net.SplitHostPort(listener.Addr().String())
		require.NoError(t, listener.Close())
		require.NoError(t, err)
		port, err := strconv.Atoi(text)
		require.NoError(t, err)
		lowest, highest = min(lowest, port), max(highest, port)
	}
	assert.GreaterOrEqual(t, n, highest-lowest+1)
	assert.LessOrEqual(t, n, 65536)
}
