package command

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/remote"
	"github.com/featherweight/xk6-featherweight/internal/run"
)

// standInForSSH is a script that is called instead of ssh, with what it was asked in $asked and a folder of its own in $0/...
func standInForSSH(t *testing.T, script string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	text := "#!/bin/sh\ncd '" + dir + "' || exit\nasked=$(cat)\n" + script
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ssh"), []byte(text), 0o755))
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	return dir
}

const refused = `echo "ssh: connect to host far port 22: Connection refused" >&2; exit 255`

// away is a run that is on another machine.
func away(t *testing.T, d *door) run.Folder {
	t.Helper()
	folder, err := d.store().NewFolder("", "load", time.Now())
	require.NoError(t, err)
	require.NoError(t, folder.Change(func(s *run.State) { s.Host = run.Host{Name: "far", Dir: "x", ID: "there-2"} }))
	return folder
}

func briefly() remote.Patience {
	return remote.Patience{First: time.Millisecond, Longest: time.Millisecond}
}

func TestARunIsFetchedWithItsExitCode(t *testing.T) {
	dir := standInForSSH(t, `echo featherweight-slo-there; echo "$asked" >>asked
		case $asked in *\"log\"*) echo "its log" ;; *\"results\"*) cat pack ;; esac`)
	d, out := aDoor(t, t.TempDir())
	from := t.TempDir()
	for name, text := range map[string]string{
		"summary.json": "fetched", "run.state": "phase=finished\nexit_code=99\n", "k6.log": "evil", "config.env": "evil", "remote.state": "evil",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(from, name), []byte(text), 0o600))
	}
	var pack bytes.Buffer
	require.NoError(t, remote.Pack(&pack, from))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "pack"), pack.Bytes(), 0o600))
	folder := away(t, d)
	require.NoError(t, folder.Change(func(s *run.State) { s.Follower = run.Self() })) // it is not kept
	require.NoError(t, os.WriteFile(folder.File(run.ConfigFile), []byte("ours"), 0o600))
	require.NoError(t, os.WriteFile(folder.File("summary.json"), []byte("old"), 0o600))
	state, err := folder.State()
	require.NoError(t, err)
	state.Supervisor = run.Process{}
	assert.True(t, d.unfetched(folder, state))

	err = d.fetch(t.Context(), folder, briefly())
	require.Equal(t, failure{code: 99}, err)
	assert.Equal(t, "its log\n", out.String())
	for name, want := range map[string]string{"summary.json": "fetched", "config.env": "ours", "k6.log": "", "remote.state": "phase=finished\nexit_code=99\n"} {
		text, err := os.ReadFile(folder.File(name))
		require.NoError(t, err)
		assert.Equal(t, want, string(text), name)
	}
	after, err := folder.State()
	require.NoError(t, err)
	assert.Equal(t, "there-2", after.Host.ID, "the state here stays")
	assert.NoDirExists(t, folder.File(fetched))
	assert.False(t, d.unfetched(folder, state))
	asked, err := os.ReadFile(filepath.Join(dir, "asked"))
	require.NoError(t, err)
	assert.Contains(t, string(asked), `"forget","ID":"there-2"`)
}

func TestARunThatCannotBeFetchedIsSaidWithWhatToDo(t *testing.T) {
	for said, want := range map[string]string{
		`echo "far: Permission denied (publickey)." >&2; exit 255`: "the run on far cannot be fetched any more (far: Permission denied (publickey).: SSH_USER and SSH_KEY_PATH must name a user " +
			"and a key that may log in there without a password); it may go on there: ./run-slo-testing.sh attach takes it up again",
		`echo featherweight-slo-there; exit 82`: "there is no run there-2 on far: it was not started, or it was removed there",
	} {
		standInForSSH(t, said)
		d, _ := aDoor(t, t.TempDir())
		require.Equal(t, failure{text: want, code: 1}, d.fetch(t.Context(), away(t, d), briefly()))
	}
}

func TestAMachineOutOfReachDoesNotKeepAnybodyWaiting(t *testing.T) {
	standInForSSH(t, refused)
	d, out := aDoor(t, t.TempDir())
	folder := away(t, d)
	fetching := exec.Command("sleep", "600")
	require.NoError(t, fetching.Start())
	process, ok := run.Identify(fetching.Process.Pid)
	require.True(t, ok)
	require.NoError(t, folder.Change(func(s *run.State) { s.K6 = process }))
	require.Error(t, d.tellThere(t.Context(), folder, run.Interrupt))
	assert.True(t, process.Alive(), "the connection may be back soon")
	require.NoError(t, d.tellThere(t.Context(), folder, run.Kill))
	require.Error(t, fetching.Wait(), "a signal has ended it")
	assert.Contains(t, out.String(), "far could not be told to stop the run (ssh: connect to host far port 22: Connection refused")
	assert.Contains(t, out.String(), "only its fetching is ended here; ./run-slo-testing.sh attach takes it up again")
}

func TestARunIsAskedForWhereItIsKnown(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	d, _ := aDoor(t, root)
	assert.False(t, d.onlyThere(""), "no SSH_HOST")
	d, _ = aDoor(t, root, "SSH_HOST=far")
	assert.True(t, d.onlyThere(""), "no run here")
	_, err := d.store().NewFolder("here", "load", time.Now())
	require.NoError(t, err)
	assert.True(t, d.onlyThere(""), "a run that is here alone")
	folder := away(t, d)
	require.NoError(t, d.store().Forget(run.Folder(filepath.Join(string(d.store()), "here"))))
	assert.False(t, d.onlyThere(""), "that one is fetched here")
	assert.False(t, d.onlyThere(folder.Name()))
	assert.True(t, d.onlyThere("another"))
}

func TestAskingThereHasTheExitCodeThere(t *testing.T) {
	standInForSSH(t, `echo featherweight-slo-there; echo "$asked" | tail -n 1; exit 105`)
	d, out := aDoor(t, t.TempDir(), "SSH_HOST=far")
	require.Equal(t, failure{code: 105}, d.askThere(t.Context(), "logs", []string{"-f", "x"}))
	assert.Contains(t, out.String(), `"Words":["logs","-f","x"]`)
	standInForSSH(t, refused)
	err := d.askThere(t.Context(), "status", nil)
	require.EqualError(t, err, "SSH to far does not work: ssh: connect to host far port 22: Connection refused: is the machine up, and is SSH_PORT right?")
}

func TestAScriptIsFoundThereByItsPlaceInScripts(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	d, _ := aDoor(t, root)
	require.NoError(t, os.MkdirAll(filepath.Join(root, "scripts", "sub"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(root, "scripts", "sub", "x.js"), nil, 0o600))
	link := filepath.Join(t.TempDir(), "link")
	require.NoError(t, os.Symlink(root, link))
	for script, want := range map[string]string{
		filepath.Join(root, "scripts", "sub", "x.js"): "scripts/sub/x.js", filepath.Join(link, "scripts", "sub", "x.js"): "scripts/sub/x.js",
		filepath.Join(root, "x.js"): "", filepath.Join(root, "scripts2", "x.js"): "", "/x.js": "",
	} {
		got, ok := d.belowScripts(script)
		assert.Equal(t, want, got, script)
		assert.Equal(t, want != "", ok)
	}
}

func TestTheMachineIsAsTheVariablesSay(t *testing.T) {
	t.Parallel()
	d, _ := aDoor(t, "/root", "SSH_HOST=far", "SSH_PORT=22", "SSH_KEY_PATH=~/.ssh/id", "SSH_DIR=~/x")
	assert.Equal(t, run.Host{Name: "far", Key: "/root/.ssh/id", Dir: "~/x"}, d.host(), "the ssh configuration may have another port")
	d, _ = aDoor(t, "/root", "SSH_HOST=far", "SSH_PORT=2222", "SSH_USER=me")
	assert.Equal(t, run.Host{Name: "far", User: "me", Port: "2222", Dir: ".featherweight-slo"}, d.host())
}
