package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// frames cuts one direction of a WebSocket, from its handshake on, into messages (RFC 6455, section 5.2).
type frames struct {
	rest    []byte // what is not complete yet
	head    string // first line of the handshake, once all of it is there
	message []byte // of a message in several frames
}

const (
	finBit, reservedBits, opcodeBits = 0x80, 0x70, 0x0f
	maskBit, lengthBits              = 0x80, 0x7f
	firstControl                     = 0x8
)

// take adds bytes, and calls text with each message that they complete.
func (f *frames) take(more []byte, text func([]byte) error) error {
	f.rest = append(f.rest, more...)
	if f.head == "" {
		end := bytes.Index(f.rest, []byte("\r\n\r\n"))
		if end < 0 {
			return nil
		}
		line, _, _ := bytes.Cut(f.rest[:end], []byte("\r\n"))
		f.head, f.rest = string(line), f.rest[end+4:]
	}
	for {
		head, payload, err := frame(f.rest)
		if err != nil || payload == nil {
			return err
		}
		first := f.rest[0]
		f.rest = f.rest[head+len(payload):]
		if first&opcodeBits >= firstControl {
			continue
		}
		f.message = append(f.message, payload...)
		if first&finBit != 0 {
			if err := text(f.message); err != nil {
				return err
			}
			f.message = f.message[:0]
		}
	}
}

// frame is the first one: the length of its head, and its payload without the mask, nil while it is not all there.
func frame(data []byte) (head int, payload []byte, err error) {
	if len(data) < 2 {
		return 0, nil, nil
	}
	if data[0]&reservedBits != 0 {
		return 0, nil, fmt.Errorf("a frame with reserved bits (first byte %#x): it is compressed, or what came before was misread", data[0])
	}
	length, masked := uint64(data[1]&lengthBits), data[1]&maskBit != 0
	head = 2
	if length == 126 {
		head += 2
	} else if length == 127 {
		head += 8
	}
	if masked {
		head += 4
	}
	if len(data) < head {
		return 0, nil, nil
	}
	switch length {
	case 126:
		length = uint64(binary.BigEndian.Uint16(data[2:]))
	case 127:
		length = binary.BigEndian.Uint64(data[2:])
	}
	if length > 1<<30 {
		return 0, nil, errors.New("a frame of more than a gigabyte: what came before was misread")
	}
	if uint64(len(data)-head) < length {
		return 0, nil, nil
	}
	payload = make([]byte, length)
	copy(payload, data[head:])
	if masked {
		for i := range payload {
			payload[i] ^= data[head-4+i%4]
		}
	}
	return head, payload, nil
}
