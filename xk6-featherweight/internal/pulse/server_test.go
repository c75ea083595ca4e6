package pulse

import (
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/scrape"
)

// loop is a server whose loop is the clock itself: at whatever moment it is asked, it has turned as often as it should, and
// it tells that before it answers a ping. No load on this machine can make it another one.
type loop struct {
	mu    sync.Mutex
	turns float64 // by since
	since time.Time
	hz    float64

	deaf   bool                                     // no ping is answered
	told   func(number float64) string              // a pulse
	admit  func(http.ResponseWriter, *http.Request) // answers a handshake that is refused, or does nothing
	conns  []*websocket.Conn
	served sync.WaitGroup
}

func newLoop(hz float64) *loop {
	return &loop{since: time.Now(), hz: hz, told: func(n float64) string {
		return fmt.Sprintf(`{"type":%q,"payload":{"pulseNumber":%.0f,"rate":99.5},"timestamp":1}`, DefaultType, n)
	}}
}

// count is the number of the latest turn, and needs the mutex.
func (l *loop) count() float64 { return math.Floor(l.turns + time.Since(l.since).Seconds()*l.hz) }

// turn makes the loop turn that fast from now on.
func (l *loop) turn(hz float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turns, l.since, l.hz = l.turns+time.Since(l.since).Seconds()*l.hz, time.Now(), hz
}

// begin makes it begin anew.
func (l *loop) begin() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turns, l.since = 0, time.Now()
}

// moment is when that turn was; the rate must not have changed.
func (l *loop) moment(number float64) time.Time {
	return l.since.Add(time.Duration((number - l.turns) / l.hz * float64(time.Second)))
}

// hangUp ends all connections.
func (l *loop) hangUp(how func(ws *websocket.Conn)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, ws := range l.conns {
		how(ws)
	}
	l.conns = nil
}

func (l *loop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if l.admit != nil {
		if l.admit(w, r); !websocket.IsWebSocketUpgrade(r) || w.Header().Get("Refused") != "" {
			return
		}
	}
	ws, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	l.mu.Lock()
	told := l.count()
	l.conns = append(l.conns, ws)
	l.mu.Unlock()
	tell := func() error { // needs the mutex
		if now := l.count(); now < told {
			told = 0
		}
		for ; told < l.count(); told++ {
			if err := ws.WriteMessage(websocket.TextMessage, []byte(l.told(told+1))); err != nil {
				return err
			}
		}
		return nil
	}
	ws.SetPingHandler(func(payload string) error {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.deaf {
			return nil
		}
		if err := tell(); err != nil {
			return err
		}
		return ws.WriteControl(websocket.PongMessage, []byte(payload), time.Time{})
	})
	gone := make(chan struct{})
	l.served.Go(func() {
		defer close(gone)
		for {
			if _, _, err := ws.ReadMessage(); err != nil {
				return
			}
		}
	})
	pace := time.NewTicker(time.Millisecond)
	defer pace.Stop()
	defer func() { _ = ws.Close() }()
	for {
		select {
		case <-pace.C:
		case <-gone:
			return
		}
		l.mu.Lock()
		err := tell()
		l.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// serve serves a loop and makes a reader of it.
func serve(t *testing.T, l *loop, change ...func(*Config)) *Reader {
	t.Helper()
	server := httptest.NewServer(l)
	t.Cleanup(func() {
		l.hangUp(func(ws *websocket.Conn) { _ = ws.Close() })
		server.Close()
		l.served.Wait()
	})
	c := Config{URL: "ws" + strings.TrimPrefix(server.URL, "http") + "/chat?token=s3cret", Timeout: 10 * time.Second}
	for _, f := range change {
		f(&c)
	}
	return reader(t, c)
}

func reader(t *testing.T, c Config) *Reader {
	t.Helper()
	r, err := New(c)
	require.NoError(t, err)
	t.Cleanup(r.Close)
	return r
}

// soon makes failures come sooner than a test's patience ends.
func soon(c *Config) { c.Timeout = time.Second }

// fails takes a reading that must fail.
func fails(t *testing.T, r *Reader, code scrape.Code, said ...string) {
	t.Helper()
	_, err := r.Read(t.Context())
	var failed *scrape.Error
	require.ErrorAs(t, err, &failed)
	require.Equal(t, code, failed.Code, failed.Message)
	for _, part := range append(said, "WebSocket ws") {
		require.Contains(t, failed.Message, part)
	}
	require.NotContains(t, failed.Message, "\n")
	require.NotContains(t, failed.Message, "s3cret")
}
