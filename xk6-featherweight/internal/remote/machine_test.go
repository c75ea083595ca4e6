package remote

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// loginShells are those that somebody may have there.
func loginShells() []string {
	return []string{"sh", "dash", "bash", "ksh", "mksh", "zsh", "csh", "tcsh", "fish"}
}

func TestEveryLoginShellRunsTheSame(t *testing.T) {
	t.Parallel()
	for _, shell := range loginShells() {
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath(shell); err != nil {
				t.Skipf("NOT TRIED: there is no %s on this machine (apt-get install %s)", shell, shell)
			}
			o := newOther(t, shell)
			words := []string{"it's", `"a"`, "$HOME", "`id`", "a  b", "!x", `\n`, "*", "ä"}
			var out bytes.Buffer
			err := o.Ask(t.Context(), Request{Verb: Command, Words: words}, &out, nil)
			f := (*CallError)(nil)
			require.ErrorAs(t, err, &f)
			assert.Equal(t, 105, f.Code)
			assert.Equal(t, strings.Join(words, "|")+"\n", out.String())

			root := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(root, "door.sh"), []byte("new"), 0o755))
			require.NoError(t, o.Send(t.Context(), Suite{Root: root, Parts: []string{"door.sh"}, Binary: o.program}, func() {}))
			text, err := os.ReadFile(o.path("door.sh"))
			require.NoError(t, err)
			assert.Equal(t, "new", string(text))
		})
	}
}

func TestAScriptHoldsNothingThatALoginShellReadsDifferently(t *testing.T) {
	t.Parallel()
	for _, script := range []string{answer, look, receive} {
		assert.False(t, strings.ContainsAny(script, "'\\!\n"), script)
		assert.Less(t, len(script), 1000, "a word of csh")
	}
}

func TestALoginShellMayGreet(t *testing.T) {
	t.Parallel()
	o := newOther(t, "")
	greeter := filepath.Join(t.TempDir(), "greeter")
	require.NoError(t, os.WriteFile(greeter, []byte("#!/bin/sh\nprintf 'Welcome, featherweight-slo-'\nexec sh \"$@\"\n"), 0o755))
	o.Env = append(o.Env, "LOGIN_SHELL="+greeter)
	o.has("run/k6.log", "line\n")
	var log bytes.Buffer
	require.NoError(t, o.Ask(t.Context(), Request{Verb: Log}, &log, nil))
	assert.Equal(t, "line\n", log.String())
}

func TestALoginShellThatRunsNothingIsSaid(t *testing.T) {
	t.Parallel()
	o := newOther(t, "/bin/false")
	err := o.Ask(t.Context(), Request{Verb: Log}, nil, nil)
	require.EqualError(t, err, "far lets us in, but its login shell did not run sh (exit code 1, without a word): ssh far must be able to run commands")
}

func TestTheFolderIsBelowTheHomeDirectoryThere(t *testing.T) {
	t.Parallel()
	for dir, want := range map[string]string{
		"": "./.", "~": "./.", "~/x": "./x", "x": "./x", "/x": "/x", "-x": "./-x", "a b": "./a b", ".featherweight-slo": "./.featherweight-slo",
	} {
		assert.Equal(t, want, Machine{Dir: dir}.dir(), dir)
	}
}

func TestTheWordsOfSSH(t *testing.T) {
	t.Parallel()
	bare := strings.Join(Machine{Host: "far"}.words("x"), " ")
	assert.True(t, strings.HasSuffix(bare, " far exec sh -c 'x'"), bare)
	assert.Contains(t, bare, "-o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=5 -o ServerAliveCountMax=3")
	assert.NotContains(t, bare, " -p ", "the ssh configuration may have another port")
	full := strings.Join(Machine{Host: "far", User: "me", Port: "7", Key: "/k y"}.words("x"), " ")
	assert.Contains(t, full, " -p 7 -i /k y -o IdentitiesOnly=yes me@far exec")
}

func TestWhatNeedsNoConnectionIsCheckedBefore(t *testing.T) {
	t.Parallel()
	require.NoError(t, Machine{Host: "far"}.Check())
	require.ErrorContains(t, Machine{Host: "-oProxyCommand=x"}.Check(), "is no machine")
	require.ErrorContains(t, Machine{Host: "far", Dir: "a\nb"}.Check(), "it must be one line")
	require.EqualError(t, Machine{Host: "far", Key: "/no/key"}.Check(), "SSH_KEY_PATH=/no/key cannot be read: it must be the file of a private key")
}

func TestWithoutSSHItIsSaidHowToGetIt(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	err := Machine{Host: "far"}.Ask(t.Context(), Request{}, nil, nil)
	require.EqualError(t, err, "there is no ssh on this machine: install the client of OpenSSH")
}
