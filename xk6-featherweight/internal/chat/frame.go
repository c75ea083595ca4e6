package chat

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// opcode of a WebSocket frame (RFC 6455, section 5.2).
type opcode byte

const (
	opContinuation opcode = 0x0
	opText         opcode = 0x1
	opBinary       opcode = 0x2
	opClose        opcode = 0x8
	opPing         opcode = 0x9
	opPong         opcode = 0xA
)

const (
	finBit        = 0x80
	rsvBits       = 0x70
	opcodeBits    = 0x0f
	maskBit       = 0x80
	lengthBits    = 0x7f
	length16      = 126
	length64      = 127
	maxControl    = 125
	minHeaderSize = 2
)

// frame is the header of one frame from the server.
type frame struct {
	op     opcode
	final  bool
	size   uint64 // of the payload
	header int    // bytes that the header takes
}

func (f frame) isControl() bool { return f.op&0x8 != 0 }

// errShort: the header is not there as a whole yet.
var errShort = errors.New("short header")

// parseFrame reads the header of a frame sent by a server, which has no extensions agreed with us and never masks.
func parseFrame(p []byte) (frame, error) {
	if len(p) < minHeaderSize {
		return frame{}, errShort
	}
	f := frame{op: opcode(p[0] & opcodeBits), final: p[0]&finBit != 0, size: uint64(p[1] & lengthBits), header: minHeaderSize}
	switch {
	case p[0]&rsvBits != 0:
		return f, errors.New("reserved bits are set, though no extension was agreed")
	case p[1]&maskBit != 0:
		return f, errors.New("the frame is masked; a server must not mask")
	}
	switch f.op {
	case opContinuation, opText, opBinary:
	case opClose, opPing, opPong:
		if !f.final || f.size > maxControl {
			return f, errors.New("a control frame is fragmented or longer than 125 bytes")
		}
	default:
		return f, fmt.Errorf("unknown opcode %#x", byte(f.op))
	}
	switch f.size {
	case length16:
		if f.header += 2; len(p) < f.header {
			return f, errShort
		}
		f.size = uint64(binary.BigEndian.Uint16(p[minHeaderSize:]))
	case length64:
		if f.header += 8; len(p) < f.header {
			return f, errShort
		}
		f.size = binary.BigEndian.Uint64(p[minHeaderSize:])
		if f.size>>63 != 0 {
			return f, errors.New("a frame length has its highest bit set")
		}
	}
	return f, nil
}
