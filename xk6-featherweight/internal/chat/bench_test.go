package chat

import (
	"bytes"
	"net"
	"testing"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/arrival"
)

const benchTokens = 100

// benchAnswer is a whole answer of so many tokens to the benchmark's question, as it is on the wire.
func benchAnswer(tokens int) []byte {
	var all bytes.Buffer
	for range tokens {
		all.Write(textFrame(tokenOf(question.MessageID, " featherweight")))
	}
	all.Write(textFrame(completeOf(question.MessageID)))
	return all.Bytes()
}

// BenchmarkTurn tells what a token costs: in memory, several frames a read, it is our own work alone; over loopback,
// a frame a read, the system calls are in it.
func BenchmarkTurn(b *testing.B) {
	b.Run("memory", func(b *testing.B) {
		s, server := inMemory(b, benchTokens)
		benchmarkTurns(b, s, func(turn *Turn) {
			server.rest = server.answer
			s.receive(b.Context(), turn, question.MessageID, time.Now(), time.Minute)
		})
	})
	b.Run("loopback", func(b *testing.B) {
		s := connect(b, answering(b, benchTokens))
		benchmarkTurns(b, s, func(turn *Turn) { *turn = s.Ask(b.Context(), question, time.Minute) })
	})
}

func benchmarkTurns(b *testing.B, s *Session, ask func(*Turn)) {
	b.Helper()
	b.ReportAllocs()
	turns := 0
	for b.Loop() {
		var turn Turn
		if ask(&turn); turn.Failure != nil || turn.Tokens != benchTokens {
			b.Fatalf("%d tokens: %v", turn.Tokens, turn.Failure)
		}
		turns++
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(turns*benchTokens), "ns/token")
	s.Take()
}

// answering serves whole answers of so many tokens, a frame a write.
func answering(tb testing.TB, tokens int) *Config {
	tb.Helper()
	answer, frame := benchAnswer(tokens), len(textFrame(tokenOf(question.MessageID, " featherweight")))
	return serveRaw(tb, func(conn *rawConn) {
		conn.write(conn.accept())
		for {
			if first, _ := conn.readFrame(); first&opcodeBits == byte(opClose) {
				return
			}
			for at := 0; at < len(answer); at += frame {
				conn.write(answer[at:min(at+frame, len(answer))])
			}
		}
	})
}

// inMemory is a session whose connection has a whole answer of so many tokens ready.
func inMemory(tb testing.TB, tokens int) (*Session, *prepared) {
	tb.Helper()
	server := &prepared{answer: benchAnswer(tokens)}
	raw := arrival.Watch(server)
	return &Session{cfg: config(tb, "ws://chat.test"), wire: newWire(raw, raw, DefaultMaxMessage)}, server
}

// BenchmarkParseEvent is the share of the JSON in it.
func BenchmarkParseEvent(b *testing.B) {
	for name, text := range map[string]string{
		"pulse":   pulse,
		"plain":   tokenOf("fw-1234abcd-567", " featherweight"),
		"escapes": tokenOf("fw-1234abcd-567", " \"featherweight\"\n"),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			data := []byte(text)
			for b.Loop() {
				if _, err := parseEvent(data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// prepared is a connection that has an answer ready.
type prepared struct {
	net.Conn
	answer, rest []byte
}

func (c *prepared) Read(p []byte) (int, error) {
	n := copy(p, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

func (c *prepared) SetReadDeadline(time.Time) error { return nil }
