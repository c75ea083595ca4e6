package chat

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// nobodys are messages that are no part of an answer, whenever they come.
var nobodys = []string{
	`{"type":"connection_established","clientId":"c1","features":["a"]}`, `{"type":"welcome"}`, `{"type":"ping"}`, `{"type":"heartbeat","timestamp":17}`,
	`{"type":"self-awareness-heartbeat","payload":{"pulseNumber":3}}`, `{"type":"ack","messageId":"m1"}`, `[]`, `"hi"`, `2`, `null`, `{}`,
	`{"type":"stream_event","event":{"type":"thinking","data":{"a":1},"messageId":"m1"}}`, "", "\n", "ping", "PONG\n", "heartbeat", "keep-alive",
}

func TestWhatIsNobodysAnswerIsCountedAndNeverAFailure(t *testing.T) {
	t.Parallel()
	c := serve(t, func(p *peer) {
		everything := func() {
			for _, text := range nobodys {
				p.send(text)
			}
		}
		everything() // greeting
		for range 2 {
			id := p.question().MessageID
			everything()
			p.tokens(id, "a")
			everything()
			p.tokens(id, "b")
			p.complete(id)
			everything() // while the user thinks
		}
		p.untilClosed()
	})
	s := connect(t, c)
	for _, id := range []string{"m1", "m2"} {
		turn := s.Ask(t.Context(), Question{MessageID: id}, 0)
		requireOK(t, turn)
		assert.Equal(t, 2, turn.Tokens)
		require.NoError(t, s.Think(t.Context(), pause))
	}
	messages, tokens := s.Take()
	others, sample := s.TakeOthers()
	assert.Equal(t, []int{7*len(nobodys) + 6, 4, 7 * len(nobodys)}, []int{messages, tokens, others})
	assert.Contains(t, sample, "connection_established", "the first of the session")
	others, _ = s.TakeOthers()
	assert.Zero(t, others, "what was taken is not counted again")
}

func TestAGreetingInPlainWordsIsNoFailureWhenTheAnswerComes(t *testing.T) {
	t.Parallel()
	for name, greeting := range map[string][]byte{
		"words":        textFrame("Welcome to the chat!"),
		"engine.io":    textFrame(`0{"sid":"x","pingInterval":25000}`),
		"SockJS":       textFrame("o"),
		"binary":       serverFrame(finBit|byte(opBinary), []byte{0, 1, 0xff}),
		"binary, JSON": serverFrame(finBit|byte(opBinary), []byte(`{"type":"welcome"}`)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := serve(t, func(p *peer) {
				id := p.question().MessageID // the greeting was on its way when the question was sent
				p.raw(greeting)
				p.tokens(id, "x")
				p.complete(id)
				p.untilClosed()
			})
			s := connect(t, c)
			requireOK(t, ask(t, s))
			others, _ := s.TakeOthers()
			assert.Equal(t, 1, others)
		})
	}
}

// What cannot be read, or comes in the wrong kind of frame, may have been the answer.
func TestWhatCannotBeReadWhileAQuestionIsOpenFailsIt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		frame []byte
		says  string
	}{
		"words":             {textFrame("Bad Gateway"), "not the JSON"},
		"a page":            {textFrame("<html>"), "not the JSON"},
		"two documents":     {textFrame(`{"type":"ping"}{}`), "not the JSON"},
		"binary":            {serverFrame(finBit|byte(opBinary), []byte{0, 1, 0xff}), "not the JSON"},
		"an answer, binary": {serverFrame(finBit|byte(opBinary), []byte(completeOf("m1"))), "binary"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := serve(t, func(p *peer) {
				id := p.question().MessageID
				p.tokens(id, "x")
				p.raw(test.frame)
				p.complete(id)
				p.untilClosed()
			})
			requireFailure(t, ask(t, connect(t, c)).Failure, Protocol, test.says)
		})
	}
}

func TestAServerThatNeverAnswersTimesOutWhateverElseItSends(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		first, then string
		reason      Reason
		words       []string
	}{
		"heartbeats":                 {`{"type":"heartbeat"}`, `{"type":"heartbeat"}`, ResponseTimeout, []string{"0 tokens had come, and 10 messages that are no part of an answer", `heartbeat`}},
		"another protocol":           {`{"type":"response","content":"Hi"}`, `{"type":"response","content":"!"}`, ResponseTimeout, []string{`such as "{\"type\":\"response\"`}},
		"plain words, then silence":  {"Bad Gateway", `{"type":"heartbeat"}`, Protocol, []string{"not the JSON", "Bad Gateway"}},
		"events that are not tokens": {eventOf("thinking", "m1", "x"), eventOf("thinking", "m1", "y"), ResponseTimeout, []string{"0 tokens"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			virtually(t, func(p *peer) {
				p.question()
				p.send(test.first)
				for range 9 {
					time.Sleep(time.Second)
					p.send(test.then)
				}
				p.untilClosed()
			}, func(t *testing.T, c *Config) {
				s := connect(t, c)
				start := time.Now()
				turn := ask(t, s)
				requireFailure(t, turn.Failure, test.reason, test.words...)
				assert.Equal(t, c.ResponseTimeout, time.Since(start), "no message moves the end of the wait")
				assert.Zero(t, turn.Tokens)
				_, tokens := s.Take()
				assert.Zero(t, tokens)
			})
		})
	}
}

// An error without a messageId that was there before the question cannot answer it, but may be why nothing does.
func TestAnErrorFromBeforeTheQuestionIsTheReasonOnlyWhenNoAnswerComes(t *testing.T) {
	t.Parallel()
	for answered, reason := range map[bool]Reason{true: "", false: ServerError} {
		c := serveRaw(t, func(conn *rawConn) {
			conn.write(append(conn.accept(), textFrame(`{"type":"error","content":"too many users"}`)...))
			conn.readFrame()
			if answered {
				conn.write(textFrame(completeOf("m1")))
			}
			conn.readFrame() // the goodbye
		})
		c.ResponseTimeout = pause
		turn := ask(t, connect(t, c))
		if answered {
			requireOK(t, turn)
			continue
		}
		requireFailure(t, turn.Failure, reason, "too many users")
	}
}

func TestANumericMessageIDIsTheOneThatWasAsked(t *testing.T) {
	t.Parallel()
	c := serve(t, func(p *peer) {
		p.question()
		p.send(`{"type":"stream_event","event":{"type":"token","data":"x","messageId":7},"timestamp":17}`)
		p.send(`{"type":"stream_event","event":{"type":"complete","data":{"tokens":1},"messageId":7}}`)
		p.untilClosed()
	})
	turn := connect(t, c).Ask(t.Context(), Question{MessageID: "7"}, 0)
	requireOK(t, turn)
	assert.Equal(t, 1, turn.Tokens)
}
