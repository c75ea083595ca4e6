package scrape

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/mask"
)

// Code is a word for programs: what kind of thing went wrong with a reading.
type Code string

// The kinds of failure of a reading.
const (
	CodeRefused    Code = "refused"      // nobody listens there
	CodeTimeout    Code = "timeout"      // no complete answer in time
	CodeNetwork    Code = "network"      // any other fault of the network, DNS and TLS included
	CodeStatus     Code = "status"       // an HTTP status that carries no reading
	CodeTooLarge   Code = "too_large"    // the answer does not end within the limit
	CodeMalformed  Code = "malformed"    // neither Prometheus text nor JSON with a number hz
	CodeNotFound   Code = "not_found"    // no such metric
	CodeAmbiguous  Code = "ambiguous"    // several series match
	CodeNotANumber Code = "not_a_number" // NaN or an infinity
	CodeGenerator  Code = "generator"    // this machine could not even ask: it has no file, port or memory left
	CodeSource     Code = "source"       // the forced source is not of the kind that the endpoint offers
)

// Error is a reading that failed: Code for programs, the rest for the reader.
type Error struct {
	Code    Code
	Message string
	Cause   error
}

// Error says what was tried, what came back and what to do.
func (e *Error) Error() string { return e.Message }

// Unwrap gives the cause, if another error was one.
func (e *Error) Unwrap() error { return e.Cause }

func failed(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Unreachable names what the network did to a request, such as "GET http://…".
func (n Names) Unreachable(request string, within time.Duration, err error) *Error {
	e := &Error{Cause: err}
	var timeout net.Error
	var lookup *net.DNSError
	exhausted := exhaustion(err)
	switch {
	case exhausted != "":
		e.Code = CodeGenerator
		e.Message = fmt.Sprintf("this machine could not ask, which is no fault of the service: %s, or %s", exhausted, n.Less)
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Code = CodeRefused
		e.Message = "connection refused: nothing listens there; start the service or correct " + n.URL
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		e.Code = CodeTimeout
		e.Message = fmt.Sprintf("no complete answer within %s: the endpoint hangs, never ends or is too slow; look at the service", within)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET):
		e.Code = CodeNetwork
		e.Message = "the connection was lost before the answer was complete; look at the service, or at what stands before it"
	case errors.As(err, &lookup):
		e.Code = CodeNetwork
		e.Message = fmt.Sprintf("%v: the host's address is not known; correct %s", rootCause(err), n.URL)
	default:
		e.Code = CodeNetwork
		e.Message = fmt.Sprintf("%s; correct %s, or look at the network and its TLS", clip(rootCause(err).Error()), n.URL)
	}
	e.Message = request + ": " + e.Message
	return e
}

// tooLarge says that what came is longer than the limit.
func (s *Scraper) tooLarge(what string) *Error {
	return failed(CodeTooLarge, "GET %s: %s longer than %d bytes and was given up: it never ends, or is no metrics page; if it is one, raise %s",
		s.shown, what, s.cfg.BodyLimit, s.cfg.Names.MaxSize)
}

// unpackError says why an answer could not be unpacked. A status that carries no reading comes first.
func (s *Scraper) unpackError(resp *http.Response, err error) *Error {
	switch {
	case resp.StatusCode != http.StatusOK:
		return s.statusError(resp)
	case errors.Is(err, errTooLong):
		return s.tooLarge("the answer is packed, and unpacked")
	}
	return failed(CodeMalformed, "GET %s: the answer cannot be read: %s, though it was asked for as it is (Accept-Encoding: identity); "+
		"turn compression off for this path", s.shown, clip(err.Error()))
}

// clip keeps a message readable that quotes what a server sent, which may be megabytes.
func clip(text string) string {
	const most = 200
	return mask.Line(text, most)
}

// rootCause strips the "Get URL:" that net/http puts before an error: the message has it already.
func rootCause(err error) error {
	type wrapped interface {
		error
		Timeout() bool
		Unwrap() error
	}
	if u, ok := err.(wrapped); ok { //nolint:errorlint // only the outermost layer is net/http's
		return u.Unwrap()
	}
	return err
}
