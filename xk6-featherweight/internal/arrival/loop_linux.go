package arrival

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// atOnce is how many sockets one look of the loop can find readable.
const atOnce = 1024

// loop waits for all sockets that were given to it, on an operating system thread of its own: a goroutine for each would
// be woken for each token, and comes late when a thousand are. It begins with the first socket and lasts as long as the
// process.
type loop struct {
	epoll  int
	thread int // its id; 0 before it runs

	mu    sync.Mutex
	links map[int32]*link // by file descriptor

	looked atomic.Pointer[time.Time] // when the look before this one began
}

// theLoop is started by whoever needs it first.
var theLoop = sync.OnceValues(startLoop) //nolint:gochecknoglobals // one thread for the process

func startLoop() (*loop, error) {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, err
	}
	l := &loop{epoll: epoll, links: map[int32]*link{}}
	started := make(chan struct{})
	go l.run(started)
	<-started
	return l, nil
}

func (l *loop) run(started chan<- struct{}) {
	runtime.LockOSThread()
	l.thread = unix.Gettid()
	close(started)
	events := make([]unix.EpollEvent, atOnce)
	ready := make([]*link, 0, atOnce)
	for {
		now := time.Now()
		n := look(l.epoll, events)
		if n == 0 { // no other goroutine has to stand aside for a look, but for a rest
			l.looked.Store(&now)
			_, _ = unix.EpollWait(l.epoll, events[:1], -1) // EINTR is the only error, and another look is right then, too
			continue
		}
		ready = l.find(ready[:0], events[:n])
		for i, k := range ready {
			k.awake(events[i].Events)
		}
		if n < len(events) { // it has found every socket that was readable when it began
			l.looked.Store(&now)
			rest()
		}
	}
}

// breath is how long the loop lets sockets gather after a look. To wake up costs more than to read, the kernel knows when
// all of it came, and tokens of one stream are further apart: so nothing is lost by it.
const breath = time.Millisecond

func rest() {
	ts := unix.NsecToTimespec(int64(breath))
	_ = unix.Nanosleep(&ts, nil)
}

// look is which sockets are readable or writable now.
func look(epoll int, events []unix.EpollEvent) int {
	n, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(epoll), uintptr(unsafe.Pointer(unsafe.SliceData(events))), uintptr(len(events)), 0, 0, 0) //nolint:gosec // what the kernel writes to
	if errno != 0 {
		return 0
	}
	return int(n)
}

// find is whose the events are; nil for one that was closed meanwhile.
func (l *loop) find(into []*link, events []unix.EpollEvent) []*link {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range events {
		into = append(into, l.links[events[i].Fd])
	}
	return into
}

// add makes the socket known.
func (l *loop) add(k *link) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.links[int32(k.fd)] = k
}

// remove forgets the socket, which is closed next.
func (l *loop) remove(k *link) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.links, int32(k.fd))
}
