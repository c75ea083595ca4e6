package measure

import (
	"bufio"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestTheCPUOfARunningProcessIsThatOfGetrusage(t *testing.T) {
	spun := 0
	for end := time.Now().Add(200 * time.Millisecond); time.Now().Before(end); {
		spun++
	}
	var before, after syscall.Rusage
	usage := func(into *syscall.Rusage) time.Duration {
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, into); err != nil {
			t.Fatal(err)
		}
		return time.Duration(into.Utime.Nano() + into.Stime.Nano())
	}
	low := usage(&before)
	got, err := CPU([]int{os.Getpid()})
	high := usage(&after)
	if tick := 10 * time.Millisecond; err != nil || got < low-tick || got > high+tick || spun == 0 {
		t.Errorf("%v, outside of [%v, %v]: %v", got, low, high, err)
	}
	if _, err := CPU([]int{1 << 22}); err == nil { // above pid_max
		t.Error("a process that is not there has CPU time")
	}
}

// A shell that starts another one, which holds 50 MB: both are found, and the memory is the inner one's.
func TestATreeHasTheChildrenAndTheirPeak(t *testing.T) {
	cmd := exec.Command("sh", "-c", `sh -c 'x=$(head -c 50000000 /dev/zero | tr "\0" x); echo $$; read stop'; true`)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	inner, _ := strconv.Atoi(strings.TrimSpace(line))
	tree := Tree(cmd.Process.Pid)
	if err != nil || len(tree) != 2 || !slices.Contains(tree, inner) || !Alive(inner) {
		t.Errorf("%v is not %d and %d: %v", tree, cmd.Process.Pid, inner, err)
	}
	if got := Peak(tree); got < 48 || got > 500 {
		t.Errorf("%.0f MiB", got)
	}
	_ = stdin.Close()
	_ = cmd.Wait()
	if Alive(inner) || Peak(tree) != 0 {
		t.Error("who is gone holds nothing")
	}
}

func TestANameCannotHideAParent(t *testing.T) {
	pid, parent, ok := parentage("42 (a) b) S 7 42 42 0")
	if pid != 42 || parent != 7 || !ok {
		t.Errorf("%d %d %v", pid, parent, ok)
	}
	if _, _, ok := parentage("unknown"); ok {
		t.Error("of nothing")
	}
}
