package files_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/featherweight/xk6-featherweight/internal/files"
)

func write(t *testing.T, name, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(text)
}

// names are those in a folder.
func names(t *testing.T, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, entry := range entries {
		all = append(all, entry.Name())
	}
	return all
}

func TestAFileIsReplacedAndNothingElseIsLeft(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, "file")
	require.NoError(t, files.WriteWhole(name, []byte("one"), 0o600))
	old, err := os.Open(name)
	require.NoError(t, err)
	require.NoError(t, files.WriteWhole(name, []byte("two"), 0o600))
	assert.Equal(t, "two", read(t, name))
	text := make([]byte, 9)
	n, err := old.Read(text)
	require.NoError(t, err)
	assert.Equal(t, "one", string(text[:n]), "who reads it sees the old one or the new one")
	require.NoError(t, old.Close())
	assert.Equal(t, []string{"file"}, names(t, dir))
}

func TestTheUmaskCounts(t *testing.T) { //nolint:paralleltest // it is that of the process
	dir := t.TempDir()
	defer syscall.Umask(syscall.Umask(0o077))
	require.NoError(t, files.WriteWhole(filepath.Join(dir, "file"), nil, 0o666))
	info, err := os.Stat(filepath.Join(dir, "file"))
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o600), info.Mode())
}

func TestALinkIsFollowed(t *testing.T) {
	t.Parallel()
	dir, elsewhere := t.TempDir(), t.TempDir()
	write(t, filepath.Join(elsewhere, "file"), "old")
	require.NoError(t, os.Symlink(filepath.Join(elsewhere, "file"), filepath.Join(dir, "link")))
	require.NoError(t, files.WriteWhole(filepath.Join(dir, "link"), []byte("new"), 0o600))
	assert.Equal(t, "new", read(t, filepath.Join(elsewhere, "file")))
	info, err := os.Lstat(filepath.Join(dir, "link"))
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&fs.ModeSymlink)
}

// An open file of this process that has no name of its own to be replaced: who has it open goes on in it.
func TestAnOpenFileIsAppendedTo(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		t.Skip("there is no /proc here")
	}
	name := filepath.Join(t.TempDir(), "log")
	write(t, name, "what others wrote\n")
	log, err := os.OpenFile(name, os.O_WRONLY|os.O_APPEND, 0)
	require.NoError(t, err)
	defer func() { _ = log.Close() }()
	at := fmt.Sprintf("/proc/self/fd/%d", log.Fd())
	require.NoError(t, files.Writable(at))
	require.NoError(t, files.WriteWhole(at, []byte("ours\n"), 0o600))
	_, err = log.WriteString("and more\n")
	require.NoError(t, err)
	assert.Equal(t, "what others wrote\nours\nand more\n", read(t, name))
}

func TestAPipeIsWrittenIntoAndOneThatNobodyReadsIsAnError(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	err := files.WriteWhole(pipe, []byte("text"), 0o600)
	require.ErrorIs(t, err, syscall.ENXIO)
	assert.Equal(t, "nobody reads it", files.Remedy(err, "."))
	reader, err := os.OpenFile(pipe, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	require.NoError(t, err)
	require.NoError(t, files.WriteWhole(pipe, []byte("text"), 0o600))
	text := make([]byte, 9)
	n, err := reader.Read(text)
	require.NoError(t, err)
	assert.Equal(t, "text", string(text[:n]))
	require.NoError(t, reader.Close())
	info, err := os.Stat(pipe)
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&fs.ModeNamedPipe, "it was not replaced")
}

// alone makes a file that cannot be replaced, as one that is mounted alone into a container.
func alone(t *testing.T, name string) {
	t.Helper()
	if os.Getuid() != 0 {
		dir := filepath.Dir(name)
		require.NoError(t, os.Chmod(dir, 0o500))
		t.Cleanup(func() { _ = os.Chmod(dir, 0o700) })
		return
	}
	if err := unix.Mount(name, name, "", unix.MS_BIND, ""); err != nil { // no permission stops root
		t.Skipf("SKIPPED: this root may not mount: %v", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(name, unix.MNT_DETACH) })
}

func TestAFileThatCannotBeReplacedIsWrittenInItsPlace(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "file")
	write(t, name, "something that is longer")
	alone(t, name)
	require.NoError(t, files.Writable(name))
	require.NoError(t, files.WriteWhole(name, []byte("new"), 0o600))
	assert.Equal(t, "new", read(t, name))
	assert.Equal(t, []string{"file"}, names(t, filepath.Dir(name)))
}

func TestWhatCannotBeWrittenIsSaidInAFewWords(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	err := files.WriteWhole(filepath.Join(dir, "none", "file"), nil, 0o600)
	require.EqualError(t, files.Reason(err), "no such file or directory")
	assert.Equal(t, "make that folder", files.Remedy(err, dir))
	require.Error(t, files.Writable(filepath.Join(dir, "none", "file")))
	write(t, filepath.Join(dir, "file"), "")
	err = files.WriteWhole(filepath.Join(dir, "file", "file"), nil, 0o600)
	assert.Contains(t, files.Remedy(err, dir), `permission is missing or it is no directory; give it to this user with "sudo chown -R `)
	assert.Contains(t, files.Remedy(&fs.PathError{Err: syscall.ENOSPC}, dir), "make room on that disk")
	assert.Contains(t, files.Remedy(&fs.PathError{Err: syscall.EROFS}, dir), "read-only")
	assert.Contains(t, files.Remedy(&fs.PathError{Err: syscall.EMFILE}, dir), "ulimit -n")
	assert.Equal(t, []string{"file"}, names(t, dir))
}
