package remote

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The test's own program stands in for ssh, and for the suite's binary on the other machine.
func TestMain(m *testing.M) {
	switch {
	case os.Getenv("STAND_IN") == "":
		os.Exit(m.Run())
	case len(os.Args) == 4 && os.Args[3] == "_there":
		there()
	default:
		ssh(os.Args[1:])
	}
}

// mishap is what goes wrong in one call.
type mishap struct {
	After int64  // so many bytes of the answer; all of them when negative
	Take  int64  // so many bytes of the input are handed on, when it is not 0
	Say   string // on standard error
	Code  int
	Never bool // nothing is run
}

// ssh runs the remote command line with a login shell in a home directory, and has the mishap that comes next.
func ssh(words []string) {
	next := mishap{After: -1}
	dir := os.Getenv("MISHAPS")
	if files, _ := os.ReadDir(dir); len(files) > 0 {
		name := filepath.Join(dir, files[0].Name())
		text, _ := os.ReadFile(name)
		_ = os.Remove(name)
		if err := json.Unmarshal(text, &next); err != nil {
			panic(err)
		}
	}
	fail := func() {
		_, _ = os.Stderr.WriteString(next.Say)
		os.Exit(next.Code)
	}
	if next.Never {
		fail()
	}
	shell := os.Getenv("LOGIN_SHELL")
	cmd := exec.Command(shell, "-c", words[len(words)-1])
	cmd.Dir, cmd.Stderr, cmd.Stdin = os.Getenv("HOME"), os.Stderr, os.Stdin
	if next.Take > 0 {
		cmd.Stdin = io.LimitReader(os.Stdin, next.Take)
	}
	answer, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		panic(err)
	}
	if next.After >= 0 {
		_, _ = io.CopyN(os.Stdout, answer, next.After)
		_ = cmd.Process.Kill()
		fail()
	}
	_, _ = io.Copy(os.Stdout, answer)
	_ = cmd.Wait()
	if next.Code != 0 {
		fail()
	}
	os.Exit(cmd.ProcessState.ExitCode())
}

// there answers requests about the run in the folder "run".
func there() {
	var r Request
	if err := json.NewDecoder(os.Stdin).Decode(&r); err != nil {
		panic(err)
	}
	if r.ID == "none" {
		os.Exit(NoRun)
	}
	switch r.Verb {
	case Log:
		text, _ := os.ReadFile("run/k6.log")
		_, _ = os.Stdout.Write(text[r.Offset:])
	case Results:
		if raw, err := os.ReadFile("raw.tar"); err == nil {
			_, _ = os.Stdout.Write(raw)
		} else if err := Pack(os.Stdout, "run", "k6.log"); err != nil {
			panic(err)
		}
	case Start:
		file, _ := os.OpenFile("started", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if file != nil {
			_, _ = file.WriteString(r.Token)
		}
		fmt.Println(Started + r.ID + "-2")
		fmt.Println("health: fine")
		if r.Type == "sick" {
			_, _ = os.Stderr.WriteString("not started: it is down\n")
			os.Exit(99)
		}
	case Command:
		fmt.Println(strings.Join(r.Words, "|"))
		os.Exit(105)
	}
}

// other is a machine whose home directory has blanks and whatever shells have a meaning for, with a suite in it.
type other struct {
	Machine
	home, mishaps string
	t             *testing.T
}

func newOther(t *testing.T, shell string) *other {
	t.Helper()
	if shell == "" {
		shell = "sh"
	}
	o := &other{home: filepath.Join(t.TempDir(), `a "home" of $USER's!`), mishaps: t.TempDir(), t: t}
	self, err := os.Executable()
	require.NoError(t, err)
	o.Machine = Machine{
		Host: "far", Dir: `the suite's "$HOME"! \n`, program: self,
		Env: append(os.Environ(), "STAND_IN=yes", "MISHAPS="+o.mishaps, "LOGIN_SHELL="+shell, "HOME="+o.home),
	}
	require.NoError(t, os.MkdirAll(o.path("bin"), 0o755))
	require.NoError(t, os.MkdirAll(o.path("run"), 0o755))
	require.NoError(t, os.Symlink(self, o.path("bin/k6")))
	return o
}

func (o *other) path(name string) string { return filepath.Join(o.home, o.Dir, name) }

func (o *other) has(name, text string) {
	o.t.Helper()
	require.NoError(o.t, os.MkdirAll(filepath.Dir(o.path(name)), 0o755))
	require.NoError(o.t, os.WriteFile(o.path(name), []byte(text), 0o644))
}

// next is what goes wrong in the next calls.
func (o *other) next(all ...mishap) {
	o.t.Helper()
	for i, one := range all {
		text, err := json.Marshal(one)
		require.NoError(o.t, err)
		require.NoError(o.t, os.WriteFile(filepath.Join(o.mishaps, fmt.Sprintf("%03d", i)), text, 0o600))
	}
}

// left is how many mishaps have not happened.
func (o *other) left() int {
	files, err := os.ReadDir(o.mishaps)
	require.NoError(o.t, err)
	return len(files)
}

func quick() Patience { return Patience{time.Millisecond, time.Millisecond, time.Hour} }

func lost(say string) mishap { return mishap{Never: true, Code: 255, Say: say} }
