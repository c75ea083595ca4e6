package config_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/config"
)

func TestTheHandshakeCarriesWhatTheVariablesSayAndNothingElse(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		env  env
		want map[string]string
	}{
		{nil, map[string]string{}},
		{
			env{"CHAT_ORIGIN": "https://app.example:8443", "AUTH_HEADER": "Bearer a"},
			map[string]string{"Authorization": "Bearer a", "Origin": "https://app.example:8443"},
		},
		{
			env{"CHAT_HEADERS": "Cookie: session=abc; lang=en|X-Tenant:  7 |X-Empty:"},
			map[string]string{"Cookie": "session=abc; lang=en", "X-Tenant": "7", "X-Empty": ""},
		},
		{env{"CHAT_HEADERS": `Cookie: a=1\|2\|3|Referer: http://x/y`}, map[string]string{"Cookie": "a=1|2|3", "Referer": "http://x/y"}},
		{env{"CHAT_HEADERS": "authorization: Bearer chat", "AUTH_HEADER": "Bearer api"}, map[string]string{"authorization": "Bearer chat"}},
		{env{"CHAT_HEADERS": "Origin: anything"}, map[string]string{"Origin": "anything"}},
	} {
		assert.Equal(t, test.want, read(t, test.env).HandshakeHeaders())
	}
	assert.Equal(t, []string{}, read(t, nil).Subprotocols())
	assert.Equal(t, []string{"chat.v2", "chat.v1"}, read(t, env{"CHAT_SUBPROTOCOLS": "chat.v2, chat.v1"}).Subprotocols())
}

func TestWrongHeadersAreRefusedInOneLineWithoutTheirValue(t *testing.T) {
	t.Parallel()
	for value, says := range map[string]string{
		"s3cret":                         "header 1 is not Name: value",
		"Cookie: s3cret|s3cret":          "header 2 is not Name: value",
		"Cookie: s3cret|":                "header 2 is not Name: value",
		"A B: s3cret":                    "header 1 is not Name: value",
		": s3cret":                       "header 1 is not Name: value",
		"Cookie: s3cret\u0007":           "the value of Cookie holds a character that no header can carry",
		"X: s3cret\u00e9":                "the value of X holds a character",
		"X: s3cret\nY":                   "the value of X holds a character",
		"Upgrade: s3cret":                "the WebSocket handshake sets Upgrade itself",
		"sec-websocket-key: s3cret":      "the WebSocket handshake sets sec-websocket-key itself",
		"Sec-WebSocket-Protocol: s3cret": "sets Sec-WebSocket-Protocol itself: set CHAT_SUBPROTOCOLS",
		"Cookie: s3cret|cookie: s3cret":  "cookie is there twice",
	} {
		message := refused(t, env{"CHAT_HEADERS": value})
		assert.True(t, strings.HasPrefix(message, "CHAT_HEADERS=(hidden) is not allowed: "), message)
		assert.Contains(t, message, says)
		assert.NotContains(t, message, "s3cret")
		assert.NotContains(t, message, "\n")
	}
}

func TestAnOriginIsWhatABrowserSendsAndStandsOnce(t *testing.T) {
	t.Parallel()
	for _, right := range []string{"null", "http://localhost:3000", "https://[::1]:3000", "capacitor://localhost"} {
		assert.Equal(t, right, read(t, env{"CHAT_ORIGIN": right}).Text("CHAT_ORIGIN"))
	}
	for _, wrong := range []string{
		"app.example", "https://app.example/", "https://app.example/chat", "https://", "https://a b",
		"https://u:s3cret@app.example", "https://a?s3cret", "https://a#s3cret", "HTTPS://u:s3/cret@a", "u:s3cret@a",
	} {
		message := refused(t, env{"CHAT_ORIGIN": wrong})
		assert.Regexp(t, `^CHAT_ORIGIN=.*such as https://app\.example, without a path$`, message)
		assert.NotContains(t, message, "cret")
	}
	assert.Contains(t, refused(t, env{"CHAT_ORIGIN": "https://a.example", "CHAT_HEADERS": "origin: https://b.example"}),
		"Origin is set by CHAT_ORIGIN, too: set one of them")
}

func TestSubprotocolsAreNamesEachOnce(t *testing.T) {
	t.Parallel()
	for _, wrong := range []string{"a,,b", "a b", "a,a", ",", "a;b"} {
		assert.Regexp(t, `^CHAT_SUBPROTOCOLS="`, refused(t, env{"CHAT_SUBPROTOCOLS": wrong}), wrong)
	}
}

func TestWhatIsSecretOfTheHandshakeIsNotShown(t *testing.T) {
	t.Parallel()
	shown := read(t, env{"CHAT_HEADERS": "Cookie: s3cret", "CHAT_ORIGIN": "https://a.example"}).Shown(config.Main)
	assert.Equal(t, []any{"(hidden)", "https://a.example"}, []any{shown["CHAT_HEADERS"], shown["CHAT_ORIGIN"]})
}

func TestALineBreakInAHeaderIsRefusedByTheNameOfItsVariable(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"AUTH_HEADER", "METRICS_AUTH_HEADER"} {
		for _, end := range []string{"\r\nX: y", "\nz", "\x00", "\x7f"} {
			_, err := config.Read(map[string]string{name: "Bearer geheim" + end}, config.Main)
			require.EqualError(t, err, name+"=(hidden) is not allowed: it holds a line break, or another character that no header can carry")
		}
		_, err := config.Read(map[string]string{name: "Bearer\tgehéim"}, config.Main)
		require.NoError(t, err)
	}
}
