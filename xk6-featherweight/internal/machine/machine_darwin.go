package machine

import "golang.org/x/sys/unix"

const bytesOfMiB = 1 << 20

// Available is the memory of the machine: how much of it is free, the system does not say.
func Available() (m Memory, ok bool) {
	bytes, err := unix.SysctlUint64("hw.memsize")
	return Memory{bytes / bytesOfMiB, "in this machine"}, err == nil
}

// Ports is how many connections to one server can be open at the same time, for each wants a port of its own; not ok when
// it is unknown.
func Ports() (n int, ok bool) {
	low, err := unix.SysctlUint32("net.inet.ip.portrange.first")
	if err != nil {
		return 0, false
	}
	high, err := unix.SysctlUint32("net.inet.ip.portrange.last")
	return int(high) - int(low) + 1, err == nil
}
