package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Started is the first line of the answer to Start, with the id behind it. A run that has an id may still be refused.
const Started = "run "

// Start has a run started there, once, however often the connection is lost: the token of the request says that it is the
// same. It returns the run's id there. out and errs get what is said meanwhile, lost is told of a connection that fails.
//
// The error is a *CallError: one with a Code says that the run was refused or its health check failed, and why is in errs.
// Without a Code, whether there is a run there is not known. Or it is the error of ctx.
func (m Machine) Start(ctx context.Context, r Request, out, errs io.Writer, p Patience, lost func(why error)) (id string, err error) {
	err = p.insist(ctx, func() (bool, error) {
		first := &firstLine{to: out}
		err := m.Ask(ctx, r, first, errs)
		id = first.id
		if f := (*CallError)(nil); errors.As(err, &f) && f.Again && id != "" {
			lost(err)
			return true, nil // it goes on there, and its log will tell how
		}
		return false, err
	}, lost)
	if err == nil && id == "" {
		err = &CallError{Text: "the suite on " + m.Name() + " did not say which run it started"}
	}
	return id, err
}

// firstLine takes the id out of an answer, and hands on the rest.
type firstLine struct {
	to   io.Writer
	line []byte
	id   string
}

func (f *firstLine) Write(p []byte) (int, error) {
	rest := p
	if f.id == "" {
		f.line = append(f.line, p...)
		line, behind, found := bytes.Cut(f.line, []byte("\n"))
		if !found {
			return len(p), nil
		}
		if f.id, found = strings.CutPrefix(string(line), Started); !found {
			return 0, fmt.Errorf("no id of a run in %q", line)
		}
		rest, f.line = behind, nil
	}
	if len(rest) == 0 {
		return len(p), nil
	}
	_, err := f.to.Write(rest)
	return len(p), err
}
