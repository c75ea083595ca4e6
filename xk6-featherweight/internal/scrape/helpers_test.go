package scrape

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Content types as servers send them.
const (
	classic     = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"
	openMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8"
	asJSON      = "application/json; charset=utf-8"
)

// suiteNames are names that a test can see in a message.
var suiteNames = Names{
	URL: "METRICS_URL", Header: "METRICS_AUTH_HEADER", Counter: "HZ_COUNTER", Gauge: "HZ_GAUGE", Source: "HZ_SOURCE=", Interval: "HZ_INTERVAL",
	MaxSize: "METRICS_MAX_SIZE", Less: "lower VUS",
}

// page answers every request alike.
func page(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// untilClosed answers with a body whose length nobody knows: it ends with its connection.
func untilClosed(contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: "+contentType+"\r\nConnection: close\r\n\r\n"+body)
		_ = conn.Close()
	}
}

// serve starts a server that ends with the test, and quietly.
func serve(t *testing.T, handler http.Handler) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(server.Close)
	return server
}

// scraper makes one with connections of its own; change may alter the defaults.
func scraper(t *testing.T, url string, change ...func(*Config)) *Scraper {
	t.Helper()
	transport := &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 1}
	t.Cleanup(transport.CloseIdleConnections)
	cfg := Config{URL: url, Transport: transport, Timeout: 10 * time.Second, Names: suiteNames}
	for _, f := range change {
		f(&cfg)
	}
	s, err := New(cfg)
	require.NoError(t, err)
	return s
}

func from(source Source) func(*Config) { return func(c *Config) { c.Source = source } }

func counter(t *testing.T, text string) func(*Config) {
	t.Helper()
	sel, err := ParseSelector(text)
	require.NoError(t, err)
	return func(c *Config) { c.Counter = sel }
}

func within(timeout time.Duration) func(*Config) { return func(c *Config) { c.Timeout = timeout } }

// readPage reads a page of 200 once.
func readPage(t *testing.T, contentType, body string, change ...func(*Config)) (Reading, error) {
	t.Helper()
	server := serve(t, page(http.StatusOK, contentType, body))
	return scraper(t, server.URL+"/metrics", change...).Read(t.Context())
}

// requireFailure asserts what all failures have in common, and the rest: the message is one line that names the URL,
// says what came back and what to do.
func requireFailure(t *testing.T, err error, code Code, url string, said ...string) {
	t.Helper()
	require.Error(t, err)
	var failed *Error
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, code, failed.Code, err.Error())
	message := err.Error()
	assert.NotContains(t, message, "\n")
	assert.Less(t, len(message), 700, "a message that nobody reads")
	assert.True(t, strings.HasPrefix(message, fmt.Sprintf("GET %s: ", url)), message)
	for _, part := range said {
		assert.Contains(t, message, part)
	}
}

// roundTrip is a network that does what the test says.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
