package scrape

import (
	"bufio"
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// soon is a timeout for endpoints that never answer; the tests do not depend on how long it is.
const soon = 50 * time.Millisecond

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	const url = "http://127.0.0.1:1/metrics" // the kernel gives this port to nobody
	_, err := scraper(t, url).Read(t.Context())
	requireFailure(t, err, CodeRefused, url, "connection refused", "start the service or correct METRICS_URL")
	require.ErrorIs(t, err, syscall.ECONNREFUSED)
}

func TestWhatDoesNotEndInTimeIsATimeout(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]http.HandlerFunc{
		"headers never come": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"the body stops": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, onlyCounter)
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		},
		"the body drips for ever": func(w http.ResponseWriter, r *http.Request) {
			for tick := time.NewTicker(time.Millisecond); ; {
				select {
				case <-tick.C:
					_, _ = io.WriteString(w, "# drip\n")
					_ = http.NewResponseController(w).Flush()
				case <-r.Context().Done():
					tick.Stop()
					return
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, handler)
			_, err := scraper(t, server.URL, within(soon)).Read(t.Context())
			requireFailure(t, err, CodeTimeout, server.URL, "no complete answer within 50ms", "look at the service")
			require.ErrorIs(t, err, context.DeadlineExceeded)
		})
	}
}

func TestABodyBeyondTheLimitIsGivenUp(t *testing.T) {
	t.Parallel()
	endless := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, strings.Repeat("a 1\n", 1000)); err != nil {
				return
			}
		}
	}))
	_, err := scraper(t, endless.URL, func(c *Config) { c.BodyLimit = 100_000 }).Read(t.Context())
	requireFailure(t, err, CodeTooLarge, endless.URL, "longer than 100000 bytes", "never ends, or is no metrics page")
}

func TestABodyOfExactlyTheLimitIsRead(t *testing.T) {
	t.Parallel()
	limit := func(c *Config) { c.BodyLimit = int64(len(onlyCounter)) }
	got, err := readPage(t, classic, onlyCounter, limit)
	require.NoError(t, err)
	assert.InDelta(t, 12345, got.Value, 0)
	_, err = readPage(t, classic, onlyCounter+"\n", limit)
	require.ErrorContains(t, err, "longer than")
}

func TestAnAnswerThatBreaksOffIsNeverRead(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]string{
		"fewer bytes than announced": "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 500\r\n\r\n" + onlyCounter,
		"a chunk that is not whole":  "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
		"chunks without an end":      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n4\r\na 1\n\r\n",
		"in the headers":             "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n",
		"nothing at all":             "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := answerRaw(t, raw)
			_, err := scraper(t, url).Read(t.Context())
			requireFailure(t, err, CodeNetwork, url, "the connection was lost before the answer was complete", "look at the service")
		})
	}
}

func TestWhatIsNoHTTPIsNamed(t *testing.T) {
	t.Parallel()
	url := answerRaw(t, "SSH-2.0-OpenSSH_9.6\r\n")
	_, err := scraper(t, url).Read(t.Context())
	requireFailure(t, err, CodeNetwork, url, "malformed HTTP", "SSH-2.0-OpenSSH_9.6", "correct METRICS_URL")
}

// answerRaw answers the first request with these bytes and hangs up.
func answerRaw(t *testing.T, raw string) (url string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		_, _ = http.ReadRequest(bufio.NewReader(conn))
		_, _ = io.WriteString(conn, raw)
		_ = conn.Close()
	}()
	t.Cleanup(func() { _ = listener.Close(); <-done })
	return "http://" + listener.Addr().String() + "/metrics"
}

func TestACertificateNobodyKnowsIsNamed(t *testing.T) {
	t.Parallel()
	plain := serve(t, page(200, classic, onlyCounter))
	secure := httptest.NewUnstartedServer(plain.Config.Handler)
	secure.Config.ErrorLog = plain.Config.ErrorLog
	secure.StartTLS()
	t.Cleanup(secure.Close)
	_, err := scraper(t, secure.URL).Read(t.Context())
	requireFailure(t, err, CodeNetwork, secure.URL, "certificate", "TLS")
	var unknown x509.UnknownAuthorityError
	require.ErrorAs(t, err, &unknown)
}

func TestOtherFaultsOfTheNetworkSayWhatToDo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cause error
		code  Code
		said  []string
	}{
		"unknown host":                   {&net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "nohost", IsNotFound: true}}, CodeNetwork, []string{"lookup nohost: no such host", "correct METRICS_URL"}},
		"name server too slow":           {&net.DNSError{Err: "i/o timeout", Name: "nohost", IsTimeout: true}, CodeTimeout, []string{"no complete answer within 10s"}},
		"too many open files":            {&net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("socket", syscall.EMFILE)}, CodeGenerator, []string{"this machine could not ask", "too many open files", "ulimit -n", "VUS"}},
		"too many open files everywhere": {&net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("socket", syscall.ENFILE)}, CodeGenerator, []string{"whole system", "fs.file-max"}},
		"no file to look a name up":      {&net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "dial udp 127.0.0.53:53: socket: too many open files", Name: "host", IsTemporary: true}}, CodeGenerator, []string{"ulimit -n"}},
		"no local port":                  {&net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1}, Err: os.NewSyscallError("connect", syscall.EADDRNOTAVAIL)}, CodeGenerator, []string{"no free local port", "ip_local_port_range", "VUS"}},
		"no buffers":                     {&net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("socket", syscall.ENOBUFS)}, CodeGenerator, []string{"no buffer space"}},
		"no memory":                      {&net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("socket", syscall.ENOMEM)}, CodeGenerator, []string{"no memory"}},
		"reset":                          {&net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}, CodeNetwork, []string{"the connection was lost"}},
		"no route":                       {&net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.EHOSTUNREACH)}, CodeNetwork, []string{"no route to host", "look at the network"}},
		"a long story":                   {errors.New(strings.Repeat("blah ", 1000)), CodeNetwork, []string{"blah …; correct METRICS_URL"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := scraper(t, "http://host:1/m", func(cfg *Config) {
				cfg.Transport = roundTrip(func(*http.Request) (*http.Response, error) { return nil, c.cause })
			})
			_, err := s.Read(t.Context())
			requireFailure(t, err, c.code, "http://host:1/m", c.said...)
			require.ErrorIs(t, err, c.cause)
		})
	}
}

func TestTheEndOfTheTestIsNoFailureOfTheEndpoint(t *testing.T) {
	t.Parallel()
	for name, ended := range map[string]string{"before the request": "/", "in the headers": "/headers", "in the body": "/body"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if ended == "/body" {
					_ = http.NewResponseController(w).Flush()
				}
				cancel()
				<-r.Context().Done()
			}))
			if ended == "/" {
				cancel()
			}
			_, err := scraper(t, server.URL).Read(ctx)
			assert.Equal(t, context.Canceled, err)
		})
	}
}
