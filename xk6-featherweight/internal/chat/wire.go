package chat

import (
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"
)

const (
	readBuffer = 4 << 10  // holds a whole TCP segment's worth of token frames
	keepBuffer = 64 << 10 // a buffer that one large message made larger than this is given back
)

// wire reads WebSocket messages from a connection whose handshake and writes are gorilla/websocket's.
//
// gorilla's own reader makes every time-out final and so needs a goroutine for each socket that must be able to wait
// and to go on. This one keeps what has arrived and can be asked again, so a session lives on its VU's goroutine alone;
// it stamps the time at the socket read, and several frames that arrived together cost one system call.
type wire struct {
	net.Conn
	raw   net.Conn     // what is below TLS; the same as Conn without it
	limit int          // largest message, in bytes
	pong  func([]byte) // answers a ping

	buf     []byte
	r, w    int       // buf[r:w] is unread
	at      time.Time // when buf[..w] was read from the socket
	partial []byte    // of a fragmented message
	op      opcode    // of the fragmented message; opContinuation when there is none

	stuck bool // a write took too long: half a frame may be out, and nothing can follow it

	writing sync.Mutex // guards the two below, not the write itself
	asking  bool       // a question is being written
	ending  bool       // nobody waits for the answer any more
}

func newWire(conn, raw net.Conn, limit int) *wire {
	return &wire{Conn: conn, raw: raw, limit: limit, buf: make([]byte, readBuffer)}
}

// message is one whole data message.
type message struct {
	data []byte    // valid until the next call
	at   time.Time // when its last byte was read from the socket
	text bool
	// first tells whether it is the first one of the session.
	first bool
}

// Read serves gorilla during the handshake, one byte a call: so its buffer never holds a byte that belongs to us, even
// when the server's first frame came with its 101.
func (w *wire) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if w.r == w.w {
		if err := w.fill(); err != nil {
			return 0, err
		}
	}
	p[0] = w.buf[w.r]
	w.r++
	return 1, nil
}

// fill reads what the socket has, behind what is unread.
func (w *wire) fill() error {
	switch {
	case w.r == w.w:
		w.r, w.w = 0, 0
	case w.w == len(w.buf):
		w.w = copy(w.buf, w.buf[w.r:w.w])
		w.r = 0
	}
	n, err := w.Conn.Read(w.buf[w.w:])
	if n > 0 {
		w.w += n
		w.at = time.Now()
		return nil // an error that came with the bytes comes again
	}
	if err == nil {
		err = io.ErrNoProgress
	}
	return err
}

// next returns the next data message. Pings are answered on the way. When the connection's read deadline passes, the
// error is a time-out and next may be called again: nothing is lost. A close frame is a *closeError; a breach of the
// protocol a *protocolError.
func (w *wire) next() (message, error) {
	for {
		f, err := parseFrame(w.buf[w.r:w.w])
		switch {
		case errors.Is(err, errShort):
			if err := w.fill(); err != nil {
				return message{}, err
			}
			continue
		case err != nil:
			return message{}, breach(err.Error())
		}
		if err := w.check(f); err != nil {
			return message{}, err
		}
		if err := w.await(f); err != nil {
			return message{}, err
		}
		payload := w.buf[w.r+f.header : w.r+f.header+int(f.size)]
		w.r += f.header + int(f.size)
		if f.isControl() {
			if err := w.control(f.op, payload); err != nil {
				return message{}, err
			}
			continue
		}
		if m, whole := w.assemble(f, payload); whole {
			if m.text && !utf8.Valid(m.data) {
				return message{}, notUTF8("a text message", m.data)
			}
			return m, nil
		}
	}
}

// check judges a frame by its header: whether it may come now, and whether its message is not too large. The limit is
// for messages only; a control frame has one of its own.
func (w *wire) check(f frame) error {
	if f.isControl() {
		return nil
	}
	first := f.op != opContinuation
	if first != (w.op == opContinuation) {
		return breach("a message began inside another one, or was continued before it began")
	}
	if f.size > uint64(w.limit) || len(w.partial)+int(f.size) > w.limit {
		return &protocolError{what: fmt.Sprintf("a message is larger than the limit of %d bytes", w.limit), code: websocket.CloseMessageTooBig}
	}
	return nil
}

// await reads until the frame is there as a whole.
func (w *wire) await(f frame) error {
	need := f.header + int(f.size)
	if need > len(w.buf) {
		larger := make([]byte, need)
		w.w = copy(larger, w.buf[w.r:w.w])
		w.r, w.buf = 0, larger
	}
	for w.w-w.r < need {
		if err := w.fill(); err != nil {
			return err
		}
	}
	return nil
}

// assemble puts fragments together.
func (w *wire) assemble(f frame, payload []byte) (m message, whole bool) {
	first := f.op != opContinuation
	if first && f.final {
		return message{data: payload, at: w.at, text: f.op == opText}, true
	}
	if first {
		w.op = f.op
	}
	w.partial = append(w.partial, payload...)
	if !f.final {
		return message{}, false
	}
	m = message{data: w.partial, at: w.at, text: w.op == opText}
	w.op, w.partial = opContinuation, nil
	return m, true
}

func (w *wire) control(op opcode, payload []byte) error {
	switch op {
	case opPing:
		w.pong(payload)
	case opClose:
		return parseClose(payload)
	default: // a pong answers nothing of ours
	}
	return nil
}

// shrink gives back a buffer that a large message made; called when the answer is over.
func (w *wire) shrink() {
	if len(w.buf) > keepBuffer && w.w-w.r <= readBuffer {
		smaller := make([]byte, readBuffer)
		w.w = copy(smaller, w.buf[w.r:w.w])
		w.r, w.buf = 0, smaller
	}
}
