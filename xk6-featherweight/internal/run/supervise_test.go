package run_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/run"
)

// supervised names the folder of the run when this test binary is a supervisor.
const supervised = "TEST_SUPERVISED"

func TestMain(m *testing.M) {
	if dir := os.Getenv(supervised); dir != "" {
		err := run.Supervise(run.Folder(dir), os.Stdin, os.Stdout, func(code int) { fmt.Println("after", code) })
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// start has a supervisor run a script of the shell.
func start(t *testing.T, folder run.Folder, script string, copies ...run.Copy) {
	t.Helper()
	startPlan(t, folder, run.Plan{Command: []string{"sh", "-c", script}, Env: []string{"PATH=" + os.Getenv("PATH"), "WORD=a b"}, Copies: copies})
}

func startPlan(t *testing.T, folder run.Folder, plan run.Plan) {
	t.Helper()
	supervisor := exec.CommandContext(context.WithoutCancel(t.Context()), os.Args[0])
	supervisor.Env = append(os.Environ(), supervised+"="+string(folder))
	require.NoError(t, run.Start(folder, supervisor, plan))
	t.Cleanup(func() {
		if state, err := folder.State(); err == nil {
			_, _ = state.K6.Signal(run.Kill), state.Supervisor.Signal(run.Kill)
		}
	})
}

// ended waits for the end of a run, and is its log.
func ended(t *testing.T, folder run.Folder) string {
	t.Helper()
	require.NoError(t, run.AwaitEnd(t.Context(), folder))
	var log bytes.Buffer
	require.NoError(t, run.Follow(t.Context(), folder, &log))
	return log.String()
}

func TestARunIsSupervisedToItsEnd(t *testing.T) {
	t.Parallel()
	folder := newRun(t, run.Store(t.TempDir()))
	elsewhere := filepath.Join(t.TempDir(), "copy")
	start(t, folder, `echo "$WORD in $FW_RUN_DIR"; echo sum >"$FW_RUN_DIR/summary.json"; exit 99`,
		run.Copy{File: "summary.json", To: elsewhere}, run.Copy{File: "nothing", To: elsewhere + "2"})
	assert.Equal(t, fmt.Sprintf("a b in %s\nafter 99\n", folder), ended(t, folder))
	state := stateOf(t, folder)
	assert.Equal(t, run.Finished, state.Phase)
	assert.Equal(t, 99, state.ExitCode)
	assert.NotZero(t, state.K6.PID)
	assert.False(t, state.Ended.IsZero())
	text, err := os.ReadFile(elsewhere)
	require.NoError(t, err)
	assert.Equal(t, "sum\n", string(text))
	assert.NoFileExists(t, elsewhere+"2")
}

func TestATestThatMetItsObjectivesAndLeftNoResultIsNoSuccess(t *testing.T) {
	t.Parallel()
	for script, want := range map[string]run.State{
		`echo sum >"$FW_RUN_DIR/summary.json"`: {ExitCode: 0},
		`true`:                                 {ExitCode: 1, Lost: "summary.json"},
		`exit 99`:                              {ExitCode: 99}, // it has missed them, with a result or without
	} {
		folder := newRun(t, run.Store(t.TempDir()))
		startPlan(t, folder, run.Plan{Command: []string{"sh", "-c", script}, Env: []string{"PATH=" + os.Getenv("PATH")}, Result: "summary.json"})
		ended(t, folder)
		got := stateOf(t, folder)
		assert.Equal(t, want, run.State{ExitCode: got.ExitCode, Lost: got.Lost}, script)
		assert.NoFileExists(t, folder.File(".reserve"), "it is kept only as long as it may be wanted")
	}
}

func TestATestThatIsKilledOrCannotStartHasTheCodeThatAShellGives(t *testing.T) {
	t.Parallel()
	store := run.Store(t.TempDir())
	killed := newRun(t, store)
	start(t, killed, "kill -KILL $$")
	ended(t, killed)
	assert.Equal(t, 137, stateOf(t, killed).ExitCode)

	missing := newRun(t, store)
	supervisor := exec.CommandContext(context.WithoutCancel(t.Context()), os.Args[0])
	supervisor.Env = append(os.Environ(), supervised+"="+string(missing))
	require.NoError(t, run.Start(missing, supervisor, run.Plan{Command: []string{"/nowhere/k6"}}))
	assert.Contains(t, ended(t, missing), "the test could not be started: fork/exec /nowhere/k6: no such file or directory")
	assert.Equal(t, 127, stateOf(t, missing).ExitCode)
}

func TestASignalReachesTheTestAsSoonAsItHearsIt(t *testing.T) {
	t.Parallel()
	for _, signal := range []run.Signal{run.Interrupt, run.Terminate} {
		folder := newRun(t, run.Store(t.TempDir()))
		start(t, folder, fmt.Sprintf(`trap 'kill $!; echo heard; exit 105' %s; sleep 1000 & wait`, signal))
		require.NoError(t, run.Tell(t.Context(), folder, signal, run.Ears{}))
		assert.Contains(t, ended(t, folder), "heard\nafter 105\n")
		require.ErrorIs(t, run.Tell(t.Context(), folder, signal, run.Ears{}), run.ErrOver)
	}
}

func TestASignalToTheSupervisorIsOneToTheTest(t *testing.T) {
	t.Parallel()
	folder := newRun(t, run.Store(t.TempDir()))
	start(t, folder, `trap 'kill $!; exit 105' TERM; sleep 1000 & wait`)
	supervisor := stateOf(t, folder).Supervisor
	assert.Equal(t, supervisor, stateOf(t, folder).Supervisor)
	require.NoError(t, supervisor.Signal(run.Terminate))
	ended(t, folder)
	assert.Equal(t, 105, stateOf(t, folder).ExitCode)
}

func TestWhoeverPreparesARunIsToldToEnd(t *testing.T) {
	t.Parallel()
	folder := newRun(t, run.Store(t.TempDir()))
	preparing := exec.CommandContext(t.Context(), "sh", "-c", `trap 'exit 130' INT; echo; read x`)
	out, err := preparing.StdoutPipe()
	require.NoError(t, err)
	_, err = preparing.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, preparing.Start())
	_, err = out.Read(make([]byte, 1))
	require.NoError(t, err, "it has its trap")
	known, _ := run.Identify(preparing.Process.Pid)
	change(t, folder, func(s *run.State) { s.Supervisor = known })
	require.NoError(t, run.Tell(t.Context(), folder, run.Interrupt, run.Ears{}))
	_ = preparing.Wait()
	assert.Equal(t, 130, preparing.ProcessState.ExitCode())
}

func TestFollowingEndsWithTheRunOrWithTheFollower(t *testing.T) {
	t.Parallel()
	folder := newRun(t, run.Store(t.TempDir()))
	require.NoError(t, os.WriteFile(folder.File(run.LogFile), []byte("one\nhalf"), 0o600))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var log bytes.Buffer
	require.ErrorIs(t, run.Follow(ctx, folder, &log), context.Canceled, "it lives: this process prepares it")
	assert.Equal(t, "one\n", log.String())

	change(t, folder, func(s *run.State) { s.Supervisor.Started = "0" })
	log.Reset()
	err := run.Follow(t.Context(), folder, &log)
	require.ErrorContains(t, err, "ended without a result: its process is gone")
	assert.Equal(t, "one\nhalf", log.String(), "what it wrote is shown")
}

func TestAFolderThatIsNotKeptGoesWhenItsFollowerIsGone(t *testing.T) {
	t.Parallel()
	folder, err := run.TemporaryFolder("load", noon)
	require.NoError(t, err)
	change(t, folder, func(s *run.State) { s.Follower = run.Process{PID: os.Getpid(), Started: "0"} })
	start(t, folder, "exit 0")
	assert.Eventually(t, func() bool { _, err := os.Stat(string(folder)); return os.IsNotExist(err) }, time.Minute, time.Millisecond)
}

func TestASupervisorWithoutAPlanSaysSo(t *testing.T) {
	t.Parallel()
	folder := newRun(t, run.Store(t.TempDir()))
	supervisor := exec.CommandContext(t.Context(), os.Args[0])
	supervisor.Env = append(os.Environ(), supervised+"="+string(folder))
	err := run.Start(folder, supervisor, run.Plan{})
	require.ErrorContains(t, err, "the supervisor ended before it had the run")
	assert.True(t, folder.Lives(), "whoever prepares it still has it")
}
