package chat

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"

	"github.com/featherweight/xk6-featherweight/internal/mask"
)

// dialFailure names what went wrong before the connection was a WebSocket. resp is the answer to the handshake, if one
// came.
func (c *Config) dialFailure(err error, resp *http.Response, connected bool) *Failure {
	f := &Failure{Cause: err}
	at := c.Shown()
	var timeout net.Error
	var lookup *net.DNSError
	var choice *unofferedError
	switch {
	case resp != nil:
		f.Reason, f.Status = Handshake, resp.StatusCode
		var facts string
		facts, f.Remedy = c.explain(resp)
		f.Message = fmt.Sprintf("WebSocket handshake with %s: unexpected response code: %s%s, instead of 101", at, brief(resp.Status), facts)
	case errors.As(err, &choice):
		f.Reason, f.Remedy = Handshake, choice.remedy
		f.Message = fmt.Sprintf("WebSocket handshake with %s: %v", at, err)
	case !connected && generatorFault(err, f):
		f.Message = fmt.Sprintf("connect to %s: %s", at, f.Message)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		f.Reason = ConnectTimeout
		what := "no connection"
		if connected {
			what = "connected, but the handshake was not answered"
		}
		f.Message = fmt.Sprintf("connect to %s: %s within %s", at, what, c.ConnectTimeout)
	case errors.Is(err, syscall.ECONNREFUSED):
		f.Reason, f.Remedy = Dial, StartService
		f.Message = fmt.Sprintf("connect to %s: connection refused: nothing listens there", at)
	case errors.As(err, &lookup) && lookup.IsNotFound:
		f.Reason, f.Remedy = Dial, CorrectHost
		f.Message = fmt.Sprintf("connect to %s: no such host: %s is not known here", at, lookup.Name)
	case isTLS(err):
		f.Reason = Dial
		f.Message = fmt.Sprintf("connect to %s: TLS: %v", at, err)
	case connected:
		f.Reason = Handshake
		what := "the answer is not one to a WebSocket handshake"
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) {
			what = "the connection was lost before an answer came"
		}
		f.Message = fmt.Sprintf("WebSocket handshake with %s: %s: %v", at, what, brief(err.Error()))
	default:
		f.Reason = Dial
		f.Message = fmt.Sprintf("connect to %s: %v", at, err)
	}
	return f
}

// explain says what else there is to know of an answer that is not a 101 as it should be.
func (c *Config) explain(resp *http.Response) (facts string, remedy Remedy) {
	switch status := resp.StatusCode; status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return " to " + c.location(resp.Header.Get("Location")), FollowRedirect
	case http.StatusUnauthorized:
		if scheme, _, _ := strings.Cut(resp.Header.Get("WWW-Authenticate"), " "); scheme != "" {
			facts = " (it wants " + brief(scheme) + ")"
		}
		return facts, GiveCredentials
	case http.StatusForbidden:
		return "", GiveOrigin
	case http.StatusOK, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusGone:
		return "", CorrectPath
	case http.StatusBadRequest, http.StatusUpgradeRequired,
		http.StatusNotImplemented, http.StatusHTTPVersionNotSupported: // a proxy that speaks HTTP/1.0 to the server
		return demands(resp.Header), MeetDemands
	case http.StatusTooManyRequests:
		if after := resp.Header.Get("Retry-After"); after != "" {
			facts = " (retry after " + brief(after) + ")"
		}
		return facts, SlowDown
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return "", StartBackend
	case http.StatusSwitchingProtocols:
		return " without the right upgrade headers", MendProxy
	default:
		return "", ReadServerLog
	}
}

// demands are what the server says that it wants instead.
func demands(header http.Header) string {
	var wants []string
	for _, name := range []string{"Upgrade", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol"} {
		if value := header.Get(name); value != "" {
			wants = append(wants, name+": "+brief(value))
		}
	}
	if wants == nil {
		return ""
	}
	return " (it wants " + strings.Join(wants, ", ") + ")"
}

// location is where a redirect leads, as a URL to connect to, without what may be secret in it.
func (c *Config) location(text string) string {
	base, err := url.Parse(c.URL)
	if text == "" || err != nil {
		return "nowhere: it has no Location"
	}
	to, err := base.Parse(text)
	if err != nil {
		return "a Location that is no URL"
	}
	switch to.Scheme {
	case "http":
		to.Scheme = "ws"
	case "https":
		to.Scheme = "wss"
	}
	to.Fragment, to.RawFragment = "", ""
	return brief((&Config{URL: to.String()}).Shown())
}

// brief is the beginning of a text from the server.
func brief(text string) string {
	const most = 200
	return mask.Line(text, most)
}

// unofferedError is a choice of the server among what was not offered.
type unofferedError struct {
	what, choice string
	remedy       Remedy
}

func (e *unofferedError) Error() string {
	return fmt.Sprintf("the server chose %s that was not offered: %s", e.what, brief(e.choice))
}

// unasked refuses what was not offered (RFC 6455, section 4.1): an extension, for gorilla would go along with
// compression, and a subprotocol. To choose no subprotocol at all is the server's right.
func (c *Config) unasked(resp *http.Response) error {
	if extension := resp.Header.Get("Sec-WebSocket-Extensions"); extension != "" {
		return &unofferedError{"an extension", extension, SendNoCompression}
	}
	chosen := strings.Join(resp.Header.Values("Sec-WebSocket-Protocol"), ", ")
	if chosen != "" && !slices.Contains(c.Subprotocols, chosen) {
		return &unofferedError{"a subprotocol", chosen, OfferSubprotocol}
	}
	return nil
}

func isTLS(err error) bool {
	var (
		record tls.RecordHeaderError
		verify *tls.CertificateVerificationError
		op     *net.OpError
	)
	return errors.As(err, &record) || errors.As(err, &verify) ||
		errors.As(err, &op) && (op.Op == "remote error" || op.Op == "local error") // alerts, as crypto/tls wraps them
}
