package e2e

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
)

// push is where k6 sends its metrics.
const push = "K6_PROMETHEUS_RW_SERVER_URL"

// secrets are planted words by where they were planted. Each is of letters and digits alone, so that it stays the same where
// it is percent-encoded or escaped; around it, in what a variable gets, stand characters that do not.
type secrets map[string]string

// plant makes a new word.
func (s secrets) plant(where string) string {
	word := fmt.Sprintf("q7%dz%d", rand.Uint64(), len(s)) //nolint:gosec // nobody is to guess it
	s[where] = word
	return word
}

// forms are a word, and what it is in base64 at each of the three places of a longer text, and in hexadecimal.
func forms(word string) []string {
	all := []string{word, hex.EncodeToString([]byte(word))}
	for before := range 3 {
		text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat(" ", before) + word))
		begin, end := (before*4+2)/3, len(strings.TrimRight(text, "="))-1 // what its neighbours have no part in
		all = append(all, text[begin:end])
	}
	return all
}

// in are the places of all words that a text shows.
func (s secrets) in(text string) (found []string) {
	for where, word := range s {
		for _, form := range forms(word) {
			if at := strings.Index(text, form); at >= 0 {
				found = append(found, fmt.Sprintf("%s, in %q", where, text[max(0, at-60):min(len(text), at+len(form)+20)]))
				break
			}
		}
	}
	return found
}

func TestASecretIsFoundInEachOfItsForms(t *testing.T) {
	t.Parallel()
	s := secrets{}
	word := s.plant("a place")
	escaped := url.QueryEscape("user:p@ss " + word + "&")
	for _, text := range []string{
		word, "Bearer " + word + "\n", escaped, base64.StdEncoding.EncodeToString([]byte("u:" + word)), base64.URLEncoding.EncodeToString([]byte("user:" + word + "?")),
		base64.RawStdEncoding.EncodeToString([]byte("us:" + word + "x")), hex.EncodeToString([]byte("a" + word)), `{"a":"\"` + word + `\u0026"}`,
	} {
		if len(s.in(text)) != 1 {
			t.Errorf("it is not found in %q", text)
		}
	}
	if s.in("nothing "+word[:len(word)-2]) != nil {
		t.Error("it is found where it is not")
	}
}

// door calls a verb of the front door.
func door(t *testing.T, env []string, words ...string) (said string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(harness.Root(), "run-slo-testing.sh"), words...)
	cmd.Env, cmd.Dir = env, t.TempDir()
	out, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// secretVariables are all that the table of variables calls secret: what config hides, whatever it is set to. A new one
// is among them without a word here.
func secretVariables(t *testing.T, env []string) (names []string) {
	t.Helper()
	everything, _ := door(t, env, "config")
	words := []string{"config"}
	for _, line := range regexp.MustCompile(`(?m)^([A-Z][A-Z0-9_]+) `).FindAllStringSubmatch(everything, -1) {
		words = append(words, line[1]+"=planted")
	}
	refused, _ := door(t, env, words...) // as no number, and no URL
	for _, problem := range regexp.MustCompile(`([A-Z][A-Z0-9_]+)=(\(hidden\)|"planted") is not allowed`).FindAllStringSubmatch(refused, -1) {
		words = slices.DeleteFunc(words, func(word string) bool { return strings.HasPrefix(word, problem[1]+"=") })
		if problem[2] == "(hidden)" {
			names = append(names, problem[1])
		}
	}
	planted, _ := door(t, env, words...)
	for _, line := range regexp.MustCompile(`(?m)^([A-Z][A-Z0-9_]+) +\(hidden\) `).FindAllStringSubmatch(planted, -1) {
		names = append(names, line[1])
	}
	if !slices.Contains(names, "CHAT_TOKEN") || !slices.Contains(names, "GRAFANA_PASSWORD") || len(names) < 7 {
		t.Fatalf("these are not all secrets: %q\n%s\n%s", names, refused, planted)
	}
	return names
}

// watchProcesses looks at what every user of this machine can see of all processes, until it is stopped.
func (s secrets) watchProcesses(t *testing.T) (seen func() []string) {
	t.Helper()
	stop, found := make(chan struct{}), make(chan []string)
	go func() {
		var all []string
		for {
			lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
			for _, line := range lines {
				text, _ := os.ReadFile(line) // it may be gone
				for _, where := range s.in(string(text)) {
					if !slices.Contains(all, where) {
						all = append(all, where)
					}
				}
			}
			select {
			case <-stop:
				found <- all
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() []string { close(stop); return <-found }
}

// inFiles are the words that files of a folder show, or their names.
func (s secrets) inFiles(t *testing.T, folder string) (found []string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		text := name
		if entry.Type().IsRegular() {
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			text += string(data)
			files++
		}
		for _, where := range s.in(text) {
			found = append(found, entry.Name()+": "+where)
		}
		return nil
	})
	if err != nil || files < 5 {
		t.Errorf("%d files in %s: %v", files, folder, err)
	}
	return found
}

// TestNoSecretIsFoundInAnythingThatARunLeavesOrShows plants a secret in every variable that holds one, and in user, password
// and query of every URL, runs the main job as its users do, and looks everywhere.
func TestNoSecretIsFoundInAnythingThatARunLeavesOrShows(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		flags []string
		set   map[string]string
		code  int
	}{
		"PASS":                        {nil, nil, 0},
		"FAIL":                        {[]string{"--fault", "error_frame=1"}, nil, 99},
		"a connect that fails":        {nil, map[string]string{"WS_URL": "ws://" + harness.Nobody}, 108},
		"a metrics page that is none": {[]string{"--fault", "metrics_404"}, nil, 108},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := secrets{}
			target := harness.StartTarget(t, append(c.flags, quick...)...)
			home := t.TempDir()
			env, values := s.environment(t, target, home)
			for name, value := range c.set {
				values[name] = value
			}
			s.write(t, filepath.Join(home, "env"), values)
			seen := s.watchProcesses(t)
			said, code := door(t, env, "run-websocket", "--skip-health", "--", "--out", "json="+filepath.Join(home, "results", "samples.json"))
			if code != c.code {
				t.Errorf("exit code %d, and not %d", code, c.code)
			}
			for _, words := range [][]string{{"config"}, {"config", "--check"}, {"status"}, {"logs"}, {"run-health"}, {"run-websocket", "--dry-run"}, {"rollback"}, {"help"}, {"dashboard-url"}} {
				more, _ := door(t, env, words...)
				said += more
			}
			if !strings.Contains(said, push+" has a query, which k6 writes into its log") {
				t.Error("nobody says what k6 shows")
			}
			if got := s.in(said); len(got) > 0 {
				t.Errorf("said:\n%s", strings.Join(got, "\n"))
			}
			if got := seen(); len(got) > 0 {
				t.Errorf("in the list of processes:\n%s", strings.Join(got, "\n"))
			}
			if got := s.inFiles(t, filepath.Join(home, "results")); len(got) > 0 {
				t.Errorf("in the results:\n%s", strings.Join(got, "\n"))
			}
			if t.Failed() {
				t.Log(said)
			}
		})
	}
}

// environment is that of the calls, and the values of .env.test with a secret wherever there can be one.
func (s secrets) environment(t *testing.T, target *harness.Target, home string) (env []string, values map[string]string) {
	t.Helper()
	// k6 complains of an address that takes nothing.
	monitoring := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			return
		}
		if user, password, _ := r.BasicAuth(); user != s[push+"'s user"] || password != "p@/?#:"+s[push+"'s password"] {
			t.Errorf("pushed by %q with %q", user, password)
		}
		w.WriteHeader(http.StatusInternalServerError)
	}))
	t.Cleanup(monitoring.Close)
	env = append(os.Environ(), "ENV_FILE="+filepath.Join(home, "env"), "TEST_RESULTS_DIR="+filepath.Join(home, "results"), "NO_COLOR=1", "K6_WEB_DASHBOARD_PORT=0")
	if err := os.WriteFile(filepath.Join(home, "env"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	with := func(name, address, query string) string {
		scheme, rest, _ := strings.Cut(address, "://")
		address = scheme + "://" + url.UserPassword(s.plant(name+"'s user"), "p@/?#:"+s.plant(name+"'s password")).String() + "@" + rest
		if query != "" {
			address += query + "?key=" + s.plant(name+"'s query") + "%26"
		}
		return address
	}
	values = harness.With(short(target), "DURATION", "5s", "IDLE", "1s", "HZ_AVERAGE_THRESHOLD", "1", "HZ_AVERAGE_MAXIMUM", "0", "LOOP_LONGEST_GAP", "600000", "METRICS_TIMEOUT", "20s")
	for _, name := range secretVariables(t, env) {
		values[name] = `Bearer "` + s.plant(name) + `'&<$x>/+= `
	}
	values["ROLLBACK_COMMAND"] = "sleep 0.3; : " + s.plant("ROLLBACK_COMMAND")
	values["CHAT_HEADERS"] = "Cookie: session=" + s.plant("CHAT_HEADERS") + "|X-Key: " + s.plant("CHAT_HEADERS' second")
	values["ALERT_WEBHOOK_URL"] = "https://hooks.slack.com/services/" + s.plant("ALERT_WEBHOOK_URL")
	for name, text := range map[string]string{"BASE_URL": "http://" + target.API, "PROMETHEUS_URL": monitoring.URL, "GRAFANA_URL": monitoring.URL} {
		values[name] = with(name, text, "")
	}
	values["METRICS_URL"] = with("METRICS_URL", "http://"+target.API, "/metrics")
	values[push] = with(push, monitoring.URL, "") + "/api/v1/write?to=mimir" // of which k6 shows the query
	values["K6_PROMETHEUS_RW_PASSWORD"] = s.plant("K6_PROMETHEUS_RW_PASSWORD")
	values["K6_PROMETHEUS_RW_HTTP_HEADERS"] = "X-Key:" + s.plant("K6_PROMETHEUS_RW_HTTP_HEADERS")
	values["K6_PROMETHEUS_RW_PUSH_INTERVAL"] = "1s"
	return env, values
}

// write writes an environment file.
func (s secrets) write(t *testing.T, name string, values map[string]string) {
	t.Helper()
	var text strings.Builder
	for name, value := range values {
		fmt.Fprintf(&text, "%s=\"%s\"\n", name, strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`).Replace(value))
	}
	if err := os.WriteFile(name, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}
