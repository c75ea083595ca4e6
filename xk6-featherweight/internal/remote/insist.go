package remote

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Patience is how long and how often a call is repeated whose connection failed.
type Patience struct {
	First, Longest time.Duration // pauses: each is twice the one before
	GiveUp         time.Duration // after so long without any connection
}

// FetchPatience is that of whoever waits for results. A machine that restarts, and a laptop on its way home, are back
// before it ends; a machine that is gone for good does not keep a process here for ever.
func FetchPatience() Patience { return Patience{time.Second, 16 * time.Second, 24 * time.Hour} }

// StartPatience is that of somebody who sits there and waits for their run to begin.
func StartPatience() Patience { return Patience{time.Second, 16 * time.Second, 5 * time.Minute} }

// insist calls until it works or fails for good. call says whether it came further than before. lost is told of the first
// failure after some success.
func (p Patience) insist(ctx context.Context, call func() (further bool, err error), lost func(why error)) error {
	pause, told, contact := p.First, false, time.Now()
	for {
		further, err := call()
		f := (*CallError)(nil)
		if err == nil || !errors.As(err, &f) || !f.Again {
			return err
		}
		if further {
			pause, told = p.First, false
		}
		if further || f.Met {
			contact = time.Now()
		}
		if time.Since(contact) >= p.GiveUp {
			return &CallError{Text: fmt.Sprintf("no connection for %s: %s", p.GiveUp, f.Text)}
		}
		if !told {
			lost(err)
			told = true
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		pause = min(2*pause, p.Longest)
	}
}
