//go:build unix

package run

import (
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

func send(pid int, s Signal) error {
	return syscall.Kill(pid, map[Signal]syscall.Signal{Interrupt: syscall.SIGINT, Terminate: syscall.SIGTERM, Kill: syscall.SIGKILL}[s])
}

// Stop asks a process that this one has started to end.
func Stop(p *os.Process) error { return p.Signal(syscall.SIGTERM) }

// Apart puts a command into a session of its own: it has no terminal, and does not hear that of whoever started it go.
func Apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// deafToHangUp makes this process and what it starts ignore that a terminal is gone, and returns the signals that end it.
func deafToHangUp() <-chan os.Signal {
	signal.Ignore(syscall.SIGHUP)
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	return signals
}

// signalOf is the number of the signal that ended a process.
func signalOf(ended *os.ProcessState) int {
	if status, ok := ended.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return int(status.Signal())
	}
	return 0
}
