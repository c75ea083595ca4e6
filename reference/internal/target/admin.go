package target

import (
	"io"
	"net/http"
	"strconv"
	"time"
)

// adminRoutes is what the admin port serves: the truth, and the faults.
//
//	GET    /truth     Truth, live; with ?from=&to=, times in seconds since 1970, [Stretch] of that time
//	GET    /readings  every value of the loop counter that /metrics gave out, and every turn with pulses, oldest first: [{"count", "at"}]
//	GET    /faults    the faults in force
//	PUT    /faults    exactly these faults and no others: {"loop_hz": 94}
//	PATCH  /faults    these faults as well; 0, false or "0s" takes one back
//	DELETE /faults    none
//
// Every call of /faults answers with the faults that are in force after it. What happens only once (loop_restart, and
// loop_stall without loop_stall_every) has happened then and is not among them.
func (s *Server) adminRoutes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /truth", s.tell)
	mux.HandleFunc("GET /readings", func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, s.Readings()) })
	mux.HandleFunc("GET /faults", func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, s.Faults()) })
	mux.HandleFunc("DELETE /faults", s.changeFaults(func(f *Faults, _ []byte) error {
		*f = Faults{}
		return nil
	}))
	mux.HandleFunc("PUT /faults", s.changeFaults(func(f *Faults, body []byte) error {
		*f = Faults{}
		return f.Merge(body)
	}))
	mux.HandleFunc("PATCH /faults", s.changeFaults((*Faults).Merge))
	return mux
}

// tell answers GET /truth.
func (s *Server) tell(w http.ResponseWriter, r *http.Request) {
	if r.URL.RawQuery == "" {
		reply(w, http.StatusOK, s.Truth())
		return
	}
	var at [2]time.Time
	for i, name := range []string{"from", "to"} {
		seconds, err := strconv.ParseFloat(r.FormValue(name), 64)
		if err != nil {
			reply(w, http.StatusBadRequest, object{"error": name + ` must be a time in seconds since 1970, as "date +%s" prints: ` + err.Error()})
			return
		}
		at[i] = time.Unix(0, int64(seconds*float64(time.Second)))
	}
	reply(w, http.StatusOK, s.Stretch(at[0], at[1]))
}

func (s *Server) changeFaults(change func(f *Faults, body []byte) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err == nil {
			err = s.faults.change(func(f *Faults) error { return change(f, body) })
		}
		if err != nil {
			reply(w, http.StatusBadRequest, object{"error": err.Error()})
			return
		}
		reply(w, http.StatusOK, s.Faults())
	}
}
