package chat

import (
	"errors"
	"os"
	"time"
)

// Write notes a time-out, which gorilla hides.
func (w *wire) Write(p []byte) (int, error) {
	n, err := w.Conn.Write(p)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		w.stuck = true
	}
	return n, err
}

// ask writes a question, unless its answer is wanted no longer. Other frames are short and still go out then.
func (w *wire) ask(write func() error) error {
	w.setAsking(true)
	defer w.setAsking(false)
	return write()
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
		_ = w.Conn.SetWriteDeadline(past)
	}
}

// SetWriteDeadline is called by gorilla before each write.
func (w *wire) SetWriteDeadline(t time.Time) error {
	w.writing.Lock()
	defer w.writing.Unlock()
	if w.asking && w.ending {
		t = past
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
