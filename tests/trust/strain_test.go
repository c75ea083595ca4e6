package trust

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// strain is what the load generator suffers from.
type strain struct {
	limit     string        // words of a shell that are said before it becomes k6
	held, let time.Duration // it is stopped for held, goes on for let, and so on
	fullDisk  bool          // where the results go
}

// line is the command line that begins the load generator under strain.
func (s strain) line(line []string) []string {
	if s.limit == "" {
		return line
	}
	return append([]string{"sh", "-c", s.limit + ` && exec "$@"`, "sh"}, line...)
}

// rhythm stops and continues the process until done is closed, once begun is.
func (s strain) rhythm(pid int, begun, done <-chan struct{}) {
	if s.held == 0 {
		return
	}
	select {
	case <-begun:
	case <-done:
		return
	}
	for {
		stopFor(pid, s.held, done)
		select {
		case <-done:
			return
		case <-time.After(s.let):
		}
	}
}

// stopFor stops a process and lets it go on after d, or when done is closed.
func stopFor(pid int, d time.Duration, done <-chan struct{}) {
	_ = syscall.Kill(pid, syscall.SIGSTOP)
	select {
	case <-time.After(d): // the fault itself
	case <-done:
	}
	_ = syscall.Kill(pid, syscall.SIGCONT)
}

// fullDisk is a folder on a file system without room; why not, when this machine does not allow it.
func fullDisk(t *testing.T) (folder, why string) {
	t.Helper()
	folder = t.TempDir()
	if err := mountSmall(folder); err != nil {
		return "", fmt.Sprintf("no file system can be mounted here (%v): it takes root", err)
	}
	t.Cleanup(func() {
		if err := unmount(folder); err != nil {
			t.Errorf("%s stays mounted: %v", folder, err)
		}
	})
	file, err := os.Create(filepath.Join(folder, "full"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	for block := make([]byte, 4<<10); err == nil; {
		_, err = file.Write(block)
	}
	return folder, ""
}
