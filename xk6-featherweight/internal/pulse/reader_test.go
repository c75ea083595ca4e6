package pulse

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/scrape"
)

// reads takes n readings.
func reads(t *testing.T, r *Reader, n int) (all []scrape.Reading) {
	t.Helper()
	for range n {
		got, err := r.Read(t.Context())
		require.NoError(t, err)
		all = append(all, got)
	}
	return all
}

func TestEveryReadingEnclosesTheMomentOfItsTurn(t *testing.T) {
	t.Parallel()
	l := newLoop(200)
	all := reads(t, serve(t, l), 40)
	turns := 0
	for i, got := range all {
		assert.Equal(t, scrape.SourceStream, got.Source)
		if got.Resolution == 0 {
			at := l.moment(got.Value)
			assert.False(t, at.Before(got.Sent) || at.After(got.Received), "turn %v was at %s, not in [%s, %s]", got.Value, at, got.Sent, got.Received)
		}
		if got.Turn {
			turns++
		}
		if i > 0 {
			assert.GreaterOrEqual(t, got.Value, all[i-1].Value)
			assert.False(t, got.Sent.Before(all[i-1].Sent))
		}
	}
	assert.Greater(t, turns, len(all)/2, "once it is known that every turn is told")
}

func TestALoopThatStopsIsReadAsStandingAndOneThatGoesOnHasStoodStill(t *testing.T) {
	t.Parallel()
	l := newLoop(100)
	r := serve(t, l)
	reads(t, r, 20)
	l.turn(0)
	began := time.Now()
	var stood scrape.Reading
	for stood.Resolution == 0 {
		stood = reads(t, r, 1)[0]
	}
	assert.InDelta(t, 1, stood.Resolution, 0)
	again := reads(t, r, 1)[0]
	assert.InDelta(t, stood.Value, again.Value, 0, "it stands")
	lasted := time.Since(began)
	l.turn(100)
	still := time.Duration(0)
	for range 5 {
		still = max(still, reads(t, r, 1)[0].Still)
	}
	assert.Greater(t, still, lasted*3/4)
	assert.Less(t, still, time.Since(began))
}

func TestALoopThatBeginsAnewIsReadWhereItIs(t *testing.T) {
	t.Parallel()
	l := newLoop(500)
	l.turns = 1e6
	r := serve(t, l)
	before := reads(t, r, 20)[19]
	l.begin()
	after := reads(t, r, 1)[0]
	for after.Value >= before.Value && after.Received.Sub(before.Received) < time.Second {
		after = reads(t, r, 1)[0]
	}
	assert.Less(t, after.Value, before.Value)
}

func TestALostConnectionIsAFailureAndThenAnotherConnection(t *testing.T) {
	t.Parallel()
	for said, how := range map[string]func(ws *websocket.Conn){
		"the connection was lost": func(ws *websocket.Conn) { _ = ws.NetConn().Close() },
		"the server closed the stream (code 1001)": func(ws *websocket.Conn) {
			_ = ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseGoingAway, ""), time.Time{})
		},
	} {
		l := newLoop(200)
		r := serve(t, l)
		before := reads(t, r, 1)[0]
		l.hangUp(how)
		fails(t, r, scrape.CodeNetwork, said)
		assert.GreaterOrEqual(t, reads(t, r, 1)[0].Value, before.Value)
	}
}

// unwritable is a connection whose next write is too late, as that of a process without CPU for the whole of its deadline.
type unwritable struct {
	net.Conn

	late *atomic.Bool
}

func (c unwritable) Write(data []byte) (int, error) {
	if c.late.CompareAndSwap(true, false) {
		return 0, os.ErrDeadlineExceeded
	}
	return c.Conn.Write(data)
}

// No later ping can be written on such a connection, so without one pulses come and no reading does, to the end of the test.
func TestAPingThatCannotBeWrittenIsALostConnectionAndThenAnother(t *testing.T) {
	t.Parallel()
	var late atomic.Bool
	r := serve(t, newLoop(200), func(c *Config) {
		c.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(ctx, network, addr)
			return unwritable{conn, &late}, err
		}
	})
	before := reads(t, r, 1)[0]
	late.Store(true)
	fails(t, r, scrape.CodeNetwork, "the connection was lost")
	assert.GreaterOrEqual(t, reads(t, r, 1)[0].Value, before.Value)
}

func TestWhatIsNoStreamOfPulsesIsNoReading(t *testing.T) {
	t.Parallel()
	telling := func(text string) *loop {
		l := newLoop(100)
		l.told = func(float64) string { return text }
		return l
	}
	fails(t, serve(t, newLoop(1e-9), soon), scrape.CodeTimeout, `no message of type "self-awareness-heartbeat" within 1s; look at the service`)
	fails(t, serve(t, telling(`{"type":"status"}`), soon), scrape.CodeNotFound, "what came is of type status; name the right one with the stream's type and field")
	fails(t, serve(t, telling(`hello`), soon), scrape.CodeNotFound, "what came is of type no JSON object")
	fails(t, serve(t, telling(`{"type":"self-awareness-heartbeat","payload":{"pulseNumber":"7"}}`), soon), scrape.CodeNotFound,
		`has no whole number at payload.pulseNumber, as in {"type":"self-awareness-heartbeat","payload":{"pulseNumber":"7"}}`)
	fails(t, serve(t, telling(`{"type":"self-awareness-heartbeat","payload":{"pulseNumber":7}}`), soon), scrape.CodeTimeout, "no further pulse within 1s")
	deaf := newLoop(100)
	deaf.deaf = true
	fails(t, serve(t, deaf, soon), scrape.CodeTimeout, "pulses came, but no answer to a ping within 1s")
	fails(t, serve(t, telling(strings.Repeat("x", 2000)), func(c *Config) { c.BodyLimit = 1000 }), scrape.CodeTooLarge, "longer than 1000 bytes")
}

func TestNameAndPlaceOfAPulseAreGiven(t *testing.T) {
	t.Parallel()
	l := newLoop(100)
	l.told = func(n float64) string {
		return strings.Replace(newLoop(1).told(n), `"type":"self-awareness-heartbeat","payload":{"pulseNumber"`, `"type":"tick","a":{"b":{"c":1}},"x":{"n"`, 1)
	}
	got := reads(t, serve(t, l, func(c *Config) { c.Type, c.Field = "tick", "x.n" }), 1)[0]
	assert.Positive(t, got.Value)
}

func TestAHandshakeThatIsRefusedSaysWhatToDo(t *testing.T) {
	t.Parallel()
	refusing := func(status int) *loop {
		l := newLoop(100)
		l.admit = func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Refused", "1"); w.WriteHeader(status) }
		return l
	}
	fails(t, serve(t, refusing(403)), scrape.CodeStatus, "status 403 Forbidden instead of 101; give credentials with a header")
	fails(t, serve(t, refusing(404)), scrape.CodeStatus, "status 404 Not Found instead of 101; correct the URL")
	fails(t, reader(t, Config{URL: "ws://127.0.0.1:1/?token=s3cret"}), scrape.CodeRefused, "connection refused: nothing listens there")
}

func TestTheCallersDialerTLSAndHeadersAreUsed(t *testing.T) {
	t.Parallel()
	l := newLoop(100)
	seen := make(chan string, 1)
	l.admit = func(_ http.ResponseWriter, r *http.Request) { seen <- r.Header.Get("Authorization") }
	server := httptest.NewUnstartedServer(l)
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
	server.StartTLS()
	t.Cleanup(func() { server.Close(); l.served.Wait() })
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	var dialed atomic.Int32
	r := reader(t, Config{
		URL: "wss" + strings.TrimPrefix(server.URL, "https"), Header: http.Header{"Authorization": {"Bearer x"}},
		TLS: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2"}}, // as k6's, made for HTTP
		Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
			dialed.Add(1)
			return (&net.Dialer{}).DialContext(ctx, network, addr)
		},
	})
	reads(t, r, 3)
	assert.Equal(t, "Bearer x", <-seen)
	assert.EqualValues(t, 1, dialed.Load(), "one connection for all readings")
	r.Close()
}

func TestAUserInTheAddressIsSentAsCredentials(t *testing.T) {
	t.Parallel()
	for want, header := range map[string]http.Header{"Basic bWU6czNjcmV0": nil, "Bearer x": {"Authorization": {"Bearer x"}}} {
		l := newLoop(100)
		seen := make(chan string, 1)
		l.admit = func(_ http.ResponseWriter, r *http.Request) { seen <- r.Header.Get("Authorization") }
		r := serve(t, l, func(c *Config) { c.URL, c.Header = strings.Replace(c.URL, "ws://", "ws://me:s3cret@", 1), header })
		reads(t, r, 1)
		assert.Equal(t, want, <-seen)
	}
}

func TestTheConnectionOutlivesTheContextOfAReadingAndNotTheReader(t *testing.T) {
	t.Parallel()
	var dialed atomic.Int32
	r := serve(t, newLoop(100), func(c *Config) {
		c.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
			dialed.Add(1)
			return (&net.Dialer{}).DialContext(ctx, network, addr)
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	_, err := r.Read(ctx)
	require.NoError(t, err)
	cancel()
	_, err = r.Read(ctx)
	require.ErrorIs(t, err, context.Canceled)
	reads(t, r, 2)
	assert.EqualValues(t, 1, dialed.Load())
	l := r.line
	r.Close()
	<-l.ended
}

func TestOnlyAnAddressOfAWebSocketAndAPathOfNamesAreTaken(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]Config{
		`url "http://h" is not allowed`: {URL: "http://h?token=s3cret"},
		`url "ws://" is not allowed`:    {URL: "ws://"},
		`field "a..b" is not allowed`:   {URL: "ws://h", Field: "a..b"},
		`field ".a" is not allowed`:     {URL: "ws://h", Field: ".a"},
	} {
		_, err := New(c)
		require.ErrorContains(t, err, want)
	}
}
