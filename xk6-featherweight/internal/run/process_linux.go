package run

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// startOf is the 22nd field of /proc/PID/stat: ticks since the machine was started, which no change of its clock moves.
func startOf(pid int) (string, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", err
	}
	// The name of the command stands in front in brackets, and may hold anything.
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if len(fields) < 20 || string(fields[0]) == "Z" {
		return "", errGone
	}
	return string(fields[19]), nil
}

// Hears says whether the process handles the signal. A k6 that has just been started does not yet, and the default of
// SIGINT would end it without a summary.
func (p Process) Hears(s Signal) bool {
	number, ok := map[Signal]syscall.Signal{Interrupt: syscall.SIGINT, Terminate: syscall.SIGTERM}[s]
	if !ok {
		return true
	}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.PID))
	if err != nil {
		return true
	}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		if mask, found := strings.CutPrefix(lines.Text(), "SigCgt:"); found {
			bits, err := strconv.ParseUint(strings.TrimSpace(mask), 16, 64)
			return err != nil || bits>>(number-1)&1 == 1
		}
	}
	return true
}
