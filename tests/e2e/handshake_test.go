package e2e

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/featherweight/tests/harness"
)

// particular is a chat that lets in only who comes with this Origin, this Cookie and this subprotocol, as Rails and
// Phoenix do. Behind it is the target's own. It counts both.
type particular struct {
	*httptest.Server
	opened, refused atomic.Int64
}

func particularChat(t *testing.T, target *harness.Target) *particular {
	t.Helper()
	p := &particular{}
	behind := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: target.Chat})
	behind.ModifyResponse = func(resp *http.Response) error {
		if resp.StatusCode == http.StatusSwitchingProtocols {
			resp.Header.Set("Sec-WebSocket-Protocol", "chat.v2")
		}
		return nil
	}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "" {
			if r.Header.Get("Origin") != "https://app.example" || r.Header.Get("Cookie") != "session=a|b" || r.Header.Get("X-Tenant") != "7" ||
				r.Header.Get("Sec-WebSocket-Protocol") != "chat.v1, chat.v2" {
				p.refused.Add(1)
				w.WriteHeader(http.StatusForbidden)
				return
			}
			p.opened.Add(1)
		}
		behind.ServeHTTP(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

// TestAChatThatLooksAtTheHandshakeOpensWithItsVariablesOnly runs each script that has a chat.
func TestAChatThatLooksAtTheHandshakeOpensWithItsVariablesOnly(t *testing.T) {
	t.Parallel()
	set := []string{"CHAT_ORIGIN", "https://app.example", "CHAT_HEADERS", `Cookie: session=a\|b|X-Tenant: 7`, "CHAT_SUBPROTOCOLS", "chat.v1,chat.v2"}
	for name, run := range map[string]func(*harness.Target, ...string) (string, map[string]string){
		"main": func(target *harness.Target, more ...string) (string, map[string]string) {
			return harness.MainScript(), short(target, append([]string{"VUS", "2", "DURATION", "2s", "IDLE", "1s", "RAMP", "0"}, more...)...)
		},
		"health": func(target *harness.Target, more ...string) (string, map[string]string) {
			return health, harness.With(target.Env(), more...)
		},
		"comprehensive": func(target *harness.Target, more ...string) (string, map[string]string) {
			return comprehensive, few(target, append([]string{"VUS", "2", "DURATION", "3s"}, more...)...)
		},
		"load": func(target *harness.Target, more ...string) (string, map[string]string) {
			return general, few(target, append([]string{"VUS", "6", "DURATION", "3s"}, more...)...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := flowing(t)
			chat := particularChat(t, target)
			script, env := run(target, append(set, "WS_URL", "ws"+strings.TrimPrefix(chat.URL, "http"))...)
			with := harness.Script(t, script, env)
			if chat.opened.Load() == 0 || chat.refused.Load() > 0 {
				t.Errorf("with them: %d opened, %d refused\n%s", chat.opened.Load(), chat.refused.Load(), with.Describe())
			}
			if strings.Contains(with.Stdout+with.Stderr+with.Report, "session=a") {
				t.Errorf("a value of CHAT_HEADERS is shown\n%s", with.Describe())
			}
			chat.opened.Store(0)
			script, env = run(target, "WS_URL", "ws"+strings.TrimPrefix(chat.URL, "http"))
			without := harness.Script(t, script, env)
			if chat.opened.Load() > 0 || chat.refused.Load() == 0 || !strings.Contains(without.Stdout+without.Stderr, "set CHAT_TOKEN, CHAT_ORIGIN or CHAT_HEADERS") {
				t.Errorf("without: %d opened, %d refused\n%s", chat.opened.Load(), chat.refused.Load(), without.Describe())
			}
		})
	}
}
