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

	cmd    *exec.Cmd
	target *harness.Target
	begun  time.Time
	out    bytes.Buffer
	ended  chan error
	tree   []int
	peak   float64
}

// run measures one client against a target of its own.
func (c client) run(t *testing.T, of conversation) cost {
	t.Helper()
	r := &running{client: c, conversation: of, target: harness.StartTarget(t, of.target()...), ended: make(chan error, 1)}
	defer r.target.Stop()
	dir := t.TempDir()
	summary := filepath.Join(dir, "summary.json")
	cmd, err := c.command(of, r.target, dir, summary)
	if err != nil {
		t.Fatal(err)
	}
	if c.name == "Tsung" {
		defer daemons(t)()
	}
	r.cmd, r.begun = cmd, time.Now()
	cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = &r.out, &r.out, &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatalf("%s: %v", c.name, err)
	}
	go func() { r.ended <- cmd.Wait() }()
	t.Cleanup(func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }) // with all that it started; often nobody is there any more
	found := r.startUp(t)
	r.measure(t, &found)
	r.end(t)
	found.peak = r.peak
	if c.tells {
		r.agree(t, summary)
	}
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
	r.tree = measure.Tree(r.cmd.Process.Pid)
	found.startCPU = r.cpu(t).Seconds()
	return found
}

func (r *running) cpu(t *testing.T) time.Duration {
	t.Helper()
	used, err := measure.CPU(r.tree)
	if err != nil {
		t.Fatalf("%s ended while it was measured: %v", r.name, err)
	}
	return used
}

// measure takes the window.
func (r *running) measure(t *testing.T, found *cost) {
	t.Helper()
	<-time.After(r.settle) // the moment of the measurement, not a wait for something
	r.tree = measure.Tree(r.cmd.Process.Pid)
	cpu, before, at := r.cpu(t), r.target.Live(), time.Now()
	<-time.After(r.window)
	used, after, took := r.cpu(t)-cpu, r.target.Live(), time.Since(at).Seconds()
	r.peak = measure.Peak(r.tree)
	tokens, turns := after.Tokens-before.Tokens, after.TurnsCompleted-before.TurnsCompleted
	if open := after.Open; open < 0.9*float64(r.users) {
		t.Fatalf("%s: at the end of the window %.0f of %d users were there: this machine is too busy for it", r.name, open, r.users)
	}
	if want := r.rate() * took; r.outlasts() && tokens < 0.9*want {
		t.Fatalf("%s: %.0f tokens came in the window instead of %.0f: this machine is too busy for it", r.name, tokens, want)
	}
	found.perToken, found.tokens = 1e6*used.Seconds()/tokens, tokens/took
	found.perTurn, found.turns = 1e3*used.Seconds()/turns, turns/took
	found.perUser = 1e3 * used.Seconds() / float64(r.users) / took
}

// end waits for a client that ends by itself, and ends the others. The peak is looked at until then.
func (r *running) end(t *testing.T) {
	t.Helper()
	if !r.tells {
		_ = syscall.Kill(-r.cmd.Process.Pid, syscall.SIGKILL)
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
func (r *running) agree(t *testing.T, summary string) {
	t.Helper()
	text, err := os.ReadFile(summary)
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
