package chat

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// answered is the failure of a handshake that is answered so.
func answered(t *testing.T, head string) *Failure {
	t.Helper()
	_, err := Connect(t.Context(), answers("HTTP/1.1 "+head+"\r\nContent-Length: 0\r\n\r\n")(t))
	var f *Failure
	require.ErrorAs(t, err, &f)
	require.Equal(t, Handshake, f.Reason)
	require.NotContains(t, f.Message, secret)
	return f
}

func TestARedirectNamesItsLocationWithoutItsSecrets(t *testing.T) {
	t.Parallel()
	for head, want := range map[string]string{
		"301 Moved Permanently\r\nLocation: https://chat.test/api/chat?token=s3cret#top": "301 Moved Permanently to wss://chat.test/api/chat, instead of 101",
		"302 Found\r\nLocation: /login?next=s3cret":                                      "302 Found to ws://127.0.0.1:",
		"303 See Other\r\nLocation: wss://user:s3cret@chat.test/":                        "303 See Other to wss://chat.test/,",
		"307 Temporary Redirect\r\nLocation: http://chat.test:8080/api/chat/":            "to ws://chat.test:8080/api/chat/,",
		"308 Permanent Redirect\r\nLocation: //other.test/api/chat":                      "to ws://other.test/api/chat,",
		"301 Moved Permanently":                             "to nowhere: it has no Location",
		"301 Moved Permanently\r\nLocation: http://[s3cret": "to a Location that is no URL",
	} {
		f := answered(t, head)
		assert.Contains(t, f.Message, want)
		assert.Equal(t, FollowRedirect, f.Remedy)
	}
}

func TestEachRefusalOfAHandshakeHasItsRemedy(t *testing.T) {
	t.Parallel()
	for head, want := range map[string]struct {
		says   string
		remedy Remedy
	}{
		"200 OK":           {"200 OK, instead of 101", CorrectPath},
		"400 Bad Request":  {"400 Bad Request, instead of 101", MeetDemands},
		"401 Unauthorized": {"401 Unauthorized, instead of 101", GiveCredentials},
		"401 Unauthorized\r\nWWW-Authenticate: Basic realm=s3cret": {"401 Unauthorized (it wants Basic)", GiveCredentials},
		"403 Forbidden":          {"403 Forbidden, instead of 101", GiveOrigin},
		"404 Not Found":          {"404 Not Found", CorrectPath},
		"405 Method Not Allowed": {"405", CorrectPath},
		"426 Upgrade Required\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8, 7": {"(it wants Upgrade: websocket, Sec-WebSocket-Version: 8, 7)", MeetDemands},
		"400 Bad Request\r\nSec-WebSocket-Protocol: chat.v2":                        {"(it wants Sec-WebSocket-Protocol: chat.v2)", MeetDemands},
		"429 Too Many Requests\r\nRetry-After: 30":                                  {"(retry after 30)", SlowDown},
		"500 Internal Server Error":                                                 {"500", ReadServerLog},
		"501 Not Implemented":                                                       {"501", MeetDemands},
		"505 HTTP Version Not Supported":                                            {"505", MeetDemands},
		"502 Bad Gateway":                                                           {"502", StartBackend},
		"503 Service Unavailable":                                                   {"503", StartBackend},
		"504 Gateway Timeout":                                                       {"504", StartBackend},
		"101 Switching Protocols":                                                   {"101 Switching Protocols without the right upgrade headers", MendProxy},
	} {
		f := answered(t, head)
		assert.Contains(t, f.Message, want.says)
		assert.Equal(t, want.remedy, f.Remedy, head)
	}
}

// RFC 6455, section 4.1: a subprotocol that was not offered fails the connection; none at all is the server's right.
func TestTheServerMayChooseAmongWhatWasOfferedOnly(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		offered []string
		chosen  string
		ok      bool
	}{
		{nil, "", true},
		{[]string{"chat.v1", "chat.v2"}, "", true},
		{[]string{"chat.v1", "chat.v2"}, "chat.v2", true},
		{nil, "chat.v2", false},
		{[]string{"chat.v1"}, "chat.v2", false},
		{[]string{"chat"}, "Chat", false},
		{[]string{"a", "b"}, "a, b", false},
	} {
		got := make(chan string, 1)
		c := serveRaw(t, func(conn *rawConn) {
			req := conn.request()
			got <- req.Header.Get("Sec-WebSocket-Protocol")
			answer := switching(req)
			if test.chosen != "" {
				answer = append(answer[:len(answer)-2], "Sec-WebSocket-Protocol: "+test.chosen+"\r\n\r\n"...)
			}
			conn.write(answer)
			_, _ = conn.br.ReadByte()
		})
		c.Subprotocols = test.offered
		s, err := Connect(t.Context(), c)
		if test.ok {
			require.NoError(t, err)
			s.end(nil)
			continue
		}
		var f *Failure
		require.ErrorAs(t, err, &f)
		requireFailure(t, f, Handshake, "a subprotocol that was not offered: "+test.chosen)
		assert.Equal(t, OfferSubprotocol, f.Remedy)
	}
}

func TestCheckRefusesWhatCannotBeAHeader(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]*Config{
		"header":         {Header: http.Header{"X": {"a\r\nB: c"}}},
		`header "a b"`:   {Header: http.Header{"a b": {"x"}}},
		`header ""`:      {Header: http.Header{"": {"x"}}},
		`subprotocol ""`: {Subprotocols: []string{""}},
		`"a, b"`:         {Subprotocols: []string{"a, b"}},
	} {
		c.URL = "ws://h"
		assert.ErrorContains(t, c.Check(), want)
	}
}
