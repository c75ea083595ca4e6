package command_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestWhatIsWrongWithAPrometheusIsSaidInOneLine, with what to do, and without its password. That of a real one is tried in tests/monitoring.
func TestWhatIsWrongWithAPrometheusIsSaidInOneLine(t *testing.T) {
	t.Parallel()
	answer := func(code int, text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(code)
			_, _ = w.Write([]byte(text))
		}
	}
	server := http.NewServeMux()
	server.Handle("/page/", answer(http.StatusOK, "<html>hello</html>"))
	server.Handle("/closed/", answer(http.StatusUnauthorized, "who are you?"))
	server.Handle("/busy/", answer(http.StatusServiceUnavailable, "later"))
	server.Handle("/empty/", answer(http.StatusOK, `{"status":"success","data":{"resultType":"matrix","result":[]}}`))
	srv := httptest.NewServer(server)
	t.Cleanup(srv.Close)
	address := "http://me:hunter2@" + srv.Listener.Addr().String()
	for name, c := range map[string]struct {
		words []string
		code  int
		says  []string
	}{
		"a page":           {[]string{"--prometheus", address + "/page", "--testid", "x"}, 1, []string{"/page cannot be read", "name the address below which its /api/v1/query is"}},
		"a door":           {[]string{"--prometheus", address + "/closed", "--testid", "x"}, 1, []string{"401", "a user in the address, or RUNNER_PUSH_AUTH_HEADER"}},
		"a crowd":          {[]string{"--prometheus", address + "/busy", "--testid", "x"}, 1, []string{"503", "look at its log"}},
		"nobody":           {[]string{"--prometheus", "http://127.0.0.1:1", "--testid", "x"}, 1, []string{"connection refused", "start it, or correct --prometheus"}},
		"nothing of it":    {[]string{"--prometheus", address + "/empty/api/v1/write", "--testid", `x"{}`}, 1, []string{`no runner of a test with the tag testid=x"{} has sent anything to http://`, "RUNNER_PUSH_URL"}},
		"no URL":           {[]string{"--prometheus", "prometheus", "--testid", "x"}, 2, []string{`must be a URL such as http://prometheus:9090, not "prometheus"`}},
		"no test":          {[]string{"--prometheus", address}, 2, []string{"belong together"}},
		"no server":        {[]string{"--testid", "x"}, 2, []string{"belong together"}},
		"a folder, too":    {[]string{"--prometheus", address, "--testid", "x", "folder"}, 2, []string{"not both: folder"}},
		"nothing whatever": {nil, 2, []string{"verdict needs the folders"}},
		"another scheme":   {[]string{"--prometheus", "ftp://x", "--testid", "x"}, 2, []string{"must be a URL"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			call := verdictOf(t, c.words...)
			assert.Equal(t, c.code, call.Code, call.Err)
			for _, one := range c.says {
				assert.Contains(t, call.Err, one)
			}
			assert.NotContains(t, call.Out+call.Err, "hunter2")
			assert.Regexp(t, `\A[^\n]+\n\z`, call.Err, "one line")
		})
	}
}
