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
		server := &prepared{answer: benchAnswer(benchTokens)}
		raw := arrival.Watch(server)
		s := &Session{cfg: benchConfig(b), wire: newWire(raw, raw, DefaultMaxMessage)}
		benchmarkTurns(b, s, func(turn *Turn) {
			server.rest = server.answer
			s.receive(b.Context(), turn, question.MessageID, time.Now(), time.Minute)
		})
	})
	b.Run("loopback", func(b *testing.B) {
		s := connect(b, serveRaw(b, func(conn *rawConn) {
			conn.write(conn.accept())
			answer := benchAnswer(benchTokens)
			frame := len(textFrame(tokenOf(question.MessageID, " featherweight")))
			for {
				if first, _ := conn.readFrame(); first&opcodeBits == byte(opClose) {
					return
				}
				for at := 0; at < len(answer); at += frame {
					conn.write(answer[at:min(at+frame, len(answer))])
				}
			}
		}))
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

func benchConfig(b *testing.B) *Config {
	b.Helper()
	return config(b, "ws://chat.test")
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
