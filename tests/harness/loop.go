package harness

import (
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"time"
)

// Loop is the address of a metrics page whose counter is the clock itself: at whatever moment it is asked, it has turned
// as often as that frequency says, and no load on this machine can make it another one. It serves as long as the tests run,
// and remembers what it gave out.
func Loop(hz float64) string {
	l := loops()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.made++
	return fmt.Sprintf("%s/%d/%v/metrics", l.url, l.made, hz)
}

// given is what was given out at the address of a Loop; nothing at any other.
func given(address string) []Observation {
	l := loops()
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.seen[address]
}

type clockLoops struct {
	url  string
	mu   sync.Mutex
	made int
	seen map[string][]Observation
}

var loops = sync.OnceValue(func() *clockLoops { //nolint:gochecknoglobals // one server for all
	start := time.Now()
	l := &clockLoops{seen: map[string][]Observation{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{id}/{hz}/metrics", func(w http.ResponseWriter, r *http.Request) {
		hz, err := strconv.ParseFloat(r.PathValue("hz"), 64)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		since := time.Since(start)
		now := Observation{Count: math.Floor(since.Seconds() * hz), At: start.Add(since).UnixNano()}
		l.seen[l.url+r.URL.Path] = append(l.seen[l.url+r.URL.Path], now)
		_, _ = fmt.Fprintf(w, "# TYPE consciousness_loop_iterations_total counter\nconsciousness_loop_iterations_total %.0f\n", now.Count)
	})
	l.url = httptest.NewServer(mux).URL
	return l
})
