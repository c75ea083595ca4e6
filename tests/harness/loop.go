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
// as often as that frequency says, and no load on this machine can make it another one. It serves as long as the tests run.
func Loop(hz float64) string { return fmt.Sprintf("%s/%v/metrics", loops(), hz) }

var loops = sync.OnceValue(func() string { //nolint:gochecknoglobals // one server for all
	start := time.Now()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{hz}/metrics", func(w http.ResponseWriter, r *http.Request) {
		hz, err := strconv.ParseFloat(r.PathValue("hz"), 64)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		_, _ = fmt.Fprintf(w, "# TYPE consciousness_loop_iterations_total counter\nconsciousness_loop_iterations_total %.0f\n",
			math.Floor(time.Since(start).Seconds()*hz))
	})
	return httptest.NewServer(mux).URL
})
