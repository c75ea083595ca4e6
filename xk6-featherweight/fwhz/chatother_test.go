package fwhz

import (
	"context"
	"net"
	"os"
	"syscall"
	"testing"

	"github.com/sirupsen/logrus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func (u *virtualUser) notes() (out []string) {
	for _, entry := range u.log.AllEntries() {
		if entry.Level == logrus.InfoLevel {
			out = append(out, entry.Message)
		}
	}
	return out
}

func TestAGreetingAndHeartbeatsAreCountedAndSaidOnce(t *testing.T) {
	t.Parallel()
	url := serveChat(t, func(p *peer) {
		p.send(`{"type":"connection_established","clientId":"c1"}`)
		for range 2 {
			id, _ := p.question()
			p.send(`{"type":"heartbeat"}`)
			p.tokens(id, "a", "b", "c")
			p.event("complete", id, "")
		}
		p.untilClosed()
	})
	root := New().(*rootModule)
	first, second := vuOf(t, root).chat(url, `{}`), vuOf(t, root).chat(url, `{}`)
	for _, u := range []*virtualUser{first, second} {
		u.after(`globalThis.session = chat.connect()`)
		requireLines(t, "chat_goodput 1;chat_itl ms;chat_longest_gap ms;chat_other_messages 2;chat_tokens 3;chat_ttft ms;chat_turns 1;"+
			"error_rate 0;message_response_time ms;ws_msgs_received 6;ws_msgs_sent 1", u.after(`session.ask('?')`))
		assert.Equal(t, []float64{1}, values(u.after(`session.ask('?')`), metricOthers))
		u.run(`session.close()`)
		assert.Empty(t, u.warnings(), "it is no reason to worry")
	}
	require.Len(t, first.notes(), 1)
	assert.Contains(t, first.notes()[0], "connection_established")
	assert.Empty(t, second.notes(), "1,000 users would say it 1,000 times")
}

// brokeDialer is on a machine without a file descriptor.
type brokeDialer struct{}

func (brokeDialer) DialContext(context.Context, string, string) (net.Conn, error) {
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("socket", syscall.EMFILE)}
}

func TestWhatThisMachineCannotDoIsNotCountedAgainstTheServer(t *testing.T) {
	t.Parallel()
	u := newVU(t).chat("ws://127.0.0.1:1", `{}`)
	u.state.Dialer = brokeDialer{}
	session := u.object(`globalThis.session = chat.connect()`)
	requireLines(t, "chat_failures 1 generator", u.emitted())
	failure := session["error"].(map[string]any)
	assert.Equal(t, "generator", failure["code"])
	assert.Equal(t, "connect to ws://127.0.0.1:1: too many open files; raise the limit (ulimit -n 65536) or lower VUS", failure["message"])
	assert.Equal(t, failure, u.object(`session.ask('?')`)["error"])
	assert.Equal(t, failure, u.object(`chat.probe()`)["error"])
	requireLines(t, "", u.emitted())
	require.Len(t, u.warnings(), 1)
}
