package target

import (
	"cmp"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// conn is one chat connection: a goroutine that reads, and one for each answer under way.
//
// Its mutex makes one step of every write and the counts that go with it. So a count never disagrees with the frames
// that the client saw, in whatever order a close, a loss and an answer meet.
type conn struct {
	server *chatServer
	ws     *websocket.Conn
	done   chan struct{} // closed by shut
	ping   *time.Timer   // nil without pings

	mu      sync.Mutex
	closed  bool   // no more frames: a close was read or written, or the transport is lost
	told    told   // by pulses
	ignored bool   // the client's close is left without an answer
	user    uint64 // the number of the user who asked last, or 0
	turns   map[*turn]struct{}
	running sync.WaitGroup // turns
}

func newConn(s *chatServer, ws *websocket.Conn) *conn {
	c := &conn{server: s, ws: ws, done: make(chan struct{}), turns: make(map[*turn]struct{})}
	ws.SetReadLimit(maxQuestion)
	ws.SetCloseHandler(c.onClose)
	if s.cfg.Pulses {
		ws.SetPingHandler(c.onPing)
	}
	if every := s.cfg.PingInterval; every > 0 {
		c.mu.Lock()
		c.ping = time.AfterFunc(every, c.sendPing)
		c.mu.Unlock()
	}
	return c
}

// serve reads until the connection ends.
func (c *conn) serve() {
	defer c.server.remove(c)
	var err error
	for err == nil {
		var frame []byte
		if _, frame, err = c.ws.ReadMessage(); err == nil {
			c.receive(frame)
		}
	}
	c.mu.Lock()
	c.shut()
	ignored := c.ignored
	c.mu.Unlock()
	if closed := new(websocket.CloseError); errors.As(err, &closed) {
		linger(c.ws.NetConn(), ignored)
	}
	_ = c.ws.Close() // it may be closed already
	c.running.Wait()
}

// receive takes one frame of the client.
func (c *conn) receive(frame []byte) {
	if !c.server.doze(c.done) {
		return
	}
	q, problem := parseQuestion(frame)
	user := c.server.number(cmp.Or(q.user, c.ws.RemoteAddr().String()))
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	c.user = user
	c.server.metrics.received.Inc()
	if problem == "" && len(c.turns) >= maxTurns {
		problem = "too many questions at a time on one connection"
	}
	if problem != "" {
		c.server.tally.count(func(t *Truth) { t.QuestionsInvalid++ })
		if !c.server.hangs(user) {
			c.write(errorFrame(problem, nil))
		}
		return
	}
	c.server.tally.count(func(t *Truth) { t.TurnsStarted++ })
	t := newTurn(c, q)
	if c.server.hangs(user) {
		t.plan.kind = "chat_hangs"
	}
	if t.silent() || t.plan.kind == "never_answer" {
		t.end(outcomeFailed)
		return
	}
	c.turns[t] = struct{}{}
	c.running.Go(t.run)
}

// write sends one frame and says whether it went. It needs the mutex.
func (c *conn) write(frame []byte) bool {
	if c.closed {
		return false
	}
	if c.ws.SetWriteDeadline(time.Now().Add(writeTimeout)) != nil || c.ws.WriteMessage(websocket.TextMessage, frame) != nil {
		c.shut()
		_ = c.ws.Close()
		return false
	}
	c.server.metrics.sent.Inc()
	return true
}

// shut ends all talk on the connection: the turns that are under way are cut. It needs the mutex, and may be called
// again.
func (c *conn) shut() {
	if c.closed {
		return
	}
	c.closed = true
	c.server.tally.count(func(t *Truth) { t.Open-- })
	c.server.faults.came(-1)
	close(c.done)
	if c.ping != nil {
		c.ping.Stop()
	}
	for t := range c.turns {
		t.lose()
	}
}

// onClose answers a close frame of the client, as the last thing on the connection.
func (c *conn) onClose(code int, _ string) error {
	c.server.doze(c.done)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed { // this is the answer to a close of the target
		return nil
	}
	c.shut()
	if c.server.hangs(c.user) {
		c.server.tally.fault("chat_hangs")
		c.ignored = true
		return nil
	}
	c.writeClose(code)
	return nil
}

// close begins a close handshake. It needs the mutex.
func (c *conn) close(code int) {
	if c.closed {
		return
	}
	c.shut()
	c.writeClose(code)
	_ = c.ws.SetReadDeadline(time.Now().Add(closeTimeout)) // on a lost connection the reader ends anyway
}

func (c *conn) writeClose(code int) {
	// A client that is gone does not need it.
	_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(closeTimeout))
}

// goAway tells the client that the target is being stopped.
func (c *conn) goAway() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ignored {
		c.abandon()
	}
	c.close(websocket.CloseGoingAway)
}

// abandon drops the connection without a word.
func (c *conn) abandon() { _ = c.ws.NetConn().Close() }

func (c *conn) sendPing() {
	c.server.doze(c.done)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	if c.server.hangs(c.user) || c.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeTimeout)) == nil {
		c.ping.Reset(c.server.cfg.PingInterval)
	}
}

// linger waits until the client has closed the transport, so that closing it first cannot take the last frames from the
// client. It waits for long only when the close handshake is left open on purpose.
func linger(nc net.Conn, forever bool) {
	if !forever {
		if half, ok := nc.(interface{ CloseWrite() error }); ok {
			_ = half.CloseWrite()
		}
		_ = nc.SetReadDeadline(time.Now().Add(closeTimeout))
	}
	_, _ = io.Copy(io.Discard, nc) // ends with the connection
}
