package soak

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
)

// keptATurn is how many bytes a turn leaves in memory until the end of the run (docs/measured.md).
const keptATurn = 150.0

// watched is a k6 that can be asked what it holds.
type watched struct {
	t     *testing.T
	cmd   *exec.Cmd
	out   bytes.Buffer
	api   string
	began time.Time // the load
	ended chan struct{}
}

// TestNothingLeaks runs the main job, and looks at k6 all the time. It stays when the load is over (--linger), so that what
// should be gone then can be counted.
func TestNothingLeaks(t *testing.T) {
	length, users, pace, answer := 24*time.Second, "50", []string{"THINK_MIN", "50ms", "THINK_MAX", "100ms"}, []string{"--tokens", "4"}
	if text := os.Getenv("SOAK"); text != "" {
		parsed, err := time.ParseDuration(text)
		if err != nil {
			t.Fatalf("SOAK=%s is no duration, such as 10m", text)
		}
		length, users, pace, answer = parsed, "200", nil, nil
	}
	target := harness.StartTarget(t, append([]string{"--ttft", "20ms", "--token-interval", "10ms"}, answer...)...)
	const idle = 6 * time.Second
	env := harness.With(harness.With(harness.Undemanding(target.Env()), "VUS", users, "DURATION", length.String(), "IDLE", idle.String(), "RAMP", "0"), pace...)
	k6 := watch(t, env)
	defer k6.end()

	k6.await("the load is admitted", func() bool { return k6.answers() && k6.users() == "1" })
	before := k6.look(target)
	k6.began = time.Now().Add(idle)
	var samples []sample
	every := min(max(length/60, time.Second), 30*time.Second)
	for tick := time.NewTicker(every); ; <-tick.C {
		now := k6.look(target)
		if time.Since(k6.began) > length-every {
			break
		}
		if now.turns > 0 {
			samples = append(samples, now)
		}
	}
	k6.await("the load is over", func() bool { return k6.users() == "0" && target.Live().Open == 0 })
	after := k6.look(target)
	code := k6.end()

	if len(samples) < 9 {
		t.Fatalf("only %d looks at k6\n%s", len(samples), k6.out.String())
	}
	table(t, before, samples, after)
	for _, finding := range judge(samples, before, after, keptATurn) {
		t.Log(finding)
		if finding.leaks() {
			t.Errorf("%s: it leaks", finding.what)
		}
	}
	if text := k6.out.String(); code != 0 && code != 99 || !strings.Contains(text, "VERDICT: ") || strings.Contains(text, "VERDICT: FAIL") { // a busy machine makes it INVALID
		t.Errorf("exit code %d\n%s", code, text)
	}
}

// table prints a dozen of the samples.
func table(t *testing.T, before sample, samples []sample, after sample) {
	t.Helper()
	t.Log("   time     turns  live heap MiB  RSS MiB  goroutines  files")
	for i, s := range slices.Concat([]sample{before}, samples, []sample{after}) {
		if i%max(len(samples)/12, 1) == 0 || i > len(samples) {
			t.Logf("%7s  %8.0f  %13.1f  %7.1f  %10.0f  %5.0f", s.at.Round(time.Second), s.turns, s.heap/mib, s.rss/mib, s.goroutines, s.files)
		}
	}
	t.Logf("a turn leaves %.0f bytes in the live heap", (after.heap-before.heap)/after.turns)
}

// watch starts the main job, with more words for k6.
func watch(t *testing.T, env map[string]string, words ...string) *watched {
	t.Helper()
	k := &watched{t: t, api: "127.0.0.1:" + harness.FreePort(t), ended: make(chan struct{})}
	k.cmd = exec.CommandContext(context.Background(), harness.K6(),
		append(append([]string{"run", "--quiet", "--linger", "--address", k.api, "--profiling-enabled"}, words...), harness.MainScript())...)
	k.cmd.Dir, k.cmd.Stdout, k.cmd.Stderr = harness.Root(), &k.out, &k.out
	k.cmd.Env = append(os.Environ(), "FW_ENV_READ=true", "NO_COLOR=1", "K6_NO_USAGE_REPORT=true", "K6_AUTO_EXTENSION_RESOLUTION=false", "SUMMARY_FILE=")
	for name, value := range env {
		k.cmd.Env = append(k.cmd.Env, name+"="+value)
	}
	if err := k.cmd.Start(); err != nil {
		t.Fatalf("start k6: %v; build it with: make k6", err)
	}
	go func() {
		_ = k.cmd.Wait()
		close(k.ended)
	}()
	t.Cleanup(func() {
		_ = k.cmd.Process.Kill()
		<-k.ended
	})
	return k
}

// end ends k6, which waits for that, and is its exit code.
func (k *watched) end() int {
	k.t.Helper()
	_ = k.cmd.Process.Signal(syscall.SIGINT)
	select {
	case <-k.ended:
	case <-time.After(time.Minute):
		_ = k.cmd.Process.Kill()
		<-k.ended
	}
	return k.cmd.ProcessState.ExitCode()
}

// await waits until something is so.
func (k *watched) await(what string, so func() bool) {
	k.t.Helper()
	poll, late := time.NewTicker(50*time.Millisecond), time.After(2*time.Minute)
	defer poll.Stop()
	for !so() {
		select {
		case <-k.ended:
			k.t.Fatalf("k6 ended before %s:\n%s", what, k.out.String())
		case <-late:
			k.end()
			k.t.Fatalf("waited in vain until %s:\n%s", what, k.out.String())
		case <-poll.C:
		}
	}
}

// get asks k6; empty when it does not answer.
func (k *watched) get(path string) string {
	request, err := http.NewRequestWithContext(k.t.Context(), http.MethodGet, "http://"+k.api+path, nil)
	if err != nil {
		k.t.Fatal(err)
	}
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(request)
	if err != nil {
		return ""
	}
	defer func() { _ = response.Body.Close() }()
	text, _ := io.ReadAll(response.Body)
	return string(text)
}

func (k *watched) answers() bool { return strings.Contains(k.get("/v1/status"), `"vus"`) }

var activeVUs = regexp.MustCompile(`"vus":(\d+)`)

// users are the virtual users that are active; the observer is one of them.
func (k *watched) users() string {
	if found := activeVUs.FindStringSubmatch(k.get("/v1/status")); found != nil {
		return found[1]
	}
	return ""
}

// look is what k6 holds now.
func (k *watched) look(target *harness.Target) sample {
	k.t.Helper()
	now := sample{at: time.Since(k.began), turns: target.Live().TurnsStarted}
	now.heap = number(k.t, k.get("/debug/pprof/heap?gc=1&debug=1"), `# HeapAlloc = (\d+)`)
	now.goroutines = number(k.t, k.get("/debug/pprof/goroutine?debug=1"), `goroutine profile: total (\d+)`)
	proc := filepath.Join("/proc", strconv.Itoa(k.cmd.Process.Pid))
	status, _ := os.ReadFile(filepath.Join(proc, "status"))
	now.rss = number(k.t, string(status), `VmRSS:\s*(\d+)`) * 1024
	files, err := os.ReadDir(filepath.Join(proc, "fd"))
	if err != nil {
		k.t.Fatal(err)
	}
	now.files = float64(len(files))
	return now
}

func number(t *testing.T, text, pattern string) float64 {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("there is no %s in %.200s", pattern, text)
	}
	n, err := strconv.ParseFloat(found[1], 64)
	if err != nil {
		t.Fatal(fmt.Errorf("%s: %w", pattern, err))
	}
	return n
}
