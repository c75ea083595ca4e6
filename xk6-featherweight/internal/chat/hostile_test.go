package chat

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// floods is a server that answers the handshake with that, and then the same text without an end; written is how much of it
// went out.
func floods(t *testing.T, head, text string) (c *Config, written chan int) {
	t.Helper()
	written = make(chan int, 1)
	c = serveRaw(t, func(conn *rawConn) {
		conn.request()
		conn.write([]byte(head))
		flood, sum := []byte(strings.Repeat(text, 4096)), 0
		for {
			n, err := conn.Write(flood)
			if sum += n; err != nil {
				written <- sum
				return
			}
		}
	})
	c.ConnectTimeout = 20 * time.Second
	return c, written
}

// The time-out alone would let a fast server fill the memory of a thousand users.
func TestAnAnswerToTheHandshakeThatNeverEndsIsGivenUp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ head, text string }{
		"an endless status line":       {"HTTP/1.1 101 ", "x"},
		"an endless header":            {"HTTP/1.1 101 Switching Protocols\r\nX: ", "x"},
		"endless headers":              {"HTTP/1.1 101 Switching Protocols\r\n", "X: y\r\n"},
		"endless headers of a refusal": {"HTTP/1.1 403 Forbidden\r\n", "X: y\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config, written := floods(t, c.head, c.text)
			_, err := Connect(t.Context(), config)
			var f *Failure
			require.ErrorAs(t, err, &f)
			assert.Equal(t, Handshake, f.Reason)
			assert.Contains(t, f.Message, "longer than 65536 bytes")
			assert.Less(t, len(f.Message), 400)
			assert.Less(t, <-written, 32<<20, "what the socket's buffers hold, and not all that could be sent in the time")
		})
	}
}

// An extension that was not offered is refused before it could unpack anything.
func TestCompressionThatWasNotOfferedIsRefused(t *testing.T) {
	t.Parallel()
	for _, extension := range []string{
		"permessage-deflate", "permessage-deflate; server_no_context_takeover; client_no_context_takeover", "x-webkit-deflate-frame",
	} {
		c := serveRaw(t, func(conn *rawConn) {
			answer := strings.TrimSuffix(string(conn.accept()), "\r\n") + "Sec-WebSocket-Extensions: " + extension + "\r\n\r\n"
			conn.write([]byte(answer))
			_, _ = conn.Write([]byte{finBit | 0x40 | byte(opText), 1, 0})
		})
		_, err := Connect(t.Context(), c)
		var f *Failure
		require.ErrorAs(t, err, &f)
		assert.Equal(t, Handshake, f.Reason)
	}
}

// What a server says of its failure stands in logs and reports, and on terminals.
func TestWhatTheServerSaysIsOneShortLineThatNoTerminalObeys(t *testing.T) {
	t.Parallel()
	wild := `\u001b[2J\u001b]0;mine\u0007\n` + strings.Repeat("x", 1<<16)
	for name, message := range map[string]string{
		"an error frame":          `{"type":"error","content":"` + wild + `","messageId":"` + question.MessageID + `"}`,
		"an error event":          eventOf("error", question.MessageID, "") + "",
		"another's messageId":     `{"type":"stream_event","event":{"type":"token","data":"a","messageId":"` + wild + `"}}`,
		"no JSON":                 "\x1b[2J" + strings.Repeat("x", 1<<16),
		"a shape of no answer":    `{"type":"stream_event","event":{"` + wild + `":1}}`,
		"a token that is no text": `{"type":"stream_event","event":{"type":"token","data":["` + wild + `"],"messageId":"` + question.MessageID + `"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := connect(t, serveRaw(t, func(conn *rawConn) {
				conn.write(conn.accept())
				conn.write(textFrame(`{"type":"hello"}`))
				conn.readFrame()
				_, _ = conn.Write(textFrame(message))
				_, _ = conn.br.ReadByte()
			}))
			turn := s.Ask(t.Context(), question, 0)
			require.NotNil(t, turn.Failure)
			assert.Less(t, len(turn.Failure.Message), 2500)
			assert.NotContains(t, turn.Failure.Message, "\x1b")
			assert.NotContains(t, turn.Failure.Message, "\n")
		})
	}
}
