package remote

import (
	"context"
	"fmt"
	"io"
	"os"
)

// Fetch copies the log of a run there to log as it grows, and when the run is over its results into a new folder. A lost
// connection is made again; log is told, too. The error is a *CallError when there is no use in going on, or that of ctx.
func (m Machine) Fetch(ctx context.Context, id string, log io.Writer, into string, p Patience) error {
	copied := &counted{to: log}
	lost := func(why error) {
		begin := ""
		if copied.within {
			begin, copied.within = "\n", false
		}
		// The log is that of a test: when it cannot be written, the next piece of it says so.
		_, _ = fmt.Fprintf(log, "%sthe connection to %s was lost (%v); the run goes on there, trying to connect again\n", begin, m.Name(), why)
	}
	err := p.insist(ctx, func() (bool, error) {
		before := copied.bytes
		err := m.Ask(ctx, Request{Verb: Log, ID: id, Offset: before}, copied, nil)
		return copied.bytes > before, err
	}, lost)
	if err == nil {
		err = p.insist(ctx, func() (bool, error) { return false, m.results(ctx, id, into) }, lost)
	}
	if err != nil && copied.within {
		_, _ = fmt.Fprintln(log) // whatever is said next has a line of its own
	}
	return err
}

// results fetches the results of a run into a new folder.
func (m Machine) results(ctx context.Context, id, into string) error {
	here := func(err error) error {
		return &CallError{Text: "the results could not be written here: " + err.Error()}
	}
	if err := os.RemoveAll(into); err != nil {
		return here(err)
	}
	if err := os.Mkdir(into, 0o700); err != nil {
		return here(err)
	}
	from, to := io.Pipe()
	unpacked := make(chan error, 1)
	go func() {
		err := unpack(from, into)
		_ = from.CloseWithError(err) // whoever writes hears why
		unpacked <- err
	}()
	err := m.Ask(ctx, Request{Verb: Results, ID: id}, to, nil)
	_ = to.CloseWithError(err) // or io.EOF
	took := <-unpacked
	if err == nil && took != nil {
		return here(took)
	}
	return err
}

// counted counts what it hands on.
type counted struct {
	to     io.Writer
	bytes  int64
	within bool // the last byte was not the end of a line
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	c.bytes += int64(n)
	if n > 0 {
		c.within = p[n-1] != '\n'
	}
	return n, err
}
