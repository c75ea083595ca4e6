package chat

import (
	"errors"
	"net"
	"time"

	"github.com/gorilla/websocket"
)

// lost notes that the connection came to its end, and why.
func (s *Session) lost(err error) *Failure {
	f := &Failure{Cause: err}
	var closing *closeError
	var violation *protocolError
	switch {
	case errors.As(err, &closing):
		f.Reason = Closed
		f.Message = "the server closed the connection: " + closing.Error()
		code := closing.code
		if code == noCloseCode {
			code = websocket.CloseNormalClosure
		}
		s.sayGoodbye(code)
	case errors.As(err, &violation):
		f.Reason = Protocol
		f.Message = "breach of the WebSocket protocol: " + violation.Error()
		s.sayGoodbye(violation.code)
		if violation.code == websocket.CloseInvalidFramePayloadData { // the frames are whole, so the closing handshake is as ever
			s.drain(time.Now().Add(s.cfg.CloseTimeout))
		}
	case generatorFault(err, f):
		f.Message = "the connection was lost: " + f.Message
	default:
		f.Reason = Reset
		f.Message = "the connection was lost without a close frame: " + netCause(err)
	}
	s.end(f)
	return f
}

// netCause is the last word of a network error: "connection reset by peer" instead of both addresses before it.
func netCause(err error) string {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err.Error()
	}
	return err.Error()
}
