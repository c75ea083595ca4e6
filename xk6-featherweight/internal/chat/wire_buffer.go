package chat

import (
	"errors"
	"io"
	"slices"

	"github.com/featherweight/xk6-featherweight/internal/arrival"
)

// mark tells when the part of the buffer up to end had arrived, from the mark before on.
type mark struct {
	end   int
	stamp arrival.Stamp
}

// fill reads what the socket has, behind what is unread.
func (w *wire) fill() error {
	switch {
	case w.gone != nil:
		return w.gone
	case w.r == w.w:
		w.r, w.w, w.marks = 0, 0, w.marks[:0]
	default:
		w.forget(w.r)
		if w.w == len(w.buf) {
			w.moveTo(w.buf)
		}
	}
	n, err := w.Conn.Read(w.buf[w.w:])
	if n > 0 {
		w.w += n
		w.mark(w.raw.Stamp())
		return nil // an error that came with the bytes comes again
	}
	if err == nil {
		err = io.ErrNoProgress
	}
	if w.pushed && !errors.Is(err, arrival.ErrDry) {
		w.gone = err
		w.pause()
	}
	return err
}

// mark notes when what was just read had arrived. TLS may make several reads of what arrived as one.
func (w *wire) mark(s arrival.Stamp) {
	if last := len(w.marks) - 1; last >= 0 && w.marks[last].stamp == s {
		w.marks[last].end = w.w
		return
	}
	w.marks = append(w.marks, mark{w.w, s})
}

// forget drops the marks up to that place in the buffer.
func (w *wire) forget(end int) {
	passed := 0
	for passed < len(w.marks) && w.marks[passed].end <= end {
		passed++
	}
	w.marks = slices.Delete(w.marks, 0, passed)
}

// arrived is when the message arrived that ends where the unread begins.
func (w *wire) arrived() (at arrival.Stamp, joined bool) {
	w.forget(w.r - 1)
	return w.marks[0].stamp, w.marks[0].end > w.r
}

// moveTo moves what is unread to the front of that buffer.
func (w *wire) moveTo(buf []byte) {
	w.w = copy(buf, w.buf[w.r:w.w])
	for i := range w.marks {
		w.marks[i].end -= w.r
	}
	w.r, w.buf = 0, buf
}

// grow makes room for more, up to that size, if there is none.
func (w *wire) grow(most int) {
	if w.r == 0 && w.w == len(w.buf) {
		w.moveTo(make([]byte, min(2*len(w.buf), most)))
	}
}

// shrink gives back a buffer that a large message made; called when the answer is over.
func (w *wire) shrink() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.buf) > keepBuffer && w.w-w.r <= readBuffer {
		w.moveTo(make([]byte, readBuffer))
	}
}
