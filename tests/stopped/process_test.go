package stopped

import (
	"context"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
)

// patience is how long a test waits for what must come; what comes late on a busy machine is no failure.
const patience = 90 * time.Second

// process is a program that a test has started and may stop.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	screen *harness.Screen
	ended  chan struct{}
}

// start starts a command line with that environment; change is for what else it is to have.
func start(t *testing.T, line []string, env map[string]string, change ...func(*exec.Cmd)) *process {
	t.Helper()
	p := &process{t: t, screen: &harness.Screen{}, ended: make(chan struct{}), cmd: exec.CommandContext(context.Background(), line[0], line[1:]...)}
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = harness.Root(), p.screen, p.screen
	p.cmd.WaitDelay = time.Second // a supervisor may hold its output
	p.cmd.Env = os.Environ()
	for name, value := range env {
		p.cmd.Env = append(p.cmd.Env, name+"="+value)
	}
	for _, one := range change {
		one(p.cmd)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatalf("start %s: %v; build it with: make k6", strings.Join(line, " "), err)
	}
	go func() {
		_ = p.cmd.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.ended
	})
	return p
}

// code waits for the end, and is the exit code as a shell has it: 128 and its number for a signal.
func (p *process) code() int {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		p.t.Fatalf("it did not end:\n%s", p.screen)
	}
	if status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return p.cmd.ProcessState.ExitCode()
}

func (p *process) signal(s syscall.Signal) { _ = p.cmd.Process.Signal(s) }

// await waits until something is so.
func await(t *testing.T, what string, so func() bool, told func() string) {
	t.Helper()
	end := time.Now().Add(patience)
	for look := time.NewTicker(20 * time.Millisecond); !so(); <-look.C {
		if time.Now().After(end) {
			t.Fatalf("waited in vain until %s; it says:\n%s", what, told())
		}
	}
}

// progress is a line of k6's: users that are there, of how many. The observer is one of them.
var progress = regexp.MustCompile(`(?m)^running \(.*\), (\d+)/(\d+) VUs`)

// users are those of each line of progress, the observer not counted, and how many there are to be.
func users(text string) (seen []int, all int) {
	for _, line := range progress.FindAllStringSubmatch(text, -1) {
		now, _ := strconv.Atoi(line[1])
		of, _ := strconv.Atoi(line[2])
		seen, all = append(seen, max(now-1, 0)), of-1
	}
	return seen, all
}
