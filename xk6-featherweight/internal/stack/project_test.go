package stack_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/stack"
)

func TestWhatIsMissingIsOneLineThatSaysWhatToDo(t *testing.T) {
	t.Parallel()
	for want, e := range map[string]*engine{
		"Docker is not installed, and this needs it: https://docs.docker.com/engine/install; tests run without it (RUNNER=native)": {
			absent: []string{"docker", "podman"},
		},
		`Docker does not answer (permission denied): start it with "sudo systemctl start docker", or add yourself to the group docker`: {
			fails: map[string]string{"docker info": "first\npermission denied"},
		},
		`Podman does not answer (no machine): "podman info" shows it`: {
			absent: []string{"docker"}, fails: map[string]string{"podman info": "no machine"},
		},
		"Docker is there, but Compose is not: install the package docker-compose-plugin (or docker-compose)": {
			absent: []string{"docker-compose"}, fails: map[string]string{"docker compose": "no such command"},
		},
		"Podman is there, but Compose is not: install the package podman-compose-plugin (or podman-compose)": {
			absent: []string{"docker", "podman-compose"}, fails: map[string]string{"podman compose": "no such command"},
		},
	} {
		p, _ := e.project()
		assert.EqualError(t, p.Need(t.Context()), want)
	}
}

func TestComposeIsCalledAsItIsSpelledHere(t *testing.T) {
	t.Parallel()
	const file = " --project-name k6-tests -f /suite/docker-compose.yml"
	for want, e := range map[string]*engine{
		"docker compose" + file + " --project-directory /suite": {},
		"docker-compose" + file + " --project-directory /suite": {fails: map[string]string{"docker compose": "no such command"}},
		"podman compose" + file:                                 {absent: []string{"docker"}},
		"podman-compose" + file:                                 {absent: []string{"docker"}, fails: map[string]string{"podman compose": "no such command"}},
	} {
		p, _ := e.project()
		require.NoError(t, p.DownAll(t.Context()))
		assert.Equal(t, []string{
			want + " --profile monitoring --profile load-test --profile health --profile comprehensive --profile demo down --remove-orphans",
		}, e.called(" down "))
	}
}

func TestTheEnvironmentCanNameAnotherProject(t *testing.T) {
	t.Parallel()
	e := &engine{says: map[string]string{"ps -a": "mine-a\nmine-b"}}
	p, _ := e.project("COMPOSE_PROJECT_NAME=mine", "SECRET=geheim")
	names, err := p.Containers(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"mine-a", "mine-b"}, names)
	assert.Equal(t, []string{"docker ps -a --filter label=com.docker.compose.project=mine --format {{.Names}}"}, e.called(" ps "))
	assert.Equal(t, []string{"COMPOSE_PROJECT_NAME=mine", "SECRET=geheim"}, e.env)
}

func TestAnEngineIsAskedOnce(t *testing.T) {
	t.Parallel()
	e := &engine{}
	p, _ := e.project()
	assert.True(t, p.Answers(t.Context()))
	require.NoError(t, p.Need(t.Context()))
	require.NoError(t, p.Need(t.Context()))
	assert.Equal(t, []string{"docker info", "docker compose version"}, e.calls)
}

// The other tests replace the call of a program; this one is about it.
func TestAProgramGetsItsEnvironmentAloneAndWhatItSaysIsShown(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in is a shell script")
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "docker")
	require.NoError(t, os.WriteFile(program, []byte("#!/bin/sh\necho \"$WORD $HOME $PWD $1\"; exit 7\n"), 0o700)) //nolint:gosec // it must be run
	var said bytes.Buffer
	p := stack.New("/suite", nil, nil)
	err := p.Run(t.Context(), stack.Call{Words: []string{program, "info"}, Env: []string{"WORD=here"}, Dir: dir, Out: &said, Err: &said})
	require.EqualError(t, err, "exit status 7")
	assert.Equal(t, "here  "+dir+" info\n", said.String())
	require.ErrorIs(t, p.Run(t.Context(), stack.Call{Words: []string{"there-is-no-such-program"}}), exec.ErrNotFound)
}

func TestASignalIsSentUntilTheContainerHasBegun(t *testing.T) {
	t.Parallel()
	e := &engine{}
	p, _ := e.project()
	tries := 0
	p.Run = func(ctx context.Context, c stack.Call) error {
		if c.Words[1] == "kill" {
			if tries++; tries < 3 {
				_, _ = c.Err.Write([]byte("No such container"))
				return exec.ErrWaitDelay
			}
		}
		return e.run(ctx, c)
	}
	require.NoError(t, p.Kill(t.Context(), "k6-tests-1", "INT"))
	assert.Equal(t, []string{"docker kill --signal INT k6-tests-1"}, e.called(" kill "))
	assert.Equal(t, 3, tries)
}

func TestAContainerThatNeverBeginsIsNotWaitedForLongerThanTheCallerWants(t *testing.T) {
	t.Parallel()
	e := &engine{fails: map[string]string{" kill ": "No such container: x"}}
	p, _ := e.project()
	require.NoError(t, p.NeedEngine(t.Context()))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.EqualError(t, p.Kill(ctx, "x", "INT"), "the container x could not be told to end (No such container: x): docker ps shows what runs")
}
