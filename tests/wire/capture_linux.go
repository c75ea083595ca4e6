package wire

import (
	"encoding/binary"
	"fmt"
	"net"
	"time"

	"golang.org/x/sys/unix"
)

// Capture takes in all that arrives by TCP at or from one port of the loopback, with the time at which the kernel got it.
// The ring is also the store: until Stop nobody reads, so that nothing is disturbed but by the kernel's own copy.
type Capture struct {
	fd       int
	ring     []byte
	received uint32 // by the kernel's count, with those lost
	lost     uint32
}

const (
	block      = 128 << 10 // more than any packet
	retireTime = 2000      // ms, after which a block is handed out that is not full: the rest of it stays empty
)

// Start begins a capture that holds so many bytes; a token of the reference server takes about 300, and silence 64 KiB a
// second. The error is ErrNotAllowed where this process may not capture.
func Start(port uint16, size int) (*Capture, error) {
	// Of IPv4 alone a socket gets what arrives, and not also what leaves: on the loopback each packet once. It gets nothing
	// before it has its filter and is bound.
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err == unix.EPERM || err == unix.EACCES {
		return nil, fmt.Errorf("%w: %w: run it as root, or with CAP_NET_RAW", ErrNotAllowed, err)
	}
	if err != nil {
		return nil, fmt.Errorf("open a packet socket: %w", err)
	}
	c := &Capture{fd: fd}
	if err := c.open(port, max(1, size/block)); err != nil {
		c.Close()
		return nil, fmt.Errorf("capture port %d with a ring of %d MiB: %w", port, size>>20, err)
	}
	return c, nil
}

func (c *Capture) open(port uint16, blocks int) error {
	loopback, err := net.InterfaceByName("lo")
	if err != nil {
		return err
	}
	filter := payloadOf(port)
	ring := unix.TpacketReq3{Block_size: block, Block_nr: uint32(blocks), Frame_size: block, Frame_nr: uint32(blocks), Retire_blk_tov: retireTime}
	for _, set := range []func() error{
		func() error {
			return unix.SetsockoptSockFprog(c.fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]})
		},
		func() error { return unix.SetsockoptInt(c.fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1) }, // stamped before it waits
		func() error {
			return unix.SetsockoptInt(c.fd, unix.SOL_PACKET, unix.PACKET_VERSION, unix.TPACKET_V3)
		},
		func() error { return unix.SetsockoptTpacketReq3(c.fd, unix.SOL_PACKET, unix.PACKET_RX_RING, &ring) },
		func() (err error) {
			c.ring, err = unix.Mmap(c.fd, 0, blocks*block, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
			return err
		},
		func() error {
			return unix.Bind(c.fd, &unix.SockaddrLinklayer{Protocol: binary.NativeEndian.Uint16([]byte{0x08, 0x00}), Ifindex: loopback.Index})
		},
	} {
		if err := set(); err != nil {
			return err
		}
	}
	return nil
}

// payloadOf passes TCP segments of that port that open or end a connection or carry bytes. It begins at the IP header.
func payloadOf(port uint16) []unix.SockFilter {
	load := func(size uint16, at uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | size | unix.BPF_IND, K: at}
	}
	jump := func(how uint16, k uint32, yes, no uint8) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_JMP | how, K: k, Jt: yes, Jf: no}
	}
	return []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_B | unix.BPF_ABS, K: 9},
		jump(unix.BPF_JEQ, unix.IPPROTO_TCP, 0, 15),
		{Code: unix.BPF_LDX | unix.BPF_B | unix.BPF_MSH, K: 0}, // X: length of the IP header
		load(unix.BPF_H, 0),
		jump(unix.BPF_JEQ, uint32(port), 2, 0),
		load(unix.BPF_H, 2),
		jump(unix.BPF_JEQ, uint32(port), 0, 10),
		load(unix.BPF_B, 13),
		jump(unix.BPF_JSET, 0x07, 7, 0), // FIN, SYN, RST
		load(unix.BPF_B, 12),
		{Code: unix.BPF_ALU | unix.BPF_AND, K: 0xf0},
		{Code: unix.BPF_ALU | unix.BPF_RSH, K: 2},
		{Code: unix.BPF_ALU | unix.BPF_ADD | unix.BPF_X},
		{Code: unix.BPF_MISC | unix.BPF_TAX}, // X: length of both headers
		{Code: unix.BPF_LD | unix.BPF_H | unix.BPF_ABS, K: 2},
		jump(unix.BPF_JGT|unix.BPF_X, 0, 0, 1),
		{Code: unix.BPF_RET, K: 1 << 18},
		{Code: unix.BPF_RET},
	}
}

// Stop returns what was captured, in the order of arrival, and how many packets were lost: with any, it says nothing. The
// traffic must have ended. The segments are those of the ring: they end with Close.
func (c *Capture) Stop() (segments []Segment, lost int, err error) {
	deadline := time.NewTimer(20 * retireTime * time.Millisecond)
	poll := time.NewTicker(retireTime / 10 * time.Millisecond)
	defer deadline.Stop()
	defer poll.Stop()
	for {
		stats, err := unix.GetsockoptTpacketStatsV3(c.fd, unix.SOL_PACKET, unix.PACKET_STATISTICS) // since it was last asked
		if err != nil {
			return nil, 0, fmt.Errorf("ask the kernel what it captured: %w", err)
		}
		c.received += stats.Packets
		c.lost += stats.Drops
		segments, err = c.read()
		if err != nil || len(segments) >= int(c.received-c.lost) {
			return segments, int(c.lost), err
		}
		select {
		case <-poll.C:
		case <-deadline.C:
			return nil, 0, fmt.Errorf("the kernel captured %d packets and handed out %d", c.received-c.lost, len(segments))
		}
	}
}

// read walks through the blocks that the kernel has handed out (linux/if_packet.h, tpacket_block_desc and tpacket3_hdr).
func (c *Capture) read() ([]Segment, error) {
	var out []Segment
	u32 := func(data []byte, at int) int { return int(binary.NativeEndian.Uint32(data[at:])) }
	for rest := c.ring; len(rest) > 0 && u32(rest, 8)&unix.TP_STATUS_USER != 0; rest = rest[block:] {
		at := u32(rest, 16)
		for range u32(rest, 12) {
			packet := rest[at:block]
			when := time.Duration(u32(packet, 4))*time.Second + time.Duration(u32(packet, 8))
			network := int(binary.NativeEndian.Uint16(packet[26:]))
			segment, err := parseSegment(when, packet[network:][:u32(packet, 12)])
			if err != nil {
				return nil, err
			}
			out = append(out, segment)
			at += u32(packet, 0)
		}
	}
	return out, nil
}

// Close gives back socket and ring.
func (c *Capture) Close() {
	_ = unix.Munmap(c.ring)
	_ = unix.Close(c.fd)
}
