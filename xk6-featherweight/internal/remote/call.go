package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/config"
)

// Exit codes of a call, beside those of ssh and of what it runs. k6 has none of them.
const (
	noFolder = 80
	noBinary = 81
	NoRun    = 82 // the answer to a request about a run that there is not
	halfSent = 83

	sshFailed = 255
)

// mark is the first line that is ours: a login shell may greet before it.
const mark = "featherweight-slo-there"

// The beginnings of the scripts: read the folder, say that we are there, go to it.
const (
	meet  = `IFS= read -r d; echo ` + mark + `; `
	enter = `cd -- "$d" 2>/dev/null || exit 80; `
)

// answer is a script that has the suite's binary answer a request.
const answer = meet + enter + `[ -x bin/k6 ] || exit 81; export K6_AUTO_EXTENSION_RESOLUTION=false FW_NAME=run-slo-testing.sh; ` +
	`exec ./bin/k6 x fwhz _there`

// Verbs of requests.
const (
	Start   = "start"   // a run, detached; answers its id, then what is said while it is prepared
	Log     = "log"     // of a run from Offset on, until the run is over
	Results = "results" // of a run, as Pack makes them
	Forget  = "forget"  // removes a run
	Tell    = "tell"    // sends Signal to a run
	Command = "command" // Words, as if they were typed there
)

// Request is what is asked of the suite there. The other fields than Verb and ID are those of one verb each.
type Request struct {
	Verb, ID string

	Token      string // of this start, so that it can be asked for again
	Type       string
	Settings   []config.Setting
	Arguments  []string // for k6
	SkipHealth bool

	Offset int64
	Signal string
	Words  []string
}

// Ask has the suite there answer a request: out gets what it prints, errs what it says besides; nil throws it away. The
// error is a *CallError, or that of ctx.
func (m Machine) Ask(ctx context.Context, r Request, out, errs io.Writer) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return m.call(ctx, answer, bytes.NewReader(text), out, errs)
}

// call runs a script there.
func (m Machine) call(ctx context.Context, script string, in io.Reader, out, errs io.Writer) error {
	program, err := m.ssh()
	if err != nil {
		return &CallError{Text: "there is no ssh on this machine: install the client of OpenSSH"}
	}
	said, from := &tail{}, &marked{to: out}
	cmd := exec.CommandContext(ctx, program, m.words(script)...)
	cmd.Env, cmd.WaitDelay = m.Env, 10*time.Second // what ssh has started may hold its pipes open
	cmd.Stdin = io.MultiReader(strings.NewReader(m.dir()+"\n"), in)
	cmd.Stdout, cmd.Stderr = from, said
	if errs != nil {
		cmd.Stderr = io.MultiWriter(said, errs)
	}
	err = cmd.Run()
	switch {
	case from.failed != nil:
		return &CallError{Text: "what came from " + m.Name() + " could not be taken here: " + from.failed.Error(), Met: true}
	case ctx.Err() != nil:
		return ctx.Err()
	case err == nil && from.met:
		return nil
	}
	code := 0
	if ended := (*exec.ExitError)(nil); errors.As(err, &ended) {
		code = ended.ExitCode()
	} else if err != nil {
		code = sshFailed // it could not be started, or its pipes not be read to their ends
		_, _ = said.Write([]byte("\n" + err.Error()))
	}
	return m.failure(code, from.met, said.String())
}

// marked hands on what comes behind the mark.
type marked struct {
	to     io.Writer
	met    bool
	head   []byte
	failed error
}

func (w *marked) Write(p []byte) (int, error) {
	rest := p
	if !w.met {
		w.head = append(w.head, p...)
		_, behind, found := bytes.Cut(w.head, []byte(mark+"\n"))
		if !found {
			w.head = w.head[max(0, len(w.head)-len(mark)):]
			return len(p), nil
		}
		w.met, w.head, rest = true, nil, behind
	}
	if w.to == nil || len(rest) == 0 {
		return len(p), nil
	}
	if _, err := w.to.Write(rest); err != nil {
		w.failed = err
		return 0, err
	}
	return len(p), nil
}

// tail keeps the end of what is written.
type tail struct{ text []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.text = append(t.text, p...)
	t.text = t.text[max(0, len(t.text)-8192):]
	return len(p), nil
}

func (t *tail) String() string { return string(t.text) }
