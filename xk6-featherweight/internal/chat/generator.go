package chat

import (
	"errors"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"
)

// shortages are the ways in which this machine can fail to open or use a socket. None of them says anything about the
// server.
var shortages = []struct { //nolint:gochecknoglobals // constant
	errno  syscall.Errno
	what   string
	remedy Remedy
}{
	{syscall.ENFILE, "too many open files in the whole system", RaiseFileLimit}, // before the next, whose words begin its own
	{syscall.EMFILE, "too many open files", RaiseFileLimit},
	{syscall.EADDRNOTAVAIL, "no local port is free", WidenPorts},
	{syscall.EADDRINUSE, "no local port is free", WidenPorts}, // so says a bind to one of several local addresses
	{syscall.EAGAIN, "no local port is free", WidenPorts},     // connect(2)
	{syscall.ENOBUFS, "this machine has no buffer space left", FreeMemory},
	{syscall.ENOMEM, "this machine has no memory left", FreeMemory},
	{syscall.EPERM, "this machine does not let the connection out", OpenFirewall}, // its firewall, or a full table of connections
	{syscall.EACCES, "this machine does not let the connection out", OpenFirewall},
}

// inText are those that are looked for in the words of an error, too: a name server that could not be asked for want of
// a socket says so in words only. The words of the others are also said of other things.
var inText = []syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.EADDRNOTAVAIL, syscall.ENOBUFS, syscall.ENOMEM} //nolint:gochecknoglobals // constant

// generatorFault fills in f, and is true, when the failure is one of this machine's own.
func generatorFault(err error, f *Failure) bool {
	for _, short := range shortages {
		if !errors.Is(err, short.errno) && !told(err, short.errno) {
			continue
		}
		f.Reason, f.Message, f.Remedy = Generator, short.what, short.remedy
		if short.errno == syscall.EADDRNOTAVAIL && (bound(err) || overIPv6(err)) {
			f.Message, f.Remedy = "this machine has no such local address", CorrectLocal
		}
		return true
	}
	return false
}

// IsOwnFault tells whether an error, of which only the words are known, says that this machine had no port, file or memory left.
func IsOwnFault(words string) bool {
	return slices.ContainsFunc(inText, func(known syscall.Errno) bool { return strings.Contains(words, known.Error()) })
}

// told looks for the errno in a name server's error, which has lost it.
func told(err error, errno syscall.Errno) bool {
	return slices.Contains(inText, errno) && strings.Contains(err.Error(), errno.Error())
}

// bound tells whether it was the local address that could not be taken.
func bound(err error) bool {
	var call *os.SyscallError
	return errors.As(err, &call) && call.Syscall == "bind"
}

// overIPv6 tells whether the server's address is one that a machine without IPv6 cannot reach.
func overIPv6(err error) bool {
	var op *net.OpError
	if !errors.As(err, &op) {
		return false
	}
	addr, ok := op.Addr.(*net.TCPAddr)
	return ok && addr != nil && addr.IP.To4() == nil && len(addr.IP) > 0
}
