package stopped

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/featherweight/tests/harness"
)

// smallDisk is a folder with a disk of its own, where this user may have one; else it is an ordinary one, and what is
// started gets a limit of file sizes. fill makes no room left.
func smallDisk(t *testing.T) (dir string, fill func(), change func(*exec.Cmd)) {
	t.Helper()
	dir = t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=512k"); err != nil {
		t.Logf("no disk of its own (%v): a limit of file sizes stands for it", err)
		return dir, func() {}, func(cmd *exec.Cmd) {
			cmd.Args = append([]string{"bash", "-c", `ulimit -f 4 && exec "$@"`, "bash"}, cmd.Args...)
			cmd.Path, cmd.Err = exec.LookPath("bash")
		}
	}
	t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) })
	return dir, func() {
		file, err := os.Create(filepath.Join(dir, "filler"))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = file.Close() }()
		if _, err := io.Copy(file, zeros{}); err == nil {
			t.Fatal("the disk never was full")
		}
	}, func(*exec.Cmd) {}
}

// zeros is a reader without an end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// TestADiskThatIsFullAtTheEndIsToldAndIsNoSuccess of a run that met every objective: nothing shows it.
func TestADiskThatIsFullAtTheEndIsToldAndIsNoSuccess(t *testing.T) {
	t.Parallel()
	dir, fill, limited := smallDisk(t)
	s := supervise(t, harness.With(environment(target(t)), "TEST_RESULTS_DIR", dir), limited)
	s.until(phases()["steady"])
	fill()
	if code := s.code(); code != 1 {
		t.Errorf("exit code %d, not 1\n%s", code, s.screen)
	}
	if text := s.screen.String(); !strings.Contains(text, "the test met its objectives, but summary.json could not be written there") {
		t.Errorf("it does not say what is missing:\n%s", text)
	}
	s.over(`finished at .*, no verdict, exit code 1`)
	if there, _ := whole(t, s.dir); len(there) > 0 {
		t.Errorf("it has left %v", there)
	}
}

// TestADiskThatIsFullAtTheBeginningIsOneLine that says so, and leaves nothing that looks like a run.
func TestADiskThatIsFullAtTheBeginningIsOneLine(t *testing.T) {
	t.Parallel()
	dir, fill, _ := smallDisk(t)
	fill()
	if _, err := os.Stat(filepath.Join(dir, "filler")); err != nil {
		harness.LeaveOut(t, "a full disk", "only root can mount one")
	}
	told := harness.Command(t, []string{harness.K6(), "x", "fwhz", "run-websocket", "--skip-health"}, harness.With(environment(target(t)), "TEST_RESULTS_DIR", dir))
	if told.Code != 1 || !strings.Contains(told.Stderr, "(no space left on device): make room on that disk, or set TEST_RESULTS_DIR") || strings.Count(told.Stderr, "\n") != 1 {
		t.Errorf("not one line that says what to do: %s", told.Describe())
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("it has left %v", entries)
	}
}

// TestAFolderThatIsTakenAwayInTheMiddle can be read, but not written any more: what becomes of the run is told all the same.
func TestAFolderThatIsTakenAwayInTheMiddle(t *testing.T) {
	t.Parallel()
	var as func(*exec.Cmd)
	dir, id := t.TempDir(), os.Getuid()
	if id == 0 { // whom no permission stops
		id = 65534
		as = func(cmd *exec.Cmd) {
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		}
		probe := exec.CommandContext(t.Context(), harness.K6(), "version")
		as(probe)
		probe.Env = append(os.Environ(), "HOME="+dir)
		for at := dir; at != os.TempDir() && at != "/"; at = filepath.Dir(at) { // which testing makes for itself alone
			if err := os.Chmod(at, 0o755); err != nil { //nolint:gosec // others are to reach it
				t.Fatal(err)
			}
		}
		if err := os.Chown(dir, id, id); err != nil {
			t.Fatal(err)
		}
		if err := probe.Run(); err != nil {
			harness.LeaveOut(t, "a folder that is taken away", "another user cannot start "+harness.K6()+": "+err.Error())
		}
	}
	env := harness.With(environment(target(t)), "TEST_RESULTS_DIR", dir, "HOME", dir, "TMPDIR", dir)
	change := []func(*exec.Cmd){}
	if as != nil {
		change = append(change, as)
	}
	s := supervise(t, env, change...)
	s.until(phases()["steady"])
	folder, err := filepath.EvalSymlinks(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(folder, 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(folder, 0o700) })
	if code := s.code(); code != 1 {
		t.Errorf("exit code %d, not 1\n%s", code, s.screen)
	}
	if text := s.screen.String(); !strings.Contains(text, "summary.json cannot be written (permission denied)") {
		t.Errorf("it does not say what is wrong:\n%s", text)
	}
	s.over(`finished at .*, no verdict, exit code 1`)
}
