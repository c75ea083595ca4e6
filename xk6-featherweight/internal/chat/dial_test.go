package chat

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// dialFailures are the ways in which a connection can fail, each with the server that fails it so.
var dialFailures = map[string]struct {
	config func(*testing.T) *Config
	reason Reason
	status int
	words  []string
}{
	"refused":         {refused, Dial, 0, []string{"connection refused", "nothing listens"}},
	"DNS failure":     {noSuchHost, Dial, 0, []string{"no such host", "chat.featherweight.test is not known"}},
	"no TLS":          {noTLS, Dial, 0, []string{"TLS", "first record does not look like a TLS handshake"}},
	"unknown issuer":  {unknownIssuer, Dial, 0, []string{"TLS", "certificate"}},
	"no client cert":  {wantsClientCertificate, Dial, 0, []string{"TLS", "certificate required"}},
	"TLS, then EOF":   {hangUpBeforeTLS, Dial, 0, []string{"EOF"}},
	"TLS never ready": {silent("wss"), ConnectTimeout, 0, []string{"no connection within 1s"}},

	"401":             {status(http.StatusUnauthorized), Handshake, 401, []string{"401 Unauthorized"}},
	"403":             {status(http.StatusForbidden), Handshake, 403, []string{"unexpected response code: 403 Forbidden, instead of 101"}},
	"404":             {status(http.StatusNotFound), Handshake, 404, []string{"404 Not Found"}},
	"429":             {status(http.StatusTooManyRequests), Handshake, 429, []string{"429 Too Many"}},
	"503":             {status(http.StatusServiceUnavailable), Handshake, 503, []string{"503 Service Unavailable"}},
	"200":             {status(http.StatusOK), Handshake, 200, []string{"200 OK, instead of 101"}},
	"bad accept key":  {answers("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: no\r\n\r\n"), Handshake, 101, []string{"without the right upgrade headers"}},
	"not HTTP":        {answers("SSH-2.0-OpenSSH_9.6\r\n\r\n"), Handshake, 0, []string{"not one to a WebSocket handshake", "SSH-2.0"}},
	"end of file":     {answers(""), Handshake, 0, []string{"the connection was lost before an answer came", "EOF"}},
	"half an answer":  {answers("HTTP/1.1 101 Switching Pro"), Handshake, 0, []string{"the connection was lost before an answer came"}},
	"reset":           {resets, Handshake, 0, []string{"the connection was lost before an answer came", "reset"}},
	"extension":       {chooses("permessage-deflate; server_no_context_takeover; client_no_context_takeover"), Handshake, 0, []string{"an extension that was not offered"}},
	"other extension": {chooses("permessage-deflate"), Handshake, 0, []string{"not one to a WebSocket handshake"}},
	"never answered":  {silent("ws"), ConnectTimeout, 0, []string{"the handshake was not answered within 1s"}},
	"never connected": {neverConnected, ConnectTimeout, 0, []string{"no connection within 1s"}},
}

func TestAConnectionFailsForOneReason(t *testing.T) {
	t.Parallel()
	for name, test := range dialFailures {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := test.config(t)
			var opened, closed atomic.Int32
			dial := c.Dial
			c.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := dial(ctx, network, addr)
				if err != nil {
					return nil, err
				}
				opened.Add(1)
				return &closeCounter{Conn: conn, closed: &closed}, nil
			}
			c.OnClose = func() { t.Error("OnClose is for sessions that were opened") }
			session, err := Connect(t.Context(), c)
			require.Nil(t, session)
			var f *Failure
			require.ErrorAs(t, err, &f)
			requireFailure(t, f, test.reason, append(test.words, "/api/chat")...)
			assert.Equal(t, test.status, f.Status)
			assert.Equal(t, f.Message, f.Error())
			assert.Error(t, errors.Unwrap(f))
			assert.Equal(t, opened.Load(), closed.Load(), "every connection is closed")
		})
	}
}

// closeCounter counts connections that were closed, from whichever goroutine.
type closeCounter struct {
	net.Conn
	closed *atomic.Int32
	once   sync.Once
}

func (c *closeCounter) Close() error {
	c.once.Do(func() { c.closed.Add(1) })
	return c.Conn.Close()
}

func refused(t *testing.T) *Config { return config(t, "ws://127.0.0.1:1") } // the kernel gives this port to nobody

func neverConnected(t *testing.T) *Config {
	c := config(t, "ws://chat.test")
	c.ConnectTimeout = time.Second
	c.Dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return c
}

// noSuchHost asks a name server that knows no name.
func noSuchHost(t *testing.T) *Config {
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Close() })
	go func() {
		query := make([]byte, 512)
		for {
			n, from, err := server.ReadFrom(query)
			if err != nil {
				return
			}
			query[2] |= 0x80 // it is an answer: NXDOMAIN
			query[3] = 0x83
			_, _ = server.WriteTo(query[:n], from)
		}
	}()
	resolver := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", server.LocalAddr().String())
	}}
	c := config(t, "ws://chat.featherweight.test:8080")
	c.Dial = (&net.Dialer{Resolver: resolver}).DialContext
	return c
}

// answers serves a fixed answer to the handshake and ends the connection.
func answers(text string) func(*testing.T) *Config {
	return func(t *testing.T) *Config {
		return serveRaw(t, func(conn *rawConn) {
			conn.request()
			conn.write([]byte(text))
		})
	}
}

func status(code int) func(*testing.T) *Config {
	return answers(fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Length: 2\r\n\r\nno", code, http.StatusText(code)))
}

func resets(t *testing.T) *Config {
	return serveRaw(t, func(conn *rawConn) {
		conn.request()
		hangUp(conn.Conn)
	})
}

func chooses(extension string) func(*testing.T) *Config {
	return func(t *testing.T) *Config {
		return serveRaw(t, func(conn *rawConn) {
			answer := conn.accept()
			conn.write(append(answer[:len(answer)-2], "Sec-WebSocket-Extensions: "+extension+"\r\n\r\n"...))
			_, _ = conn.br.ReadByte()
		})
	}
}

// silent accepts and says nothing.
func silent(scheme string) func(*testing.T) *Config {
	return func(t *testing.T) *Config {
		c := serveRaw(t, func(conn *rawConn) {
			for {
				if _, err := conn.br.ReadByte(); err != nil {
					return
				}
			}
		})
		c.URL = scheme + c.URL[len("ws"):]
		c.ConnectTimeout = time.Second
		return c
	}
}

func TestConnectTimeIsFromTheDialToTheEndOfTheHandshake(t *testing.T) {
	t.Parallel()
	took := make(chan time.Duration, 1)
	c := serveRaw(t, func(conn *rawConn) {
		answer := conn.accept()
		asked := time.Now()
		time.Sleep(5 * time.Millisecond) // part of what is measured, not a wait for something
		took <- time.Since(asked)
		conn.write(answer)
		conn.readFrame()
	})
	before := time.Now()
	s := connect(t, c)
	most := time.Since(before)
	s.Close(websocket.CloseNormalClosure)
	assert.GreaterOrEqual(t, s.ConnectTime(), <-took)
	assert.LessOrEqual(t, s.ConnectTime(), most)
	assert.GreaterOrEqual(t, lived(t, s), s.ConnectTime())
}

func TestHeadersAndSubprotocolsAreSent(t *testing.T) {
	t.Parallel()
	got := make(chan *http.Request, 1)
	c := serve(t, func(p *peer) { got <- p.req; p.untilClosed() })
	c.Header = http.Header{"Authorization": {"Bearer " + secret}, "Host": {"chat.featherweight.world"}}
	c.Subprotocols = []string{"chat"}
	connect(t, c)
	req := <-got
	assert.Equal(t, "Bearer "+secret, req.Header.Get("Authorization"))
	assert.Equal(t, "chat.featherweight.world", req.Host)
	assert.Equal(t, "chat", req.Header.Get("Sec-WebSocket-Protocol"))
	assert.Equal(t, secret, req.URL.Query().Get("token"))
	assert.Empty(t, req.Header.Get("Sec-WebSocket-Extensions"), "no compression")
}

// A process without CPU wakes up late to the server's SYN-ACK: that is no part of what the server took.
func TestTheTimeToConnectIsWithoutWhatThisProcessSlept(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("SKIPPED: no other kernel tells how old a SYN-ACK is")
	}
	const slept, ticks = 200 * time.Millisecond, 20 * time.Millisecond // to which the kernel tells it, to either side
	c := serve(t, func(p *peer) { p.untilClosed() })
	c.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		time.Sleep(slept)
		return conn, err
	}
	before := time.Now()
	s := connect(t, c)
	whole := time.Since(before)
	opened := s.Opening()
	assert.LessOrEqual(t, opened.Took, whole-slept+ticks)
	assert.GreaterOrEqual(t, opened.Error, ticks, "the age of the SYN-ACK is known to that")
	assert.LessOrEqual(t, opened.Error, ticks+whole-slept, "the rest is what we took to write")
	assert.False(t, opened.Guessed)
}

// sleeper is a connection whose process loses its CPU before each write.
type sleeper struct {
	net.Conn
	slept time.Duration
}

func (s sleeper) NetConn() net.Conn { return s.Conn }

func (s sleeper) Write(p []byte) (int, error) {
	time.Sleep(s.slept)
	return s.Conn.Write(p)
}

// It may also be late to write, for which the server can do nothing, either.
func TestTheTimeToConnectIsInDoubtByWhatThisProcessTookToWrite(t *testing.T) {
	t.Parallel()
	const slept = 200 * time.Millisecond
	c := serve(t, func(p *peer) { p.untilClosed() })
	c.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		return sleeper{conn, slept}, err
	}
	opened := connect(t, c).Opening()
	assert.GreaterOrEqual(t, opened.Error, slept)
	assert.LessOrEqual(t, opened.Error, opened.Took+20*time.Millisecond, "a tick of the kernel to either side")
}
