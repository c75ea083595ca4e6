package chat

import (
	"encoding/binary"
	"fmt"
	"unicode/utf8"

	"github.com/gorilla/websocket"
)

// closeError is a close frame.
type closeError struct {
	code   int // 1005 when the frame had none
	reason string
}

func (e *closeError) Error() string {
	if e.reason == "" {
		return fmt.Sprintf("close code %d", e.code)
	}
	return fmt.Sprintf("close code %d (%s)", e.code, brief(e.reason))
}

// protocolError is a breach of RFC 6455 or of the size limit.
type protocolError struct {
	what string
	code int // to close with
}

func (e *protocolError) Error() string { return e.what }

func breach(what string) *protocolError {
	return &protocolError{what: what, code: websocket.CloseProtocolError}
}

// notUTF8 is text that is none; a browser ends the connection at it, with that code.
func notUTF8(what string, text []byte) *protocolError {
	return &protocolError{what: what + " is not UTF-8: " + excerpt(text), code: websocket.CloseInvalidFramePayloadData}
}

const noCloseCode = 1005 // RFC 6455, section 7.1.5: the frame had no code

func parseClose(payload []byte) error {
	switch {
	case len(payload) == 0:
		return &closeError{code: noCloseCode}
	case len(payload) == 1:
		return breach("a close frame with a broken payload")
	case !utf8.Valid(payload[2:]):
		return notUTF8("the reason of a close frame", payload[2:])
	}
	code := int(binary.BigEndian.Uint16(payload))
	if !mayBeSent(code) {
		return breach(fmt.Sprintf("a close frame with code %d, which must not be sent", code))
	}
	return &closeError{code: code, reason: string(payload[2:])}
}

// mayBeSent tells whether a close frame may have that code (RFC 6455, section 7.4, and IANA's registry).
func mayBeSent(code int) bool {
	switch code {
	case 1004, noCloseCode, websocket.CloseAbnormalClosure: // reserved; no code; no close frame
		return false
	}
	return (code >= 1000 && code <= 1014) || (code >= 3000 && code <= 4999)
}
