package stack_test

import (
	"crypto/tls"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/featherweight/xk6-featherweight/internal/stack"
)

func TestAnAddressWithAPasswordIsAskedWithIt(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		if user != "me" || password != "p@ss" || r.URL.Path != "/-/ready" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	defer server.Close()
	assert.False(t, stack.Ready(t.Context(), server.URL))
	assert.True(t, stack.Ready(t.Context(), strings.Replace(server.URL, "://", "://me:p%40ss@", 1)))
	assert.False(t, stack.OK(t.Context(), "http://127.0.0.1:1/"))
	assert.False(t, stack.OK(t.Context(), "http://[::1"))
}

func TestAnAddressWithHTTPSIsAskedInTLS(t *testing.T) {
	t.Parallel()
	var greeted atomic.Int64
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
		greeted.Add(1)
		return nil, nil //nolint:nilnil // the server's own
	}}
	server.StartTLS()
	defer server.Close()
	assert.False(t, stack.OK(t.Context(), server.URL), "nobody vouches for its certificate")
	assert.EqualValues(t, 1, greeted.Load())
}

func TestLocalhostHasAnotherNameInAContainer(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"http://localhost:4000":           "http://alias:4000",
		"ws://127.0.0.1":                  "ws://alias",
		"wss://[::1]:9/x?y":               "wss://alias:9/x?y",
		"https://localhost/a":             "https://alias/a",
		"http://me:pass@localhost:4000/":  "http://me:pass@alias:4000/",
		"http://localhost.example:4000":   "http://localhost.example:4000",
		"http://127.0.0.10":               "http://127.0.0.10",
		"http://api/?to=http://localhost": "http://api/?to=http://localhost",
		"http://api/@localhost":           "http://api/@localhost",
		"":                                "",
	} {
		assert.Equal(t, want, stack.Aliased(url, "alias"), url)
		assert.Equal(t, url, stack.Aliased(url, ""), url)
	}
}
