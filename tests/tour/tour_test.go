package tour

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
)

// page is what is run.
var page = filepath.Join(harness.Root(), "docs", "tour.md") //nolint:gochecknoglobals // a constant

// inside is set for the test that was started in a network of its own.
const inside = "TOUR_INSIDE"

// long runs the page as it stands there, which make tour does, or with that DURATION, and shows what was printed:
// TOUR_LONG=1, or with 200 users TOUR_LONG=30s, for a machine that has not 25 minutes, nor all of its time.
const long = "TOUR_LONG"

// Every block of the page is run, in order, as a newcomer types it, and prints what the page shows.
func TestTheTour(t *testing.T) {
	if os.Getenv(inside) == "" && startedApart(t) {
		return
	}
	if os.Getenv(inside) != "" {
		if err := loopbackUp(); err != nil {
			t.Fatalf("127.0.0.1 in a network of its own: %v", err)
		}
	}
	steps, err := readSteps(read(t, page))
	if err != nil {
		t.Fatal(err)
	}
	if len(steps) < 9 { //nolint:mnd // so many has the page at least
		t.Fatalf("the page has only %d blocks", len(steps))
	}
	r := reader{home: scratch(t), tour: t}
	for _, s := range steps {
		if !t.Run(s.name, func(t *testing.T) { r.follow(t, s) }) {
			t.Fatal("the steps behind it stand on it")
		}
	}
	t.Run("pictures", func(t *testing.T) { takePictures(t, r.home) })
}

// startedApart runs this test again, in a network of its own: the page names the ports that a reader has, and somebody else
// may listen at them here. Where there is no such network, it is run right here if they are free.
func startedApart(t *testing.T) bool {
	t.Helper()
	self := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestTheTour$", "-test.v", "-test.timeout=1h") //nolint:gosec // this very test
	self.Env = append(os.Environ(), inside+"=1")
	self.Stdout, self.Stderr = os.Stdout, os.Stderr
	apart(self)
	if self.SysProcAttr == nil || self.Start() != nil {
		for _, port := range []string{"4000", "8080", "4999", "5665"} {
			listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:"+port)
			if err != nil {
				harness.LeaveOut(t, "tour", "this machine gives no network of its own, and port "+port+" of the page is taken")
			}
			_ = listener.Close()
		}
		return false
	}
	if err := self.Wait(); err != nil {
		t.Errorf("the page is not what a reader sees: %v", err)
	}
	return true
}

// disagreement is a line of the demo's audit. Only of how narrow a bound is there may be one: the tour is short.
var disagreement = regexp.MustCompile(`(?m)^.* DISAGREES$`)

// reader is a newcomer at the shell.
type reader struct {
	home string
	tour *testing.T // at its end, what goes on is stopped
}

// environment is that of a newcomer who has set nothing, but for what makes a run short, and its limits wide.
func (r reader) environment(s step) []string {
	env := map[string]string{"PATH": os.Getenv("PATH"), "HOME": r.home, "LANG": "C.UTF-8", "NO_COLOR": "1", "K6_NO_USAGE_REPORT": "true"}
	switch wanted := os.Getenv(long); wanted {
	case "1":
	case "":
		maps.Copy(env, map[string]string{
			"VUS": "50", "DURATION": "5s", "IDLE": "1s", "RAMP": "0", "THINK_MIN": "100ms", "THINK_MAX": "300ms",
			"GENERATOR_LAG_P99": "60000", "HZ_COVERAGE": "0.01", "LOOP_LONGEST_GAP": "600000", "HZ_AVERAGE_THRESHOLD": "20", "HZ_AVERAGE_MAXIMUM": "500",
		})
		for _, word := range s.env {
			name, value, _ := strings.Cut(word, "=")
			env[name] = value
		}
	default:
		maps.Copy(env, map[string]string{"VUS": "200", "DURATION": wanted, "IDLE": "5s", "RAMP_SCALE": "0.1", "GENERATOR_LAG_P99": "2000", "LOOP_LONGEST_GAP": "5000"})
	}
	out := make([]string, 0, len(env))
	for name, value := range env {
		out = append(out, name+"="+value)
	}
	return out
}

// follow types a block, and looks at what comes.
func (r reader) follow(t *testing.T, s step) {
	if s.left {
		harness.LeaveOut(t, "tour", "it needs a cluster, and none is touched from here; tests/k8s builds what it names")
	}
	screen := &harness.Screen{}
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	shell := exec.CommandContext(ctx, "bash", "-c", s.script) //nolint:gosec // the page is ours
	shell.Dir, shell.Env, shell.Stdout, shell.Stderr = r.home, r.environment(s), screen, screen
	if s.until != "" {
		shell.Args[2] = "exec " + s.script // so that it is this very process that is stopped
		r.goesOn(t, shell, cancel, s)
	} else {
		defer cancel()
		err := shell.Run()
		if code := strconv.Itoa(shell.ProcessState.ExitCode()); !slices.Contains(s.exits, code) {
			t.Fatalf("exit code %s (%v), not %s\n%s\n%s", code, err, strings.Join(s.exits, " or "), s.script, screen)
		}
	}
	for _, line := range disagreement.FindAllString(screen.String(), -1) {
		if !strings.Contains(line, "width of that bound") {
			t.Errorf("the stand-in counted otherwise: %s", line)
		}
	}
	if os.Getenv(long) != "" {
		t.Logf("%s\n%s", s.script, screen)
	}
	if line := missing(s.shown, screen.String()); line != "" {
		t.Fatalf("the page shows this, and it was not printed there:\n%s\n%s\n%s", line, s.script, screen)
	}
}

// goesOn starts a program that goes on until the tour ends, and waits until it answers.
func (r reader) goesOn(t *testing.T, shell *exec.Cmd, cancel context.CancelFunc, s step) {
	t.Helper()
	if err := shell.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- shell.Wait() }()
	r.tour.Cleanup(func() {
		_ = shell.Process.Signal(os.Interrupt)
		<-ended
		cancel()
	})
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	for range 2400 { // two minutes
		if req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.until, nil); err == nil {
			if resp, err := http.DefaultClient.Do(req); err == nil {
				_ = resp.Body.Close()
				return
			}
		}
		<-poll.C
	}
	t.Fatalf("%s did not answer\n%s", s.until, shell.Stdout)
}

// scratch is a checkout in which nothing was done yet: what a reader writes is in a folder of the test, and all else leads
// to the real one.
func scratch(t *testing.T) string {
	t.Helper()
	home := t.TempDir()
	entries, err := os.ReadDir(harness.Root())
	if err != nil {
		t.Fatal(err)
	}
	copied := []string{"run-slo-testing.sh", "validate-slo-setup.sh", "shell", "scripts", "Makefile", ".env.test.example"}
	never := []string{".git", ".env.test", "test-results", "baseline", "runners", "summary.json"}
	for _, entry := range entries {
		name := entry.Name()
		from, to := filepath.Join(harness.Root(), name), filepath.Join(home, name)
		switch {
		case slices.Contains(never, name):
			err = nil
		case slices.Contains(copied, name) && entry.IsDir():
			err = copyFolder(from, to)
		case slices.Contains(copied, name):
			err = copyFile(from, to)
		default:
			err = os.Symlink(from, to)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return home
}

func copyFolder(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.Name() == "node_modules" {
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return os.MkdirAll(filepath.Join(to, name), 0o750)
		}
		return copyFile(path, filepath.Join(to, name))
	})
}

func copyFile(from, to string) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(from)
	return errors.Join(err, os.WriteFile(to, text, info.Mode()))
}
