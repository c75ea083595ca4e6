package trust

import (
	"time"

	"github.com/featherweight/tests/harness"
)

// stage lets happen what a row has in store, while the run goes on.
type stage struct {
	row      row
	target   *harness.Target
	network  *between
	wire     *bench
	started  chan int // the load generator's process
	finished chan struct{}
	ended    chan struct{}
}

func newStage(r row, target *harness.Target, network *between, wire *bench) *stage {
	s := &stage{row: r, target: target, network: network, wire: wire, started: make(chan int, 1), finished: make(chan struct{}), ended: make(chan struct{})}
	go s.play()
	return s
}

// over ends the play, and waits for that.
func (s *stage) over() {
	close(s.finished)
	<-s.ended
}

func (s *stage) play() {
	defer close(s.ended)
	var pid int
	select {
	case pid = <-s.started:
	case <-s.finished:
		return
	}
	users := make(chan struct{})
	rhythmic := make(chan struct{})
	go func() {
		defer close(rhythmic)
		s.row.strain.rhythm(pid, users, s.finished)
	}()
	defer func() { <-rhythmic }()
	if len(s.row.acts) == 0 && s.row.strain.held == 0 {
		return
	}
	if !s.until(func(now harness.Truth) bool { return now.Scrapes > 0 }) {
		return
	}
	begun := time.Now()
	for _, a := range s.row.acts {
		select {
		case <-time.After(time.Until(begun.Add(time.Duration(a.at)))):
			s.do(a, pid)
		case <-s.finished:
			return
		}
	}
	const some = 10 // turns, so that the users are there
	if s.row.strain.held > 0 && s.until(func(now harness.Truth) bool { return now.TurnsStarted > some }) {
		close(users)
	}
}

// until waits until something is true of the target; false when the run has ended before.
func (s *stage) until(is func(harness.Truth) bool) bool {
	for {
		select {
		case <-s.finished:
			return false
		case <-time.After(20 * time.Millisecond):
		}
		if is(s.target.Live()) {
			return true
		}
	}
}

func (s *stage) do(a act, pid int) {
	if a.faults != nil {
		s.target.Fault(a.faults)
	}
	if a.network != nil {
		s.network.add(a.network)
	}
	if a.calm {
		s.network.calm()
	}
	if a.cut {
		s.network.cut()
	}
	if a.vanish {
		s.wire.vanish()
	}
	if a.back {
		s.wire.back()
	}
	if a.freeze > 0 {
		stopFor(s.target.PID(), a.freeze, s.finished)
	}
	if a.stop > 0 {
		stopFor(pid, a.stop, s.finished)
	}
}
