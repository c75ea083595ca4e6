package chat

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
)

// Reason is why a turn failed. Every failed turn has exactly one.
type Reason string

// The reasons.
const (
	Dial            Reason = "dial"             // no connection: refused, DNS, TLS, too many open files
	Handshake       Reason = "handshake"        // connected, but not answered with 101
	ConnectTimeout  Reason = "connect_timeout"  // not connected and upgraded in time
	ResponseTimeout Reason = "response_timeout" // the answer was not complete in time
	Closed          Reason = "closed"           // a close frame came before the answer was complete
	Reset           Reason = "reset"            // the connection was lost without a close frame
	ServerError     Reason = "server_error"     // the server sent an error frame
	Protocol        Reason = "protocol"         // what came was not the protocol
)

// Reasons lists them all, in the order in which a turn can meet them.
var Reasons = []Reason{Dial, Handshake, ConnectTimeout, ResponseTimeout, Closed, Reset, ServerError, Protocol} //nolint:gochecknoglobals // constant

// Failure is a failed turn or connection: Reason for programs, the message for the reader.
type Failure struct { //nolint:errname // it is read as chat.Failure; an Error of it is a sentence
	Reason  Reason
	Message string
	Cause   error
	// Status is the HTTP status of a handshake that was answered; 0 otherwise.
	Status int
}

// Error says what was tried, what came back and what to do.
func (f *Failure) Error() string { return f.Message }

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Cause }

// ErrInterrupted means that the caller's context ended while a turn or a dial was under way. Neither a success nor a failure.
var ErrInterrupted = errors.New("interrupted by the end of the test")

// dialFailure names what went wrong before the connection was a WebSocket. resp is the answer to the handshake, if one
// came.
func (c *Config) dialFailure(err error, resp *http.Response, connected bool) *Failure {
	f := &Failure{Cause: err}
	at := c.Shown()
	var timeout net.Error
	var lookup *net.DNSError
	switch {
	case resp != nil:
		f.Reason, f.Status = Handshake, resp.StatusCode
		f.Message = fmt.Sprintf("WebSocket handshake with %s: unexpected response code: %s, instead of 101; %s",
			at, resp.Status, statusAdvice(resp.StatusCode))
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		f.Reason = ConnectTimeout
		what := "no connection"
		if connected {
			what = "connected, but the handshake was not answered"
		}
		f.Message = fmt.Sprintf("connect to %s: %s within %s", at, what, c.ConnectTimeout)
	case errors.Is(err, syscall.ECONNREFUSED):
		f.Reason = Dial
		f.Message = fmt.Sprintf("connect to %s: connection refused: nothing listens there; start the chat service or correct WS_URL", at)
	case errors.As(err, &lookup) && lookup.IsNotFound:
		f.Reason = Dial
		f.Message = fmt.Sprintf("connect to %s: no such host: %s is not known here; correct WS_URL", at, lookup.Name)
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		f.Reason = Dial
		f.Message = fmt.Sprintf("connect to %s: too many open files: raise the limit (ulimit -n 65536) or lower VUS", at)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		f.Reason = Dial
		f.Message = fmt.Sprintf("connect to %s: no local port is free: widen net.ipv4.ip_local_port_range or lower VUS", at)
	case isTLS(err):
		f.Reason = Dial
		f.Message = fmt.Sprintf("connect to %s: TLS: %v", at, err)
	case connected:
		f.Reason = Handshake
		what := "the answer is not one to a WebSocket handshake"
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) {
			what = "the connection was lost before an answer came"
		}
		f.Message = fmt.Sprintf("WebSocket handshake with %s: %s: %v", at, what, err)
	default:
		f.Reason = Dial
		f.Message = fmt.Sprintf("connect to %s: %v", at, err)
	}
	return f
}

func statusAdvice(status int) string {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return "the server wants a token or another origin: set CHAT_TOKEN, or look at its log"
	case http.StatusNotFound:
		return "there is no chat at this path: correct WS_URL or CHAT_PATH"
	case http.StatusTooManyRequests:
		return "a rate limit is in the way: raise it for this test, or go around the gateway"
	case http.StatusSwitchingProtocols:
		return "the upgrade headers are wrong: a proxy may be in the way"
	default:
		return "look at the chat server's log"
	}
}

func isTLS(err error) bool {
	var (
		record tls.RecordHeaderError
		verify *tls.CertificateVerificationError
		op     *net.OpError
	)
	return errors.As(err, &record) || errors.As(err, &verify) ||
		errors.As(err, &op) && (op.Op == "remote error" || op.Op == "local error") // alerts, as crypto/tls wraps them
}
