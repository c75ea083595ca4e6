package bench

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
	"github.com/featherweight/tests/measure"
)

// looped is what a loop has done until now, by its own count.
type looped struct {
	Ticks      float64 `json:"ticks"`
	Seconds    float64 `json:"seconds"` // of its life
	Scrapes    float64 `json:"scrapes"`
	LongestGap float64 `json:"longest_gap_ms"`
}

// since are the figures of the time from one look to another: readings a second, Hz, longest gap, and the share of a core in percent.
func (l looped) since(from looped, cpu time.Duration) []string {
	took := l.Seconds - from.Seconds
	return []string{
		fmt.Sprintf("%.0f", (l.Scrapes-from.Scrapes)/took), fmt.Sprintf("%.2f", (l.Ticks-from.Ticks)/took),
		fmt.Sprintf("%.1f", l.LongestGap), fmt.Sprintf("%.1f", 100*cpu.Seconds()/took),
	}
}

// loopServer is something whose loop is measured.
type loopServer struct {
	metrics string // URL
	pid     int
	truth   func() looped
	chat    *harness.Target // nil of one without
}

// reference starts the reference server.
func reference(t *testing.T) loopServer {
	target := harness.StartTarget(t)
	return loopServer{"http://" + target.API + "/metrics", target.PID(), func() looped {
		is := target.Live()
		return looped{is.Ticks, is.Seconds, is.Scrapes, is.LongestGap}
	}, target}
}

// nodeLoop starts loop.mjs.
func nodeLoop(t *testing.T) loopServer {
	t.Helper()
	cmd := exec.Command("node", here("loop.mjs"))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	begin(t, cmd)
	line, err := bufio.NewReader(out).ReadString('\n')
	var at struct{ Listens string }
	if err == nil {
		err = json.Unmarshal([]byte(line), &at)
	}
	if err != nil {
		t.Fatalf("loop.mjs does not say where it listens: %v: %q", err, line)
	}
	return loopServer{"http://" + at.Listens + "/metrics", cmd.Process.Pid, func() looped {
		resp, err := http.Get("http://" + at.Listens + "/truth")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		var is looped
		if err := json.NewDecoder(resp.Body).Decode(&is); err != nil {
			t.Fatal(err)
		}
		return is
	}, nil}
}

// begin starts a program that is killed with the test.
func begin(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
	})
}

// observer is somebody who reads the loop, or talks with its server.
type observer struct {
	name  string
	start func(t *testing.T, s loopServer, talk conversation)
}

func nobody(*testing.T, loopServer, conversation) {}

// sampler is ours, with its defaults.
func sampler(t *testing.T, s loopServer, _ conversation) {
	cmd := exec.Command(harness.K6(), "x", "fwhz", "hz", s.metrics)
	cmd.Env = append(os.Environ(), "K6_NO_USAGE_REPORT=true", "K6_AUTO_EXTENSION_RESOLUTION=false")
	begin(t, cmd)
}

// scrapers are as many users who scrape once a second.
func scrapers(t *testing.T, s loopServer, talk conversation) {
	cmd := exec.Command(harness.K6(), "run", "--quiet", here("scrapers.js"))
	cmd.Env = append(append(os.Environ(), "K6_NO_USAGE_REPORT=true", "METRICS_URL="+s.metrics), talk.script()...)
	begin(t, cmd)
}

// chatting is a client of the conversation.
func chatting(name string) func(*testing.T, loopServer, conversation) {
	return func(t *testing.T, s loopServer, talk conversation) {
		for _, c := range clients() {
			if c.name != name {
				continue
			}
			dir := t.TempDir()
			cmd, err := c.command(talk, s.chat, dir, dir+"/summary.json")
			if err != nil {
				t.Fatal(err)
			}
			begin(t, cmd)
		}
	}
}

func both(a, b func(*testing.T, loopServer, conversation)) func(*testing.T, loopServer, conversation) {
	return func(t *testing.T, s loopServer, talk conversation) {
		a(t, s, talk)
		b(t, s, talk)
	}
}

// TestTheMeasuredIsNotDisturbed is `make bench-disturb`.
func TestTheMeasuredIsNotDisturbed(t *testing.T) {
	asked(t, "disturb")
	talk := everyday(number(t, "BENCH_USERS", 1000), 10*time.Second, duration(t, "BENCH_WINDOW", 20*time.Second))
	talk.spare = 2 * time.Minute // nobody waits for the end
	each := fmt.Sprintf("%d users, one scrape a second each", talk.users)
	alone := []observer{{"nobody", nobody}, {"our sampler", sampler}, {each, scrapers}}
	rows := [][]string{}
	if _, err := exec.LookPath("node"); err != nil {
		fmt.Printf("=== LEFT OUT the loop of Node.js: install Node.js 20 or newer: %v\n", err)
	} else {
		for _, o := range alone {
			rows = append(rows, o.watch(t, "Node.js", nodeLoop, talk))
		}
	}
	chat := fmt.Sprintf("%d users in the chat", talk.users)
	for _, o := range append(alone,
		observer{chat, chatting(bare)},
		observer{chat + " and our sampler: the main job", chatting(mainJob)},
		observer{chat + ", and one scrape a second each", both(chatting(bare), scrapers)},
	) {
		rows = append(rows, o.watch(t, "reference server", reference, talk))
	}
	tell(t, "make bench-disturb", fmt.Sprintf("%v each. The loop of Node.js (tests/bench/loop.mjs) has one thread for its turns and its `/metrics`. That of the reference server takes every turn at the time at which it was due, "+
		"however busy the machine is, so that its truth depends on nothing; what is taken from it is CPU.\n\n", talk.window)+
		measure.Table([]string{"loop", "what is done to it", "readings a second", "Hz", "longest gap, ms", "CPU of its process, % of a core"}, rows)+
		"\n"+most(t, talk.window))
}

// watch lets an observer do what he does, and returns what became of the loop.
func (o observer) watch(t *testing.T, name string, server func(*testing.T) loopServer, talk conversation) []string {
	t.Helper()
	row := []string{name, o.name, "failed", "", "", ""}
	t.Run(name+", "+o.name, func(t *testing.T) {
		s := server(t)
		o.start(t, s, talk)
		<-time.After(talk.settle) // the moment of the measurement
		tree := measure.Tree(s.pid)
		cpu := func() time.Duration {
			used, err := measure.CPU(tree)
			if err != nil {
				t.Fatal(err)
			}
			return used
		}
		from, used := s.truth(), cpu()
		<-time.After(talk.window)
		to := s.truth()
		row = append([]string{name, o.name}, to.since(from, cpu()-used)...)
	})
	fmt.Println(row)
	return row
}

// most is what the reference server can send, while the floor reads it as fast as it can.
func most(t *testing.T, window time.Duration) string {
	t.Helper()
	const users = 200
	c := conversation{users: users, spread: time.Second, turns: 1, interval: time.Microsecond, tokens: 1 << 30, window: window, settle: 2 * time.Second, spare: time.Minute}
	var of client
	for _, one := range clients() {
		if one.name == floor {
			of = one
		}
	}
	text := "What the reference server can send at most could not be measured.\n"
	t.Run("most", func(t *testing.T) {
		r := of.start(t, c)
		r.startUp(t)
		<-time.After(c.settle) // the moment of the measurement
		target := func() time.Duration {
			used, err := measure.CPU(measure.Tree(r.target.PID()))
			if err != nil {
				t.Fatal(err)
			}
			return used
		}
		from, used := r.look(t), target()
		<-time.After(window)
		to := r.look(t)
		sent := to.sent.Tokens - from.sent.Tokens
		own, took := (target() - used).Seconds(), to.at.Sub(from.at).Seconds()
		r.kill()
		<-r.ended
		text = fmt.Sprintf("The reference server without a pace, %d streams, sends %.0f tokens a second while the floor reads them on the same machine: %.1f µs of its CPU a token (a core of its own: %.0f tokens a second), "+
			"and %.1f µs of the floor's.\n", users, sent/took, 1e6*own/sent, sent/own, 1e6*(to.cpu-from.cpu).Seconds()/sent)
	})
	return text
}
