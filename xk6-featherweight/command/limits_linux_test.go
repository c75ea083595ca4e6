package command

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestFilesProcess is not a test of its own: it is the process of the next one, which may open 1,000 files.
func TestFilesProcess(t *testing.T) {
	if os.Getenv("FW_TEST_FILES") == "" {
		t.Skip("only for another test")
	}
	require.EqualError(t, enoughFiles(801), `too many open files: 801 users need about 1001, and this shell may open 1000: `+
		`raise it with "ulimit -n 65536" (as root, or in /etc/security/limits.conf), or set VUS lower`)
	require.NoError(t, enoughFiles(800))
	out, err := exec.CommandContext(t.Context(), "sh", "-c", "ulimit -S -n").Output()
	require.NoError(t, err)
	assert.Equal(t, "1000", strings.TrimSpace(string(out)), "what is started may open as many")
}

func TestTooFewFilesForTheUsersAreSaidBeforeTheLoad(t *testing.T) {
	t.Parallel()
	const limited = `ulimit -S -n 300 && ulimit -H -n 1000 && exec "$0" -test.v -test.run='^TestFilesProcess$' -test.count=1`
	cmd := exec.CommandContext(t.Context(), "sh", "-c", limited, os.Args[0]) //nolint:gosec // this very test
	cmd.Env = append(os.Environ(), "FW_TEST_FILES=1")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	assert.Contains(t, string(out), "--- PASS: TestFilesProcess")
}
