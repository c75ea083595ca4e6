package scrape

import (
	"net"
	"net/http/httptrace"
	"sync"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/arrival"
)

// look is the time in which the server must have looked at its counter: after the request had a connection to go out on, and
// before the end of the page had arrived. Where the connection is one of internal/arrival, that is when the kernel had it,
// so that the time is not longer for a reader that has no CPU.
type look struct {
	sent, received time.Time

	mu   sync.Mutex // the transport may still try another connection when the first has answered
	conn net.Conn
}

// trace notes when the first connection was there, for a redirect may lead to a page that is made already; and the last one,
// which is that of the answer.
func (l *look) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.conn = info.Conn; l.sent.IsZero() {
			l.sent = time.Now()
		}
	}}
}

// end is when the body has been read: the value was in it, so the arrival of its end is the earliest moment that is surely
// later.
func (l *look) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.received = time.Now()
	if latest := arrival.LatestOf(l.conn).Latest(); latest.After(l.sent) && latest.Before(l.received) {
		l.received = latest
	}
}
