package bench

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/featherweight/tests/harness"
)

// The clients that others are compared with.
const (
	mainJob = "main job"
	bare    = "bare client"
	k6ws    = "k6/ws"
	floor   = "epoll floor"
)

// client is one of those that are compared.
type client struct {
	name string
	// command is its command line; its files are in dir, and in summary it tells what it counted. The error says what is
	// missing on this machine, and how to get it.
	command func(c conversation, target *harness.Target, dir, summary string) (*exec.Cmd, error)
	tells   bool   // it writes a summary and ends by itself; others are ended
	about   string // what a reader of its figures must know
}

func clients() []client {
	return []client{
		{mainJob, mainScript, true, "with all that it watches, judges and records; its users begin all at once"},
		{bare, script("bare.js"), true, ""},
		{k6ws, script("k6ws.js"), true, ""},
		{"k6/websockets", script("websockets.js"), true, ""},
		{floor, epollFloor, true, "one thread that checks next to nothing (tests/bench/floor)"},
		{"Tsung", tsung, false, "a user takes the first message for the answer, and lets the others come while he pauses"},
		{"Artillery", artillery, false, "a user keeps his connection"},
	}
}

// chosen are those that BENCH_CLIENTS names, separated by commas, or all; what is missing here is said and left out.
func chosen(t *testing.T, names string) []client {
	t.Helper()
	var found []client
	for _, c := range clients() {
		if names != "" && !slices.Contains(strings.Split(names, ","), c.name) {
			continue
		}
		if _, err := c.command(conversation{}, &harness.Target{API: "127.0.0.1:1", Chat: "127.0.0.1:1"}, t.TempDir(), ""); err != nil {
			fmt.Printf("=== LEFT OUT %s: %v\n", c.name, err)
			continue
		}
		found = append(found, c)
	}
	if len(found) == 0 {
		t.Fatalf("BENCH_CLIENTS=%q names none of the clients", names)
	}
	return found
}

func k6(name string, target *harness.Target, dir, summary string, env []string) *exec.Cmd {
	cmd := exec.Command(harness.K6(), "run", "--quiet", name)
	cmd.Env = append(os.Environ(), "K6_NO_USAGE_REPORT=true", "K6_AUTO_EXTENSION_RESOLUTION=false", "FW_ENV_READ=true",
		"SUMMARY_FILE="+summary, "HTML_FILE="+filepath.Join(dir, "report.html"), "SERIES_FILE="+filepath.Join(dir, "series.ndjson"))
	for name, value := range target.Env() {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Env = append(cmd.Env, env...)
	return cmd
}

func mainScript(c conversation, target *harness.Target, dir, summary string) (*exec.Cmd, error) {
	return k6(harness.MainScript(), target, dir, summary, c.mainJob()), nil
}

func here(name ...string) string {
	return filepath.Join(append([]string{harness.Root(), "tests", "bench"}, name...)...)
}

func script(name string) func(conversation, *harness.Target, string, string) (*exec.Cmd, error) {
	return func(c conversation, target *harness.Target, dir, summary string) (*exec.Cmd, error) {
		return k6(here(name), target, dir, summary, c.script()), nil
	}
}

func epollFloor(c conversation, target *harness.Target, _, summary string) (*exec.Cmd, error) {
	program := filepath.Join(harness.Root(), "bin", "tests", "floor")
	build := exec.Command("go", "build", "-o", program, "./floor")
	build.Dir = here()
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("it cannot be built: %w: %s", err, out)
	}
	return exec.Command(program, append(c.flags(), "-chat", target.Chat, "-summary", summary)...), nil
}

func artillery(c conversation, target *harness.Target, _, _ string) (*exec.Cmd, error) {
	program := os.Getenv("ARTILLERY")
	if program == "" {
		program = "artillery"
	}
	path, err := exec.LookPath(program)
	if err != nil {
		return nil, fmt.Errorf("npm install -g artillery, or ARTILLERY=its path: %w", err)
	}
	cmd := exec.Command(path, "run", "artillery.yml")
	cmd.Dir = here("others")
	cmd.Env = append(os.Environ(), "ARTILLERY_DISABLE_TELEMETRY=true", "WS_URL="+target.Env()["WS_URL"])
	cmd.Env = append(cmd.Env, c.script()...)
	return cmd, nil
}

func tsung(c conversation, target *harness.Target, dir, _ string) (*exec.Cmd, error) {
	path, err := exec.LookPath("tsung")
	if err != nil {
		return nil, fmt.Errorf("apt-get install tsung: %w", err)
	}
	plan, err := os.ReadFile(here("others", "tsung.xml"))
	if err != nil {
		return nil, err
	}
	host, port, err := net.SplitHostPort(target.Chat)
	if err != nil {
		return nil, err
	}
	seconds := func(d float64) string { return fmt.Sprintf("%.6f", d) }
	stream := c.answer() - c.ttft // it goes on while the user pauses
	shortest := int((c.pauseMin + stream).Seconds())
	longest := max(int((c.pauseMax + stream).Seconds()), shortest+1) // whole seconds, and not the same
	whole := max(c.load(), c.spread+c.settle+c.window+c.spare)
	filled := strings.NewReplacer("@HOST@", host, "@PORT@", port, "@USERS@", fmt.Sprint(c.users), "@LOAD@", fmt.Sprintf("%.0f", whole.Seconds()),
		"@EVERY@", seconds(c.spread.Seconds()/float64(max(c.users, 1))), "@TURNS@", fmt.Sprint(c.turns),
		"@PAUSE_MIN@", fmt.Sprint(shortest), "@PAUSE_MAX@", fmt.Sprint(longest)).Replace(string(plan))
	file := filepath.Join(dir, "tsung.xml")
	if err := os.WriteFile(file, []byte(filled), 0o600); err != nil {
		return nil, err
	}
	cmd := exec.Command(path, "-f", file, "-l", filepath.Join(dir, "log"), "-w", "0", "-n", "start")
	cmd.Env = append(os.Environ(), "HOME="+dir)
	return cmd, nil
}

// daemons ends what Tsung leaves running, Erlang's port mapper, unless it was there before.
func daemons(t *testing.T) (end func()) {
	t.Helper()
	const mapper = "127.0.0.1:4369"
	if conn, err := net.Dial("tcp", mapper); err == nil {
		_ = conn.Close()
		return func() {}
	}
	return func() {
		if err := exec.Command("epmd", "-kill").Run(); err != nil && !errors.Is(err, exec.ErrNotFound) {
			t.Logf("epmd -kill: %v", err)
		}
	}
}
