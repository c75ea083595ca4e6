package chat

import (
	"bufio"
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// deaf is a server that takes the handshake and never reads again.
func deaf(t *testing.T) *Config {
	t.Helper()
	done := make(chan struct{})
	c := serveRaw(t, func(conn *rawConn) {
		conn.write(conn.accept())
		<-done
	})
	t.Cleanup(func() { close(done) }) // first of all: the server waits for its scripts
	return c
}

// large is a question that no socket buffers hold.
var large = Question{MessageID: "m1", Content: strings.Repeat("x", 32<<20)}

func TestTheEndOfTheTestEndsAQuestionThatCannotBeSent(t *testing.T) {
	t.Parallel()
	c := deaf(t)
	ctx, cancel, s := endOfTest(t, c)
	time.AfterFunc(pause, cancel)
	start := time.Now()
	turn := s.Ask(ctx, large, time.Hour)
	assert.True(t, turn.Interrupted)
	assert.Nil(t, turn.Failure)
	assert.False(t, turn.Sent, "half of it is not a question")
	assert.GreaterOrEqual(t, time.Since(start), pause)
	assert.Less(t, time.Since(start), time.Minute, "it waits for nobody")
	assert.False(t, s.Open())
}

func TestAQuestionThatCannotBeSentInTimeIsATimeOut(t *testing.T) {
	t.Parallel()
	s := connect(t, deaf(t))
	turn := s.Ask(t.Context(), large, pause)
	requireFailure(t, turn.Failure, ResponseTimeout, "could not be sent within 150ms: the server does not read")
	assert.False(t, s.Open())
}

// The goodbye of a session whose test has ended is short, and is sent although a question no longer would be.
func TestAnEndThatComesBetweenTwoQuestionsStillSaysGoodbye(t *testing.T) {
	t.Parallel()
	code := make(chan int, 1)
	c := serve(t, func(p *peer) { code <- p.untilClosed() })
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s, err := Connect(ctx, c)
	require.NoError(t, err)
	s.wire.endQuestion()
	cancel()
	assert.Equal(t, 1001, <-code)
	assert.True(t, s.Ask(ctx, question, 0).Interrupted)
}

// unread is a client's side without any buffer, of whose second write it says that it has begun: that of the question.
type unread struct {
	net.Conn
	writes int
	asked  chan struct{}
}

func (u *unread) Write(p []byte) (int, error) {
	if u.writes++; u.writes == 2 {
		close(u.asked)
	}
	return u.Conn.Write(p)
}

func TestTheEndOfTheTestEndsAWriteThatNobodyReads(t *testing.T) {
	t.Parallel()
	client, server := net.Pipe()
	t.Cleanup(func() { _ = server.Close() })
	go func() {
		conn := &rawConn{Conn: server, t: t, br: bufio.NewReader(server)}
		conn.write(conn.accept())
	}()
	pipe := &unread{Conn: client, asked: make(chan struct{})}
	c := config(t, "ws://nobody")
	c.Dial = func(context.Context, string, string) (net.Conn, error) { return pipe, nil }
	ctx, cancel, s := endOfTest(t, c)
	go func() {
		<-pipe.asked
		cancel()
	}()
	turn := s.Ask(ctx, question, time.Hour)
	assert.True(t, turn.Interrupted)
	assert.False(t, turn.Sent)
	assert.False(t, s.Open())
}
