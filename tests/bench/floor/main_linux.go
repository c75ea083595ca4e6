// Command floor has the conversation of the other clients with as little as a program needs for it: one thread, epoll, one
// recvmsg a read with the kernel's time of arrival, frames cut in place. It is no load test: it checks next to nothing. What a token costs
// here is what the system calls cost, so that the others can be held against that.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"time"

	"golang.org/x/sys/unix"
)

// conversation is what users do.
type conversation struct {
	users              int
	spread, load       time.Duration // users begin one after the other in spread; none begins anything after load
	turns              int           // on a connection
	pauseMin, pauseMax time.Duration
}

func main() {
	var c conversation
	chat := flag.String("chat", "", "host:port of the chat, an IPv4 address")
	summary := flag.String("summary", "", "file for the counts, as JSON")
	flag.IntVar(&c.users, "users", 1, "how many users there are")
	flag.DurationVar(&c.spread, "spread", 0, "time in which they begin, one after the other")
	flag.DurationVar(&c.load, "load", time.Second, "time after which nobody begins anything")
	flag.IntVar(&c.turns, "turns", 1, "questions on a connection")
	flag.DurationVar(&c.pauseMin, "pause-min", 0, "shortest pause between two questions")
	flag.DurationVar(&c.pauseMax, "pause-max", 0, "longest pause between two questions")
	flag.Parse()
	// One thread, and nothing beside it: no token makes garbage.
	runtime.GOMAXPROCS(1)
	runtime.LockOSThread()
	debug.SetGCPercent(-1)
	if err := run(*chat, *summary, c); err != nil {
		fmt.Fprintf(os.Stderr, "floor: %v\n", err)
		os.Exit(1)
	}
}

func run(chat, summary string, c conversation) error {
	l, err := newLoop(chat, c)
	if err != nil {
		return err
	}
	if err := l.run(); err != nil {
		return err
	}
	l.told.Stamped = l.receive.stamped
	text, err := json.Marshal(l.told)
	if err != nil {
		return err
	}
	if summary == "" {
		fmt.Printf("%s\n", text)
		return nil
	}
	return os.WriteFile(summary, text, 0o600)
}

// loop is the only thing that runs.
type loop struct {
	conversation
	chat    *unix.SockaddrInet4
	host    string
	epoll   int
	begun   time.Time
	users   []user
	waiting queue // who does something at a time of his own
	alive   int
	told    told
	receive receiver
}

// told is what is counted.
type told struct {
	Tokens   int     `json:"tokens"`
	Turns    int     `json:"turns"`
	Stamped  int     `json:"stamped"`  // reads with the kernel's time of arrival
	Failures float64 `json:"failures"` // none: a failure ends the program
}

func (l *loop) run() error {
	for i := range l.users {
		l.waiting.add(l.begun.Add(l.spread*time.Duration(i)/time.Duration(l.conversation.users)), i)
	}
	events := make([]unix.EpollEvent, 512) //nolint:mnd // at a time
	for l.alive > 0 {
		n, err := unix.EpollWait(l.epoll, events, l.waiting.left(time.Now()))
		if err != nil && err != unix.EINTR {
			return fmt.Errorf("epoll_wait: %w", err)
		}
		for i := range max(n, 0) {
			if err := l.read(int(events[i].Fd)); err != nil {
				return err
			}
		}
		for who, due := l.waiting.take(time.Now()); due; who, due = l.waiting.take(time.Now()) {
			if err := l.wake(who); err != nil {
				return err
			}
		}
	}
	return nil
}
