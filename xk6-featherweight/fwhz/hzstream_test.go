package fwhz

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// servePulses is a server whose loop is the clock: it tells turns that have been before it answers a ping. Its handshakes
// are told to dialed.
func servePulses(t *testing.T, hz float64, dialed chan<- *http.Request) *httptest.Server {
	t.Helper()
	began := time.Now()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		dialed <- r
		ws, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = ws.Close() }()
		pings, gone := make(chan string), make(chan struct{})
		ws.SetPingHandler(func(payload string) error { pings <- payload; return nil })
		go func() {
			defer close(gone)
			for err == nil {
				_, _, err = ws.ReadMessage()
			}
		}()
		pace := time.NewTicker(time.Millisecond)
		defer pace.Stop()
		for told := int(time.Since(began).Seconds() * hz); ; {
			payload, asked := "", false
			select {
			case <-gone:
				return
			case payload = <-pings:
				asked = true
			case <-pace.C:
			}
			for ; told < int(time.Since(began).Seconds()*hz); told++ {
				_ = ws.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `{"type":"self-awareness-heartbeat","payload":{"pulseNumber":%d}}`, told+1))
			}
			if asked {
				_ = ws.WriteControl(websocket.PongMessage, []byte(payload), time.Time{})
			}
		}
	}))
	t.Cleanup(server.Close)
	return server
}

func TestAStreamIsMeasuredOverOneConnectionOfTheVU(t *testing.T) {
	t.Parallel()
	dialed := make(chan *http.Request, 10)
	server := servePulses(t, 100, dialed)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // the first handshake fails
	server.StartTLS()
	u := newVU(t)
	u.run(`globalThis.loop = new fwhz.HzSampler({url: 'wss://hosts.of.k6.test/pulses', interval: '50ms', window: '500ms', timeout: '10s', headers: {authorization: 'Bearer x'}})`)
	u.start()
	u.state.Dialer = dialTo(server.Listener.Addr().String())
	assert.Equal(t, []any{false, "network"}, u.run(`const p = loop.probe(); [p.ok, p.error.code]`), "nobody knows the certificate")
	u.state.TLSConfig.InsecureSkipVerify = true
	assert.Equal(t, []any{true, "stream"}, u.run(`const q = loop.probe(); [q.ok, q.source]`))
	assert.Equal(t, "Bearer x", (<-dialed).Header.Get("Authorization"))
	measured := 0
	for range 6 {
		w := u.object(`loop.next()`)
		u.iteration()
		assert.Equal(t, "stream", w["source"])
		if w["hz"] == nil {
			continue
		}
		measured++
		assert.LessOrEqual(t, w["low"], 100.000001)
		assert.GreaterOrEqual(t, w["high"], 99.999999)
		assert.NotNil(t, w["longestGap"])
		assert.NotNil(t, w["counter"])
	}
	assert.Positive(t, measured)
	assert.Len(t, dialed, 1, "one connection for all windows")
	assert.GreaterOrEqual(t, len(values(u.emitted(), metricLoopHz)), measured)
	for _, warning := range u.warnings() {
		assert.NotContains(t, warning, "reported")
	}
	u.cancel()
	u.run(`loop.next()`)
}

func TestAStreamWithoutPulsesIsNoReading(t *testing.T) {
	t.Parallel()
	dialed := make(chan *http.Request, 10)
	server := servePulses(t, 1e-9, dialed)
	server.Start()
	u := newVU(t)
	u.run(`globalThis.loop = new fwhz.HzSampler({url: %q, timeout: '200ms'})`, "ws"+strings.TrimPrefix(server.URL, "http"))
	u.start()
	w := u.object(`loop.next()`)
	require.Nil(t, w["hz"])
	assert.Equal(t, "timeout", w["error"].(map[string]any)["code"])
	assert.Contains(t, w["error"].(map[string]any)["message"], "HZ_STREAM_TYPE")
	u.cancel()
	u.run(`loop.next()`)
}
