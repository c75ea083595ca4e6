package target

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// page is one answer of /metrics before it is sent.
type page struct {
	taken  time.Time
	code   int
	header http.Header
	body   bytes.Buffer
}

// Header, Write and WriteHeader implement http.ResponseWriter.
func (p *page) Header() http.Header { return p.header }

func (p *page) Write(text []byte) (int, error) { return p.body.Write(text) }

func (p *page) WriteHeader(code int) { p.code = code }

// pages makes the answers of /metrics: those of one process or of several behind one address, fresh or as copies.
type pages struct {
	processes []http.Handler // the first is the target itself
	turn      atomic.Uint64  // answers so far

	mu     sync.Mutex
	copies map[copyOf]*page
}

// copyOf names a copy, as a cache does: by who made it, and by what was asked for.
type copyOf struct {
	process uint64
	accept  string
}

func newPages(m *metrics) *pages {
	p := &pages{copies: make(map[copyOf]*page)}
	for _, loop := range m.loops {
		p.processes = append(p.processes, promhttp.HandlerFor(prometheus.Gatherers{m.registry, loop},
			promhttp.HandlerOpts{EnableOpenMetrics: true}))
	}
	return p
}

// process says which process is to answer a request.
func (p *pages) process(r *http.Request, f Faults) uint64 {
	switch n := uint64(f.MetricsReplicas); {
	case n <= 1:
		return 0
	case f.MetricsReplicasKept:
		return nthOf(r) % n
	default:
		return p.turn.Add(1) % n
	}
}

// get returns the page that answers a request: a copy that is not too old, or a fresh one.
func (p *pages) get(r *http.Request, f Faults) *page {
	process := p.process(r, f)
	if f.MetricsPeriod == 0 {
		return p.fresh(r, process)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	name := copyOf{process, r.Header.Get("Accept")}
	kept := p.copies[name]
	if kept == nil || time.Since(kept.taken) >= time.Duration(f.MetricsPeriod) {
		kept = p.fresh(r, process)
		p.copies[name] = kept
	}
	return kept
}

func (p *pages) fresh(r *http.Request, process uint64) *page {
	plain := r.Clone(r.Context())
	plain.Header.Del("Accept-Encoding")
	made := &page{taken: time.Now(), code: http.StatusOK, header: http.Header{}}
	p.processes[process].ServeHTTP(made, plain)
	return made
}

// serve sends the page as the faults in force have it.
func (p *pages) serve(w http.ResponseWriter, r *http.Request, f Faults, t *tally) {
	from := p.get(r, f)
	h, body := w.Header(), from.body.Bytes()
	h.Set("Content-Type", from.header.Get("Content-Type"))
	for _, x := range []struct {
		kind string
		on   bool
		do   func()
	}{
		{"metrics_period", f.MetricsPeriod > 0, func() {}},
		{"metrics_stamps", f.MetricsStamps, func() {}},
		{"metrics_replicas", f.MetricsReplicas > 1, func() {}},
		{"metrics_age", f.MetricsAge, func() { h.Set("Age", strconv.Itoa(int(time.Since(from.taken).Seconds()))) }},
		{"metrics_type", f.MetricsType != "", func() { h["Content-Type"] = contentType(f.MetricsType) }},
		{"metrics_no_newline", f.MetricsNoNewline, func() { body = bytes.TrimSuffix(body, []byte("\n")) }},
		{"metrics_utf8_name", f.MetricsUTF8Name, func() { body = append([]byte(utf8Line), body...) }},
		{"metrics_bom", f.MetricsBOM, func() { body = append([]byte("\ufeff"), body...) }},
		{"metrics_gzip", f.MetricsGzip, func() { h.Set("Content-Encoding", "gzip"); body = zipped(body) }},
	} {
		if x.on {
			t.fault(x.kind)
			x.do()
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body))) // so that a page without a last line feed is seen to be whole
	w.WriteHeader(from.code)
	_, _ = w.Write(body) // the client may be gone: nobody is left to tell
}

// utf8Line is a sample with a name that needs quotes, as Prometheus 3 writes it.
const utf8Line = `{"api.requests.2xx",app="feather"} 7` + "\n"

// contentType is the value of the header; nil keeps net/http from guessing one.
func contentType(kind string) []string {
	if kind == "none" {
		return nil
	}
	return []string{kind}
}

func zipped(body []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(body) // a buffer takes everything
	_ = z.Close()
	return b.Bytes()
}
