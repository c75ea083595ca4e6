package chat

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/featherweight/xk6-featherweight/internal/arrival"
)

// Session is one open WebSocket. Its methods are for one goroutine; only the end of the context it was opened with
// comes from another. That context is also the one to give to its methods: no other wakes a read.
type Session struct {
	cfg  *Config
	conn *websocket.Conn
	wire *wire
	stop func() bool // ends the watch over the context

	opened    time.Time
	connected Opening

	alive keepAlive

	mu       sync.Mutex // held by every method; the end of the context waits for it before it closes
	life     life
	told     bool     // how long it was open
	asked    []string // the messageIds of earlier turns: what comes late for them is theirs, not an error
	received int      // messages since Take
	tokens   int      // tokens since Take

	heard       bool   // a message has come
	others      int    // messages since TakeOthers that were nobody's answer
	otherSample string // the beginning of the first of them
}

// Opening is what the opening of a session took.
type Opening struct {
	// Took is the time from the start of the dial to the arrival of the end of the 101, without the time that this process
	// took to wake up for what came before that: the SYN-ACK, and the server's part of the TLS handshake.
	Took time.Duration
	// Error is by how much that may be wrong: the kernel tells the age of a SYN-ACK in ticks. It says nothing when Guessed.
	Error time.Duration
	// Guessed tells that the kernel did not say when the 101 arrived, so that the time is that of the read.
	Guessed bool
}

func newSession(ctx context.Context, c *Config, conn *websocket.Conn, w *wire, start time.Time) *Session {
	stamp := w.raw.Stamp() // of the end of the 101
	held, more := w.raw.Held()
	s := &Session{
		cfg: c, conn: conn, wire: w, opened: start,
		connected: Opening{Took: max(0, stamp.At.Sub(start)-held), Error: more, Guessed: !stamp.Kernel},
		alive:     newKeepAlive(c.PingInterval, c.PongTimeout, stamp.Read),
	}
	w.pong = func(payload []byte) {
		_ = conn.WriteControl(websocket.PongMessage, payload, time.Now().Add(c.CloseTimeout)) // a dead connection is seen by the next read
	}
	w.push()
	s.stop = context.AfterFunc(ctx, func() {
		w.endQuestion() // before the reader wakes and says goodbye
		_ = w.SetReadDeadline(arrival.Past)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.sayGoodbye(websocket.CloseGoingAway)
		s.end(&Failure{Reason: Closed, Remedy: ConnectAgain, Message: "the session was closed at the end of the iteration that opened it"})
	})
	return s
}

// Opening tells what it took to open the session.
func (s *Session) Opening() Opening { return s.connected }

// ConnectTime is the time from the start of the dial to the end of the handshake.
func (s *Session) ConnectTime() time.Duration { return s.connected.Took }

// Open reports whether questions can be asked.
func (s *Session) Open() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.isOpen()
}

func (s *Session) isOpen() bool { return s.life.stage == open }

// TakeLife is how long the session was open, from the start of the dial to its end. It is told once; false before the end and
// after the first time.
func (s *Session) TakeLife() (time.Duration, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.life.stage != over || s.told {
		return 0, false
	}
	s.told = true
	return s.life.ended.Sub(s.opened), true
}

// Take returns how many messages and tokens were read since the last call, those of turns that failed or were cut off
// included.
func (s *Session) Take() (messages, tokens int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	messages, tokens = s.received, s.tokens
	s.received, s.tokens = 0, 0
	return messages, tokens
}

// TakeOthers returns how many messages since the last call were nobody's answer, and the beginning of the session's
// first one.
func (s *Session) TakeOthers() (count int, sample string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	count, s.others = s.others, 0
	return count, s.otherSample
}

// Think waits and reads meanwhile: pings are answered and a close is seen. It waits for the whole time also when the
// connection is lost, for a user does not think faster then. The error is ErrInterrupted when ctx ended first; the
// session is closed then.
func (s *Session) Think(ctx context.Context, d time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	until := now.Add(d)
	s.alive.listen(now, s.wire.heard())
	defer func() { s.alive.leave(time.Now()) }()
	if s.isOpen() {
		switch err := s.listenToNobody(ctx, until); {
		case errors.Is(err, os.ErrDeadlineExceeded):
			return nil
		case errors.Is(err, ErrInterrupted):
			s.shut(websocket.CloseGoingAway)
			return err
		default:
			_ = s.lost(err) // the next question meets it
		}
	}
	timer := time.NewTimer(time.Until(until))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ErrInterrupted
	}
}

// Close says goodbye with that code, waits for the server's answer and closes the connection. What still arrives is
// counted. A second call does nothing.
func (s *Session) Close(code int) {
	s.stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shut(code)
}

// shut is the closing handshake: what the server had sent before it saw our goodbye is read, so that nothing it counts
// as delivered is missing here.
func (s *Session) shut(code int) {
	if s.isOpen() {
		until := time.Now().Add(s.cfg.CloseTimeout) // for our half and the server's together
		s.sayGoodbye(code)
		s.drain(until)
	}
	s.end(nil)
}

// drain reads until the server has answered our goodbye, or the connection or the time is over.
func (s *Session) drain(until time.Time) { _ = s.listenToNobody(context.Background(), until) }

// end closes the connection without waiting; why is nil when it was we who left.
func (s *Session) end(why *Failure) {
	if !s.life.end(why, time.Now()) {
		return
	}
	_ = s.conn.Close()
	s.wire.retire()
	if s.cfg.OnClose != nil {
		s.cfg.OnClose()
	}
}

// sayGoodbye is our half of the closing handshake; there is one at most.
func (s *Session) sayGoodbye(code int) {
	if s.life.leave() {
		_ = s.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(s.cfg.CloseTimeout))
	}
}
