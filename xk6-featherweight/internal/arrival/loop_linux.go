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
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1) // the one that this goroutine keeps while it rests
	l.thread = unix.Gettid()
	_ = unix.Setpriority(unix.PRIO_PROCESS, l.thread, urgency) // without the right to, it is as urgent as everything else
	close(started)
	events := make([]unix.EpollEvent, atOnce)
	ready := make([]*link, 0, atOnce)
	for quiet := 0; ; {
		now := time.Now()
		n := look(l.epoll, events)
		ready = l.find(ready[:0], events[:n])
		for i, k := range ready {
			k.awake(events[i].Events)
		}
		if n == len(events) {
			continue
		}
		l.looked.Store(&now) // it has found every socket that was readable when it began
		if n > 0 {
			quiet = 0
		}
		if quiet++; quiet <= patience {
			rest()
			continue
		}
		if n, _ := unix.EpollWait(l.epoll, events[:1], glance); n > 0 {
			quiet = 0
		}
	}
}

// The loop lets sockets gather for a breath after a look. To wake up costs more than to read, the kernel knows when all of it
// came, and tokens of one stream are further apart: so nothing is lost by it. Only when patience breaths brought nothing does
// it stand aside for other goroutines: who does has to wait until it is his turn again, and a thousand users may come before.
// It looks again after a glance, though nothing came: that is how long, at most, it is not known that a socket was empty.
const (
	// urgency is the thread's nice value: where the machine has more to do than it can, reading comes before it.
	urgency  = -15
	breath   = time.Millisecond
	patience = 10
	glance   = 20 // ms
)

// rest is a breath that the scheduler does not know of. A signal ends it, as the garbage collector sends one to whoever must
// stop for it.
func rest() {
	ts := unix.NsecToTimespec(int64(breath))
	_, _, _ = unix.RawSyscall(unix.SYS_NANOSLEEP, uintptr(unsafe.Pointer(&ts)), 0, 0) //nolint:dogsled,gosec // what the kernel reads; who is woken early looks early
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
