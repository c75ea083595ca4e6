package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/run"
	"github.com/featherweight/xk6-featherweight/internal/scrape"
)

// demoValues are as much as fits into two minutes, where nobody says otherwise.
func demoValues() []string { return []string{"VUS=1000", "IDLE=10s", "RAMP_SCALE=0.1", "DURATION=60s"} }

// demoType is the main test under another name.
func demoType() config.TestType {
	t := config.TestTypes()[0]
	t.Name, t.HealthFirst = "demo", false
	return t
}

// Files of the demo in the folder of its run.
const (
	truthFile    = "truth.json"
	readingsFile = "readings.json"
	targetLog    = "target.log"
)

// demoVerb is the main test against the reference target, which is started here and nowhere else.
func demoVerb(d *door) *cobra.Command {
	return d.verb("demo [NAME=value ...]", "run-websocket in two minutes against the reference target, started for it", func(ctx context.Context, args []string) error {
		words, err := assignments(args)
		if err != nil {
			return err
		}
		for _, word := range demoValues() {
			if name, _, _ := strings.Cut(word, "="); d.env[name] == "" {
				words = append([]string{word}, words...)
			}
		}
		d.env["ENV_FILE"] = os.DevNull // the demo must not meet somebody's real target
		if err := d.load(words); err != nil {
			return err
		}
		target, err := d.demoTarget()
		if err != nil {
			return err
		}
		j, err := d.newJob(ctx, demoType(), runWords{})
		if err != nil {
			return err
		}
		j.own = true
		return j.demo(ctx, target)
	})
}

// demoTarget are the addresses at which the target listens: where BASE_URL and WS_URL point, which must be on this machine.
// Nothing that belongs to another target is left in force.
func (d *door) demoTarget() (addresses map[string]string, err error) {
	addresses = map[string]string{"admin": "127.0.0.1:0"}
	for flag, name := range map[string]string{"api": "BASE_URL", "chat": "WS_URL"} {
		s := d.settings.Get(name)
		u, err := url.Parse(s.Value)
		v, _ := config.Find(name)
		if err != nil || (u.Scheme != "http" && u.Scheme != "ws") || localPort(u.Scheme+"://"+net.JoinHostPort(u.Hostname(), "1")) == "" || strings.Trim(u.Path, "/") != "" {
			return nil, failf(exitFailed, "the demo starts its own target on this machine, and %s=%s is not one (set by: %s): leave it out, or give it the form %s",
				name, s.Shown(), s.Origin, v.Default)
		}
		port := u.Port()
		if port == "" {
			port = "80"
		}
		addresses[flag] = "127.0.0.1:" + port
		d.settings = d.settings.With(name, u.Scheme+"://"+addresses[flag], "demo")
	}
	if addresses["api"] == "127.0.0.1:4000" {
		addresses["admin"] = "127.0.0.1:4999"
	}
	for _, name := range []string{"METRICS_URL", "CHAT_ORCHESTRATOR_URL", "CHAT_TOKEN", "AUTH_HEADER", "METRICS_AUTH_HEADER", "SSH_HOST"} {
		delete(d.env, name)
		d.settings = d.settings.With(name, "", config.OriginDefault)
	}
	return addresses, nil
}

// demo runs the test while the target is there, and compares what both have counted.
func (j *job) demo(ctx context.Context, addresses map[string]string) error {
	j.warnOfOthers()
	watched, done := j.state.watch(ctx, j)
	defer done()
	if err := errors.Join(j.prepare(), watched.Err()); err != nil {
		return j.abandon(err)
	}
	target, err := j.startTarget(watched, addresses)
	if err != nil {
		return j.abandon(err)
	}
	if err := j.launch(watched); err != nil {
		_ = target.stop()
		return j.abandon(err)
	}
	followed := j.follow(ctx, j.folder)
	stopped := target.stop()
	audited := j.audit()
	if err := errors.Join(followed, stopped); err != nil {
		j.notef("%v", err)
	}
	if err := j.told(j.folder); err != nil {
		return err
	}
	if followed != nil || stopped != nil || audited != nil {
		return failf(exitFailed, "")
	}
	return nil
}

// audit compares what was measured with what the target counted itself. A result that cannot be compared is no success.
func (j *job) audit() error {
	j.sayf("")
	audit := Audit(j.out)
	audit.SetArgs([]string{j.folder.File(run.SummaryFile), j.folder.File(truthFile), j.folder.File(readingsFile)})
	err := audit.Execute()
	if err != nil {
		j.notef("the demo's audit: %v", err)
	}
	return err
}

// demoServer is the reference target of a demo.
type demoServer struct {
	cmd   *exec.Cmd
	ended chan error
}

// targetPatience is how long the target may take to begin, and to end.
const targetPatience = 30 * time.Second

// startTarget starts the target in a session of its own, so that Ctrl-C ends the test first and the target afterwards. It
// returns when the target can be used.
func (j *job) startTarget(ctx context.Context, addresses map[string]string) (*demoServer, error) {
	for _, address := range addresses {
		if _, port, _ := net.SplitHostPort(address); port != "0" && !portFree(address) {
			return nil, failf(exitFailed, "port %s is taken, and the demo's target needs it: stop what listens there (ss -ltnp shows it), "+
				"or choose others with BASE_URL=http://127.0.0.1:4100 WS_URL=ws://127.0.0.1:8180", port)
		}
	}
	j.notef("starting the reference target, a stand-in for Featherweight: API %s, chat %s", j.value("BASE_URL"), j.value("WS_URL"))
	ready := j.folder.File("target.ready")
	cmd := exec.CommandContext(context.Background(), j.k6, "x", Name, "target", "--api", addresses["api"], "--chat", addresses["chat"],
		"--admin", addresses["admin"], "--ready-file", ready, "--readings-file", j.folder.File(readingsFile))
	if j.value("HZ_SOURCE") == string(scrape.SourceStream) {
		cmd.Args = append(cmd.Args, "--pulses")
	}
	cmd.Env = j.environment("K6_LOG_FORMAT=") // k6Message reads its log
	var err error
	if cmd.Stdout, err = os.Create(j.folder.File(truthFile)); err != nil {
		return nil, err
	}
	if cmd.Stderr, err = os.Create(j.folder.File(targetLog)); err != nil {
		return nil, err
	}
	run.Apart(cmd)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &demoServer{cmd: cmd, ended: make(chan error, 1)}
	go func() { s.ended <- cmd.Wait() }()
	for end := time.Now().Add(targetPatience); ; {
		if info, err := os.Stat(ready); err == nil && info.Size() > 0 {
			return s, os.Remove(ready)
		}
		select {
		case <-s.ended:
			log, _ := os.ReadFile(j.folder.File(targetLog))
			return nil, failf(exitFailed, "the reference target did not start: %s", k6Message(string(log)))
		case <-ctx.Done():
			_ = s.stop()
			return nil, ctx.Err()
		case <-time.After(20 * time.Millisecond):
			if time.Now().After(end) {
				_ = s.stop()
				return nil, failf(exitFailed, "the reference target was not ready within 30 seconds: %s may say why", j.folder.File(targetLog))
			}
		}
	}
}

// stop ends the target, which prints its truth when it does.
func (s *demoServer) stop() error {
	_ = run.Stop(s.cmd.Process)
	select {
	case <-s.ended:
		return nil
	case <-time.After(targetPatience):
		_ = s.cmd.Process.Kill()
		return fmt.Errorf("the reference target did not end within %s and was killed: there is no truth to compare with", targetPatience)
	}
}
