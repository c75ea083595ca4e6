//go:build stack

package monitoring

import (
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/featherweight/tests/harness"
)

// TestProtected: a page of metrics that asks for a query and for who reads it is scraped, so that nobody hears of a service
// that is down, also when the page does not say what it is; and Prometheus tells nobody what it sends.
func TestProtected(t *testing.T) {
	t.Parallel()
	const secret = "s3cret/+=" //nolint:gosec // it protects a test
	for _, c := range []struct {
		name, user, header string // what METRICS_URL has before its host, and METRICS_AUTH_HEADER
		wants              string
		up                 float64
	}{
		{name: "bearer", header: "Bearer " + secret, wants: "Bearer " + secret, up: 1},
		{name: "another scheme", header: "Custom id=7, key=" + secret, wants: "Custom id=7, key=" + secret, up: 1},
		{name: "basic", header: "basic " + basic("reader", secret), wants: "Basic " + basic("reader", secret), up: 1},
		{name: "user in the URL", user: url.UserPassword("reader@x", secret).String() + "@", wants: "Basic " + basic("reader@x", secret), up: 1},
		{name: "the header counts more", user: "somebody:else@", header: "Bearer " + secret, wants: "Bearer " + secret, up: 1},
		{name: "refused", header: "Bearer another", wants: "Bearer " + secret, up: 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			query := url.Values{"tenant": {"a b", `"c&d\`}, "flag": {""}}
			server := httptest.NewServer(protected(c.wants, query))
			t.Cleanup(server.Close)
			host := strings.TrimPrefix(server.URL, "http://")
			s := &stack{
				dir: t.TempDir(), address: "127.0.0.1:" + harness.FreePort(t), alertmanager: "127.0.0.1:1",
				targets: []string{
					"BASE_URL=http://127.0.0.1:1", "WS_URL=ws://" + host + "/open",
					"METRICS_URL=http://" + c.user + host + "/a%20page?flag&tenant=a+b&tenant=%22c%26d%5C", "METRICS_AUTH_HEADER=" + c.header,
				},
			}
			s.url = "http://" + s.address
			s.configure(t)
			s.startPrometheus(t)
			s.is(t, `up{job="featherweight-api"}`, c.up)
			s.is(t, `up{job="featherweight-chat"}`, 1)
			if c.up == 1 {
				s.is(t, `count({__name__="of_the_api", job="featherweight-api"})`, 1)
				s.is(t, `count({__name__="of_the_chat", job="featherweight-chat"})`, 1)
			}
			s.is(t, fmt.Sprintf(`count((%s) and on (job) up{job="featherweight-api"}) or vector(0)`, s.asks(t, "ServiceDown")), 1-c.up)
			s.keeps(t, secret, "Bearer another", "somebody")
		})
	}
}

// protected has a page for who says who he is and asks the right question, and one for everybody.
func protected(authorization string, query url.Values) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		shown := r.Header.Get("Authorization")
		switch {
		case r.URL.Path == "/a page" && shown == authorization && reflect.DeepEqual(r.URL.Query(), query):
			w.Header()["Content-Type"] = nil // says nothing of what it is, and the other page says something wrong
			_, _ = io.WriteString(w, "of_the_api 1\n")
		case r.URL.Path == "/open/metrics" && shown == "" && r.URL.RawQuery == "": // what is for the API is not for the chat
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = io.WriteString(w, "of_the_chat 1\n")
		default:
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
}

func basic(user, password string) string {
	r := &http.Request{Header: http.Header{}}
	r.SetBasicAuth(user, password)
	return strings.TrimPrefix(r.Header.Get("Authorization"), "Basic ")
}

// is waits until an expression has one series with that value.
func (p prometheus) is(t *testing.T, expr string, want float64) {
	t.Helper()
	eventually(t, fmt.Sprintf("%s is %v", expr, want), func() string {
		if got, err := p.now(expr); err != nil || len(got) != 1 || got[0].value != want {
			return fmt.Sprint(got, err)
		}
		return ""
	})
}

// asks is the expression of an alert.
func (p prometheus) asks(t *testing.T, alert string) string {
	t.Helper()
	for _, r := range p.rules(t) {
		if r.Name == alert {
			return r.Query
		}
	}
	t.Fatalf("there is no alert %s", alert)
	return ""
}

// keeps: none of these words can be had from Prometheus or its log, and others cannot read what its starter wrote.
func (s *stack) keeps(t *testing.T, words ...string) {
	t.Helper()
	said := s.server.log.String()
	for _, page := range []string{"/api/v1/targets", "/api/v1/status/config", "/api/v1/status/flags"} {
		resp, err := http.Get(s.url + page)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK || len(body) < 100 {
			t.Fatalf("%s: %s %v\n%s", page, resp.Status, err, body)
		}
		said += string(body)
	}
	for _, word := range words {
		for _, form := range []string{word, url.QueryEscape(word), basic("reader", word)} {
			if strings.Contains(said, form) {
				t.Errorf("Prometheus tells %s", form)
			}
		}
	}
	err := filepath.WalkDir(filepath.Join(s.dir, "run-prometheus"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Type()&fs.ModeSymlink != 0 {
			return err
		}
		info, err := os.Stat(path)
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s can be read by others: %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
