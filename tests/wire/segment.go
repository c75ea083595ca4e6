// Package wire tells from a packet capture when questions left and answers arrived, and how far the times that a client
// reports of the same turns are from that. It shares no code with what it judges.
package wire

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"time"
)

// Segment is one TCP segment over IPv4, as it arrived.
type Segment struct {
	At       time.Duration // the kernel's wall clock, since 1970
	From, To netip.AddrPort
	Seq      uint32
	SYN      bool
	Payload  []byte
}

const flagSYN = 0x02

// parseSegment reads a packet from its IP header on. The payload is not copied.
func parseSegment(at time.Duration, packet []byte) (Segment, error) {
	if len(packet) < 20 {
		return Segment{}, fmt.Errorf("a packet of %d bytes is too short for IPv4", len(packet))
	}
	ip, total := int(packet[0]&0x0f)*4, int(binary.BigEndian.Uint16(packet[2:]))
	if total > len(packet) || ip+20 > total {
		return Segment{}, fmt.Errorf("a packet of %d bytes was captured with %d: it is cut, or no TCP", total, len(packet))
	}
	tcp := packet[ip:total]
	data := int(tcp[12]>>4) * 4
	if data > len(tcp) {
		return Segment{}, fmt.Errorf("a TCP header of %d bytes in %d", data, len(tcp))
	}
	address := func(ip, port []byte) netip.AddrPort {
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte(ip)), binary.BigEndian.Uint16(port))
	}
	return Segment{
		At: at, From: address(packet[12:16], tcp), To: address(packet[16:20], tcp[2:]),
		Seq: binary.BigEndian.Uint32(tcp[4:]), SYN: tcp[13]&flagSYN != 0, Payload: tcp[data:],
	}, nil
}
