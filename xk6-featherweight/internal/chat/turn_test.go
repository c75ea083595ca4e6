package chat

import (
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestATurnCountsAndTimesItsTokens(t *testing.T) {
	t.Parallel()
	c := serve(t, func(p *peer) {
		p.answer("one", "", "two", "three")
		p.untilClosed()
	})
	before := time.Now()
	turn := ask(t, connect(t, c))
	most := time.Since(before)
	requireOK(t, turn)
	assert.True(t, turn.Sent)
	assert.Equal(t, 3, turn.Tokens, "an empty token is a keep-alive, not a token")
	assert.Empty(t, turn.Text, "text is dropped unless it is asked for")
	assert.Positive(t, turn.FirstToken)
	assert.GreaterOrEqual(t, turn.LastToken, turn.FirstToken)
	assert.GreaterOrEqual(t, turn.Duration, turn.LastToken)
	assert.LessOrEqual(t, turn.Duration, most)
	itl, ok := turn.InterTokenLatency()
	require.True(t, ok)
	assert.Equal(t, (turn.LastToken-turn.FirstToken)/2, itl)
	assert.GreaterOrEqual(t, turn.LongestGap, itl)
}

func TestTheTextIsKeptWhereItIsAskedFor(t *testing.T) {
	t.Parallel()
	c := serve(t, func(p *peer) {
		p.answer("Grüß ", "\"Gott\"", "\n")
		p.untilClosed()
	})
	c.KeepText = true
	assert.Equal(t, "Grüß \"Gott\"\n", ask(t, connect(t, c)).Text)
}

func TestInterTokenLatencyNeedsTwoTokens(t *testing.T) {
	t.Parallel()
	for tokens, want := range map[int]bool{0: false, 1: false, 2: true} {
		turn := Turn{Tokens: tokens, FirstToken: time.Second, LastToken: 3 * time.Second}
		itl, ok := turn.InterTokenLatency()
		assert.Equal(t, want, ok, "%d tokens", tokens)
		if ok {
			assert.Equal(t, 2*time.Second, itl)
		}
	}
}

func TestTheQuestionIsWhatTheServerExpects(t *testing.T) {
	t.Parallel()
	got := make(chan asked, 1)
	c := serve(t, func(p *peer) {
		q := p.question()
		got <- q
		p.complete(q.MessageID)
		p.untilClosed()
	})
	requireOK(t, connect(t, c).Ask(t.Context(), Question{Content: `say "hi"`, MessageID: "m7", UserID: "user_7"}, 0))
	q := <-got
	stamp, err := time.Parse(time.RFC3339Nano, q.Timestamp)
	require.NoError(t, err, "the time stamp is an ISO string")
	assert.WithinRange(t, stamp, time.Now().Add(-time.Minute), time.Now())
	q.Timestamp = ""
	assert.Equal(t, asked{Type: "user_message", Content: `say "hi"`, MessageID: "m7", UserID: "user_7"}, q)
}

func TestManyTurnsShareASession(t *testing.T) {
	t.Parallel()
	c := serve(t, func(p *peer) {
		for range 40 { // more than the messageIds that a session remembers
			p.answer("a", "b")
		}
		p.untilClosed()
	})
	s := connect(t, c)
	for i := range 40 {
		turn := s.Ask(t.Context(), Question{MessageID: string(rune('A' + i))}, 0)
		requireOK(t, turn)
		require.Equal(t, 2, turn.Tokens)
	}
	messages, tokens := s.Take()
	assert.Equal(t, 40*3, messages)
	assert.Equal(t, 40*2, tokens)
	messages, tokens = s.Take()
	assert.Zero(t, messages+tokens, "what was taken is not counted again")
}

func TestAnswersWithoutMessageIDBelongToTheRunningTurn(t *testing.T) {
	t.Parallel()
	c := serve(t, func(p *peer) {
		p.question()
		p.send(`{"type":"stream_event","event":{"type":"start"}}`)
		p.send(`{"type":"stream_event","event":{"type":"token","data":"x"}}`)
		p.send(`{"type":"stream_event","event":{"type":"complete","data":""}}`)
		p.untilClosed()
	})
	turn := ask(t, connect(t, c))
	requireOK(t, turn)
	assert.Equal(t, 1, turn.Tokens)
}

func TestSeveralFramesInOneSegment(t *testing.T) {
	t.Parallel()
	c := serve(t, func(p *peer) {
		id := p.question().MessageID
		var all []byte
		for range 9 {
			all = append(all, textFrame(tokenOf(id, "x"))...)
		}
		p.raw(append(all, textFrame(completeOf(id))...))
		p.untilClosed()
	})
	turn := ask(t, connect(t, c))
	requireOK(t, turn)
	assert.Equal(t, 9, turn.Tokens)
	assert.Zero(t, turn.LongestGap, "what arrived together has one time of arrival")
}

func TestOneMessageSplitOverManyFramesAndSegments(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 300)
	c := serve(t, func(p *peer) {
		id := p.question().MessageID
		text := tokenOf(id, long)
		first := byte(opText)
		for i := range len(text) {
			for _, b := range serverFrame(first, []byte{text[i]}) {
				p.raw([]byte{b})
			}
			first = byte(opContinuation)
		}
		p.raw(serverFrame(finBit|byte(opContinuation), nil))
		p.complete(id)
		p.untilClosed()
	})
	c.KeepText = true
	turn := ask(t, connect(t, c))
	requireOK(t, turn)
	assert.Equal(t, long, turn.Text)
	assert.Equal(t, 1, turn.Tokens)
}

func TestAMessageOfThreeHundredKilobytesIsRead(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("y", 300<<10)
	c := serve(t, func(p *peer) {
		p.answer(long)
		p.answer("short")
		p.untilClosed()
	})
	c.KeepText = true
	s := connect(t, c)
	turn := ask(t, s)
	requireOK(t, turn)
	assert.Equal(t, long, turn.Text)
	assert.LessOrEqual(t, len(s.wire.buf), keepBuffer, "the large buffer is given back")
	assert.Equal(t, "short", ask(t, s).Text)
}

func TestPingsAreAnsweredWhileWaiting(t *testing.T) {
	t.Parallel()
	c := serve(t, func(p *peer) {
		id := p.question().MessageID
		pong := make(chan string, 1)
		p.SetPongHandler(func(data string) error { pong <- data; return nil })
		p.raw(serverFrame(finBit|byte(opPing), []byte("are you there?")))
		go p.untilClosed() // gorilla looks at pongs only when it reads
		if data := <-pong; data != "are you there?" {
			p.fail("pong says %q", data)
		}
		p.complete(id) // only now: the answer depends on the pong
		p.raw(serverFrame(finBit|byte(opClose), []byte{3, 232}))
	})
	s := connect(t, c)
	requireOK(t, ask(t, s))
	messages, _ := s.Take()
	assert.Equal(t, 1, messages, "a ping is no message")
}

func TestAFrameThatCameWithThe101IsRead(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		with   string
		tokens int
	}{
		"start":             {`{"type":"stream_event","event":{"type":"start"}}`, 0},
		"token of nobody":   {`{"type":"stream_event","event":{"type":"token","data":"x"}}`, 1},
		"token of the turn": {tokenOf("m1", "x"), 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := serveRaw(t, func(conn *rawConn) {
				conn.write(append(conn.accept(), textFrame(test.with)...))
				conn.readFrame()
				conn.write(textFrame(tokenOf("m1", "y")))
				conn.write(textFrame(completeOf("m1")))
				conn.readFrame() // the goodbye
			})
			s := connect(t, c)
			turn := ask(t, s)
			requireOK(t, turn)
			assert.Equal(t, 1, turn.Tokens, "what came before the question is no answer to it")
			assert.Positive(t, turn.FirstToken)
			messages, tokens := s.Take()
			assert.Equal(t, 3, messages)
			assert.Equal(t, 1+test.tokens, tokens, "but it was received")
		})
	}
}

func TestASecondCloseDoesNothing(t *testing.T) {
	t.Parallel()
	codes := make(chan int, 2)
	c := serve(t, func(p *peer) { codes <- p.untilClosed() })
	closed := 0
	c.OnClose = func() { closed++ }
	s := connect(t, c)
	require.True(t, s.Open())
	s.Close(4001)
	s.Close(websocket.CloseNormalClosure)
	assert.False(t, s.Open())
	assert.Equal(t, 4001, <-codes)
	assert.Equal(t, 1, closed)
	turn := ask(t, s)
	requireFailure(t, turn.Failure, Closed, "before the question")
	assert.False(t, turn.Sent)
}
