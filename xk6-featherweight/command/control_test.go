package command

import (
	"context"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/run"
)

// A k6 that has just been started catches SIGINT by what the system says, and dies of it without a summary all the same.
func TestATestIsToldToEndOnlyWhenItsLogShowsThatItListens(t *testing.T) {
	t.Parallel()
	for _, progress := range []string{"\nrunning (0m01.0s), 2/2 VUs\n", "Init      [  50% ] 1/2 VUs initialized\n"} {
		j := ofType(t, "load")
		require.NoError(t, j.prepare())
		test := exec.CommandContext(t.Context(), "sh", "-c", `trap 'exit 105' INT; echo; read x`)
		out, err := test.StdoutPipe()
		require.NoError(t, err)
		_, err = test.StdinPipe()
		require.NoError(t, err)
		require.NoError(t, test.Start())
		_, err = out.Read(make([]byte, 1))
		require.NoError(t, err, "it has its trap")
		k6, _ := run.Identify(test.Process.Pid)
		require.NoError(t, j.folder.Change(func(s *run.State) { s.Phase, s.K6 = run.Running, k6 }))

		impatient, cancel := context.WithCancel(t.Context())
		cancel()
		require.NoError(t, os.WriteFile(j.folder.File(run.LogFile), []byte("  execution: local\n"), 0o600))
		require.ErrorIs(t, j.tell(impatient, j.folder, run.Interrupt), context.Canceled, "it waits, and nothing was sent")
		assert.True(t, k6.Alive())

		require.NoError(t, os.WriteFile(j.folder.File(run.LogFile), []byte("  execution: local\n"+progress), 0o600))
		require.NoError(t, j.tell(impatient, j.folder, run.Interrupt))
		_ = test.Wait()
		assert.Equal(t, 105, test.ProcessState.ExitCode())
	}
}

func TestWhatMustEndAtOnceWaitsForNothing(t *testing.T) {
	t.Parallel()
	j := ofType(t, "load")
	require.NoError(t, j.prepare())
	test := exec.CommandContext(t.Context(), "sleep", "1000")
	require.NoError(t, test.Start())
	k6, _ := run.Identify(test.Process.Pid)
	require.NoError(t, j.folder.Change(func(s *run.State) { s.Phase, s.K6 = run.Running, k6 }))
	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, j.tell(impatient, j.folder, run.Kill), "its log says nothing yet")
	_ = test.Wait()
	assert.False(t, k6.Alive())
}
