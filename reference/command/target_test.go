package command_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/errext"
	"go.k6.io/k6/v2/errext/exitcodes"

	"github.com/featherweight/reference/command"
	"github.com/featherweight/reference/internal/target"
)

// argsVariable holds the arguments of a target that runs as a process of its own, as JSON.
const argsVariable = "FWHZ_TEST_TARGET_ARGS"

// TestTargetProcess is not a test: it is the main function of the processes that the tests start. It does with an error
// what k6 does.
func TestTargetProcess(t *testing.T) {
	text, set := os.LookupEnv(argsVariable)
	if !set {
		t.Skip("only for the processes of other tests")
	}
	var args []string
	require.NoError(t, json.Unmarshal([]byte(text), &args))
	cmd := command.Target(os.Stdout)
	cmd.SetArgs(args)
	code := 0
	if err := cmd.Execute(); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		code = 255
		var coded errext.HasExitCode
		if errors.As(err, &coded) {
			code = int(coded.ExitCode())
		}
	}
	os.Exit(code)
}

// process is a target in a process of its own.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	stdout bytes.Buffer
	stderr *bufio.Reader
}

func startProcess(t *testing.T, args ...string) *process {
	t.Helper()
	text, err := json.Marshal(args)
	require.NoError(t, err)
	p := &process{t: t, cmd: exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestTargetProcess$")}
	p.cmd.Env = append(os.Environ(), argsVariable+"="+string(text))
	p.cmd.Stdout = &p.stdout
	stderr, err := p.cmd.StderrPipe()
	require.NoError(t, err)
	p.stderr = bufio.NewReader(stderr)
	require.NoError(t, p.cmd.Start())
	return p
}

// line returns the next line of standard error.
func (p *process) line() string {
	p.t.Helper()
	line, err := p.stderr.ReadString('\n')
	require.NoError(p.t, err)
	return strings.TrimSuffix(line, "\n")
}

// wait returns the exit code, and what else there was on standard error.
func (p *process) wait() (int, string) {
	p.t.Helper()
	rest, err := io.ReadAll(p.stderr)
	require.NoError(p.t, err)
	err = p.cmd.Wait()
	if err != nil {
		require.ErrorAs(p.t, err, new(*exec.ExitError))
	}
	return p.cmd.ProcessState.ExitCode(), string(rest)
}

// free are arguments for ports that nobody else has.
func free(more ...string) []string {
	return append([]string{"--api", "127.0.0.1:0", "--chat", "127.0.0.1:0", "--admin", "127.0.0.1:0"}, more...)
}

func TestTargetTellsTheTruthWhenItIsStopped(t *testing.T) {
	t.Parallel()
	for _, signal := range []os.Signal{syscall.SIGTERM, syscall.SIGINT} {
		ready := filepath.Join(t.TempDir(), "ready.json")
		p := startProcess(t, free("--ready-file", ready, "--token-interval", "1h", "--ttft", "0")...)
		line := p.line()
		content, err := os.ReadFile(ready)
		require.NoError(t, err)
		var at struct {
			API, Chat, Admin string
			PID              int
		}
		require.NoError(t, json.Unmarshal(content, &at))
		assert.Equal(t, p.cmd.Process.Pid, at.PID)
		assert.Equal(t, "fwhz target is ready: API "+at.API+", chat "+at.Chat+"/api/chat, admin "+at.Admin, line)
		ws, resp, err := websocket.DefaultDialer.DialContext(t.Context(), at.Chat+"/api/chat", nil)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.NoError(t, ws.WriteMessage(websocket.TextMessage, []byte(`{"type":"user_message","messageId":"m"}`)))
		_, _, err = ws.ReadMessage() // the first token; the next would come in an hour
		require.NoError(t, err)
		require.NoError(t, p.cmd.Process.Signal(signal))
		_, _, err = ws.ReadMessage()
		assert.True(t, websocket.IsCloseError(err, websocket.CloseGoingAway), err)
		require.NoError(t, ws.Close())
		code, rest := p.wait()
		assert.Zero(t, code)
		assert.Empty(t, rest)
		assert.NoFileExists(t, ready)
		out := p.stdout.String()
		assert.Equal(t, 1, strings.Count(out, "\n"), "one line: %s", out)
		var truth target.Truth
		require.NoError(t, json.Unmarshal([]byte(out), &truth))
		assert.Equal(t, int64(1), truth.Connections)
		assert.Equal(t, int64(1), truth.TurnsCut)
		assert.Equal(t, int64(1), truth.Tokens)
		assert.InDelta(t, truth.Hz, float64(truth.Ticks)/truth.Seconds, 1e-9)
	}
}

func TestTargetRefusesInOneLine(t *testing.T) {
	t.Parallel()
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, taken.Close()) }()
	for want, args := range map[string][]string{
		"fwhz target: the api port " + taken.Addr().String() + " is already in use": {"--api", taken.Addr().String()},
		`fwhz target: unknown fault "dorp": known are loop_hz`:                      free("--fault", "dorp=1"),
		`fwhz target: fault drop: "2" is not allowed: it takes 0..1`:                free("--fault", "drop=2"),
		"fwhz target: hz: 0 is not allowed":                                         free("--hz", "0"),
		`fwhz target: invalid argument "many" for "--tokens" flag`:                  free("--tokens", "many"),
		"fwhz target: unknown flag: --port":                                         free("--port", "1"),
		"fwhz target: failed to listen on the admin port 0.0.0.0:0 (--admin)":       {"--admin", "0.0.0.0:0"},
	} {
		p := startProcess(t, args...)
		line := p.line()
		assert.True(t, strings.HasPrefix(line, want), line)
		code, rest := p.wait()
		assert.Equal(t, int(exitcodes.InvalidConfig), code)
		assert.Empty(t, rest, "no usage, no second line")
		assert.Empty(t, p.stdout.String())
	}
}

func TestTargetCannotWriteItsReadyFile(t *testing.T) {
	t.Parallel()
	p := startProcess(t, free("--ready-file", filepath.Join(t.TempDir(), "nowhere", "ready.json"))...)
	assert.Contains(t, p.line(), "fwhz target: failed to write ")
	code, rest := p.wait()
	assert.NotZero(t, code)
	assert.Empty(t, rest)
}

func TestTargetEndsWithItsContextAndWritesItsReadings(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ready, readings := filepath.Join(dir, "ready.json"), filepath.Join(dir, "readings.json")
	require.NoError(t, os.WriteFile(ready, []byte("stale"), 0o600))
	stderr, announced := io.Pipe()
	var stdout bytes.Buffer
	cmd := command.Target(&stdout)
	cmd.SetErr(announced)
	cmd.SetArgs(free("--ready-file", ready, "--fault", "loop_hz=50", "--admin", "", "--readings-file", readings))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- cmd.ExecuteContext(ctx) }()
	line, err := bufio.NewReader(stderr).ReadString('\n')
	require.NoError(t, err)
	assert.Contains(t, line, "API http://127.0.0.1:")
	assert.Contains(t, line, "chat ws://127.0.0.1:")
	assert.Contains(t, line, "admin off")
	content, err := os.ReadFile(ready)
	require.NoError(t, err)
	assert.NotContains(t, string(content), "stale")
	assert.NotContains(t, string(content), "admin")
	cancel()
	require.NoError(t, <-ended)
	assert.NoFileExists(t, ready)
	assert.Contains(t, stdout.String(), `"errors":{"loop_hz":1}`)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 1, "only the readings are left")
	text, err := os.ReadFile(readings)
	require.NoError(t, err)
	assert.Equal(t, "[]\n", string(text), "nobody has read the loop")
}

func TestTargetHelpListsEveryFault(t *testing.T) {
	t.Parallel()
	var help bytes.Buffer
	cmd := command.Target(io.Discard)
	cmd.SetOut(&help)
	cmd.SetArgs([]string{"--help"})
	require.NoError(t, cmd.Execute())
	assert.Contains(t, help.String(), target.FaultHelp())
	for _, flag := range []string{"--api", "--chat", "--admin", "--ready-file", "--fault", "--hz", "--seed"} {
		assert.Contains(t, help.String(), flag+" ")
	}
}
