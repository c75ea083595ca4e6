package run

import (
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"

	"golang.org/x/sys/windows"
)

// startOf is the time at which the system says the process was created.
func startOf(pid int) (string, error) {
	process, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(pid))
	if err != nil {
		return "", err
	}
	defer func() { _ = windows.CloseHandle(process) }()
	var created, exited, kernel, user windows.Filetime
	if err := windows.GetProcessTimes(process, &created, &exited, &kernel, &user); err != nil {
		return "", err
	}
	if exited.Nanoseconds() > created.Nanoseconds() {
		return "", errGone // somebody still holds a handle of it
	}
	return strconv.FormatInt(created.Nanoseconds(), 10), nil
}

// Hears says whether the process handles the signal. There are none here.
func (Process) Hears(Signal) bool { return true }

// send ends the process: there is no other signal for one that has no console in common with this one.
func send(pid int, _ Signal) error {
	process, err := os.FindProcess(pid)
	if err != nil {
		return err
	}
	return process.Kill()
}

// Stop ends a process that this one has started: it cannot be asked.
func Stop(p *os.Process) error { return p.Kill() }

// Apart puts a command into a group of its own without a console, so that it survives the one of whoever started it.
func Apart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP | windows.DETACHED_PROCESS}
}

// deafToHangUp returns the signals that end this process; it has no terminal that could go.
func deafToHangUp() <-chan os.Signal {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt)
	return signals
}

// signalOf is the number of the signal that ended a process: there is none here.
func signalOf(*os.ProcessState) int { return 0 }
