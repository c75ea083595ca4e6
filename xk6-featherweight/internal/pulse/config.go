// Package pulse reads a loop that sends each of its turns by itself: messages with a number, on one WebSocket.
//
// What a reading says and why its bound holds stands at hz.Pulses.
package pulse

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/mask"
	"github.com/featherweight/xk6-featherweight/internal/scrape"
)

// Defaults of a Config: what Featherweight sends to every client of its chat.
const (
	DefaultType  = "self-awareness-heartbeat"
	DefaultField = "payload.pulseNumber"
)

// Config says what to read. Zero values take the defaults.
type Config struct {
	URL       string        // ws:// or wss://
	Type      string        // of the messages that are pulses: their member "type"; default DefaultType
	Field     string        // where a pulse has its number: names of members, with dots between them; default DefaultField
	Timeout   time.Duration // of one reading, with the connecting that it may take; default scrape.DefaultTimeout
	BodyLimit int64         // bytes of a message; default scrape.DefaultBodyLimit
	Header    http.Header   // of the handshake

	// Dial opens a TCP connection; TLS is used for wss.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	TLS  *tls.Config
	// Names are the words of messages for what the user can set; default scrape.OwnNames.
	Names scrape.Names
}

// check fills in the defaults and says what is wrong.
func (c *Config) check() error {
	u, err := url.Parse(c.URL)
	if err != nil || (u.Scheme != "ws" && u.Scheme != "wss") || u.Host == "" || u.Fragment != "" {
		return fmt.Errorf("url %q is not allowed: a ws:// or wss:// URL with a host", mask.Address(c.URL))
	}
	if u.User != nil { // as net/http does it
		c.Header = c.Header.Clone()
		if c.Header == nil {
			c.Header = http.Header{}
		}
		if password, _ := u.User.Password(); c.Header.Get("Authorization") == "" {
			(&http.Request{Header: c.Header}).SetBasicAuth(u.User.Username(), password)
		}
		u.User = nil
		c.URL = u.String()
	}
	c.Type, c.Field = cmp.Or(c.Type, DefaultType), cmp.Or(c.Field, DefaultField)
	if slices.Contains(strings.Split(c.Field, "."), "") {
		return fmt.Errorf("field %q is not allowed: names with dots between them, such as %s", c.Field, DefaultField)
	}
	c.Timeout, c.BodyLimit = cmp.Or(c.Timeout, scrape.DefaultTimeout), cmp.Or(c.BodyLimit, scrape.DefaultBodyLimit)
	c.Names = cmp.Or(c.Names, scrape.OwnNames())
	if c.Dial == nil {
		c.Dial = (&net.Dialer{}).DialContext
	}
	return nil
}
