// Package chat is one user's chat over one WebSocket: dial, ask, read the streamed answer, think, close.
//
// A session runs on its caller's goroutine alone. Times are taken at the socket read, on the monotonic clock.
package chat

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/net/http/httpguts"

	"github.com/featherweight/xk6-featherweight/internal/arrival"
	"github.com/featherweight/xk6-featherweight/internal/mask"
)

// Defaults of a Config.
const (
	DefaultConnectTimeout  = 15 * time.Second
	DefaultResponseTimeout = 30 * time.Second
	DefaultCloseTimeout    = time.Second
	DefaultPongTimeout     = 10 * time.Second
	DefaultMaxMessage      = 1 << 20
)

// Config says how to connect. Zero values take the defaults.
type Config struct {
	URL             string // ws:// or wss://
	Header          http.Header
	Subprotocols    []string
	ConnectTimeout  time.Duration // from start of dial to the end of the handshake
	ResponseTimeout time.Duration // from question to complete
	CloseTimeout    time.Duration // for the server's half of the closing handshake
	PingInterval    time.Duration // between two pings of ours while the session is used; 0 sends none
	PongTimeout     time.Duration // from a ping to the first sign of life, after which the connection counts as lost
	MaxMessage      int           // bytes
	KeepText        bool

	// Dial opens a TCP connection; TLS is used for wss. Both are k6's, so its hosts, blocklist, DNS and certificates hold.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	TLS  *tls.Config
	// OnClose, if set, is called once when the session's connection is closed, from whichever goroutine does it.
	OnClose func()
}

// Check fills in the defaults and says what is wrong with the URL.
func (c *Config) Check() error {
	u, err := url.Parse(c.URL)
	if err != nil || (u.Scheme != "ws" && u.Scheme != "wss") || u.Host == "" || u.User != nil || u.Fragment != "" {
		return fmt.Errorf("url %q is not allowed: a ws:// or wss:// URL with a host, without user and fragment", c.Shown())
	}
	for name, values := range c.Header {
		switch {
		case slices.Contains(handshakeHeaders, http.CanonicalHeaderKey(name)):
			return fmt.Errorf("header %q is not allowed: the WebSocket handshake sets it itself", name)
		case !httpguts.ValidHeaderFieldName(name) || !all(values, httpguts.ValidHeaderFieldValue):
			return fmt.Errorf("header %q is not allowed: letters, digits and - in its name, no line break in its value", name)
		}
	}
	for _, name := range c.Subprotocols {
		if !httpguts.ValidHeaderFieldName(name) { // the same letters
			return fmt.Errorf("subprotocol %q is not allowed: letters, digits and - . _ such as \"chat.v2\"", name)
		}
	}
	c.ConnectTimeout = cmp.Or(c.ConnectTimeout, DefaultConnectTimeout)
	c.ResponseTimeout = cmp.Or(c.ResponseTimeout, DefaultResponseTimeout)
	c.CloseTimeout = cmp.Or(c.CloseTimeout, DefaultCloseTimeout)
	c.PongTimeout = cmp.Or(c.PongTimeout, DefaultPongTimeout)
	c.MaxMessage = cmp.Or(c.MaxMessage, DefaultMaxMessage)
	if c.Dial == nil {
		c.Dial = (&net.Dialer{}).DialContext
	}
	return nil
}

func all[T any](items []T, good func(T) bool) bool {
	return !slices.ContainsFunc(items, func(item T) bool { return !good(item) })
}

// handshakeHeaders are those that a caller cannot set.
var handshakeHeaders = []string{ //nolint:gochecknoglobals // constant
	"Connection", "Upgrade", "Content-Length", "Transfer-Encoding", "Sec-Websocket-Accept", "Sec-Websocket-Extensions", "Sec-Websocket-Key", "Sec-Websocket-Protocol", "Sec-Websocket-Version",
}

// Shown is the URL as messages and tags show it: without its query and its user, which may hold a secret.
func (c *Config) Shown() string { return mask.Address(c.URL) }

// writeBuffers are shared by all sessions: a user writes once in a while and need not hold one.
var writeBuffers sync.Pool //nolint:gochecknoglobals // a pool is for all

// Connect opens a session. The error is a *Failure, or ErrInterrupted when ctx ended first. When ctx ends later, the
// session is closed.
func Connect(ctx context.Context, c *Config) (*Session, error) {
	start := time.Now()
	dialCtx, cancel := context.WithTimeout(ctx, c.ConnectTimeout)
	defer cancel()
	var w *wire
	var wake func() bool // gorilla heeds the deadline of ctx, but not its end, while it waits for the 101
	dial := func(ctx context.Context, network, addr string) (*arrival.Conn, error) {
		conn, err := c.Dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		wake = context.AfterFunc(dialCtx, func() { _ = conn.SetDeadline(arrival.Past) })
		return arrival.Watch(conn), nil
	}
	dialer := websocket.Dialer{
		Subprotocols:    c.Subprotocols,
		ReadBufferSize:  1, // gorilla reads the handshake only; it takes the least that it can
		WriteBufferPool: &writeBuffers,
		NetDialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := dial(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			w = newWire(conn, conn, c.MaxMessage)
			return w, nil
		},
		NetDialTLSContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := dial(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			secured, err := c.secure(ctx, conn, addr)
			if err != nil {
				_ = conn.Close()
				return nil, err
			}
			w = newWire(secured, conn, c.MaxMessage)
			return w, nil
		},
	}
	conn, resp, err := dialer.DialContext(dialCtx, c.URL, c.Header) //nolint:bodyclose // gorilla has replaced it: it need not be closed
	if err == nil {
		err = c.unasked(resp)
	}
	if woken := wake != nil && !wake(); woken && !errors.Is(err, websocket.ErrBadHandshake) {
		err = context.DeadlineExceeded // also when the answer came just then: its deadline may still be moved
	}
	switch {
	case err == nil:
		return newSession(ctx, c, conn, w, start), nil
	case conn != nil:
		_ = conn.Close()
	}
	if ctx.Err() != nil {
		return nil, ErrInterrupted
	}
	if !errors.Is(err, websocket.ErrBadHandshake) {
		resp = nil
	}
	return nil, c.dialFailure(err, resp, w != nil)
}

// secure adds TLS. HTTP/2 is not offered: a WebSocket wants HTTP/1.1.
func (c *Config) secure(ctx context.Context, conn net.Conn, addr string) (net.Conn, error) {
	cfg := &tls.Config{MinVersion: tls.VersionTLS12}
	if c.TLS != nil {
		cfg = c.TLS.Clone()
	}
	cfg.NextProtos = []string{"http/1.1"}
	if cfg.ServerName == "" {
		host, _, err := net.SplitHostPort(addr)
		if err != nil {
			return nil, err
		}
		cfg.ServerName = host
	}
	secured := tls.Client(conn, cfg)
	return secured, secured.HandshakeContext(ctx)
}
