package scrape

import (
	"errors"
	"net"
	"strings"
	"syscall"
)

// remedies are the ways in which a machine runs out of what a connection takes, each with what to do.
var remedies = []struct { //nolint:gochecknoglobals // constant
	errno  syscall.Errno
	remedy string
}{
	{syscall.EMFILE, "too many open files; raise the limit (ulimit -n 65536)"},
	{syscall.ENFILE, "too many open files in the whole system; raise fs.file-max"},
	{syscall.EADDRNOTAVAIL, "no free local port; widen net.ipv4.ip_local_port_range"},
	{syscall.ENOBUFS, "no buffer space for another connection; give it more memory"},
	{syscall.ENOMEM, "no memory for another connection; give it more memory"},
}

// exhaustion tells what this machine has no more of, and what to do; empty when that was not the reason. A name that
// cannot be looked up for the same reason keeps it only in the text of its error.
func exhaustion(err error) string {
	var lookup *net.DNSError
	hidden := errors.As(err, &lookup)
	for _, r := range remedies {
		if errors.Is(err, r.errno) || (hidden && strings.Contains(lookup.Err, r.errno.Error())) {
			if r.errno == syscall.EADDRNOTAVAIL && withoutFamily(err) {
				return ""
			}
			return r.remedy
		}
	}
	return ""
}

// withoutFamily tells whether the machine has no address from which the other one could be reached, as one without
// IPv6: the same error as that of a machine without free ports. Connecting a UDP socket sends nothing and takes no TCP
// port, so it fails only for want of an address.
func withoutFamily(err error) bool {
	var dial *net.OpError
	if !errors.As(err, &dial) || dial.Addr == nil {
		return false
	}
	conn, err := net.Dial("udp", dial.Addr.String()) //nolint:noctx // nothing is waited for
	if err != nil {
		return errors.Is(err, syscall.EADDRNOTAVAIL) || errors.Is(err, syscall.ENETUNREACH)
	}
	_ = conn.Close()
	return false
}
