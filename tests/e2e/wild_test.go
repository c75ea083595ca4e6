package e2e

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/featherweight/tests/harness"
)

// wild is a value that a shell, or whoever puts a command or a line together from it, would obey.
const wild = `a b "c" 'd' $(touch pwned) ` + "`touch pwned`" + ` ; touch pwned & \ $HOME %s %0a #e`

// TestAValueIsDataWhereverItIsSet: what is set on the command line, in the environment or in .env.test arrives at the server
// letter by letter, and nothing in it is obeyed.
func TestAValueIsDataWhereverItIsSet(t *testing.T) {
	t.Parallel()
	for _, where := range []string{"environment", "file", "command line", "k6 alone"} {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			server, home := record(t), t.TempDir()
			values := map[string]string{
				"BASE_URL": server.URL, "WS_URL": server.address("ws", ""), "METRICS_URL": server.URL + "/loop", "PROMETHEUS_URL": "http://" + harness.Nobody, "GRAFANA_URL": "http://" + harness.Nobody,
				"CHAT_TOKEN": wild, "AUTH_HEADER": "Bearer " + wild, "METRICS_AUTH_HEADER": "Custom " + wild, "TEST_RESULTS_DIR": filepath.Join(home, wild),
			}
			lines, words := append(os.Environ(), "ENV_FILE="+filepath.Join(home, "env")), []string{"run-health"}
			inFile := map[string]string{}
			switch where {
			case "file":
				inFile = values
			case "command line":
				for name, value := range values {
					words = append(words, name+"="+value)
				}
			default:
				for name, value := range values {
					lines = append(lines, name+"="+value)
				}
			}
			secrets{}.write(t, filepath.Join(home, "env"), inFile)
			if where == "k6 alone" {
				harness.Script(t, health, values)
			} else {
				said, code := door(t, lines, words...)
				if code != 99 || !strings.Contains(said, "✓ API") || strings.Contains(said, "Bearer "+wild) || strings.Contains(said, "Custom "+wild) {
					t.Errorf("exit code %d\n%s", code, said)
				}
				if _, err := os.Stat(filepath.Join(home, wild, "latest", "config.env")); err != nil {
					t.Error(err)
				}
			}
			for asked, header := range map[string]string{
				"/health": "Bearer " + wild, "/loop": "Custom " + wild, "/api/chat?token=" + url.QueryEscape(wild): "Bearer " + wild,
			} {
				if got, was := server.seen[asked]; !was || got != header {
					t.Errorf("%s: %q, not %q; asked were %q", asked, got, header, server.seen)
				}
			}
			err := filepath.WalkDir(home, func(name string, _ os.DirEntry, err error) error {
				if filepath.Base(name) == "pwned" {
					t.Errorf("%s: it was obeyed", name)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
			if _, err := os.Stat(filepath.Join(harness.Root(), "pwned")); err == nil {
				t.Error("it was obeyed")
			}
		})
	}
}

// A line break can be set in the environment. It arrives where it can, and is refused where it would end a header.
func TestALineBreakInAValueBeginsNoNewHeader(t *testing.T) {
	t.Parallel()
	server := record(t)
	env := map[string]string{
		"BASE_URL": server.URL, "WS_URL": server.address("ws", ""), "METRICS_URL": server.URL + "/loop", "PROMETHEUS_URL": "http://" + harness.Nobody, "GRAFANA_URL": "http://" + harness.Nobody,
	}
	harness.Script(t, health, harness.With(env, "CHAT_TOKEN", "two\nlines"))
	if _, asked := server.seen["/api/chat?token=two%0Alines"]; !asked {
		t.Errorf("asked were %q", server.seen)
	}
	for _, name := range []string{"AUTH_HEADER", "METRICS_AUTH_HEADER", "CHAT_HEADERS"} {
		value := "Bearer geheim\r\nX-Smuggled: yes"
		if name == "CHAT_HEADERS" {
			value = "Cookie: geheim\r\nX-Smuggled: yes"
		}
		clear(server.seen)
		run := harness.Script(t, health, harness.With(env, name, value))
		if run.Code == 0 || strings.Contains(run.Stdout+run.Stderr, "geheim") {
			t.Errorf("%s: %s", name, run.Describe())
		}
		if !strings.Contains(run.Stderr, name) {
			t.Errorf("nobody names %s\n%s", name, run.Describe())
		}
		if len(server.seen) != 0 {
			t.Errorf("%s: asked were %q", name, server.seen)
		}
	}
}
