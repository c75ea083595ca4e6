package main

import (
	"encoding/binary"
	"fmt"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	opText  = 0x1
	opClose = 0x8
	opPing  = 0x9
	opPong  = 0xa

	final  = 0x80
	masked = 0x80
	two    = 126 // a length in the next two bytes
)

var (
	tokenHead    = []byte(`{"type":"stream_event","event":{"type":"token"`)    //nolint:gochecknoglobals // a constant
	completeHead = []byte(`{"type":"stream_event","event":{"type":"complete"`) //nolint:gochecknoglobals // a constant
)

// cut takes the first frame of a server; next is where the one after it begins, 0 while it is not whole. A frame that would
// not fit into the buffer, or is one of several, is an error.
func cut(data []byte) (op byte, payload []byte, next int, err error) {
	const head, longHead = 2, 4
	if len(data) < head {
		return 0, nil, 0, nil
	}
	length, at := int(data[1]), head
	if length == two {
		if len(data) < longHead {
			return 0, nil, 0, nil
		}
		length, at = int(binary.BigEndian.Uint16(data[head:])), longHead
	}
	if data[0]&0xf0 != final || length > bufferSize-longHead || data[1] > two {
		return 0, nil, 0, fmt.Errorf("a frame that begins with %x is none that is known here", data[:head])
	}
	if len(data) < at+length {
		return 0, nil, 0, nil
	}
	return data[0] & 0x0f, data[at : at+length], at + length, nil
}

// frameOf is a frame of a client.
func frameOf(op byte, payload []byte) []byte {
	mask := [4]byte{0x12, 0x34, 0x56, 0x78}
	to := []byte{final | op}
	if len(payload) < two {
		to = append(to, masked|byte(len(payload)))
	} else {
		to = append(to, masked|two)
		to = binary.BigEndian.AppendUint16(to, uint16(len(payload)))
	}
	to = append(to, mask[:]...)
	for i, b := range payload {
		to = append(to, b^mask[i%len(mask)])
	}
	return to
}

// receiver is recvmsg with the kernel's time of arrival, without a copy of anything and without Go's scheduler.
type receiver struct {
	header  unix.Msghdr
	vector  unix.Iovec
	control [64]byte
	latest  int64 // nanoseconds since 1970, of the last read
	stamped int   // reads that brought a time
}

func (r *receiver) init() {
	r.header.Iov, r.header.Control = &r.vector, &r.control[0]
	r.header.SetIovlen(1)
}

func (r *receiver) from(fd int, into []byte) (int, error) {
	r.vector.Base = &into[0]
	r.vector.SetLen(len(into))
	r.header.SetControllen(len(r.control))
	n, _, errno := syscall.RawSyscall(unix.SYS_RECVMSG, uintptr(fd), uintptr(unsafe.Pointer(&r.header)), unix.MSG_DONTWAIT) //nolint:gosec // as recvmsg(2) wants it
	if errno != 0 {
		return 0, errno
	}
	if int(r.header.Controllen) >= unix.CmsgSpace(int(unsafe.Sizeof(unix.Timespec{}))) {
		at := (*unix.Timespec)(unsafe.Pointer(&r.control[unix.CmsgLen(0)])) //nolint:gosec // as socket(7) gives it
		r.latest = at.Nano()
		r.stamped++
	}
	return int(n), nil
}
