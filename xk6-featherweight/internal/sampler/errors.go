package sampler

import (
	"errors"
	"fmt"
	"time"
)

// Why a window is not measured, where it is no failed reading.
var (
	// ErrRestart: the counter began anew.
	ErrRestart = errors.New("the loop's counter went back or its process is another one: the service was restarted; " +
		"look at its log for the reason")
	// ErrNoReading: it simply saw too little, such as the first after a failure.
	ErrNoReading = errors.New("no reading near the window's ends")
	// ErrReplicas: no frequency can be made of counters that answer in turn. It stays for the rest of the run.
	ErrReplicas = errors.New("several processes (or caches of different age) answer at this address, and their counters do not " +
		"belong together: name one, by its own address or by a label of the counter, name{instance=\"a\"}")
	// ErrUndecided: the next readings tell which it is.
	ErrUndecided = errors.New("the loop's counter is not where it was going: the service was restarted, or several processes " +
		"answer at this address; the next readings will tell")
	// ErrLeap: it is not known what the counter did.
	ErrLeap = errors.New("the loop's counter leapt further than a loop can turn: it was set, or this machine was paused; " +
		"look at the service's log, and at what else this machine does")
	// ErrWrap: it is known what the counter did, and not where.
	ErrWrap = errors.New("the loop's counter went over its end (16, 31 or 32 bits), and shows too few digits to say where; " +
		"the next window is measured again")
	// ErrSuspended: nobody measured.
	ErrSuspended = errors.New("this machine slept, or its virtual machine was paused: what the loop did meanwhile was not " +
		"measured; keep the machine awake (systemd-inhibit, caffeinate), or take another")
)

// HeldError is the Err of a window in which the page showed nothing new: the window that ends when it does speaks for
// this one, too.
type HeldError struct {
	For    time.Duration // how long the page has been the same
	Period time.Duration // how often it is renewed, if that is known
}

// Error says what was seen.
func (e *HeldError) Error() string {
	seen := e.For.Round(100 * time.Millisecond)
	if e.Period > 0 {
		return fmt.Sprintf("the page is a copy, renewed about every %s, and has been the same for %s: "+
			"read the service itself, not a cache before it", e.Period.Round(100*time.Millisecond), seen)
	}
	return fmt.Sprintf("the counter has been the same for %s: the page is a copy, or the loop stands still; the next readings will tell", seen)
}
