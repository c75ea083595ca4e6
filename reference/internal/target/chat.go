package target

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

const (
	// maxQuestion is the greatest frame that a client may send, in bytes; more is answered with close code 1009.
	maxQuestion = 1 << 20
	// maxTurns is how many answers may be under way on one connection at a time.
	maxTurns = 64
	// writeTimeout is how long a client may refuse to take a frame before its connection counts as lost.
	writeTimeout = 10 * time.Second
	// closeTimeout is how long the other side of a close handshake is waited for.
	closeTimeout = time.Second
)

// chatServer upgrades connections and knows which are there.
type chatServer struct {
	cfg     Config
	faults  *faultBox
	tally   *tally
	metrics *metrics
	random  *source
	desk    desk

	upgrader websocket.Upgrader

	born    time.Time
	resume  atomic.Int64  // when a pause is over: nanoseconds since born
	hanging atomic.Uint64 // the share of the users for whom the chat hangs, as bits of a float64

	mu       sync.Mutex
	stopping bool
	conns    map[*conn]struct{}
	users    *shelf[uint64] // who asked so far, by number: 1 asked first
	asked    uint64
	beats    *time.Timer // heartbeats of the application, or nil
	all      sync.WaitGroup
}

func newChatServer(cfg Config, faults *faultBox, t *tally, m *metrics, random *source) *chatServer {
	return &chatServer{
		cfg: cfg, faults: faults, tally: t, metrics: m, random: random,
		born: time.Now(), conns: make(map[*conn]struct{}), users: newShelf[uint64](maxChatUsers),
		upgrader: websocket.Upgrader{
			ReadBufferSize:  1 << 10,
			WriteBufferSize: 1 << 10,
			CheckOrigin:     func(*http.Request) bool { return true }, // as the real server
		},
	}
}

// ServeHTTP answers a handshake: with a fault, with a refusal, or by accepting it.
func (s *chatServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !websocket.IsWebSocketUpgrade(r) {
		refuse(w, http.StatusUpgradeRequired, "Upgrade required", "This is a WebSocket endpoint")
		return
	}
	if s.stray(w, r) {
		return
	}
	switch kind := s.faults.handshakes.draw(); kind {
	case "handshake_403":
		s.tally.fault(kind)
		refuse(w, http.StatusForbidden, "Forbidden", "injected fault")
		return
	case "handshake_503":
		s.tally.fault(kind)
		refuse(w, http.StatusServiceUnavailable, "Service unavailable", "injected fault")
		return
	case "handshake_hang":
		s.tally.fault(kind)
		hang(r)
	}
	if !s.admits(r) {
		refuse(w, http.StatusForbidden, "Forbidden", "This target wants its token, as a Bearer or as ?token=")
		return
	}
	s.accept(w, r)
}

// accept makes the handshake and lets the connection live on in goroutines of its own.
func (s *chatServer) accept(w http.ResponseWriter, r *http.Request) {
	if !s.enter() {
		refuse(w, http.StatusServiceUnavailable, "Service unavailable", "The target is being stopped")
		return
	}
	s.tally.count(func(t *Truth) { t.Connections++; t.Open++ })
	s.faults.came(1)
	ws, err := s.upgrader.Upgrade(w, r, s.chosen())
	if err != nil { // the upgrader has answered
		s.tally.count(func(t *Truth) { t.Connections--; t.Open-- })
		s.faults.came(-1)
		s.all.Done()
		return
	}
	c := newConn(s, ws)
	if !s.add(c) {
		c.goAway()
	}
	if s.faults.get().Greeting {
		c.tell("greeting", "connection_established")
	}
	if s.cfg.Pulses {
		c.running.Go(c.tellTurns)
	}
	go c.serve()
}

func (s *chatServer) admits(r *http.Request) bool {
	want := s.cfg.RequireToken
	return want == "" || bearer(r) == want || r.URL.Query().Get("token") == want
}

// enter takes a place for a connection to come; it returns false when the target is being stopped.
func (s *chatServer) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return false
	}
	s.all.Add(1)
	return true
}

// add notes a connection that has a place; it returns false when the target began to stop in the meantime.
func (s *chatServer) add(c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns[c] = struct{}{}
	return !s.stopping
}

func (s *chatServer) remove(c *conn) {
	s.mu.Lock()
	delete(s.conns, c)
	s.mu.Unlock()
	s.all.Done()
}

// each calls f for every connection at once, as one slow client must not hold up the others.
func (s *chatServer) each(f func(*conn)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		go f(c)
	}
}

// stop closes every connection with 1001 and waits for the clients to answer, until ctx ends; those that are still there
// then are dropped.
func (s *chatServer) stop(ctx context.Context) {
	s.mu.Lock()
	s.stopping = true
	s.mu.Unlock()
	s.beatEvery(0)
	s.each((*conn).goAway)
	gone := make(chan struct{})
	go func() {
		s.all.Wait()
		close(gone)
	}()
	select {
	case <-gone:
	case <-ctx.Done():
		s.each((*conn).abandon)
		<-gone
	}
}
