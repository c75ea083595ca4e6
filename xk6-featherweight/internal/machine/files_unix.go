//go:build unix

package machine

import "syscall"

// RaiseFiles raises the limit of open files of this process as far as it may, and says what it is then. Programs that are
// started from now on inherit it: Go gives them the one that this process was started with until somebody sets it.
func RaiseFiles() uint64 {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil {
		return Unlimited
	}
	highest := limit
	highest.Cur = limit.Max
	if syscall.Setrlimit(syscall.RLIMIT_NOFILE, &highest) == nil {
		return highest.Cur
	}
	// macOS takes no more than kern.maxfilesperproc, to which Go has raised it already.
	_ = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
	return limit.Cur
}
