package pulse

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/websocket"

	"github.com/featherweight/xk6-featherweight/internal/scrape"
)

func (r *Reader) failed(code scrape.Code, format string, args ...any) *scrape.Error {
	return &scrape.Error{Code: code, Message: r.shown + ": " + fmt.Sprintf(format, args...)}
}

// unopened says why there is no connection.
func (r *Reader) unopened(resp *http.Response, err error) error {
	if resp != nil {
		return r.cfg.Names.Refused(r.shown, resp, " instead of 101", "correct "+r.cfg.Names.URL)
	}
	if unusable := handshakeError(""); errors.As(err, &unusable) {
		return r.failed(scrape.CodeNetwork, "%s", unusable)
	}
	return r.cfg.Names.Unreachable(r.shown, r.cfg.Timeout, err)
}

// lost says how the connection ended; the next reading opens another.
func (r *Reader) lost() error {
	err := r.line.err
	r.Close()
	var closed *websocket.CloseError
	switch {
	case errors.Is(err, websocket.ErrReadLimit):
		return r.failed(scrape.CodeTooLarge, "a message is longer than %d bytes; if it should be, raise %s", r.cfg.BodyLimit, r.cfg.Names.MaxSize)
	case errors.As(err, &closed) && closed.Code != websocket.CloseAbnormalClosure:
		return r.failed(scrape.CodeNetwork, "the server closed the stream (code %d); look at the service's log", closed.Code)
	}
	e := r.cfg.Names.Unreachable(r.shown, r.cfg.Timeout, err)
	e.Code, e.Message = scrape.CodeNetwork, r.shown+": the connection was lost; look at the service, or at what stands before it"
	return e
}

// silent says what did not come in time. A connection on which nothing came at all since began is given up.
func (r *Reader) silent(cause error, began time.Duration) error {
	l, names := r.line, r.cfg.Names
	if errors.Is(cause, context.Canceled) { // nobody waits any more
		return cause
	}
	l.mu.Lock()
	f, begun, steady, heard := l.format, l.pulses.Begun(), len(l.pings) == 0, l.heard
	l.mu.Unlock()
	e := r.failed(scrape.CodeTimeout, "pulses came, but no answer to a ping within %s: the service hangs, or answers none, and without it no bound can be given; "+
		"look at the service", r.cfg.Timeout)
	switch {
	case begun && steady:
		e = r.failed(scrape.CodeTimeout, "no further pulse within %s, and the numbers do not tell every turn; look at the service", r.cfg.Timeout)
	case begun:
	case f.broken != "":
		e = r.failed(scrape.CodeNotFound, "a message of type %q has no whole number at %s, as in %s; name its place with %s", f.kind, strings.Join(f.path, "."), f.broken, names.Stream)
	case len(f.others) > 0:
		e = r.failed(scrape.CodeNotFound, "no message of type %q within %s; what came is of type %s; name the right one with %s",
			f.kind, r.cfg.Timeout, strings.Join(f.others, ", "), names.Stream)
	default:
		e = r.failed(scrape.CodeTimeout, "no message of type %q within %s; look at the service, or name another with %s", f.kind, r.cfg.Timeout, names.Stream)
	}
	if e.Cause = cause; heard <= began {
		r.Close()
	}
	return e
}
