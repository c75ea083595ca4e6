package run

import (
	"context"
	"errors"
	"time"
)

// patience is how long a test may take until it hears a signal; then it gets it all the same.
const patience = 10 * time.Second

// Ears say when a test hears a signal, and bring it there.
type Ears struct {
	// Open says whether the test has come so far. A Go program catches every signal from its first moment, and dies of it
	// all the same until it has asked for it; so the system cannot tell. nil is always.
	Open func() bool
	// Tell brings the signal to the test; nil is to its process.
	Tell func(context.Context, State, Signal) error
}

// Tell tells a run to end: its test, as soon as that one hears the signal, or whoever still prepares it.
func Tell(ctx context.Context, folder Folder, s Signal, ears Ears) error {
	state, err := awaitHearing(ctx, folder, s, ears)
	switch {
	case err != nil:
		return err
	case state.Phase == Starting:
		return state.Supervisor.Signal(s)
	case ears.Tell != nil:
		return ears.Tell(ctx, state, s)
	default:
		return state.K6.Signal(s)
	}
}

// awaitHearing waits until somebody of a run hears the signal.
func awaitHearing(ctx context.Context, folder Folder, s Signal, ears Ears) (State, error) {
	open := func() bool { return s == Kill || ears.Open == nil || ears.Open() }
	for end := time.Now().Add(patience); ; {
		state, err := folder.State()
		switch {
		case err != nil:
			return state, err
		case !state.Lives():
			return state, ErrOver
		case state.K6.Alive() && state.K6.Hears(s) && open(), state.Phase == Starting && state.Supervisor.Hears(s), time.Now().After(end):
			return state, nil
		}
		select {
		case <-ctx.Done():
			return state, ctx.Err()
		case <-time.After(look / 5):
		}
	}
}

// ErrOver says that a run has come to its end already.
var ErrOver = errors.New("the run is already over")

// AwaitEnd waits until a run is over; the error is that of ctx.
func AwaitEnd(ctx context.Context, folder Folder) error {
	for folder.Lives() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(look):
		}
	}
	return nil
}
