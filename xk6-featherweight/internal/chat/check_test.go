package chat

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCheckFillsInTheDefaults(t *testing.T) {
	t.Parallel()
	c := &Config{URL: "wss://featherweight.test/api/chat"}
	require.NoError(t, c.Check())
	assert.Equal(t, 15*time.Second, c.ConnectTimeout)
	assert.Equal(t, 30*time.Second, c.ResponseTimeout)
	assert.Equal(t, time.Second, c.CloseTimeout)
	assert.Equal(t, 1<<20, c.MaxMessage)
	assert.NotNil(t, c.Dial)
	c = &Config{URL: "ws://h", ConnectTimeout: 1, ResponseTimeout: 2, CloseTimeout: 3, MaxMessage: 4}
	require.NoError(t, c.Check())
	assert.EqualValues(t, []int{1, 2, 3, 4}, []int{int(c.ConnectTimeout), int(c.ResponseTimeout), int(c.CloseTimeout), c.MaxMessage})
}

func TestCheckRefusesAURLWithoutTellingItsSecrets(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"", "chat", "http://h/chat?token=s3cret", "ws://", "ws:///chat?token=s3cret", "ws://h/#top", "ws://user:s3cret@h/chat",
		"ws://s3cret@h/chat", "ws://user:s3cret@h:port/?token=s3cret", "ws://h:port/?token=s3cret", "://h?token=s3cret",
	} {
		err := (&Config{URL: url}).Check()
		require.ErrorContains(t, err, "a ws:// or wss:// URL with a host, without user and fragment", url)
		assert.NotContains(t, err.Error(), secret, url)
	}
}

func TestTheURLIsShownWithoutItsQuery(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"ws://h:8080/api/chat?token=s3cret": "ws://h:8080/api/chat",
		"ws://h:8080/api/chat?":             "ws://h:8080/api/chat",
		"wss://h":                           "wss://h",
	} {
		assert.Equal(t, want, (&Config{URL: url}).Shown())
	}
}

func TestHeadersOfTheHandshakeCannotBeSet(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Upgrade", "Connection", "sec-websocket-key", "Sec-WebSocket-Version", "Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol"} {
		err := (&Config{URL: "ws://h", Header: http.Header{name: {"x"}}}).Check()
		assert.ErrorContains(t, err, name)
	}
	assert.NoError(t, (&Config{URL: "ws://h", Header: http.Header{"Origin": {"x"}, "Host": {"y"}}}).Check())
}
