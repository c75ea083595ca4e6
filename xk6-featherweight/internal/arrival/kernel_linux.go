package arrival

import (
	"sync"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Begin asks the kernel to note arrivals from now on, until this process ends. It does so only while some socket of the
// machine wants it, and takes it up a moment after the first one asks (net_enable_timestamp hands that to a work queue): what
// came in that moment would have no time. The first call counts.
var Begin = sync.OnceFunc(func() { //nolint:gochecknoglobals // a socket that is there for all others
	if fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0); err == nil {
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1)
	}
})

// stampArrivals asks the kernel to note when what comes over the socket arrived.
func stampArrivals(raw syscall.RawConn) bool {
	Begin()
	var err error
	if controlled := raw.Control(func(fd uintptr) {
		err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1)
	}); controlled != nil {
		return false
	}
	return err == nil
}

// sinceConnected is how long ago the peer answered our SYN, in whole milliseconds. Nothing else has come yet.
func sinceConnected(raw syscall.RawConn) (ago time.Duration) {
	_ = raw.Control(func(fd uintptr) {
		if info, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO); err == nil {
			ago = time.Duration(info.Last_data_recv) * time.Millisecond
		}
	})
	return ago
}

// control is room for one control message with a struct timespec, aligned as the kernel wants it.
type control struct {
	header unix.Cmsghdr
	at     unix.Timespec
	spare  [4]uint64
}

// receive reads what the socket has, without waiting, and says when the last of it arrived, in nanoseconds since 1970; 0
// when the kernel does not say. It makes no garbage, and does not tell the scheduler: a call that cannot wait is over
// sooner than that.
func receive(fd int, p []byte) (n int, kernel int64, err error) {
	var room control
	iov := unix.Iovec{Base: unsafe.SliceData(p)} //nolint:gosec // what the kernel writes to, for the length that it is told
	iov.SetLen(len(p))
	msg := unix.Msghdr{Iov: &iov, Control: (*byte)(unsafe.Pointer(&room))} //nolint:gosec // as above
	msg.SetIovlen(1)
	msg.SetControllen(int(unsafe.Sizeof(room)))
	for {
		got, _, errno := unix.RawSyscall(unix.SYS_RECVMSG, uintptr(fd), uintptr(unsafe.Pointer(&msg)), unix.MSG_DONTWAIT) //nolint:gosec // as above
		if errno == unix.EINTR {
			continue
		}
		if errno != 0 {
			return 0, 0, errno
		}
		if int(msg.Controllen) >= int(unsafe.Sizeof(room.header)+unsafe.Sizeof(room.at)) &&
			room.header.Level == unix.SOL_SOCKET && room.header.Type == unix.SCM_TIMESTAMPNS {
			kernel = time.Unix(room.at.Unix()).UnixNano()
		}
		return int(got), kernel, nil
	}
}

// send writes what the socket has room for.
func send(fd int, p []byte) (int, error) {
	n, _, errno := unix.RawSyscall6(unix.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)), //nolint:gosec // what the kernel reads
		unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL, 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}
