package target

import (
	"io"
	"net/http"
)

// applyPorts shuts and opens API and chat.
func (s *Server) applyPorts(old Faults, next *Faults) error {
	for i, port := range []struct {
		kind    string
		was, is float64
	}{
		{"api_dies", old.APIDies, next.APIDies},
		{"chat_dies", old.ChatDies, next.ChatDies},
	} {
		if port.was == port.is {
			continue
		}
		if port.is > 0 {
			s.tally.fault(port.kind)
		}
		if err := s.ports.gates[i].die(port.is); err != nil {
			return err
		}
	}
	return nil
}

// apiHolds returns the fault by which the API never answers this request, or "".
func (s *Server) apiHolds(r *http.Request) string {
	if member(s.faults.get().APIHangs, nthOf(r)) {
		return "api_hangs"
	}
	return ""
}

// chatHolds waits while the chat pauses, and returns the fault by which it never answers this request, or "". Only a
// question says which user it is of: as long as some users are answered, so are handshakes.
func (s *Server) chatHolds(r *http.Request) string {
	s.chat.doze(r.Context().Done())
	if s.faults.get().ChatHangs == 1 {
		return "chat_hangs"
	}
	return ""
}

// hang reads a request and lets it wait until the client is gone or the target stops.
func hang(r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // without it, nobody would notice that the client is gone
	<-r.Context().Done()
	panic(http.ErrAbortHandler)
}
