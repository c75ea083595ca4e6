package scrape

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/arrival"
)

const secret = "hunter2"

func TestAURLThatCannotBeReadIsRejectedAtOnceAndShowsNoSecret(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"", "localhost:4000/metrics", "/metrics", "ws://localhost:8080", "http://", "http:///metrics", "file:///etc/passwd",
		"http://user:" + secret + "@host:port/metrics", "http://user:" + secret + "/2@host/metrics", "user:" + secret + "@host/metrics",
		"ftp://user:" + secret + "@host/metrics?token=" + secret, "://host/metrics?token=" + secret, "http://ho st/?token=" + secret,
		"http://host/%zz?token=" + secret,
	} {
		_, err := New(Config{URL: url})
		require.Error(t, err, url)
		assert.Contains(t, err.Error(), "is not allowed: an http:// or https:// URL with a host")
		assert.NotContains(t, err.Error(), secret)
		assert.NotContains(t, err.Error(), "\n")
	}
}

func TestARejectedURLIsNamedAsFarAsItIsNoSecret(t *testing.T) {
	t.Parallel()
	_, err := New(Config{URL: "ws://user:" + secret + "@localhost:8080/chat?token=" + secret})
	require.ErrorContains(t, err, `url "ws://localhost:8080/chat" is not allowed`)
}

func TestNoMessageShowsASecret(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]http.Handler{
		"status":    page(404, "text/plain", "no\n"),
		"not found": page(200, classic, neither),
		"malformed": page(200, classic, "a b\n"),
		"JSON":      page(200, asJSON, "{}"),
		"web page":  page(200, "text/html", "<html>"),
		"too large": page(200, classic, strings.Repeat("a 1\n", 1000)),
		"timeout":   http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }),
		"cut off":   http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }),
		"circle": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.String(), http.StatusFound)
		}),
		"elsewhere": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "gopher://host/?"+r.URL.RawQuery, http.StatusFound)
		}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, handler)
			url := strings.Replace(server.URL, "http://", "http://user:"+secret+"@", 1) + "/m?token=" + secret + "#" + secret
			s := scraper(t, url, within(soon), func(c *Config) {
				c.BodyLimit, c.Header = 1000, http.Header{"X-Api-Key": {secret}}
			})
			_, err := s.Read(t.Context())
			require.Error(t, err)
			assert.NotContains(t, err.Error(), secret)
			assert.True(t, strings.HasPrefix(err.Error(), "GET "+server.URL+"/m: "), err.Error())
			assert.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestTheSecretsReachTheEndpoint(t *testing.T) {
	t.Parallel()
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		if user != "user" || password != secret || r.URL.RawQuery != "token="+secret {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		page(200, classic, onlyCounter)(w, r)
	}))
	url := strings.Replace(server.URL, "http://", "http://user:"+secret+"@", 1) + "/m?token=" + secret
	_, err := scraper(t, url).Read(t.Context())
	require.NoError(t, err)
}

func TestTheRequestIsThatOfAPoliteScraper(t *testing.T) {
	t.Parallel()
	requests := make(chan *http.Request, 1)
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests <- r
		page(200, classic, onlyCounter)(w, r)
	}))
	header := http.Header{"Authorization": {"Bearer x"}, "Host": {"loop.example"}, "X-Two": {"1", "2"}}
	s := scraper(t, server.URL, within(1500*time.Millisecond), func(c *Config) { c.Header = header })
	_, err := s.Read(t.Context())
	require.NoError(t, err)
	r := <-requests
	assert.Equal(t, http.MethodGet, r.Method)
	assert.Equal(t, "loop.example", r.Host)
	assert.Equal(t, "Bearer x", r.Header.Get("Authorization"))
	assert.Equal(t, []string{"1", "2"}, r.Header.Values("X-Two"))
	assert.Equal(t, "1.5", r.Header.Get("X-Prometheus-Scrape-Timeout-Seconds"))
	assert.Equal(t, "no-cache", r.Header.Get("Cache-Control"))
	assert.Equal(t, "identity", r.Header.Get("Accept-Encoding"), "compressing a page costs the loop that is measured")
	assert.True(t, strings.HasPrefix(r.Header.Get("Accept"), "text/plain;version=0.0.4;"), r.Header.Get("Accept"))
	assert.Len(t, header, 3, "the configuration is not written to")
}

func TestReadingsShareOneConnection(t *testing.T) {
	t.Parallel()
	clients := make(chan string, 3)
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		clients <- r.RemoteAddr
		page(200, classic, onlyCounter)(w, r)
	}))
	s := scraper(t, server.URL)
	for range cap(clients) {
		_, err := s.Read(t.Context())
		require.NoError(t, err)
	}
	first := <-clients
	assert.Equal(t, first, <-clients)
	assert.Equal(t, first, <-clients)
}

func TestSentAndReceivedEncloseTheMomentTheServerLooked(t *testing.T) {
	t.Parallel()
	for name, early := range map[string]bool{"before the headers": false, "in the last line of the body": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			looked := make(chan time.Time, 1)
			server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if early {
					_, _ = w.Write([]byte("up 1\n"))
					_ = http.NewResponseController(w).Flush()
				}
				looked <- time.Now()
				page(200, classic, onlyCounter)(w, r)
			}))
			got, err := scraper(t, server.URL).Read(t.Context())
			require.NoError(t, err)
			at := <-looked
			assert.False(t, got.Sent.After(at))
			assert.False(t, got.Received.Before(at))
		})
	}
}

func TestARedirectIsFollowedAndBelongsToTheRoundTrip(t *testing.T) {
	t.Parallel()
	asked := make(chan time.Time, 1)
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/metrics" {
			asked <- time.Now()
			http.Redirect(w, r, "/really", http.StatusMovedPermanently)
			return
		}
		page(200, classic, onlyCounter)(w, r)
	}))
	got, err := scraper(t, server.URL+"/metrics").Read(t.Context())
	require.NoError(t, err)
	assert.InDelta(t, 12345, got.Value, 0)
	assert.False(t, got.Sent.After(<-asked))
}

func TestARedirectToALoginPageIsNoReading(t *testing.T) {
	t.Parallel()
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/metrics" {
			http.Redirect(w, r, "/login", http.StatusFound)
			return
		}
		page(200, "text/html", "<html>log in")(w, r)
	}))
	_, err := scraper(t, server.URL+"/metrics").Read(t.Context())
	requireFailure(t, err, CodeMalformed, server.URL+"/metrics", "a web page (text/html), not metrics")
}

func TestRedirectsInACircleAreAnError(t *testing.T) {
	t.Parallel()
	server := serve(t, http.RedirectHandler("/metrics", http.StatusFound))
	_, err := scraper(t, server.URL+"/metrics").Read(t.Context())
	requireFailure(t, err, CodeNetwork, server.URL+"/metrics", "stopped after 10 redirects", "correct METRICS_URL")
}

// What was given for one endpoint is for nobody else: not its headers, not the query of its address.
func TestSecretsDoNotFollowARedirectToAnotherHost(t *testing.T) {
	t.Parallel()
	got := make(chan *http.Request, 1)
	other := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got <- r
		page(200, classic, onlyCounter)(w, r)
	}))
	target := strings.Replace(other.URL, "127.0.0.1", "localhost", 1)
	server := serve(t, http.RedirectHandler(target, http.StatusFound))
	own := http.Header{"Authorization": {"Bearer " + secret}, "X-Api-Key": {secret}, "Cookie": {"session=" + secret}, "User-Agent": {"k6"}}
	for _, url := range []string{server.URL + "/m?token=" + secret, strings.Replace(server.URL, "http://", "http://user:"+secret+"@", 1)} {
		_, err := scraper(t, url, func(c *Config) { c.Header = own }).Read(t.Context())
		require.NoError(t, err)
		r := <-got
		assert.NotContains(t, fmt.Sprint(r.Header), secret)
		assert.Empty(t, r.Header.Get("Authorization"))
		assert.Equal(t, "k6", r.Header.Get("User-Agent"))
		assert.True(t, strings.HasPrefix(r.Header.Get("Accept"), "text/plain"), "what is ours is asked for there too")
	}
}

func TestSecretsFollowARedirectOnTheSameHost(t *testing.T) {
	t.Parallel()
	got := make(chan http.Header, 1)
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/metrics/" {
			http.Redirect(w, r, "/metrics/", http.StatusMovedPermanently)
			return
		}
		got <- r.Header
		page(200, classic, onlyCounter)(w, r)
	}))
	own := http.Header{"Authorization": {"Bearer " + secret}, "X-Api-Key": {secret}}
	_, err := scraper(t, server.URL+"/metrics?token="+secret, func(c *Config) { c.Header = own }).Read(t.Context())
	require.NoError(t, err)
	header := <-got
	assert.Equal(t, "Bearer "+secret, header.Get("Authorization"))
	assert.Equal(t, secret, header.Get("X-Api-Key"))
	assert.Empty(t, header.Get("Referer"))
}

func TestSecretsDoNotLeaveTLSByARedirect(t *testing.T) {
	t.Parallel()
	got := make(chan string, 1)
	plain := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got <- r.Header.Get("Authorization")
		page(200, classic, onlyCounter)(w, r)
	}))
	secure := httptest.NewTLSServer(http.RedirectHandler(plain.URL, http.StatusFound))
	t.Cleanup(secure.Close)
	s := scraper(t, secure.URL, func(c *Config) {
		c.Transport = secure.Client().Transport
		c.Header = http.Header{"Authorization": {"Bearer " + secret}}
	})
	_, err := s.Read(t.Context())
	require.NoError(t, err)
	assert.Empty(t, <-got)
}

// late is a transport that comes to the body of an answer late, as a process without CPU does.
type late struct {
	http.RoundTripper
	by time.Duration
}

func (l late) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := l.RoundTripper.RoundTrip(req)
	time.Sleep(l.by) // what is measured
	return resp, err
}

func TestAPageThatIsReadLateWasReceivedWhenItArrived(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("SKIPPED: no other kernel tells when what comes over TCP arrived")
	}
	for name, start := range map[string]func(http.Handler) *httptest.Server{"plain": httptest.NewServer, "TLS": httptest.NewTLSServer} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answered := make(chan time.Time, 1)
			server := start(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				page := DefaultCounter + " 1\n"
				w.Header().Set("Content-Length", strconv.Itoa(len(page)))
				_, _ = io.WriteString(w, page)
				_ = http.NewResponseController(w).Flush()
				answered <- time.Now()
			}))
			defer server.Close()
			transport := server.Client().Transport.(*http.Transport) //nolint:forcetypeassert // it is one
			transport.DialContext = arrival.Watching((&net.Dialer{}).DialContext)
			const by = 200 * time.Millisecond
			scraper, err := New(Config{URL: server.URL, Transport: late{transport, by}, Timeout: time.Minute})
			require.NoError(t, err)
			reading, err := scraper.Read(t.Context())
			read := time.Now()
			require.NoError(t, err)
			assert.LessOrEqual(t, reading.Received.Sub(<-answered), 2*time.Millisecond, "how well two clocks can be read together")
			assert.GreaterOrEqual(t, read.Sub(reading.Sent), by)
		})
	}
}
