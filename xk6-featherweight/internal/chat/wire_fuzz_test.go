package chat

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"
)

const fuzzLimit = 700

// FuzzWireReadsWhatGorillaReads gives the same bytes to our reader and to gorilla's: both must see the same messages
// and pings, and come to the same kind of end. Ours gets them in pieces, with time-outs between.
func FuzzWireReadsWhatGorillaReads(f *testing.F) {
	for _, stream := range streams() {
		f.Add(stream, []byte{1, 0, 7})
	}
	f.Fuzz(func(t *testing.T, stream, cuts []byte) {
		ours, theirs := readOurs(stream, cuts), readGorilla(t, stream)
		if excused(ours.reason) {
			theirs.end = ours.end
		}
		if strings.Contains(ours.reason, "a text message is not UTF-8") { // gorilla leaves that to its caller, and reads on
			heard := len(ours.messages)
			if len(theirs.messages) <= heard || utf8.ValidString(theirs.messages[heard]) {
				t.Fatalf("stream %x, cuts %x: %s; but gorilla has heard %q", stream, cuts, ours.reason, theirs.messages)
			}
			theirs.messages, theirs.pings, theirs.end = ours.messages, ours.pings, ours.end
		}
		ours.reason = ""
		if held := ours.held; held > mostHeld(fuzzLimit) {
			t.Fatalf("stream %x, cuts %x: %d bytes are held for a limit of %d", stream, cuts, held, fuzzLimit)
		}
		ours.held = 0
		if !reflect.DeepEqual(ours, theirs) {
			t.Fatalf("stream %x, cuts %x:\n   ours %#v\ngorilla %#v", stream, cuts, ours, theirs)
		}
	})
}

// streams are what a server may send, rightly and wrongly.
func streams() [][]byte {
	whole := textFrame("whole")
	split := append(serverFrame(byte(opText), []byte("spl")), serverFrame(finBit|byte(opContinuation), []byte("it"))...)
	ping := serverFrame(finBit|byte(opPing), []byte("ping"))
	closing := serverFrame(finBit|byte(opClose), []byte("\x03\xe8bye"))
	join := func(parts ...[]byte) (all []byte) {
		for _, part := range parts {
			all = append(all, part...)
		}
		return all
	}
	return [][]byte{
		nil,
		whole,
		join(whole, split, ping, whole, closing, whole),
		join(split[:5], ping, split[5:], closing),
		join(whole, whole[:3]),
		join(split[:5], whole),
		join(split[5:], whole),
		serverFrame(finBit|byte(opText), make([]byte, fuzzLimit)),
		serverFrame(finBit|byte(opBinary), make([]byte, fuzzLimit+1)),
		join(serverFrame(byte(opText), make([]byte, fuzzLimit)), ping, serverFrame(finBit|byte(opContinuation), []byte("x"))),
		join(serverFrame(byte(opText), make([]byte, fuzzLimit)), ping, serverFrame(finBit|byte(opContinuation), nil)),
		serverFrame(finBit|byte(opClose), nil),
		serverFrame(finBit|byte(opClose), []byte{3, 0xEE}),
		serverFrame(finBit|byte(opClose), []byte{3, 0xE8, 0xFF}),
		{0x81, 127, 0xff, 255, 255, 255, 255, 255, 255, 255},
		{0xC1, 126},
		{0x80, 127},
		{0x81, 0x81, 0, 0, 0, 0, 'x'},
	}
}

// excused are the ends that may differ: gorilla lets half a close code pass; 1014 is in IANA's registry by now, but not
// in gorilla's; and where a stream ends inside a header, gorilla has judged the first two bytes of it already.
func excused(reason string) bool {
	return reason == "a close frame with a broken payload" || strings.HasPrefix(reason, "close code 1014") || reason == errShort.Error()
}

// heard is what a reader made of a stream.
type heard struct {
	messages, pings []string
	end             string // closed with a code and reason, breach, or lost
	held            int    // the most bytes that the wire held at a time
	reason          string // of ours, in words
}

func (h *heard) message(text bool, data []byte) {
	kind := "binary "
	if text {
		kind = "text "
	}
	h.messages = append(h.messages, kind+string(data))
}

func readOurs(stream, cuts []byte) (h heard) {
	w := wireOf(fuzzLimit, cut(stream, cuts)...)
	w.pong = func(p []byte) { h.pings = append(h.pings, string(p)) }
	for {
		m, err := w.next()
		h.most(w)
		switch {
		case err == nil:
			h.message(m.text, m.data)
		case !errors.Is(err, os.ErrDeadlineExceeded):
			h.ended(w, err)
			return h
		}
	}
}

// ended notes what the wire says at its end.
func (h *heard) ended(w *wire, err error) {
	var closing *closeError
	var violation *protocolError
	switch {
	case errors.As(err, &closing):
		h.end, h.reason = closedWith(closing.code, closing.reason), err.Error()
	case errors.As(err, &violation):
		h.end, h.reason = "breach", err.Error()
	default:
		h.end = "lost"
		if rest := w.buf[w.r:w.w]; len(rest) >= minHeaderSize {
			if _, err := parseFrame(rest); err != nil {
				h.reason = err.Error()
			}
		}
	}
}

// cut makes pieces of the lengths that cuts says, over and over; 0 is a time-out.
func cut(stream, cuts []byte) (parts [][]byte) {
	if len(cuts) == 0 {
		cuts = []byte{255}
	}
	for i := 0; len(stream) > 0; i++ {
		n := min(int(cuts[i%len(cuts)]), len(stream))
		if n == 0 && i >= len(cuts) { // once is enough: all of them may be 0
			n = 1
		}
		parts = append(parts, stream[:n])
		stream = stream[n:]
	}
	return parts
}

func readGorilla(t *testing.T, stream []byte) (h heard) {
	dialer := websocket.Dialer{NetDial: func(string, string) (net.Conn, error) { return &upgraded{stream: stream}, nil }}
	conn, _, err := dialer.Dial("ws://oracle.test/", nil)
	if err != nil {
		t.Fatal(err)
	}
	conn.SetReadLimit(fuzzLimit)
	conn.SetPingHandler(func(data string) error { h.pings = append(h.pings, data); return nil })
	for {
		kind, data, err := conn.ReadMessage()
		var closing *websocket.CloseError
		switch {
		case err == nil:
			h.message(kind == websocket.TextMessage, data)
			continue
		case errors.As(err, &closing) && closing.Code != websocket.CloseAbnormalClosure: // that is its word for the end of file
			h.end = closedWith(closing.Code, closing.Text)
		case closing != nil, errors.Is(err, io.ErrUnexpectedEOF):
			h.end = "lost"
		default:
			h.end = "breach"
		}
		return h
	}
}

func closedWith(code int, reason string) string { return fmt.Sprintf("closed %d %q", code, reason) }

// upgraded is a connection that answers a handshake and goes on with the stream.
type upgraded struct {
	net.Conn
	request bytes.Buffer
	answer  io.Reader
	stream  []byte
}

func (c *upgraded) Write(p []byte) (int, error) {
	if c.answer != nil {
		return len(p), nil
	}
	return c.request.Write(p)
}

func (c *upgraded) Read(p []byte) (int, error) {
	if c.answer == nil {
		req, err := http.ReadRequest(bufio.NewReader(&c.request))
		if err != nil {
			return 0, err
		}
		c.answer = io.MultiReader(bytes.NewReader(switching(req)), bytes.NewReader(c.stream))
	}
	return c.answer.Read(p)
}

func (c *upgraded) Close() error                     { return nil }
func (c *upgraded) SetDeadline(time.Time) error      { return nil }
func (c *upgraded) SetReadDeadline(time.Time) error  { return nil }
func (c *upgraded) SetWriteDeadline(time.Time) error { return nil }
