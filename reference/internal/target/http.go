package target

import (
	"bufio"
	"encoding/json"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// maxBody is the greatest JSON body that is read, in bytes.
const maxBody = 64 << 10

// isoMillis is how the real server writes times: as JavaScript's toISOString does.
const isoMillis = "2006-01-02T15:04:05.000Z"

func iso(t time.Time) string { return t.UTC().Format(isoMillis) }

// object is a JSON object.
type object map[string]any

// reply answers with v as JSON.
func reply(w http.ResponseWriter, code int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		code, body = http.StatusInternalServerError, []byte(`{"error":"Internal server error"}`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(code)
	_, _ = w.Write(body) // the client may be gone: nobody is left to tell
}

// refuse answers with an error in the shape of the real server: a short error and a sentence.
func refuse(w http.ResponseWriter, code int, short, message string) {
	reply(w, code, object{"error": short, "message": message})
}

// invalid answers 400, in the shape of the real server.
func invalid(w http.ResponseWriter, why string) {
	reply(w, http.StatusBadRequest, object{"error": "Validation error", "details": []string{why}})
}

// readJSON reads the body into v, or answers 400 and returns false.
func readJSON(w http.ResponseWriter, r *http.Request, v any) bool {
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(v); err != nil {
		invalid(w, err.Error())
		return false
	}
	return true
}

// observe counts every request that mux answers, and breaks those that a fault is to break. holds returns the fault by
// which a request is never answered, or "".
func observe(mux *http.ServeMux, holds func(*http.Request) string, m *metrics, faults *faultBox, t *tally) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		rec := &recorder{ResponseWriter: w}
		defer func() {
			method, route := labels(r.Method, r.Pattern)
			code := rec.status()
			m.httpRequests.WithLabelValues(code, method, route).Inc()
			m.httpSeconds.WithLabelValues(route).Observe(time.Since(start).Seconds())
			t.count(func(x *Truth) { x.HTTPRequests[method+" "+route+" "+code]++ })
		}()
		if kind := holds(r); kind != "" {
			t.fault(kind)
			_, r.Pattern = mux.Handler(r)
			hang(r)
		}
		if faults.get().breaks(r) {
			t.fault("http_500")
			_, r.Pattern = mux.Handler(r)
			refuse(rec, http.StatusInternalServerError, "Internal server error", "injected fault")
			return
		}
		mux.ServeHTTP(rec, r)
		rec.done = true
	})
}

// recorder remembers the status of an answer.
type recorder struct {
	http.ResponseWriter

	code int
	done bool // the handler came to its end
}

// status is the status as a label; "none" for a request that was never answered.
func (r *recorder) status() string {
	switch {
	case r.code != 0:
		return strconv.Itoa(r.code)
	case r.done:
		return strconv.Itoa(http.StatusOK)
	default:
		return "none"
	}
}

func (r *recorder) WriteHeader(code int) {
	r.code = code
	r.ResponseWriter.WriteHeader(code)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.code == 0 {
		r.code = http.StatusOK
	}
	return r.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// Hijack hands the connection over; it is how a WebSocket begins.
func (r *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	r.code = http.StatusSwitchingProtocols
	return http.NewResponseController(r.ResponseWriter).Hijack()
}

// labels makes of a method and a pattern such as "GET /files/{id}" labels with few values, whatever a client sends.
func labels(method, pattern string) (string, string) {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodOptions:
	default:
		method = "other"
	}
	slash := strings.Index(pattern, "/")
	if slash < 0 {
		return method, "other"
	}
	return method, pattern[slash:]
}

// breaks says whether a request is to be answered with 500, by a word in its path. A handshake is none of them.
func (f Faults) breaks(r *http.Request) bool {
	if f.HTTP500 == "" || websocket.IsWebSocketUpgrade(r) {
		return false
	}
	path := strings.Split(r.URL.Path, "/")
	return slices.ContainsFunc(strings.Split(f.HTTP500, ","), func(word string) bool { return slices.Contains(path, word) })
}
