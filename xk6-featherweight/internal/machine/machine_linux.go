package machine

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
)

const bytesOfMiB = 1 << 20

// Available is the memory that programs can still use: that of the machine, or of the container that this runs in. Not ok
// when it is unknown.
func Available() (m Memory, ok bool) {
	m.Of = "available"
	text, err := os.Open("/proc/meminfo")
	if err != nil {
		return m, false
	}
	defer func() { _ = text.Close() }()
	for lines := bufio.NewScanner(text); lines.Scan(); {
		var kib uint64
		if n, _ := fmt.Sscanf(lines.Text(), "MemAvailable: %d kB", &kib); n == 1 {
			m.MiB, ok = kib/1024, true
		}
	}
	most, used := number("/sys/fs/cgroup/memory.max"), number("/sys/fs/cgroup/memory.current")
	if left := most - min(used, most); most > 0 && left/bytesOfMiB < m.MiB {
		m = Memory{left / bytesOfMiB, "available in this container"}
	}
	return m, ok
}

// number is what a file holds; 0 when there is none in it.
func number(file string) uint64 {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	n, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// Ports is how many connections to one server can be open at the same time, for each wants a port of its own; not ok when
// it is unknown.
func Ports() (n int, ok bool) {
	text, err := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range")
	if err != nil {
		return 0, false
	}
	var low, high int
	if _, err := fmt.Sscan(string(text), &low, &high); err != nil {
		return 0, false
	}
	return high - low + 1, true
}
