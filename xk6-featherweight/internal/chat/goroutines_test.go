package chat

import (
	"bufio"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const manySessions = 200

// A user of a load test is a goroutine already; a session must not be another one.
func TestOpenSessionsAddNoGoroutine(t *testing.T) { //nolint:paralleltest // it counts the goroutines of the process
	conns, c := parked(t)
	connect(t, c).Close(websocket.CloseNormalClosure) // the one loop that reads all sockets begins with the first
	require.NoError(t, (<-conns).Close())
	before := runtime.NumGoroutine()
	sessions := make([]*Session, manySessions)
	for i := range sessions {
		s, err := Connect(t.Context(), c)
		require.NoError(t, err)
		sessions[i] = s
		require.NoError(t, s.Think(t.Context(), 0))
	}
	// The goroutine of a connection attempt that has just ended may still be on its way out.
	require.True(t, becomes(func() bool { return runtime.NumGoroutine() <= before }),
		"%d goroutines were there before, %d are now", before, runtime.NumGoroutine())
	assert.Empty(t, inSession())

	done := make(chan struct{})
	for _, s := range sessions {
		go func() {
			_ = s.Ask(t.Context(), question, 0)
			done <- struct{}{}
		}()
	}
	require.True(t, becomes(func() bool { return len(inSession()) == manySessions }),
		"%d goroutines wait for %d answers", len(inSession()), manySessions)
	for range sessions {
		_ = (<-conns).Close()
	}
	for range sessions {
		<-done
	}
	for _, s := range sessions {
		s.Close(websocket.CloseNormalClosure)
	}
}

// becomes tells whether that is true within a while; unlike testify's, it needs no goroutine.
func becomes(holds func() bool) bool {
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if holds() {
			return true
		}
	}
	return false
}

// parked is a server that does nothing but to shake hands, on one goroutine for all connections.
func parked(t *testing.T) (<-chan net.Conn, *Config) {
	t.Helper()
	listener := listen(t)
	conns := make(chan net.Conn, manySessions)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			raw := &rawConn{Conn: conn, t: t, br: bufio.NewReader(conn)}
			raw.write(raw.accept())
			conns <- conn
		}
	}()
	t.Cleanup(func() { _ = listener.Close(); <-done })
	return conns, config(t, "ws://"+listener.Addr().String())
}

// inSession returns the stacks of goroutines that are inside a session.
func inSession() (stacks []string) {
	dump := make([]byte, 8<<20)
	for stack := range strings.SplitSeq(string(dump[:runtime.Stack(dump, true)]), "\n\n") {
		if strings.Contains(stack, "internal/chat.(*Session)") || strings.Contains(stack, "internal/chat.newSession") {
			stacks = append(stacks, stack)
		}
	}
	return stacks
}
