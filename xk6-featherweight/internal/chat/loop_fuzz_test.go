package chat

import (
	"context"
	"errors"
	"net"
	"reflect"
	"testing"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/arrival"
)

// FuzzTheLoopHearsWhatIsRead sends the same bytes through a socket that the loop of internal/arrival reads: a listener must
// be told the same messages and pings as one who reads them himself, and the same end.
func FuzzTheLoopHearsWhatIsRead(f *testing.F) {
	for _, stream := range streams() {
		f.Add(stream, []byte{1, 0, 7})
	}
	listener := listen(f)
	f.Cleanup(func() { _ = listener.Close() })
	f.Fuzz(func(t *testing.T, stream, cuts []byte) {
		want, got := readOurs(stream, cuts), hearOurs(t, listener, stream, cuts)
		if got.held > mostHeld(fuzzLimit) {
			t.Fatalf("stream %x, cuts %x: %d bytes are held for a limit of %d", stream, cuts, got.held, fuzzLimit)
		}
		if want.held, got.held = 0, 0; !reflect.DeepEqual(want, got) {
			t.Fatalf("stream %x, cuts %x:\n  read %#v\n heard %#v", stream, cuts, want, got)
		}
	})
}

func hearOurs(t *testing.T, listener net.Listener, stream, cuts []byte) (h heard) {
	t.Helper()
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	server, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		for _, part := range cut(stream, cuts) {
			_, _ = server.Write(part) // who has heard enough may be gone
		}
		_ = server.(*net.TCPConn).CloseWrite()
	}()
	raw := arrival.Watch(conn)
	w := newWire(raw, raw, fuzzLimit)
	w.pong = func(p []byte) { h.pings = append(h.pings, string(p)) }
	w.push()
	until := time.Now().Add(time.Minute)
	err = w.listen(context.Background(), until, func(m message) bool {
		h.most(w)
		h.message(m.text, m.data)
		return false
	})
	if errors.Is(err, ErrInterrupted) || time.Now().After(until) {
		t.Fatalf("it never ended: %v", err)
	}
	h.ended(w, err)
	_, _ = raw.Close(), server.Close()
	<-sent
	return h
}
