package target

import (
	"encoding/binary"
	"strings"

	"github.com/gorilla/websocket"
)

// disguise gives the answer another messageId if that is its fault, as soon as there is a frame to see it in. It needs
// the mutex of the connection.
func (t *turn) disguise() {
	if t.plan.kind == "wrong_id" && !t.conn.closed && t.end(outcomeFailed) {
		t.id = []byte(`"nobody-asked"`)
	}
}

// fail lets the fault of the plan happen, if it is one for the middle of an answer. It returns false when the answer
// ends with it. Count and deed are one step: a close of the client comes before both, or after both.
func (t *turn) fail() bool {
	t.conn.mu.Lock()
	defer t.conn.mu.Unlock()
	if t.conn.closed || t.plan.kind == "" || t.plan.kind == "wrong_id" {
		return !t.conn.closed
	}
	if t.silent() {
		return false
	}
	t.end(outcomeFailed)
	switch t.plan.kind {
	case "not_json":
		return t.write([]byte(`<html>502 Bad Gateway</html>`))
	case "not_utf8":
		return t.write(t.event(eventToken, "w\xff\xfeather "))
	case "oversize":
		return t.write(t.oversize())
	case "error_frame":
		t.write(errorFrame(streamError, t.id))
		t.write(t.event(eventComplete, ""))
	case "close_early":
		t.conn.close(websocket.CloseInternalServerErr)
	case "truncated":
		t.truncate()
	case "drop":
		t.drop()
	case "half": // the rest is silence
	}
	return false
}

// oversize is a stream event of exactly as many bytes as the plan says, or the smallest there is. Its type is that of a
// token, but it does not count as one.
func (t *turn) oversize() []byte {
	bare := len(t.event(eventToken, ""))
	return t.event(eventToken, strings.Repeat("x", max(0, t.plan.oversize-bare)))
}

// truncate sends the header of a frame and half of what it announces, then closes the transport.
func (t *turn) truncate() {
	const (
		finalText = 0x81 // the last frame of a text message
		length64  = 127  // the length follows in 64 bits
	)
	payload := t.event(eventToken, word(0))
	raw := binary.BigEndian.AppendUint64([]byte{finalText, length64}, uint64(len(payload)))
	raw = append(raw, payload[:len(payload)/2]...)
	t.conn.shut()
	_, _ = t.conn.ws.NetConn().Write(raw)
	_ = t.conn.ws.Close()
}

// drop resets the TCP connection, without a close frame.
func (t *turn) drop() {
	t.conn.shut()
	t.conn.reset()
}
