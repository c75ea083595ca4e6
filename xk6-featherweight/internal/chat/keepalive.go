package chat

import (
	"fmt"
	"time"
)

// keepAlive decides when a session pings, and when silence means that its connection is dead: one that a firewall or a
// crashed machine has cut says nothing, not even that it is gone. Pure: the caller has the clock.
type keepAlive struct {
	interval time.Duration // between two pings; 0 is none
	timeout  time.Duration // from a ping to the first sign of life

	due    time.Time // of the next ping
	pinged time.Time // the last ping, while nothing has come since; zero otherwise
	left   time.Time // when somebody listened last
}

func newKeepAlive(interval, timeout time.Duration, now time.Time) keepAlive {
	return keepAlive{interval: interval, timeout: timeout, due: now.Add(interval), left: now}
}

// listen and leave tell when somebody reads the connection. What comes while nobody does is not seen, so that time does
// not count as silence. heard is when the last byte came.
func (k *keepAlive) listen(now, heard time.Time) {
	switch {
	case k.interval == 0 || k.pinged.IsZero():
	case !heard.Before(k.pinged):
		k.pinged = time.Time{}
	default:
		k.pinged = k.pinged.Add(now.Sub(k.left))
	}
}

func (k *keepAlive) leave(now time.Time) { k.left = now }

// sooner is until, or the earlier moment at which tend has something to do.
func (k *keepAlive) sooner(until time.Time) time.Time {
	if k.interval == 0 {
		return until
	}
	next := k.due
	if !k.pinged.IsZero() {
		next = k.pinged.Add(k.timeout)
	}
	if next.Before(until) {
		return next
	}
	return until
}

// tend says whether it is time for a ping. heard is when the last byte came. The error is a *silence.
func (k *keepAlive) tend(now, heard time.Time) (ping bool, err error) {
	if k.interval == 0 {
		return false, nil
	}
	if !k.pinged.IsZero() {
		switch {
		case !heard.Before(k.pinged): // any sign of life will do: a pong may wait behind a long message
			k.pinged = time.Time{}
		case now.Before(k.pinged.Add(k.timeout)):
			return false, nil
		default:
			return false, &silence{k.timeout}
		}
	}
	if now.Before(k.due) {
		return false, nil
	}
	k.pinged, k.due = now, now.Add(k.interval)
	return true, nil
}

// silence is what a dead connection says.
type silence struct{ time.Duration }

func (s *silence) Error() string { return fmt.Sprintf("nothing came within %s of a ping", s.Duration) }
