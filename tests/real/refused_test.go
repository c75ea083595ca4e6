package realchats

import (
	"regexp"
	"strings"
	"testing"

	"github.com/featherweight/tests/harness"
)

// TestAProbeSaysWhatNginxAnsweredInsteadOfAnUpgrade: a redirect names where it leads, as an address to connect to.
func TestAProbeSaysWhatNginxAnsweredInsteadOfAnUpgrade(t *testing.T) {
	t.Parallel()
	program(t, "nginx", nginxRemedy) // once for all
	for name, test := range map[string]struct{ location, says string }{
		"301 to another host": {"return 301 https://chat.example$request_uri;", "301 Moved Permanently to wss://chat.example/api/chat, instead of 101"},
		"301 on this host":    {"return 301 /v2/chat;", "301 Moved Permanently to ws://AT/v2/chat, instead of 101"},
		"301, relative":       {"absolute_redirect off; return 301 /v2/chat;", "301 Moved Permanently to ws://AT/v2/chat, instead of 101"},
		"308":                 {"return 308 https://chat.example/;", "308 Permanent Redirect to wss://chat.example/, instead of 101"},
		"nobody behind it":    {"proxy_pass http://" + harness.Nobody + ";", "502 Bad Gateway, instead of 101"},
		"a file instead":      {`return 200 "hello";`, "200 OK, instead of 101"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := nginxWith(t, "location / { "+test.location+" }")
			run := ask(t, "ws://"+at+"/api/chat")
			says := "WebSocket handshake with ws://" + at + "/api/chat: unexpected response code: " + strings.ReplaceAll(test.says, "AT", at)
			if run.Code == 0 || !strings.Contains(run.Stderr, says) {
				t.Errorf("nobody says %q\n%s", says, run.Describe())
			}
		})
	}
}

// TestAProxyThatKeepsTheUpgradeForItselfIsNamed: nginx with proxy_pass alone, which each library answers in its own way.
func TestAProxyThatKeepsTheUpgradeForItselfIsNamed(t *testing.T) {
	t.Parallel()
	program(t, "nginx", nginxRemedy)
	for name, start := range chats {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := nginxWith(t, "location / { proxy_pass http://"+start(t)+"; }")
			run := ask(t, "ws://"+at+"/api/chat")
			if run.Code == 0 || !strings.Contains(run.Stderr, "instead of 101") || !regexp.MustCompile(`a proxy (does|may) not hand on the upgrade`).MatchString(run.Stderr) {
				t.Errorf("nobody points at the proxy\n%s", run.Describe())
			}
		})
	}
}
