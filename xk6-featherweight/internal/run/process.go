package run

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Signal is what a run can be told.
type Signal string

// The signals, the gentlest first. Where a system has no signals, each of them ends the process at once.
const (
	Interrupt Signal = "INT"  // k6 ends gracefully, with its summary; the second one ends it at once
	Terminate Signal = "TERM" // likewise
	Kill      Signal = "KILL"
)

// Process is a process of this machine, known by its id and its start, so that another one that got the same id later is
// not taken for it. The zero value is none.
type Process struct {
	PID     int
	Started string // as this system counts it; only to be compared
}

// Self is this process.
func Self() Process {
	p, _ := Identify(os.Getpid())
	return p
}

// Identify finds a process; not ok when there is none, or only its remains.
func Identify(pid int) (p Process, ok bool) {
	if pid <= 0 {
		return Process{}, false
	}
	started, err := startOf(pid)
	return Process{pid, started}, err == nil
}

// String is "PID START"; "" for none.
func (p Process) String() string {
	if p.PID == 0 {
		return ""
	}
	return fmt.Sprintf("%d %s", p.PID, p.Started)
}

// ParseProcess reads what String wrote; the zero value when it is nothing of the kind.
func ParseProcess(text string) Process {
	id, started, _ := strings.Cut(text, " ")
	pid, err := strconv.Atoi(id)
	if err != nil {
		return Process{}
	}
	return Process{pid, started}
}

// Alive says whether it is still there.
func (p Process) Alive() bool {
	now, ok := Identify(p.PID)
	return ok && now == p
}

// errGone is the answer to whoever signals a process that is not there any more.
var errGone = errors.New("the process is gone")

// Signal tells it to end.
func (p Process) Signal(s Signal) error {
	if !p.Alive() {
		return errGone
	}
	return send(p.PID, s)
}
