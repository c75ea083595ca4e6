// Package harness runs the real k6 binary and the reference target for tests: nothing in it is a stand-in.
package harness

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Root is the top of the repository.
func Root() string {
	_, file, _, _ := runtime.Caller(0) //nolint:dogsled // only the file is of interest
	return filepath.Join(filepath.Dir(file), "..", "..")
}

// K6 is the binary that `make k6` makes.
func K6() string { return filepath.Join(Root(), "bin", "k6") }

// MainScript is the main job.
func MainScript() string { return filepath.Join(Root(), "scripts", "websocket-streaming-load-test.js") }

// Truth is what the target knows of itself.
type Truth struct {
	Ticks          float64            `json:"ticks"`
	Seconds        float64            `json:"seconds"`
	Hz             float64            `json:"hz"`
	LongestGap     float64            `json:"longest_gap_ms"`
	Restarts       float64            `json:"restarts"`
	Scrapes        float64            `json:"scrapes"`
	Connections    float64            `json:"connections"`
	Open           float64            `json:"open"`
	TurnsStarted   float64            `json:"turns_started"`
	TurnsCompleted float64            `json:"turns_completed"`
	TurnsCut       float64            `json:"turns_cut"`
	TurnsFailed    float64            `json:"turns_failed"`
	Tokens         float64            `json:"tokens"`
	Errors         map[string]float64 `json:"errors"`
}

// patience is how long a target may take to begin and to end: what comes late on a busy machine is no failure.
const patience = 2 * time.Minute

// Target is a running reference target.
type Target struct {
	API, Chat, Admin string // host:port
	log              *Screen
	cmd              *exec.Cmd
	out              *bytes.Buffer
	tb               testing.TB
	truth            *Truth
	wait             chan error
	readings         string // the file that it leaves
}

// StartTarget starts the target on free ports and waits until it listens. It is stopped with the test.
func StartTarget(tb testing.TB, flags ...string) *Target {
	tb.Helper()
	return StartTargetOf(tb, K6(), flags...)
}

// StartTargetOf is StartTarget for the target in another binary.
func StartTargetOf(tb testing.TB, k6 string, flags ...string) *Target {
	tb.Helper()
	dir := tb.TempDir()
	ready, readings := filepath.Join(dir, "ready.json"), filepath.Join(dir, "readings.json")
	args := append([]string{
		"x", "fwhz", "target", "--api", "127.0.0.1:0", "--chat", "127.0.0.1:0", "--admin", "127.0.0.1:0",
		"--ready-file", ready, "--readings-file", readings,
	}, flags...)
	t := &Target{tb: tb, readings: readings, out: &bytes.Buffer{}, log: &Screen{}, cmd: exec.CommandContext(context.Background(), k6, args...)}
	t.cmd.Stdout, t.cmd.Stderr, t.cmd.Env = t.out, t.log, append(os.Environ(), "K6_NO_USAGE_REPORT=true", "K6_AUTO_EXTENSION_RESOLUTION=false")
	if err := t.cmd.Start(); err != nil {
		tb.Fatalf("start the target: %v; build it with: make k6", err)
	}
	tb.Cleanup(func() { t.Stop() })
	exited := make(chan error, 1)
	go func() { exited <- t.cmd.Wait() }()
	deadline := time.After(patience)
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	for {
		if data, err := os.ReadFile(ready); err == nil {
			t.adopt(data, exited)
			return t
		}
		select {
		case err := <-exited:
			tb.Fatalf("the target ended before it was ready: %v\n%s", err, t.log)
		case <-deadline:
			tb.Fatalf("the target was not ready within %s\n%s", patience, t.log)
		case <-poll.C:
		}
	}
}

func (t *Target) adopt(data []byte, exited chan error) {
	var at struct{ API, Chat, Admin string }
	if err := json.Unmarshal(data, &at); err != nil {
		t.tb.Fatalf("ready file: %v: %s", err, data)
	}
	t.API, t.Chat, t.Admin = hostPort(at.API), hostPort(at.Chat), hostPort(at.Admin)
	t.wait = exited
}

func hostPort(address string) string {
	if _, rest, ok := strings.Cut(address, "://"); ok {
		address = rest
	}
	return strings.TrimRight(address, "/")
}

// Stop ends the target and returns the truth that it printed.
func (t *Target) Stop() Truth {
	if t.truth != nil {
		return *t.truth
	}
	t.truth = &Truth{}
	_ = t.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-t.wait:
	case <-time.After(patience):
		_ = t.cmd.Process.Kill()
		<-t.wait
		t.tb.Errorf("the target did not end within %s after SIGTERM\n%s", patience, t.log)
	}
	line := strings.TrimSpace(t.out.String())
	if err := json.Unmarshal([]byte(line), t.truth); err != nil {
		t.tb.Errorf("the target's truth is not one JSON line: %v: %q\n%s", err, line, t.log)
	}
	return *t.truth
}

// Kill ends the target as a crash does: what it knows is lost.
func (t *Target) Kill() {
	t.truth = &Truth{}
	_ = t.cmd.Process.Kill()
	<-t.wait
}

// PID is that of its process.
func (t *Target) PID() int { return t.cmd.Process.Pid }

// Live is the truth of now.
func (t *Target) Live() Truth {
	t.tb.Helper()
	var truth Truth
	t.get("/truth", &truth)
	return truth
}

// Observation is one look of somebody at the loop's counter, as the target saw it.
type Observation struct {
	Count float64 `json:"count"`
	At    int64   `json:"at"` // Unix nanoseconds
}

// Observations lists the latest.
func (t *Target) Observations() []Observation {
	t.tb.Helper()
	var out []Observation
	t.get("/readings", &out)
	return out
}

// Fault sets faults at run time.
func (t *Target) Fault(faults map[string]any) {
	t.tb.Helper()
	body, err := json.Marshal(faults)
	if err != nil {
		t.tb.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.tb.Context(), http.MethodPut, "http://"+t.Admin+"/faults", bytes.NewReader(body))
	if err != nil {
		t.tb.Fatal(err)
	}
	t.do(req, nil)
}

func (t *Target) get(path string, into any) {
	t.tb.Helper()
	req, err := http.NewRequestWithContext(t.tb.Context(), http.MethodGet, "http://"+t.Admin+path, nil)
	if err != nil {
		t.tb.Fatal(err)
	}
	t.do(req, into)
}

func (t *Target) do(req *http.Request, into any) {
	t.tb.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.tb.Fatalf("%s %s: %v", req.Method, req.URL, err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode/100 != 2 {
		t.tb.Fatalf("%s %s: %s: %v: %s", req.Method, req.URL, resp.Status, err, body)
	}
	if into != nil {
		if err := json.Unmarshal(body, into); err != nil {
			t.tb.Fatalf("%s %s: %v: %s", req.Method, req.URL, err, body)
		}
	}
}

// Env points a script at the target.
func (t *Target) Env() map[string]string {
	return map[string]string{"BASE_URL": "http://" + t.API, "WS_URL": "ws://" + t.Chat}
}

// Run is a finished run of k6.
type Run struct {
	Code           int
	Stdout, Stderr string
	Summary        map[string]any // summary.json; nil when none was written
	SummaryText    []byte         // the same as it was written
	loop           string         // METRICS_URL
	JUnit          *JUnit         // junit.xml; nil when none was written
	Report         string         // report.md
}

// Script runs a script with that environment and waits for it.
func Script(tb testing.TB, script string, env map[string]string, args ...string) Run {
	tb.Helper()
	return Command(tb, append([]string{K6(), "run", "--quiet"}, append(args, script)...), env)
}

// ScriptStarted is Script for who wants the process while it runs: its pid is sent to started.
func ScriptStarted(tb testing.TB, script string, env map[string]string, started chan<- int) Run {
	tb.Helper()
	return CommandStarted(tb, []string{K6(), "run", "--quiet", script}, env, started)
}

// Command runs a command line with that environment added, and the names of the result files set.
func Command(tb testing.TB, line []string, env map[string]string) Run {
	tb.Helper()
	return CommandStarted(tb, line, env, make(chan int, 1))
}

// CommandStarted is Command for who wants the process while it runs: its pid is sent to started.
func CommandStarted(tb testing.TB, line []string, env map[string]string, started chan<- int) Run {
	tb.Helper()
	dir := tb.TempDir()
	ctx, cancel := context.WithTimeout(tb.Context(), 15*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, line[0], line[1:]...)
	cmd.Env = append(os.Environ(), "FW_ENV_READ=true", "K6_NO_USAGE_REPORT=true", "K6_AUTO_EXTENSION_RESOLUTION=false", "NO_COLOR=1", "SUMMARY_FILE="+filepath.Join(dir, "summary.json"), "JUNIT_FILE="+filepath.Join(dir, "junit.xml"),
		"REPORT_FILE="+filepath.Join(dir, "report.md"))
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.Dir = &stdout, &stderr, Root()
	err := cmd.Start()
	if err == nil {
		started <- cmd.Process.Pid
		err = cmd.Wait()
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		tb.Fatalf("%s: %v", strings.Join(line, " "), err)
	}
	run := Run{Code: cmd.ProcessState.ExitCode(), Stdout: stdout.String(), Stderr: stderr.String(), loop: env["METRICS_URL"]}
	run.readFiles(tb, dir)
	return run
}

// At follows keys through the summary; it fails the test where there is nothing.
func (r Run) At(tb testing.TB, keys ...string) any {
	tb.Helper()
	var at any = r.Summary
	for _, key := range keys {
		fields, ok := at.(map[string]any)
		if !ok || fields[key] == nil {
			tb.Fatalf("summary.json has nothing at %s\n%s\n%s", strings.Join(keys, "."), r.Stdout, r.Stderr)
		}
		at = fields[key]
	}
	return at
}

// Number is At for a number.
func (r Run) Number(tb testing.TB, keys ...string) float64 {
	tb.Helper()
	n, ok := r.At(tb, keys...).(float64)
	if !ok {
		tb.Fatalf("summary.json: %s is no number: %v", strings.Join(keys, "."), r.At(tb, keys...))
	}
	return n
}

// With adds to an environment.
func With(env map[string]string, more ...string) map[string]string {
	out := map[string]string{}
	for name, value := range env {
		out[name] = value
	}
	for i := 0; i+1 < len(more); i += 2 {
		out[more[i]] = more[i+1]
	}
	return out
}

// Undemanding sets limits that any loop keeps to, and any load generator: for tests that are about something else.
func Undemanding(env map[string]string) map[string]string {
	return With(env, "GENERATOR_LAG_P99", "60000", "HZ_AVERAGE_THRESHOLD", "1", "HZ_AVERAGE_MAXIMUM", "0", "HZ_COVERAGE", "0.01", "LOOP_LONGEST_GAP", "600000")
}

// Describe is what a failed test prints of a run.
func (r Run) Describe() string {
	return fmt.Sprintf("exit code %d\n--- stdout\n%s\n--- stderr\n%s", r.Code, r.Stdout, r.Stderr)
}
