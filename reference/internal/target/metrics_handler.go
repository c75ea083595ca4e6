package target

import (
	"io"
	"net/http"
	"strings"
	"time"
)

const (
	// textFormat is the content type of the classic exposition format.
	textFormat = "text/plain; version=0.0.4; charset=utf-8"

	// An endless answer comes in chunks of endlessChunk bytes, one each endlessPause: about 13 MB/s. A client's limit
	// of size is soon reached, and its machine is not busy with nothing else.
	endlessChunk = 64 << 10
	endlessPause = 5 * time.Millisecond

	// malformed begins well and then is no exposition format at all.
	malformed = "# TYPE consciousness_loop_hz gauge\nconsciousness_loop_hz{app=\"feather 1e1.2\n<html>502 Bad Gateway</html>\n"
)

// metricsHandler answers GET /metrics, with the faults that are in force.
func metricsHandler(m *metrics, faults *faultBox, t *tally) http.Handler {
	pages := newPages(m)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.count(func(x *Truth) { x.Scrapes++ })
		f := faults.get()
		if f.MetricsSlow > 0 {
			t.fault("metrics_slow")
			pause(r, time.Duration(f.MetricsSlow))
		}
		switch {
		case f.Metrics404:
			t.fault("metrics_404")
			http.NotFound(w, r)
			return
		case f.MetricsEndless:
			t.fault("metrics_endless")
			serveEndless(w, r)
			return
		case f.MetricsMalformed:
			t.fault("metrics_malformed")
			w.Header().Set("Content-Type", textFormat)
			_, _ = io.WriteString(w, malformed)
			return
		}
		if f.MetricsNoHz {
			t.fault("metrics_no_hz")
		}
		pages.serve(w, r, f, t)
	})
}

// serveEndless writes valid exposition text until the client has had enough or the target stops.
func serveEndless(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", textFormat)
	const line = "# this answer has no end\n"
	chunk := strings.Repeat(line, endlessChunk/len(line))
	for {
		if _, err := io.WriteString(w, chunk); err != nil {
			return
		}
		if err := http.NewResponseController(w).Flush(); err != nil {
			return
		}
		pause(r, endlessPause)
	}
}

// pause waits for d. When the client is gone or the target stops, it ends the request without an answer.
func pause(r *http.Request, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
		panic(http.ErrAbortHandler)
	}
}
