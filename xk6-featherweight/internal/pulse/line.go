package pulse

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/featherweight/xk6-featherweight/internal/arrival"
	"github.com/featherweight/xk6-featherweight/internal/hz"
)

const (
	// mostPings is how many pings may wait for their answer.
	mostPings = 64
	// overdue is how many periods after a pulse the next one is late enough to ask for it.
	overdue = 1.5
	// again is after which share of the silence so far it is asked for again: so a silence is known to that share, and a loop
	// that stands for good is asked ever more rarely.
	again = 10
	// leastWait is between two pings for the same late pulse.
	leastWait = 2 * time.Millisecond
	// farewell is how long a good-bye may take.
	farewell = 100 * time.Millisecond
)

// line is one connection, read by a goroutine of its own.
type line struct {
	conn  *websocket.Conn
	raw   *arrival.Conn
	epoch time.Time     // of all times here
	ended chan struct{} // closed when the reading has ended
	news  chan struct{} // holds one: something came

	mu     sync.Mutex
	format format
	pulses hz.Pulses
	pings  map[string]time.Duration // sent then, by payload
	sent   int                      // pings
	trip   time.Duration            // of the latest ping
	heard  time.Duration            // when anything came
	late   *time.Timer              // asks for a pulse that is late
	err    error                    // why it ended
}

// open connects. resp is the answer to a handshake that was refused.
func open(ctx context.Context, c *Config) (l *line, resp *http.Response, err error) {
	l = &line{
		epoch: time.Now(), ended: make(chan struct{}), news: make(chan struct{}, 1), pings: map[string]time.Duration{},
		format: format{kind: c.Type, path: strings.Split(c.Field, ".")},
	}
	var begun *opening
	dialer := websocket.Dialer{
		NetDialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := c.Dial(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			l.raw = arrival.Watch(conn)
			begun = &opening{Conn: l.raw, left: mostAnswered}
			return begun, nil
		},
	}
	if c.TLS != nil {
		dialer.TLSClientConfig = c.TLS.Clone()
		dialer.TLSClientConfig.NextProtos = []string{"http/1.1"} // a WebSocket is no HTTP/2
	}
	l.conn, resp, err = dialer.DialContext(ctx, c.URL, c.Header)
	if err != nil {
		if !errors.Is(err, websocket.ErrBadHandshake) {
			resp = nil
		}
		return nil, resp, err
	}
	if err := unasked(resp); err != nil {
		_ = l.conn.Close()
		return nil, nil, err
	}
	begun.open = true
	l.conn.SetReadLimit(c.BodyLimit)
	l.conn.SetPongHandler(func(payload string) error { l.answer(payload); return nil })
	l.late = time.AfterFunc(time.Hour, l.askAgain)
	go l.read()
	return l, nil, nil
}

// read takes what comes until the connection ends.
func (l *line) read() {
	defer close(l.ended)
	for {
		_, data, err := l.conn.ReadMessage()
		if err != nil {
			l.mu.Lock()
			l.err = err
			l.late.Stop()
			l.mu.Unlock()
			return
		}
		l.take(data)
	}
}

// arrived is when what was read last had arrived, by the kernel's clock where it tells. Of several messages in one read it is
// the time of the last: the others had arrived by then, too.
func (l *line) arrived() time.Duration { return l.raw.Stamp().At.Sub(l.epoch) }

// take takes a message.
func (l *line) take(data []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.heard = l.arrived()
	if number, ok := l.format.number(data); ok {
		l.pulses.Pulse(number, l.heard)
		if period := l.pulses.Period(); period > 0 {
			l.late.Reset(max(leastWait, time.Duration(overdue*float64(period))))
		}
	}
	l.tell()
}

// answer takes the answer to a ping.
func (l *line) answer(payload string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.heard = l.arrived()
	sent, known := l.pings[payload]
	if !known {
		return
	}
	delete(l.pings, payload)
	l.trip = l.heard - sent
	l.pulses.Answer(sent, l.heard)
	l.tell()
}

// tell wakes who waits for news.
func (l *line) tell() {
	select {
	case l.news <- struct{}{}:
	default:
	}
}

// now is the time on the axis of this connection.
func (l *line) now() time.Duration { return time.Since(l.epoch) }

// ping sends a ping and returns the moment before.
func (l *line) ping() time.Duration {
	l.mu.Lock()
	l.sent++
	payload, at := strconv.Itoa(l.sent), l.now()
	if len(l.pings) >= mostPings { // nobody answers: the oldest are given up
		delete(l.pings, strconv.Itoa(l.sent-mostPings))
	}
	l.pings[payload] = at
	l.mu.Unlock()
	_ = l.conn.WriteControl(websocket.PingMessage, []byte(payload), time.Now().Add(farewell)) // a lost connection is seen by its reader
	return at
}

// askAgain asks for a pulse that is late: one that comes behind the answer was not sent before this.
func (l *line) askAgain() {
	l.ping()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		silence := l.now() - l.pulses.Latest()
		l.late.Reset(max(leastWait, silence/again))
	}
}

// close ends the connection and waits until its reader has ended.
func (l *line) close() {
	_ = l.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(farewell))
	_ = l.conn.Close()
	<-l.ended
}
