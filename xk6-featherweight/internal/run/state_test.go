package run_test

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/run"
)

// noon is a time of the tests.
var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC) //nolint:gochecknoglobals // a constant

func newRun(t *testing.T, store run.Store) run.Folder {
	t.Helper()
	folder, err := store.NewFolder("", "load", noon)
	require.NoError(t, err)
	return folder
}

func change(t *testing.T, folder run.Folder, to func(*run.State)) {
	t.Helper()
	require.NoError(t, folder.Change(to))
}

func stateOf(t *testing.T, folder run.Folder) run.State {
	t.Helper()
	state, err := folder.State()
	require.NoError(t, err)
	return state
}

func TestAStateIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	folder := newRun(t, run.Store(t.TempDir()))
	want := run.State{
		ID: "x-load", Type: "load", Started: noon, Phase: run.Finished, Supervisor: run.Self(), K6: run.Process{PID: 7, Started: "9 9"},
		Follower: run.Process{PID: 8, Started: "1"}, Container: "c", Host: run.Host{Name: "h", User: "u", Port: "22", Key: "/k y", Dir: "d=e", ID: "y"},
		Monitoring: true, Rollback: "failed", ExitCode: 105, Ended: noon.Add(time.Hour),
	}
	change(t, folder, func(s *run.State) { *s = want })
	assert.Equal(t, want, stateOf(t, folder))
}

func TestAProcessIsKnownByItsStartNotOnlyByItsID(t *testing.T) {
	t.Parallel()
	self := run.Self()
	assert.Equal(t, os.Getpid(), self.PID)
	assert.True(t, self.Alive())
	assert.False(t, run.Process{PID: self.PID, Started: self.Started + "1"}.Alive(), "another one has its id now")
	assert.False(t, run.Process{}.Alive())

	child := exec.CommandContext(t.Context(), "cat")
	in, err := child.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	known, ok := run.Identify(child.Process.Pid)
	require.True(t, ok)
	assert.True(t, known.Alive())
	require.NoError(t, in.Close())
	assert.Eventually(t, func() bool { return !known.Alive() }, time.Minute, time.Millisecond, "what is left of it is no process, before anybody asked how it ended")
	require.NoError(t, child.Wait())
	require.Error(t, known.Signal(run.Kill), "and nobody else is hit")
}

func TestARunLivesFromItsFirstMomentUntilItIsFinished(t *testing.T) {
	t.Parallel()
	folder := newRun(t, run.Store(t.TempDir()))
	assert.True(t, folder.Lives(), "it is prepared by this process, with no test and no supervisor yet")
	gone := run.Process{PID: os.Getpid(), Started: "0"}
	change(t, folder, func(s *run.State) { s.Supervisor = gone })
	assert.False(t, folder.Lives())
	assert.Equal(t, 1, stateOf(t, folder).Code(), "it ended without a code")
	change(t, folder, func(s *run.State) { s.K6, s.Phase = run.Self(), run.Running })
	assert.True(t, folder.Lives(), "a test that lost its supervisor still makes load")
	change(t, folder, func(s *run.State) { s.Phase, s.ExitCode = run.Finished, 99 })
	assert.False(t, folder.Lives())
	assert.Equal(t, 99, stateOf(t, folder).Code())
	_, err := run.Folder(t.TempDir()).State()
	require.ErrorIs(t, err, os.ErrNotExist)
}
