package chat

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/arrival"
)

// mostAtOnce is how many bytes of one user's messages may keep the loop from the others'.
const mostAtOnce = 1 << 20

// listening is how messages come to who waits for them. Where the kernel tells when they arrived, one loop reads all
// sockets (arrival.Conn.Push) and handles each message itself: a user is woken when what he waits for has come, not for
// each token. Elsewhere who waits reads.
type listening struct {
	pushed bool // to the loop

	mu     sync.Mutex // held by who reads, the loop or the listener: it guards all of the wire that reading changes
	handle func(message) (over bool)
	result error         // of a handle that is over
	woken  chan struct{} // the loop has come to the end of handle
	gone   error         // why nothing more can be read
	paused bool          // the loop leaves the socket alone

	owed []byte // the payload of a ping that is to be answered
	owes bool
}

var (
	errPinged = errors.New("a ping wants an answer, and the loop must not write")
	errBusy   = errors.New("more has come than the loop may read at once")
	errFull   = errors.New("more has come than is kept for nobody")
)

// push lets the loop read, if it can.
func (w *wire) push() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.woken = make(chan struct{}, 1)
	w.pushed = w.raw.Push(w.ready)
}

// listen hands messages to handle until that says that it is over. Pings are answered on the way. The error is
// os.ErrDeadlineExceeded, ErrInterrupted, a *closeError, a *protocolError, or one of the network.
func (w *wire) listen(ctx context.Context, until time.Time, handle func(message) (over bool)) error {
	if !w.pushed {
		return w.readHere(ctx, until, handle)
	}
	for late := false; ; late = !time.Now().Before(until) { // once more then: what is behind a ping may have come in time
		err := w.hear(ctx, until, handle)
		if w.owes {
			w.owes = false
			w.pong(w.owed)
		}
		switch {
		case !errors.Is(err, errPinged) && !errors.Is(err, errBusy):
			return err
		case ctx.Err() != nil: // who never comes to wait must look himself
			return ErrInterrupted
		case late:
			return os.ErrDeadlineExceeded
		}
	}
}

// hear is listen up to a first ping.
func (w *wire) hear(ctx context.Context, until time.Time, handle func(message) (over bool)) error {
	if done, err := w.startListening(handle); done {
		return err
	}
	timer := time.NewTimer(time.Until(until))
	defer timer.Stop()
	select {
	case <-w.woken:
		return w.stopListening(nil)
	case <-timer.C:
		return w.stopListening(os.ErrDeadlineExceeded)
	case <-ctx.Done():
		return w.stopListening(ErrInterrupted)
	}
}

// startListening hears what is there already, which may be all.
func (w *wire) startListening(handle func(message) (over bool)) (done bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case <-w.woken: // of one that nobody waited for any more
	default:
	}
	w.handle = handle
	if !w.pump() && w.handle != nil {
		w.pause()
		w.finish(errBusy)
	}
	if w.handle == nil {
		return true, w.result
	}
	if w.paused {
		w.paused = false
		w.raw.Resume()
	}
	return false, nil
}

// stopListening is the end of handle, or why it was given up. Before that, what the kernel has is read: where this machine is
// short of CPU, the loop may not have come to what had arrived in time, and that would be told as the server's failure.
func (w *wire) stopListening(why error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.handle != nil {
		w.raw.Look()
		w.pump()
	}
	if w.handle != nil {
		w.finish(why)
	}
	return w.result
}

// finish and all below are for whoever has the mutex.
func (w *wire) finish(result error) { w.handle, w.result = nil, result }

func (w *wire) pause() {
	if !w.paused {
		w.paused = true
		w.raw.Pause()
	}
}

// ready is what the loop calls when something has come.
func (w *wire) ready() {
	w.mu.Lock()
	defer w.mu.Unlock()
	listened := w.handle != nil
	if !w.pump() && w.handle != nil {
		w.pause()
		w.finish(errBusy)
	}
	if listened && w.handle == nil {
		select {
		case w.woken <- struct{}{}:
		default:
		}
	}
}

// pump reads what is there and hands it to handle; what comes while nobody listens is kept, up to a limit. It reports
// whether it has come to the end of it.
func (w *wire) pump() bool {
	err := w.absorb()
	if w.handle == nil && err == errFull { //nolint:errorlint // it is ours, and nobody wraps it
		w.pause()
	}
	for handled := 0; w.handle != nil; {
		m, err := w.next()
		switch {
		case err == arrival.ErrDry: //nolint:errorlint // as above
			return true
		case err != nil:
			w.finish(err)
		case w.handle(m):
			w.finish(nil)
		default:
			if handled += len(m.data); handled > mostAtOnce {
				return false
			}
		}
	}
	return true
}

// absorb reads until nothing is there, or enough.
func (w *wire) absorb() error {
	for w.w-w.r < keepBuffer && len(w.marks) < keepMarks {
		w.grow(2 * keepBuffer)
		if err := w.fill(); err != nil {
			return err
		}
	}
	return errFull
}

// readHere is listen on a socket that the loop does not read.
func (w *wire) readHere(ctx context.Context, until time.Time, handle func(message) (over bool)) error {
	_ = w.SetReadDeadline(until)
	for {
		if ctx.Err() != nil { // looked at after the deadline is set: if ctx ends from here on, its watch wakes the read
			return ErrInterrupted
		}
		m, err := w.next()
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded) && ctx.Err() == nil && time.Now().Before(until):
			_ = w.SetReadDeadline(until) // the watch over an earlier ctx has moved it
		case errors.Is(err, os.ErrDeadlineExceeded) && ctx.Err() != nil:
			return ErrInterrupted
		case err != nil:
			return err
		case handle(m):
			return nil
		}
	}
}
