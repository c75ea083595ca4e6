package command

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/featherweight/xk6-featherweight/internal/run"
)

// handover is whose the run is: until it has a supervisor, a signal to this process ends what it prepares; from then on it
// ends the test, which is followed to its end.
type handover struct {
	mu     sync.Mutex
	over   bool
	code   int // of the signal that ended the preparation; 0 for none
	told   int // signals that the test got
	cancel context.CancelFunc
}

// watch takes the signals to this process until done is called. The context ends with the preparation.
func (h *handover) watch(ctx context.Context, j *job) (watched context.Context, done func()) {
	watched, cancel := context.WithCancel(ctx)
	h.mu.Lock()
	if h.cancel = cancel; h.code != 0 { // it was stopped before it began
		cancel()
	}
	h.mu.Unlock()
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	stopped := make(chan struct{})
	go func() {
		for {
			select {
			case s := <-signals:
				h.signal(ctx, j, s)
			case <-stopped:
				return
			}
		}
	}()
	return watched, func() {
		signal.Stop(signals)
		close(stopped)
		cancel()
	}
}

func (h *handover) signal(ctx context.Context, j *job, s os.Signal) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.hear(ctx, j, s)
}

// stop is a first Ctrl-C that nobody pressed: to a run that has had one, or is over, it is none.
func (h *handover) stop(ctx context.Context, j *job) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.over || (h.told == 0 && j.folder.Lives()) {
		h.hear(ctx, j, os.Interrupt)
	}
}

func (h *handover) hear(ctx context.Context, j *job, s os.Signal) {
	switch {
	case !h.over:
		h.code = signalCode(s)
		if h.cancel != nil {
			h.cancel()
		}
	case s == syscall.SIGHUP && !j.own:
		j.exit(signalCode(s)) // the run goes on without its terminal
	case h.told > 0 && !j.folder.Lives(): // what is left is to show it, to a terminal that takes nothing
		state, _ := j.folder.State()
		j.exit(state.Code())
	default:
		h.told++
		go h.pass(ctx, j, s, h.told == 1)
	}
}

// pass hands a signal on. It may have to wait: for a terminal that takes no text, and until the test hears it.
func (h *handover) pass(ctx context.Context, j *job, s os.Signal, first bool) {
	what := run.Interrupt
	if s != os.Interrupt {
		what = run.Terminate
	}
	go func() { _ = j.tell(ctx, j.folder, what) }()
	if first {
		j.notef("stopping the test; once more to stop it at once")
	}
}

// signalCode is the exit code of who ends by a signal, as a shell has it.
func signalCode(s os.Signal) int {
	number, _ := s.(syscall.Signal)
	return 128 + int(number)
}

// handOver is the moment at which the run gets its supervisor: no signal falls between.
func (h *handover) handOver(start func() error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.code != 0 {
		return context.Canceled
	}
	err := start()
	h.over = err == nil
	return err
}

// signalled is the exit code of the signal that ended the preparation; 0 for none.
func (h *handover) signalled() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.code
}
