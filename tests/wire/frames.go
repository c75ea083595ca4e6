package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/gobwas/ws"
)

// frames cuts one direction of a WebSocket, from its handshake on, into messages.
type frames struct {
	rest    []byte // what is not complete yet
	head    string // first line of the handshake, once all of it is there
	message []byte // of a message in several frames
}

// take adds bytes, and calls text with each message that they complete.
func (f *frames) take(more []byte, text func([]byte) error) error {
	f.rest = append(f.rest, more...)
	if f.head == "" {
		line, _, _ := bytes.Cut(f.rest, []byte("\r\n"))
		_, rest, ended := bytes.Cut(f.rest, []byte("\r\n\r\n"))
		if !ended {
			return nil
		}
		f.head, f.rest = string(line), rest
	}
	for {
		in := bytes.NewReader(f.rest)
		h, err := ws.ReadHeader(in)
		switch {
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || err == nil && h.Length > int64(in.Len()):
			return nil
		case err != nil:
			return err
		case h.Rsv != 0:
			return fmt.Errorf("a frame that begins with %x: it is compressed, or what came before was misread", f.rest[:2])
		}
		begin := len(f.rest) - in.Len()
		payload := f.rest[begin : begin+int(h.Length)]
		f.rest = f.rest[begin+len(payload):]
		if h.OpCode.IsControl() {
			continue
		}
		f.message = append(f.message, payload...)
		if h.Masked {
			ws.Cipher(f.message[len(f.message)-len(payload):], h.Mask, 0)
		}
		if h.Fin {
			if err := text(f.message); err != nil {
				return err
			}
			f.message = f.message[:0]
		}
	}
}
