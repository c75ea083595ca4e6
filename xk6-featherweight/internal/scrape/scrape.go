// Package scrape takes one reading of a loop: one GET of a metrics endpoint or of /healthz, with the times between
// which the server must have looked at its counter.
package scrape

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/mask"
)

// Source is where a frequency comes from.
type Source string

// The sources, best first.
const (
	SourceAuto    Source = "auto"    // the best that the endpoint offers
	SourceCounter Source = "counter" // a monotonic counter of loop turns: measured
	SourceGauge   Source = "gauge"   // the server's own idea of its frequency: reported
	SourceHealth  Source = "health"  // the number hz in the JSON of a health endpoint: reported
	SourceStream  Source = "stream"  // the loop's own pulses on a WebSocket: measured; no scrape (package pulse) reads it
)

// Measured tells a source that turns are counted from; of the others the server reports its frequency.
func (s Source) Measured() bool { return s == SourceCounter || s == SourceStream }

// ParseSource is the source to read at an address: a stream has ws:// or wss://, and nothing else has.
func ParseSource(name, address string) (Source, error) {
	source := Source(name)
	scheme, _, _ := strings.Cut(address, "://")
	stream := scheme == "ws" || scheme == "wss"
	switch source {
	case SourceAuto, SourceStream:
	case SourceCounter, SourceGauge, SourceHealth:
		if stream {
			return "", fmt.Errorf("source %q is not at a %s:// address: take stream or auto, or an http:// address", name, scheme)
		}
	default:
		return "", fmt.Errorf("source %q is not allowed: auto, counter, gauge, health or stream", name)
	}
	if stream {
		return SourceStream, nil
	}
	if source == SourceStream {
		return "", fmt.Errorf("source %q is at a ws:// or wss:// address, not at %q", name, mask.Address(address))
	}
	return source, nil
}

// Defaults of a Config.
const (
	DefaultCounter   = "consciousness_loop_iterations_total"
	DefaultGauge     = "consciousness_loop_hz"
	DefaultTimeout   = 2 * time.Second
	DefaultBodyLimit = 8 << 20

	// lifeMetric is the usual name of the time at which the process behind an endpoint began.
	lifeMetric = "process_start_time_seconds"
	accept     = "text/plain;version=0.0.4;q=1,application/openmetrics-text;version=1.0.0;q=0.8," +
		"application/json;q=0.7,*/*;q=0.1"
	// acceptUTF8 asks for names as they are. Who is not asked writes other letters as underscores, and a user who names a
	// plain series has it from such a page.
	acceptUTF8 = "text/plain;version=1.0.0;escaping=allow-utf-8;q=1," +
		"application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.9," + accept
)

// Config says what to read.
type Config struct {
	URL       string        // the endpoint
	Source    Source        // default SourceAuto
	Counter   Selector      // default DefaultCounter
	Gauge     Selector      // default DefaultGauge
	Timeout   time.Duration // of one reading; default DefaultTimeout
	BodyLimit int64         // bytes, packed or not; default DefaultBodyLimit
	Header    http.Header   // added to every request; Host is that of the request
	// Transport makes the connections; it should keep one alive, and must not decompress on the server's account:
	// compressing a page costs the loop that is being measured.
	Transport http.RoundTripper
	// Names are the words of messages for what the user can set; default OwnNames.
	Names Names
}

// Reading is what one GET brought.
type Reading struct {
	// Source is counter, gauge, health or stream.
	Source Source
	// Value is the counter's value, or the reported Hz.
	Value float64
	// Gauge is what the server's own gauge says beside the counter, if HasGauge.
	Gauge    float64
	HasGauge bool
	// Life is the time at which the server's process began, in Unix seconds; 0 when unknown.
	Life float64
	// Age is how old the page says that it is, by the Age header of a cache; 0 when it does not say.
	Age time.Duration
	// Stamp is the explicit time stamp of the counter's sample, on the clock of who wrote the page; zero when it has none.
	Stamp time.Time
	// Resolution is how much the page's writing may hide: the true count differs from Value by less than this. 0 when
	// Value is exact: a whole number below 2^53, printed in full. 1.23457e+06 has 10, 2^53 itself 2.
	Resolution float64
	// Size is the length of the page, unpacked, in bytes.
	Size int
	// Notes are what a reader of the result must know of this page, such as a header that is wrong; see Note.
	Notes []Note
	// Sent and Received enclose the moment at which the server looked, unless the page is a copy.
	Sent, Received time.Time
	// Turn and Still are of a stream: the look was at the moment of a turn, and for how long the loop had provably stood
	// still at some time since the reading before.
	Turn  bool
	Still time.Duration
}

// Scraper takes readings of one endpoint.
type Scraper struct {
	cfg     Config
	settled bool   // a reading succeeded: cfg.Source is the source for good
	shown   string // the URL as messages show it, without secrets
	client  *http.Client
	digits  precision // of the counter
}

// New checks the configuration; it opens nothing.
func New(cfg Config) (*Scraper, error) {
	u, err := url.Parse(cfg.URL)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, fmt.Errorf("url %q is not allowed: an http:// or https:// URL with a host", mask.Address(cfg.URL))
	}
	cfg.Source = cmp.Or(cfg.Source, SourceAuto)
	if cfg.Counter.Name == "" {
		cfg.Counter = Selector{Name: DefaultCounter}
	}
	if cfg.Gauge.Name == "" {
		cfg.Gauge = Selector{Name: DefaultGauge}
	}
	cfg.Timeout, cfg.BodyLimit = cmp.Or(cfg.Timeout, DefaultTimeout), cmp.Or(cfg.BodyLimit, DefaultBodyLimit)
	cfg.Names = cmp.Or(cfg.Names, OwnNames())
	s := &Scraper{cfg: cfg, shown: mask.Address(cfg.URL)}
	s.client = &http.Client{Transport: cfg.Transport, CheckRedirect: s.redirect}
	return s, nil
}

// request is what messages say was tried.
func (s *Scraper) request() string { return "GET " + s.shown }

// redirect follows one. What was given for this endpoint is not for another host, nor for anybody who listens when TLS ends:
// neither the headers, nor the query, which net/http would tell as Referer.
func (s *Scraper) redirect(req *http.Request, via []*http.Request) error {
	if len(via) >= 10 {
		return errors.New("stopped after 10 redirects")
	}
	first := via[0].URL
	if req.URL.Hostname() != first.Hostname() || (first.Scheme == "https" && req.URL.Scheme != "https") {
		for name := range s.cfg.Header {
			if name != "User-Agent" {
				req.Header.Del(name)
			}
		}
		req.Header.Del("Authorization")
	}
	req.Header.Del("Referer")
	return nil
}

// Read takes one reading. With SourceAuto the first one that succeeds decides the source for good: a counter that
// disappears must not turn quietly into the server's own word.
// The error is an *Error, or that of ctx when it was ctx that ended the reading.
func (s *Scraper) Read(ctx context.Context) (Reading, error) {
	reading, err := s.read(ctx)
	if err != nil {
		return Reading{}, err
	}
	s.cfg.Source, s.settled = reading.Source, true
	return reading, nil
}

func (s *Scraper) read(parent context.Context) (Reading, error) {
	ctx, cancel := context.WithTimeout(parent, s.cfg.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.cfg.URL, nil)
	if err != nil {
		return Reading{}, failed(CodeNetwork, "GET %s: %v", s.shown, err)
	}
	for name, values := range s.cfg.Header {
		req.Header[name] = values
	}
	req.Host = req.Header.Get("Host") // net/http ignores it as a header
	req.Header.Set("Accept", accept)
	if !s.cfg.Counter.plain() || !s.cfg.Gauge.plain() {
		req.Header.Set("Accept", acceptUTF8)
	}
	req.Header.Set("Accept-Encoding", "identity") // packing costs the CPU of the loop that is measured
	req.Header.Set("Cache-Control", "no-cache")
	req.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", strconv.FormatFloat(s.cfg.Timeout.Seconds(), 'f', -1, 64))

	var look look
	resp, err := s.client.Do(req.WithContext(httptrace.WithClientTrace(ctx, look.trace())))
	if err != nil {
		if parent.Err() != nil {
			return Reading{}, parent.Err()
		}
		return Reading{}, s.cfg.Names.Unreachable(s.request(), s.cfg.Timeout, err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, s.cfg.BodyLimit+1))
	look.end()
	switch {
	case parent.Err() != nil:
		return Reading{}, parent.Err()
	case err != nil:
		return Reading{}, s.cfg.Names.Unreachable(s.request(), s.cfg.Timeout, err)
	case int64(len(body)) > s.cfg.BodyLimit:
		return Reading{}, s.tooLarge("the answer is")
	}
	plain, err := unpack(body, resp.Header.Values("Content-Encoding"), s.cfg.BodyLimit)
	if err != nil {
		return Reading{}, s.unpackError(resp, err)
	}
	reading, err := s.understand(answer{
		Response: resp, body: withoutMark(plain), whole: wholeByHTTP(resp), packed: len(plain) > 0 && &plain[0] != &body[0],
	})
	reading.Sent, reading.Received, reading.Size = look.sent, look.received, len(plain)
	return reading, err
}
