package chat

import (
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
)

// inFragments is a text message cut before each of these bytes.
func inFragments(text string, cuts ...int) []byte {
	first, last := byte(opText), 0
	var all []byte
	for _, cut := range cuts {
		all = append(all, serverFrame(first, []byte(text[last:cut]))...)
		first, last = byte(opContinuation), cut
	}
	return append(all, serverFrame(finBit|first, []byte(text[last:]))...)
}

func TestTextIsUTF8(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		token string
		valid bool
	}{
		"replacement character":          {"\ufffd", true},
		"highest character":              {"\U0010ffff", true},
		"zero byte, escaped":             {"\\u0000", true},
		"half a surrogate pair, escaped": {"\\ud83d", true}, // the bytes are UTF-8; browsers take it too
		"one wrong byte":                 {"a\xffb", false},
		"overlong slash":                 {"\xc0\xaf", false},
		"surrogate":                      {"\xed\xa0\xbd\xed\xb8\x80", false},
		"beyond the last":                {"\xf4\x90\x80\x80", false},
		"half a character":               {"\xf0\x9f\x98", false},
		"Latin-1":                        {"Gr\xfc\xdfe", false},
	} {
		text := `{"type":"stream_event","event":{"type":"token","data":"` + test.token + `","messageId":"m1"}}`
		for form, frames := range map[string][]byte{
			"whole": textFrame(text), "in fragments": inFragments(text, 20, 56, 57, 58),
		} {
			t.Run(name+", "+form, func(t *testing.T) {
				t.Parallel()
				code := make(chan int, 1)
				c := serve(t, func(p *peer) {
					id := p.question().MessageID
					p.raw(frames)
					p.complete(id)
					code <- p.untilClosed()
				})
				s := connect(t, c)
				turn := ask(t, s)
				if test.valid {
					requireOK(t, turn)
					assert.Equal(t, 1, turn.Tokens)
					s.Close(websocket.CloseNormalClosure)
					assert.Equal(t, websocket.CloseNormalClosure, <-code)
					return
				}
				requireFailure(t, turn.Failure, Protocol, "not UTF-8")
				assert.Zero(t, turn.Tokens)
				assert.False(t, s.Open())
				assert.Equal(t, websocket.CloseInvalidFramePayloadData, <-code, "as browsers close")
			})
		}
	}
}

func TestTextThatIsNotUTF8EndsTheSessionAlsoWhileThinking(t *testing.T) {
	t.Parallel()
	code := make(chan int, 1)
	c := serve(t, func(p *peer) {
		p.raw(textFrame("{\"type\":\"\xff\"}"))
		code <- p.untilClosed()
	})
	s := connect(t, c)
	assert.NoError(t, s.Think(t.Context(), pause))
	assert.Equal(t, websocket.CloseInvalidFramePayloadData, <-code)
	requireFailure(t, ask(t, s).Failure, Protocol, "not UTF-8")
}

func TestABinaryMessageNeedNotBeUTF8(t *testing.T) {
	t.Parallel()
	c := serve(t, func(p *peer) {
		p.raw(serverFrame(finBit|byte(opBinary), []byte{0xff}))
		p.answer("x")
		p.untilClosed()
	})
	s := connect(t, c)
	assert.NoError(t, s.Think(t.Context(), pause))
	requireOK(t, ask(t, s))
}

// A server that still sends when our goodbye comes would meet a reset instead of it, if the connection were closed at once.
func TestTextThatIsNotUTF8IsAnsweredWithAWholeClosingHandshake(t *testing.T) {
	t.Parallel()
	code := make(chan int, 1)
	c := serve(t, func(p *peer) {
		defer close(code)
		p.SetCloseHandler(func(code int, _ string) error {
			for range 3 {
				p.raw(textFrame(`{"type":"heartbeat"}`))
			}
			return p.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Time{})
		})
		p.question()
		p.raw(textFrame("{\"type\":\"\xff\"}"))
		code <- p.untilClosed()
	})
	s := connect(t, c)
	requireFailure(t, ask(t, s).Failure, Protocol, "not UTF-8")
	assert.Equal(t, websocket.CloseInvalidFramePayloadData, <-code)
	others, _ := s.TakeOthers()
	assert.Equal(t, 3, others, "what the server had sent before it answered")
}
