package chat

import (
	"errors"

	"github.com/featherweight/xk6-featherweight/internal/reason"
)

// Reason is why a turn failed; internal/reason says what each means.
type Reason = reason.Reason

// The reasons.
const (
	Dial            = reason.Dial
	Handshake       = reason.Handshake
	ConnectTimeout  = reason.ConnectTimeout
	ResponseTimeout = reason.ResponseTimeout
	Closed          = reason.Closed
	Reset           = reason.Reset
	ServerError     = reason.ServerError
	Protocol        = reason.Protocol
	Generator       = reason.Generator
)

// Reasons lists them all, in the order in which a turn can meet them.
var Reasons = reason.All() //nolint:gochecknoglobals // constant

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
