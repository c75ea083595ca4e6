package chat

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A server that talks faster than anybody can listen has its own user's time, and nobody else's.
func TestAFloodEndsWithItsTurnAndKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	flooding := connect(t, serveRaw(t, func(conn *rawConn) {
		conn.write(conn.accept())
		conn.readFrame()
		flood := bytes.Repeat(textFrame(tokenOf(question.MessageID, "x")), 5000)
		for {
			if _, err := conn.Write(flood); err != nil { // the client has left
				return
			}
		}
	}))
	quiet := connect(t, serve(t, func(p *peer) { p.answer("a"); p.untilClosed() }))
	over := make(chan Turn, 2)
	go func() { over <- flooding.Ask(t.Context(), question, 500*time.Millisecond) }()
	go func() { over <- quiet.Ask(t.Context(), question, 0) }()
	var drowned, answered int
	for range 2 {
		select {
		case turn := <-over:
			if turn.OK() {
				answered++
				continue
			}
			requireFailure(t, turn.Failure, ResponseTimeout, "tokens had come")
			drowned++
		case <-time.After(10 * time.Second):
			t.Fatal("a turn does not end")
		}
	}
	require.Equal(t, [2]int{1, 1}, [2]int{answered, drowned})
}
