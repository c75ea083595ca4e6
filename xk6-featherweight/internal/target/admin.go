package target

import (
	"io"
	"net/http"
)

// adminRoutes is what the admin port serves: the truth, and the faults.
//
//	GET    /truth     Truth, live
//	GET    /readings  every value of the loop counter that /metrics gave out, oldest first: [{"count", "at"}]
//	GET    /faults    the faults in force
//	PUT    /faults    exactly these faults and no others: {"loop_hz": 94}
//	PATCH  /faults    these faults as well; 0, false or "0s" takes one back
//	DELETE /faults    none
//
// Every call of /faults answers with the faults that are in force after it. What happens only once (loop_restart, and
// loop_stall without loop_stall_every) has happened then and is not among them.
func (s *Server) adminRoutes() *http.ServeMux {
	mux := http.NewServeMux()

	mux.HandleFunc("GET /truth", func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, s.Truth()) })
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
