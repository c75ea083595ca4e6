package files

import (
	"os"
	"sync"
)

// reserved is how many files a Reserve holds: more than are open at a time when results are written.
const reserved = 8

// Reserve holds files open, so that a process whose users have taken all that it may open can still write what it has to say.
// The zero value is ready.
type Reserve struct {
	mu   sync.Mutex
	held []*os.File
}

// Keep takes as many as it can get, and no more than before.
func (r *Reserve) Keep() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.held) < reserved {
		file, err := os.Open(os.DevNull)
		if err != nil {
			return
		}
		r.held = append(r.held, file)
	}
}

// Release gives them back, for who opens files next.
func (r *Reserve) Release() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, file := range r.held {
		_ = file.Close()
	}
	r.held = nil
}
