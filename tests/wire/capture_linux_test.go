package wire

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
)

// talked captures a connection on which a client sends pieces of a kilobyte, each once the one before has arrived.
func talked(t *testing.T, size, pieces int) (segments []Segment, lost int, server uint16) {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	server = netip.MustParseAddrPort(listener.Addr().String()).Port()
	capture, err := Start(server, size)
	if errors.Is(err, ErrNotAllowed) {
		harness.LeaveOut(t, "wire", err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(capture.Close)
	client, err := net.Dial("tcp4", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	piece, got := bytes.Repeat([]byte("fw"), 512), make([]byte, 1024)
	for range pieces {
		if _, err := client.Write(piece); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(conn, got); err != nil {
			t.Fatal(err)
		}
	}
	_, _ = client.Close(), conn.Close()
	segments, lost, err = capture.Stop()
	if err != nil {
		t.Fatal(err)
	}
	return segments, lost, server
}

func TestEachSegmentIsCapturedOnceAtItsTime(t *testing.T) {
	const pieces = 5
	before := time.Duration(time.Now().UnixNano())
	segments, lost, server := talked(t, 1<<20, pieces)
	after := time.Duration(time.Now().UnixNano())
	var syn, synAck, whole int
	for _, s := range segments {
		switch asks := s.To.Port() == server; {
		case s.SYN && asks:
			syn++
		case s.SYN:
			synAck++
		case asks && bytes.Equal(s.Payload, bytes.Repeat([]byte("fw"), 512)):
			whole++
		}
		if s.At < before || s.At > after {
			t.Errorf("captured at %v, outside of [%v, %v]", s.At, before, after)
		}
	}
	if lost != 0 || syn != 1 || synAck != 1 || whole != pieces {
		t.Errorf("%d lost, %d SYN, %d SYN-ACK, %d of %d pieces", lost, syn, synAck, whole, pieces)
	}
}

func TestWhatDoesNotFitIsCountedAsLost(t *testing.T) {
	segments, lost, _ := talked(t, block, 1000)
	if lost == 0 || len(segments) == 0 {
		t.Errorf("%d captured, %d lost of a megabyte, in a ring of %d bytes", len(segments), lost, block)
	}
}
