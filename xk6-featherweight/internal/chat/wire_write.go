package chat

import (
	"errors"
	"os"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/arrival"
)

// Write notes a time-out, which gorilla hides.
func (w *wire) Write(p []byte) (int, error) {
	n, err := w.Conn.Write(p)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		w.stuck = true
	}
	return n, err
}

// ask writes a question, unless its answer is wanted no longer. Other frames are short and still go out then. It returns when the
// question went to the kernel: where 1,000 users ask at once, making it ready may wait for the garbage collector, and that is
// nothing that the server takes. Nor is what this process slept between that moment and the end of the call: by so much the
// moment may have been later.
func (w *wire) ask(write func() error) (arrival.Departure, error) {
	w.setAsking(true)
	defer w.setAsking(false)
	w.raw.Depart()
	err := write()
	return w.raw.Departed(), err
}

func (w *wire) setAsking(on bool) {
	w.writing.Lock()
	defer w.writing.Unlock()
	w.asking = on
}

// endQuestion ends a question that is being written, and any later one.
func (w *wire) endQuestion() {
	w.writing.Lock()
	defer w.writing.Unlock()
	w.ending = true
	if w.asking {
		_ = w.Conn.SetWriteDeadline(arrival.Past)
	}
}

// SetWriteDeadline is called by gorilla before each write.
func (w *wire) SetWriteDeadline(t time.Time) error {
	w.writing.Lock()
	defer w.writing.Unlock()
	if w.asking && w.ending {
		t = arrival.Past
	}
	return w.Conn.SetWriteDeadline(t)
}

// Close goes below TLS when the peer does not read: TLS would try for 5 s to say its own goodbye.
func (w *wire) Close() error {
	if w.stuck {
		return w.raw.Close()
	}
	return w.Conn.Close()
}
