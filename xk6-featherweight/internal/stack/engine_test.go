package stack_test

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"
	"sync"

	"github.com/featherweight/xk6-featherweight/internal/stack"
)

// engine stands in for the programs: it knows what each call prints, or how it fails.
type engine struct {
	mu     sync.Mutex
	calls  []string
	env    []string // of the last call
	absent []string // programs that are not there
	says   map[string]string
	fails  map[string]string
}

// project is one of the suite in /suite, whose programs are the stand-in; what they say is in log.
func (e *engine) project(env ...string) (p *stack.Project, log *bytes.Buffer) {
	log = &bytes.Buffer{}
	p = stack.New("/suite", env, log)
	p.Run = e.run
	return p, log
}

// run finds the answer by a part of the call.
func (e *engine) run(_ context.Context, c stack.Call) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	line := strings.Join(c.Words, " ")
	e.calls, e.env = append(e.calls, line), c.Env
	for _, program := range e.absent {
		if c.Words[0] == program {
			return &exec.Error{Name: program, Err: exec.ErrNotFound}
		}
	}
	for part, complaint := range e.fails {
		if strings.Contains(line, part) {
			_, _ = fmt.Fprintln(c.Err, complaint)
			return fmt.Errorf("exit status 18")
		}
	}
	for part, text := range e.says {
		if strings.Contains(line, part) {
			_, _ = fmt.Fprintln(c.Out, text)
		}
	}
	return nil
}

// called are the calls that have a part.
func (e *engine) called(part string) (calls []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, call := range e.calls {
		if strings.Contains(call, part) {
			calls = append(calls, call)
		}
	}
	return calls
}
