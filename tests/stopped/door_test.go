package stopped

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/featherweight/tests/harness"
)

// supervised is a run of the front door: the command that shows it, and its folder.
type supervised struct {
	*process
	t   *testing.T
	env map[string]string
	dir string // of the run
}

// supervise starts a run in the foreground of nobody, and waits for its folder.
func supervise(t *testing.T, env map[string]string, change ...func(*exec.Cmd)) *supervised {
	t.Helper()
	if env["TEST_RESULTS_DIR"] == "" {
		env = harness.With(env, "TEST_RESULTS_DIR", t.TempDir())
	}
	s := &supervised{t: t, env: env, dir: filepath.Join(env["TEST_RESULTS_DIR"], "latest")}
	s.process = start(t, []string{harness.K6(), "x", "fwhz", "run-websocket", "--skip-health"}, env, change...)
	t.Cleanup(func() { // what a failed test leaves behind
		for _, name := range []string{"supervisor", "k6"} {
			if pid := s.pid(name); pid > 0 && s.state("phase") != "finished" {
				_ = syscall.Kill(pid, sigKILL)
			}
		}
	})
	return s
}

// state is a line of run.state; "" where there is none.
func (s *supervised) state(name string) string {
	text, _ := os.ReadFile(filepath.Join(s.dir, "run.state"))
	if found := regexp.MustCompile("(?m)^" + name + "=(.*)$").FindStringSubmatch(string(text)); found != nil {
		return found[1]
	}
	return ""
}

func (s *supervised) pid(name string) int {
	text, _, _ := strings.Cut(s.state(name), " ")
	pid, _ := strconv.Atoi(text)
	return pid
}

func (s *supervised) log() string {
	text, _ := os.ReadFile(filepath.Join(s.dir, "k6.log"))
	return string(text)
}

// until waits for a phase of the run.
func (s *supervised) until(at phase) {
	s.t.Helper()
	await(s.t, "the phase has come", func() bool { return s.pid("k6") > 0 && at.come(s.log()) }, func() string { return s.screen.String() + s.log() })
}

// over waits for its end, and checks what status tells then.
func (s *supervised) over(words string) {
	s.t.Helper()
	await(s.t, "it is over", func() bool { return s.state("phase") == "finished" }, func() string { return s.screen.String() + s.log() })
	s.status(words)
}

func (s *supervised) status(words string) {
	s.t.Helper()
	told := harness.Command(s.t, []string{harness.K6(), "x", "fwhz", "status"}, s.env)
	if told.Code != 0 || !strings.HasPrefix(told.Stdout, "no test is under way\nlatest: ") || !regexp.MustCompile(words).MatchString(told.Stdout) {
		s.t.Errorf("status is not %q: %s", words, told.Describe())
	}
}

// TestASupervisedRunThatIsStoppedIsToldAsWhatItIs by status, by its exit code and by its files, in every phase.
func TestASupervisedRunThatIsStoppedIsToldAsWhatItIs(t *testing.T) {
	t.Parallel()
	cancel := func(s *supervised) {
		if told := harness.Command(s.t, []string{harness.K6(), "x", "fwhz", "cancel"}, s.env); told.Code != 0 {
			s.t.Errorf("cancel: %s", told.Describe())
		}
	}
	twice := func(s *supervised) { // the first one is not over when the second comes
		pid := s.pid("k6")
		hold(s.t, pid)
		s.signal(sigINT)
		await(s.t, "it is heard", func() bool { return strings.Contains(s.screen.String(), "once more to stop it at once") }, s.screen.String)
		await(s.t, "k6 has it", func() bool { return pending(pid, sigINT) }, s.screen.String)
		s.signal(sigTERM)
		await(s.t, "k6 has both", func() bool { return pending(pid, sigTERM) }, s.screen.String)
		_ = syscall.Kill(pid, syscall.SIGCONT)
	}
	kill := func(names ...string) func(*supervised) {
		return func(s *supervised) {
			for _, name := range names {
				_ = syscall.Kill(s.pid(name), sigKILL)
			}
		}
	}
	const half = `finished at .*, INVALID, exit code 105`
	for _, row := range []struct {
		name, phase string
		stop        func(*supervised)
		code        int // of the command that shows it
		status      string
		files       bool
	}{
		{"cancelled", "setup", cancel, 105, half, true},
		{"cancelled", "idle", cancel, 105, half, true},
		{"cancelled", "ramp", cancel, 105, half, true},
		{"cancelled", "steady", cancel, 105, half, true},
		{"cancelled", "rampdown", cancel, 105, half, true},
		{"cancelled", "last answers", cancel, 105, half, true},
		{"twice", "steady", twice, 105, `finished at .*, no verdict, exit code 105`, false},
		{"k6 killed", "setup", kill("k6"), 137, `finished at .*, no verdict, exit code 137`, false},
		{"k6 killed", "steady", kill("k6"), 137, `finished at .*, no verdict, exit code 137`, false},
		{"all killed", "steady", kill("supervisor", "k6"), 1, `ended without a result: its process is gone`, false},
	} {
		t.Run(row.phase+" "+row.name, func(t *testing.T) {
			t.Parallel()
			at := phases()[row.phase]
			s := supervise(t, environment(target(t, at.faults...), at.env...))
			s.until(at)
			row.stop(s)
			if code := s.code(); code != row.code {
				t.Errorf("exit code %d, not %d\n%s", code, row.code, s.screen)
			}
			if strings.HasPrefix(row.status, "finished") {
				s.over(row.status)
			} else {
				s.status(row.status)
				_ = os.Remove(filepath.Join(s.dir, ".reserve"))
			}
			there, summary := whole(t, s.dir)
			switch {
			case row.files && slices.Equal(there, all()):
				isHalf(t, s.dir, summary)
			case row.files || len(there) > 0:
				t.Errorf("it has left %v\n%s", there, s.log())
			}
		})
	}
}

// hold stops a process, and waits until none of its threads runs any more: one that does may take the next signal.
func hold(t *testing.T, pid int) {
	t.Helper()
	_ = syscall.Kill(pid, syscall.SIGSTOP)
	await(t, "it stands still", func() bool {
		threads, _ := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/stat")
		for _, thread := range threads {
			text, _ := os.ReadFile(thread) //nolint:gosec // of /proc; one that has ended meanwhile does not run
			if _, state, there := strings.Cut(string(text), ") "); there && !strings.HasPrefix(state, "T") {
				return false
			}
		}
		return true
	}, func() string { return "" })
}

// pending says that a process which is held has a signal waiting.
func pending(pid int, signal syscall.Signal) bool {
	text, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	found := regexp.MustCompile(`(?m)^ShdPnd:\s*([0-9a-f]+)$`).FindSubmatch(text)
	if found == nil {
		return false
	}
	bits, _ := strconv.ParseUint(string(found[1]), 16, 64)
	return bits>>(signal-1)&1 == 1
}

// TestAViewerThatNobodyReadsDoesNotHoldUpItsRun nor can it not be ended: its terminal is held (Ctrl-S), or a pipe is full.
func TestAViewerThatNobodyReadsDoesNotHoldUpItsRun(t *testing.T) {
	t.Parallel()
	full := func(t *testing.T) func(*exec.Cmd) {
		t.Helper()
		reader, writer, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _, _ = reader.Close(), writer.Close() })
		size, err := unix.FcntlInt(writer.Fd(), unix.F_SETPIPE_SZ, 4096) // it may be more
		if err != nil {
			t.Fatal(err)
		}
		if _, err := writer.Write(make([]byte, size)); err != nil {
			t.Fatal(err)
		}
		return func(cmd *exec.Cmd) { cmd.Stdout, cmd.Stderr = writer, writer }
	}
	s := supervise(t, environment(target(t)), full(t))
	s.over(`finished at .*, PASS, exit code 0`)
	attached := start(t, []string{harness.K6(), "x", "fwhz", "attach"}, s.env, func(cmd *exec.Cmd) { full(t)(cmd); cmd.Stderr = nil })
	hearing(t, attached.cmd.Process.Pid)
	for _, viewer := range []*process{s.process, attached} {
		ended := make(chan struct{})
		go func() { // however long it takes to hear the first one
			defer close(ended)
			<-viewer.ended
		}()
		await(t, "the viewer ends", func() bool {
			viewer.signal(sigINT)
			select {
			case <-ended:
				return true
			default:
				return false
			}
		}, viewer.screen.String)
	}
	if code := s.code(); code != 0 {
		t.Errorf("exit code %d of a run that passed", code)
	}
	if code := attached.code(); code != 130 {
		t.Errorf("exit code %d of an attach that was interrupted", code)
	}
}

// hearing waits until a process has asked for SIGINT, as far as that can be seen: it waits for something.
func hearing(t *testing.T, pid int) {
	t.Helper()
	await(t, "it is stuck", func() bool {
		for _, name := range []string{"task"} {
			tasks, _ := os.ReadDir(filepath.Join("/proc", strconv.Itoa(pid), name))
			for _, task := range tasks {
				channel, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "task", task.Name(), "wchan"))
				if strings.Contains(string(channel), "pipe_w") {
					return true
				}
			}
		}
		return false
	}, func() string { return "no thread of it is held by a pipe" })
}
