package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
	"github.com/featherweight/tests/measure"
)

// cost is what one run of a client gave.
type cost struct {
	perToken float64 // µs of CPU, in the window
	perTurn  float64 // ms of CPU, in the window
	perUser  float64 // ms of CPU for each user and second, in the window
	tokens   float64 // a second, in the window
	turns    float64 // a second, in the window
	peak     float64 // MiB, of the whole run
	start    float64 // s from the start of the program until every user had asked
	startCPU float64 // s of CPU for that
}

// running is a client at work.
type running struct {
	client
	conversation

	cmd     *exec.Cmd
	target  *harness.Target
	summary string
	begun   time.Time
	out     bytes.Buffer
	ended   chan error
	tree    []int
	peak    float64
}

// start starts a client against a target of its own.
func (c client) start(t *testing.T, of conversation) *running {
	t.Helper()
	dir := t.TempDir()
	r := &running{
		client: c, conversation: of, target: harness.StartTarget(t, of.target()...), ended: make(chan error, 1),
		summary: filepath.Join(dir, "summary.json"),
	}
	cmd, err := c.command(of, r.target, dir, r.summary)
	if err != nil {
		t.Fatal(err)
	}
	if c.name == "Tsung" {
		t.Cleanup(daemons(t))
	}
	r.cmd, r.begun = cmd, time.Now()
	cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = &r.out, &r.out, &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatalf("%s: %v", c.name, err)
	}
	go func() { r.ended <- cmd.Wait() }()
	t.Cleanup(r.kill)
	return r
}

// kill ends the client with all that it started; often nobody is there any more.
func (r *running) kill() { _ = syscall.Kill(-r.cmd.Process.Pid, syscall.SIGKILL) }

// run measures one client, from its start to its end.
func (c client) run(t *testing.T, of conversation) cost {
	t.Helper()
	r := c.start(t, of)
	begin := r.startUp(t)
	<-time.After(of.settle) // the moment of the measurement, not a wait for something
	from := r.look(t)
	<-time.After(of.window)
	const least = 0.9 // a machine that is too busy is no place for this
	found := r.between(t, from, r.look(t), least)
	found.start, found.startCPU = begin.start, begin.startCPU
	if r.end(t); c.tells {
		r.agree(t)
	}
	r.target.Stop()
	found.peak = r.peak
	return found
}

// startUp waits until every user has asked.
func (r *running) startUp(t *testing.T) (found cost) {
	t.Helper()
	deadline := time.NewTimer(r.spread + 5*time.Minute)
	poll := time.NewTicker(20 * time.Millisecond)
	defer deadline.Stop()
	defer poll.Stop()
	for r.target.Live().TurnsStarted < float64(r.users) {
		select {
		case err := <-r.ended:
			t.Fatalf("%s ended before all of %d users had asked: %v\n%s", r.name, r.users, err, r.out.String())
		case <-deadline.C:
			t.Fatalf("%s: after %v %.0f of %d users have asked", r.name, time.Since(r.begun), r.target.Live().TurnsStarted, r.users)
		case <-poll.C:
		}
	}
	found.start = time.Since(r.begun).Seconds()
	found.startCPU = r.cpu(t).Seconds()
	return found
}

// moment is how far a client has come.
type moment struct {
	at   time.Time
	cpu  time.Duration
	sent harness.Truth
}

func (r *running) cpu(t *testing.T) time.Duration {
	t.Helper()
	r.tree = measure.Tree(r.cmd.Process.Pid)
	used, err := measure.CPU(r.tree)
	if err != nil {
		t.Fatalf("%s ended while it was measured: %v\n%s", r.name, err, r.out.String())
	}
	return used
}

func (r *running) look(t *testing.T) moment {
	t.Helper()
	m := moment{at: time.Now(), cpu: r.cpu(t), sent: r.target.Live()}
	r.peak = max(r.peak, measure.Peak(r.tree))
	return m
}

// between is what the time from one look to another cost. It says nothing when less than the share least of the users or their
// tokens was there, or turns were cut.
func (r *running) between(t *testing.T, from, to moment, least float64) cost {
	t.Helper()
	found, err := r.spent(from, to, least)
	if err != nil {
		t.Fatalf("%s: %v: this machine is too busy for it", r.name, err)
	}
	return found
}

// spent is the arithmetic of it.
func (c conversation) spent(from, to moment, least float64) (cost, error) {
	used, took := (to.cpu - from.cpu).Seconds(), to.at.Sub(from.at).Seconds()
	tokens, turns := to.sent.Tokens-from.sent.Tokens, to.sent.TurnsCompleted-from.sent.TurnsCompleted
	want := c.rate() * took
	switch {
	case to.sent.Open < least*float64(c.users):
		return cost{}, fmt.Errorf("at the end of the window %.0f of %d users were there", to.sent.Open, c.users)
	case c.outlasts() && tokens < least*want:
		return cost{}, fmt.Errorf("%.0f tokens came in the window instead of %.0f", tokens, want)
	case to.sent.TurnsCut+to.sent.TurnsFailed > 0:
		return cost{}, fmt.Errorf("%.0f turns were cut, and %.0f failed", to.sent.TurnsCut, to.sent.TurnsFailed)
	}
	return cost{
		perToken: 1e6 * used / tokens, tokens: tokens / took,
		perTurn: 1e3 * used / turns, turns: turns / took,
		perUser: 1e3 * used / float64(c.users) / took,
	}, nil
}

// end waits for a client that ends by itself, and ends the others. The peak is looked at until then.
func (r *running) end(t *testing.T) {
	t.Helper()
	if !r.tells {
		r.kill()
		<-r.ended
		return
	}
	deadline := time.NewTimer(r.load() + r.grace() + time.Minute)
	poll := time.NewTicker(50 * time.Millisecond)
	defer deadline.Stop()
	defer poll.Stop()
	for {
		select {
		case <-r.ended:
			const missed = 99 // an objective of the main job
			if code := r.cmd.ProcessState.ExitCode(); code != 0 && (code != missed || r.name != mainJob) {
				t.Fatalf("%s: exit code %d\n%s", r.name, code, r.out.String())
			}
			return
		case <-deadline.C:
			t.Fatalf("%s does not end\n%s", r.name, r.out.String())
		case <-poll.C:
			r.peak = max(r.peak, measure.Peak(r.tree))
		}
	}
}

// agree holds what the client has counted against the target's own count: else the figures say nothing.
func (r *running) agree(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(r.summary)
	if err != nil {
		t.Fatalf("%s: %v\n%s", r.name, err, r.out.String())
	}
	tokens, failures, err := counted(text)
	if err != nil {
		t.Fatalf("%s: %v", r.name, err)
	}
	if is := r.target.Stop(); failures != 0 || tokens != is.Tokens || is.TurnsCut+is.TurnsFailed > 0 {
		t.Fatalf("%s: turns failed, so its cost says nothing: %v failures and %.0f tokens by its own count, the target sent %.0f and counts %.0f turns cut, %.0f failed\n%s",
			r.name, failures, tokens, is.Tokens, is.TurnsCut, is.TurnsFailed, r.out.String())
	}
}

// counted reads the summary of the main job, with its totals, or of another client.
func counted(text []byte) (tokens, failures float64, err error) {
	var told struct {
		Tokens, Failures any
		Totals           *struct{ Tokens, Failed float64 }
	}
	if err := json.Unmarshal(text, &told); err != nil {
		return 0, 0, fmt.Errorf("its summary: %w: %.200s", err, text)
	}
	if told.Totals != nil {
		return told.Totals.Tokens, told.Totals.Failed, nil
	}
	tokens, known := told.Tokens.(float64)
	failures, alsoKnown := told.Failures.(float64)
	if !known || !alsoKnown {
		return 0, 0, fmt.Errorf("its summary has no tokens and failures: %.200s", text)
	}
	return tokens, failures, nil
}
