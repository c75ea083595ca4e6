package realchats

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"
)

const (
	tokens         = 5
	tokenEvery     = 20 * time.Millisecond
	heartbeatEvery = 50 * time.Millisecond
	word           = "tök€n😀 "
)

// truth is what a chat knows of itself.
type truth struct {
	Connections    int `json:"connections"`
	Open           int `json:"open"`
	TurnsStarted   int `json:"turns_started"`
	TurnsCompleted int `json:"turns_completed"`
	Tokens         int `json:"tokens"`
	Characters     int `json:"characters"` // of complete answers, in UTF-16 as JavaScript counts them
	Heartbeats     int `json:"heartbeats"`
	Pings          int `json:"pings"`
	Pongs          int `json:"pongs"`
}

// peer is what the chat asks of a WebSocket library. One message is sent at a time.
type peer interface {
	send(text []byte) error                            // in one text frame, whatever the bytes are
	sendParts(parts [][]byte, between func()) error    // one text message in as many frames; between is called after the first
	ping() error                                       // the pong comes as a call of the function that read was given
	close(code int, reason string) error               // begins the closing handshake
	read(message func(text []byte), pong func()) error // until the connection is over
}

// goChat is the chat of chats/chat.mjs for the libraries of Go.
type goChat struct {
	sync.Mutex
	truth truth
}

// startGo serves the chat and its truth until the test ends. accept opens a connection.
func startGo(t *testing.T, accept func(http.ResponseWriter, *http.Request) (peer, error)) string {
	t.Helper()
	chat := &goChat{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /truth", func(w http.ResponseWriter, _ *http.Request) {
		chat.Lock()
		defer chat.Unlock()
		_ = json.NewEncoder(w).Encode(chat.truth)
	})
	mux.HandleFunc("GET /api/chat", func(w http.ResponseWriter, r *http.Request) {
		peer, err := accept(w, r)
		if err == nil { // else the library has answered
			chat.serve(peer)
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

func (c *goChat) count(change func(*truth)) {
	c.Lock()
	defer c.Unlock()
	change(&c.truth)
}

// talk is one connection. Whoever sends holds the lock, for a message in parts must not be interrupted by another.
type talk struct {
	*goChat
	peer
	sending sync.Mutex
	over    chan struct{} // closed when nothing more may be sent
	once    sync.Once
	pinged  chan chan struct{} // what waits for a pong, in the order of the pings
}

type message struct {
	Type      string  `json:"type"`
	Content   string  `json:"content,omitempty"`
	MessageID string  `json:"messageId,omitempty"`
	SessionID string  `json:"sessionId,omitempty"`
	Event     *detail `json:"event,omitempty"`
	Timestamp string  `json:"timestamp"`
}

type detail struct {
	Type      string `json:"type"`
	Data      string `json:"data"`
	MessageID string `json:"messageId"`
}

func event(kind, data, id string) message {
	return message{Type: "stream_event", Event: &detail{kind, data, id}}
}

// encode gives it the time of now.
func (m message) encode() []byte {
	m.Timestamp = time.Now().UTC().Format(time.RFC3339Nano)
	text, err := json.Marshal(m)
	if err != nil {
		panic(err) // it is made of strings
	}
	return text
}

func (c *goChat) serve(p peer) {
	t := &talk{goChat: c, peer: p, over: make(chan struct{}), pinged: make(chan chan struct{}, 100)}
	c.count(func(is *truth) { is.Connections++; is.Open++ })
	defer c.count(func(is *truth) { is.Open-- })
	var others sync.WaitGroup
	defer others.Wait()
	defer t.stop()
	t.say(message{Type: "connection_established", SessionID: "s"})
	others.Go(t.keepAlive)
	_ = p.read(func(text []byte) {
		var question struct{ Content, MessageID string }
		if json.Unmarshal(text, &question) == nil {
			c.count(func(is *truth) { is.TurnsStarted++ })
			others.Go(func() { t.answer(question.Content, question.MessageID) })
		}
	}, func() {
		c.count(func(is *truth) { is.Pongs++ })
		close(<-t.pinged)
	})
}

func (t *talk) stop() { t.once.Do(func() { close(t.over) }) }

// say sends what is not the client's to miss: an error means that it has gone, which read sees, too.
func (t *talk) say(m message) {
	t.sending.Lock()
	defer t.sending.Unlock()
	_ = t.send(m.encode())
}

func (t *talk) keepAlive() {
	beat := time.NewTicker(heartbeatEvery)
	defer beat.Stop()
	for {
		select {
		case <-t.over:
			return
		case <-beat.C:
			t.count(func(is *truth) { is.Heartbeats++ })
			t.say(message{Type: "heartbeat"})
		}
	}
}

// pingNow gives a channel that is closed with the pong.
func (t *talk) pingNow() <-chan struct{} {
	pong := make(chan struct{})
	t.pinged <- pong
	t.count(func(is *truth) { is.Pings++ })
	_ = t.ping()
	return pong
}

// answer streams the answer, in the way that the question names.
func (t *talk) answer(content, id string) {
	t.say(event("start", "", id))
	pace := time.NewTicker(tokenEvery)
	defer pace.Stop()
	characters := 0
	for n := 1; n <= tokens; n++ {
		select {
		case <-t.over:
			return
		case <-pace.C:
		}
		if n == 3 && t.interlude(content, id) {
			return
		}
		data := word
		if content == "large" && n == 4 {
			data = strings.Repeat("x", 200_000)
		}
		t.count(func(is *truth) { is.Tokens++ })
		characters += len(utf16.Encode([]rune(data)))
		if content == "fragments" {
			t.inParts(event("token", data, id))
		} else {
			t.say(event("token", data, id))
		}
	}
	t.count(func(is *truth) { is.TurnsCompleted++; is.Characters += characters })
	t.say(event("complete", "", id))
}

func (t *talk) inParts(m message) {
	text := m.encode()
	cut := strings.Index(string(text), "€") + 1 // within a character
	t.sending.Lock()
	defer t.sending.Unlock()
	_ = t.sendParts([][]byte{text[:cut], nil, text[cut:]}, func() { t.pingNow() })
}

// interlude is what happens in the middle of the answer. It reports whether that was its end.
func (t *talk) interlude(content, id string) (over bool) {
	switch content {
	case "ping":
		select {
		case <-t.pingNow():
		case <-t.over:
		}
		return false
	case "error":
		t.say(message{Type: "error", Content: "the model is out of memory", MessageID: id})
	case "not UTF-8":
		t.sending.Lock()
		defer t.sending.Unlock()
		_ = t.send([]byte("{\"type\":\"stream_event\",\"event\":{\"type\":\"token\",\"data\":\"\xc3(\"}}"))
	case "close":
		t.stop()
		t.sending.Lock()
		defer t.sending.Unlock()
		_ = t.close(4001, "out of patience")
	default:
		return false
	}
	return true
}
