package chat

import "errors"

// Reason is why a turn failed. Every failed turn has exactly one.
type Reason string

// The reasons.
const (
	Dial            Reason = "dial"             // no connection: refused, DNS, TLS
	Handshake       Reason = "handshake"        // connected, but not answered with 101
	ConnectTimeout  Reason = "connect_timeout"  // not connected and upgraded in time
	ResponseTimeout Reason = "response_timeout" // the answer was not complete in time
	Closed          Reason = "closed"           // a close frame came before the answer was complete
	Reset           Reason = "reset"            // the connection was lost without a close frame
	ServerError     Reason = "server_error"     // the server sent an error frame
	Protocol        Reason = "protocol"         // what claimed to be the answer was not the protocol
	Generator       Reason = "generator"        // this machine has no port, file descriptor or memory left: never the server's failure
)

// Reasons lists them all, in the order in which a turn can meet them.
var Reasons = []Reason{ //nolint:gochecknoglobals // constant
	Dial, Handshake, ConnectTimeout, ResponseTimeout, Closed, Reset, ServerError, Protocol, Generator,
}

// Failure is a failed turn or connection: Reason for programs, the message for the reader: what was tried and what came
// back. What to do about it is a Remedy, for its words are those of whoever configured the client.
type Failure struct { //nolint:errname // it is read as chat.Failure; an Error of it is a sentence
	Reason  Reason
	Message string
	Remedy  Remedy
	Cause   error
	// Status is the HTTP status of a handshake that was answered; 0 otherwise.
	Status int
}

// Error says what was tried and what came back.
func (f *Failure) Error() string { return f.Message }

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Cause }

// ErrInterrupted means that the caller's context ended while a turn or a dial was under way. Neither a success nor a failure.
var ErrInterrupted = errors.New("interrupted by the end of the test")
