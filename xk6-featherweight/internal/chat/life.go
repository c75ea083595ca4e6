package chat

import "time"

// life is where a session stands. It only goes forward: open, then leaving (our goodbye is out, and what the server had
// sent before is still read), then over; or from open to over at once.
type life struct {
	stage stage
	why   *Failure  // of one that is over: why nothing can be asked; nil when it was we who left
	ended time.Time // of one that is over: when the connection was closed
}

type stage int

const (
	open stage = iota
	leaving
	over
)

// leave is the step to leaving; false when it was taken before.
func (l *life) leave() bool {
	if l.stage != open {
		return false
	}
	l.stage = leaving
	return true
}

// end is the step to over; false when it was taken before.
func (l *life) end(why *Failure, at time.Time) bool {
	if l.stage == over {
		return false
	}
	*l = life{over, why, at}
	return true
}
