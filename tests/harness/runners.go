package harness

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Place is where runners run.
type Place struct {
	// Script is the main script there, Results the folder of Runners.Dir.
	Script, Results string
	// Line is the command line that runs k6 with these words, with these variables; nil for a process of this machine.
	Line func(number int, env, words []string) []string
	// Kill ends a runner.
	Kill func(number int)
}

// Runners are the processes of one test, started as k6-operator starts them: paused, each with its execution segment and an
// address of its own, and then told one after the other to go on.
type Runners struct {
	Dir  string // where each leaves its results, in a folder of its own
	tb   testing.TB
	env  map[string]string
	at   Place
	runs []*runner
}

type runner struct {
	cmd            *exec.Cmd
	address        string
	stdout, stderr bytes.Buffer
	ended          chan error
}

// RunnersWanted is of how many runners a test is; FW_RUNNERS=10 is the longer form.
func RunnersWanted() int {
	n := 3
	_, _ = fmt.Sscan(os.Getenv("FW_RUNNERS"), &n)
	return n
}

// StartRunners starts so many runners of the main script and waits until all of them are ready; Go lets them begin. In
// args {n} is the number of the runner. They are killed with the test.
func StartRunners(tb testing.TB, n int, env map[string]string, args ...string) *Runners {
	tb.Helper()
	return StartRunnersAt(tb, func(dir string) Place { return Place{Script: MainScript(), Results: dir} }, n, env, args...)
}

// StartRunnersAt is StartRunners for another place, given the folder for results.
func StartRunnersAt(tb testing.TB, at func(dir string) Place, n int, env map[string]string, args ...string) *Runners {
	tb.Helper()
	r := &Runners{Dir: tb.TempDir(), tb: tb, env: env}
	r.at = at(r.Dir)
	ends := make([]string, n+1)
	for i := range ends {
		ends[i] = fmt.Sprintf("%d/%d", i, n)
	}
	ends[0], ends[n] = "0", "1"
	for i := range n {
		r.start(i, "--execution-segment="+ends[i]+":"+ends[i+1], "--execution-segment-sequence="+strings.Join(ends, ","), args)
	}
	for i := range n {
		r.await(i)
	}
	return r
}

func (r *Runners) start(i int, segment, sequence string, args []string) {
	r.tb.Helper()
	one := &runner{address: "127.0.0.1:" + FreePort(r.tb), ended: make(chan error, 1)}
	words := []string{"run", "--quiet", segment, sequence}
	for _, arg := range args {
		words = append(words, strings.ReplaceAll(arg, "{n}", strconv.Itoa(i+1)))
	}
	words = append(words, r.at.Script, "--address="+one.address, "--paused", "--tag", fmt.Sprintf("instance_id=%d", i+1), "--tag", "testrun_name="+r.tb.Name())
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	if err := os.MkdirAll(filepath.Join(r.Dir, "1-of-1"), 0o700); err != nil { // RUNNER_DIR is for runners of several
		r.tb.Fatal(err)
	}
	env := []string{
		"FW_ENV_READ=true", "K6_NO_USAGE_REPORT=true", "K6_AUTO_EXTENSION_RESOLUTION=false", "NO_COLOR=1",
		"RUNNER_DIR=" + r.at.Results, "SUMMARY_FILE=" + filepath.Join(r.at.Results, "1-of-1", "summary.json"),
	}
	for name, value := range r.env {
		env = append(env, name+"="+value)
	}
	line := append([]string{K6()}, words...)
	if r.at.Line != nil {
		line, env = r.at.Line(i+1, env, words), nil
	}
	one.cmd = exec.CommandContext(ctx, line[0], line[1:]...)
	one.cmd.Env = append(os.Environ(), env...)
	one.cmd.Stdout, one.cmd.Stderr, one.cmd.Dir = &one.stdout, &one.stderr, Root()
	if err := one.cmd.Start(); err != nil {
		cancel()
		r.tb.Fatalf("start runner %d: %v; build it with: make k6", i+1, err)
	}
	exited := make(chan struct{})
	go func() {
		one.ended <- one.cmd.Wait()
		cancel()
		close(exited)
	}()
	r.tb.Cleanup(func() {
		r.Kill(i + 1)
		_ = one.cmd.Process.Kill()
		<-exited
	})
	r.runs = append(r.runs, one)
}

// await asks a runner until it answers.
func (r *Runners) await(i int) {
	r.tb.Helper()
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	deadline := time.After(2 * time.Minute)
	for {
		if r.status(i, http.MethodGet, "") == nil {
			return
		}
		select {
		case err := <-r.runs[i].ended:
			r.tb.Fatalf("runner %d ended before it was told to begin: %v\n%s", i+1, err, &r.runs[i].stderr)
		case <-deadline:
			r.tb.Fatalf("runner %d did not answer within two minutes\n%s", i+1, &r.runs[i].stderr)
		case <-poll.C:
		}
	}
}

// Go tells runners, counted from 1, to begin: all of them, if none is named.
func (r *Runners) Go(named ...int) *Runners {
	r.tb.Helper()
	if len(named) == 0 {
		for i := range r.runs {
			named = append(named, i+1)
		}
	}
	for _, number := range named {
		const resume = `{"data":{"type":"status","id":"default","attributes":{"paused":false}}}`
		if err := r.status(number-1, http.MethodPatch, resume); err != nil {
			r.tb.Fatalf("runner %d did not go on: %v", number, err)
		}
	}
	return r
}

func (r *Runners) status(i int, method, body string) error {
	req, err := http.NewRequestWithContext(r.tb.Context(), method, "http://"+r.runs[i].address+"/v1/status", strings.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s", method, req.URL, resp.Status)
	}
	return nil
}

// Kill ends a runner, counted from 1, as a machine does that has no memory left.
func (r *Runners) Kill(number int) {
	if r.at.Kill != nil {
		r.at.Kill(number)
		return
	}
	_ = r.runs[number-1].cmd.Process.Kill()
}

// Wait waits until all of them have ended.
func (r *Runners) Wait() []Run {
	r.tb.Helper()
	out := make([]Run, 0, len(r.runs))
	for i, one := range r.runs {
		select {
		case <-one.ended:
		case <-time.After(5 * time.Minute):
			r.tb.Fatalf("runner %d did not end within five minutes\n%s", i+1, &one.stderr)
		}
		run := Run{Code: one.cmd.ProcessState.ExitCode(), Stdout: one.stdout.String(), Stderr: one.stderr.String(), loop: r.env["METRICS_URL"]}
		run.readFiles(r.tb, filepath.Join(r.Dir, fmt.Sprintf("%d-of-%d", i+1, len(r.runs))))
		out = append(out, run)
	}
	return out
}

// Verdict is "k6 x fwhz verdict" over what they left, or over those folders.
func (r *Runners) Verdict(args ...string) Run {
	r.tb.Helper()
	return Verdict(r.tb, r.env["METRICS_URL"], append([]string{"--late", "1m", r.Dir}, args...)...)
}

// Verdict is "k6 x fwhz verdict" with those words; loop is where the loop was read.
func Verdict(tb testing.TB, loop string, args ...string) Run {
	tb.Helper()
	whole := tb.TempDir()
	run := Command(tb, append([]string{K6(), "x", "fwhz", "verdict", "-o", whole}, args...), nil)
	run.ReadFrom(tb, whole, loop)
	return run
}

// ReadFrom takes in what somebody left in a folder; loop is where the loop was read.
func (r *Run) ReadFrom(tb testing.TB, dir, loop string) {
	tb.Helper()
	r.loop = loop
	r.readFiles(tb, dir)
}
