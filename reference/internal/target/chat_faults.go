package target

import (
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// maxChatUsers is how many users are told apart; the oldest is forgotten first.
const maxChatUsers = 100_000

// apply does to the chat what changed from old to next. What happens once is done, and forgotten in next.
func (s *chatServer) apply(old Faults, next *Faults) error {
	if next.ChatPause > 0 {
		s.tally.fault("chat_pause")
		s.resume.Store(time.Since(s.born).Nanoseconds() + int64(next.ChatPause))
		next.ChatPause = 0
	}
	s.hanging.Store(math.Float64bits(next.ChatHangs))
	if next.ChatHangs > 0 {
		s.each((*conn).hang)
	}
	if next.Heartbeats != old.Heartbeats {
		s.beatEvery(time.Duration(next.Heartbeats))
	}
	return nil
}

// doze waits while the chat pauses. It returns false when done is closed first.
func (s *chatServer) doze(done <-chan struct{}) bool {
	for {
		left := time.Duration(s.resume.Load()) - time.Since(s.born)
		if left <= 0 {
			return true
		}
		timer := time.NewTimer(left)
		select {
		case <-timer.C:
		case <-done:
			timer.Stop()
			return false
		}
	}
}

// hangs says whether the chat hangs for the user with that number.
func (s *chatServer) hangs(user uint64) bool {
	return member(math.Float64frombits(s.hanging.Load()), user)
}

// number counts users in the order in which they first asked, from 1 on: a share of them is met exactly.
func (s *chatServer) number(user string) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, known := s.users.get(user)
	if !known {
		s.asked++
		n = s.asked
		s.users.put(user, n)
	}
	return n
}

// beatEvery sends a heartbeat of the application on every connection each time d has passed; with 0 no more.
func (s *chatServer) beatEvery(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.beats != nil {
		s.beats.Stop()
		s.beats = nil
	}
	if d == 0 || s.stopping {
		return
	}
	var beats *time.Timer
	beats = time.AfterFunc(d, func() {
		s.each(func(c *conn) { c.tell("heartbeats", "heartbeat") })
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.beats == beats {
			beats.Reset(d)
		}
	})
	s.beats = beats
}

// stray refuses a handshake that lacks what the faults in force demand. It returns whether it did.
func (s *chatServer) stray(w http.ResponseWriter, r *http.Request) bool {
	f := s.faults.get()
	name, want, _ := strings.Cut(f.NeedHeader, ": ")
	switch {
	case f.NeedOrigin != "" && r.Header.Get("Origin") != f.NeedOrigin:
		s.tally.fault("need_origin")
		refuse(w, http.StatusForbidden, "Forbidden", "This Origin is not allowed")
	case f.NeedHeader != "" && !slices.Contains(r.Header.Values(name), want):
		s.tally.fault("need_header")
		refuse(w, http.StatusUnauthorized, "Unauthorized", "This target wants a header")
	case f.NeedSubprotocol != "" && !slices.Contains(websocket.Subprotocols(r), f.NeedSubprotocol):
		s.tally.fault("need_subprotocol")
		refuse(w, http.StatusBadRequest, "Bad request", "This target wants a subprotocol")
	default:
		return false
	}
	return true
}

// chosen is the header by which a handshake says which subprotocol it took.
func (s *chatServer) chosen() http.Header {
	if p := s.faults.get().NeedSubprotocol; p != "" {
		return http.Header{"Sec-Websocket-Protocol": {p}}
	}
	return nil
}
