package chat

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"

	"github.com/featherweight/xk6-featherweight/internal/arrival"
)

const (
	readBuffer = 4 << 10  // holds a whole TCP segment's worth of token frames
	keepBuffer = 64 << 10 // a buffer that one large message made larger than this is given back
	// mostAnswered is how long the answer to a handshake may be, in bytes: far more than any is, and far less than a server
	// can send to a thousand users until their time is over.
	mostAnswered = 64 << 10
	keepMarks    = 1 << 10 // of what is kept while nobody listens
)

// errEndless is an answer to the handshake that is longer than mostAnswered.
var errEndless = fmt.Errorf("it is longer than %d bytes", mostAnswered)

// wire reads WebSocket messages from a connection whose handshake and writes are gorilla/websocket's.
//
// gorilla's own reader makes every time-out final and so needs a goroutine for each socket that must be able to wait
// and to go on. This one keeps what has arrived and can be asked again, so a session lives on its VU's goroutine alone;
// several frames that arrived together cost one system call. Who waits for messages calls listen.
type wire struct {
	net.Conn               // raw, or TLS over it
	raw      *arrival.Conn // what is below TLS
	limit    int           // largest message, in bytes
	pong     func([]byte)  // answers a ping

	buf     []byte
	r, w    int // buf[r:w] is unread
	marks   []mark
	partial []byte // of a fragmented message
	op      opcode // of the fragmented message; opContinuation when there is none

	answered int // bytes of the answer to the handshake

	stuck bool // a write took too long: half a frame may be out, and nothing can follow it

	writing sync.Mutex // guards the two below, not the write itself
	asking  bool       // a question is being written
	ending  bool       // nobody waits for the answer any more

	listening // how messages come to who waits for them
}

func newWire(conn net.Conn, raw *arrival.Conn, limit int) *wire {
	buf := buffers.Get().(*[readBuffer]byte) //nolint:forcetypeassert // nothing else is put in
	return &wire{Conn: conn, raw: raw, limit: limit, buf: buf[:]}
}

// buffers are those of sessions that are over: a new one for each connection would be a third of what it costs in memory.
var buffers = sync.Pool{New: func() any { return new([readBuffer]byte) }} //nolint:gochecknoglobals // as every pool

// retire gives the buffer back when nobody will read any more.
func (w *wire) retire() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.gone = cmp.Or(w.gone, net.ErrClosed)
	if len(w.buf) == readBuffer {
		buffers.Put((*[readBuffer]byte)(w.buf))
	}
	w.buf, w.r, w.w, w.marks = nil, 0, 0, nil
}

// message is one whole data message.
type message struct {
	data []byte        // valid until the next call
	at   arrival.Stamp // of the read that brought its last byte
	// joined tells that the read brought more behind it: the message came between at.Since and at.At.
	joined bool
	text   bool
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
	if w.answered++; w.answered > mostAnswered {
		return 0, errEndless
	}
	p[0] = w.buf[w.r]
	w.r++
	return 1, nil
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
			if w.owes {
				return message{}, errPinged
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

// await reads until the frame is there as a whole. Room is made for what has come: a thousand servers that only announce a
// megabyte cost no gigabyte.
func (w *wire) await(f frame) error {
	need := f.header + int(f.size)
	for w.w-w.r < need {
		w.forget(w.w) // a frame has arrived when its last byte has
		w.grow(need)
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
		m.at, m.joined = w.arrived()
		m.data, m.text = payload, f.op == opText
		return m, true
	}
	if first {
		w.op = f.op
	}
	w.partial = append(w.partial, payload...)
	if !f.final {
		return message{}, false
	}
	m.at, m.joined = w.arrived()
	m.data, m.text = w.partial, w.op == opText
	w.op, w.partial = opContinuation, nil
	return m, true
}

func (w *wire) control(op opcode, payload []byte) error {
	switch op {
	case opPing:
		if !w.pushed {
			w.pong(payload)
			break
		}
		w.owed, w.owes = append(w.owed[:0], payload...), true // the loop must not write
	case opClose:
		return parseClose(payload)
	default: // a pong answers nothing of ours
	}
	return nil
}

// heard is when the last byte was read.
func (w *wire) heard() time.Time { return w.raw.Stamp().Read }
