package command

import (
	"context"
	"fmt"
	"go/version"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/machine"
	"github.com/featherweight/xk6-featherweight/internal/stack"
)

// survey is what was found on this machine so far.
type survey struct {
	*door
	users   int
	perVU   int // of them, in one VU of k6
	lacking int
}

func (s *survey) has(what string) { s.sayf("✓ %s", what) }

func (s *survey) lacks(what, how string) {
	s.sayf("✗ %s: %s", what, how)
	s.lacking++
}

// could is something that only some things need, or that nobody knows.
func (s *survey) could(what, how string) { s.sayf("- %s: %s", what, how) }

// setupVerb is "k6 x fwhz setup".
func setupVerb(d *door) *cobra.Command {
	cmd := d.verb("setup [NAME=value...]", "What does this machine lack for a test, and how to get it?", d.withSettings(func(ctx context.Context, _ []string) error {
		c, err := config.Check(d.settings, config.Main)
		if err != nil {
			return err
		}
		s := &survey{door: d, users: int(c.Int("VUS")), perVU: int(c.Int("USERS_PER_VU"))}
		s.sayf("For %d users:", s.users)
		for _, look := range []func(context.Context){s.build, s.docker, s.ssh, s.workbench, s.files, s.ports, s.monitoring, s.memory, s.cpus} {
			look(ctx)
		}
		if s.lacking > 0 {
			s.sayf("this machine lacks %d of what the tests need: the lines with ✗ say how to get it", s.lacking)
			return failf(exitFailed, "")
		}
		s.sayf("this machine can run the tests")
		return nil
	}))
	cmd.Long = `Looks at programs, open files, ports, memory and CPUs for VUS users; changes nothing. A line with - is something that only
some things need, or that cannot be known here.

Exit code 1 when a test could not run here.`
	return cmd
}

// firstLine is the first line that a program prints; "" when it fails.
func (s *survey) firstLine(ctx context.Context, program string, words ...string) string {
	cmd := exec.CommandContext(ctx, program, words...)
	cmd.Env = pairs(s.env)
	out, err := cmd.Output()
	line, _, _ := strings.Cut(string(out), "\n")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(line)
}

func installed(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}

// build looks at bin/k6, which is this program, and at what builds it again.
func (s *survey) build(ctx context.Context) {
	s.has("bin/k6 is built: " + s.firstLine(ctx, s.k6, "version"))
	mod, err := os.ReadFile(s.at("tools/go.mod"))
	wanted := regexp.MustCompile(`(?m)^go (\S+)`).FindSubmatch(mod)
	if err != nil || wanted == nil {
		return // a binary that came without the sources
	}
	have, want := s.firstLine(ctx, "go", "env", "GOVERSION"), string(wanted[1])
	switch {
	case have == "":
		s.could("Go", "only to build bin/k6 again: https://go.dev/dl")
	case version.Compare(have, "go"+want) < 0:
		s.could("Go "+strings.TrimPrefix(have, "go"), "the build wants "+want+", which Go fetches by itself unless GOTOOLCHAIN=local is set")
	default:
		s.has("Go " + strings.TrimPrefix(have, "go"))
	}
}

func (s *survey) docker(ctx context.Context) {
	if s.composeCommand(ctx) != nil && s.firstLine(ctx, "docker", "info") != "" {
		s.has("Docker and Compose")
		return
	}
	s.could("Docker and Compose", "only for the monitoring and the image: https://docs.docker.com/engine/install")
}

func (s *survey) ssh(context.Context) {
	switch {
	case installed("ssh"):
		s.has("ssh")
	case s.value("SSH_HOST") != "":
		s.lacks("ssh", "SSH_HOST is set: sudo apt-get install openssh-client")
	}
}

// workbench looks at what only those need who work on the suite.
func (s *survey) workbench(context.Context) {
	for _, tool := range []struct{ program, what string }{
		{"bats", "only to work on the suite: sudo apt-get install bats (tests/run fetches it with npm)"},
		{"shellcheck", "only to work on the suite: sudo apt-get install shellcheck"},
		{"node", "only to work on the scripts: https://nodejs.org"},
	} {
		if !installed(tool.program) {
			s.could(tool.program, tool.what)
		}
	}
}

func (s *survey) files(context.Context) {
	need, may := filesFor(s.users), machine.RaiseFiles()
	what := fmt.Sprintf("open files: %d are needed, %s allowed", need, limitText(may))
	if may < need {
		s.lacks(what, `ulimit -n 65536 as root, or "* hard nofile 65536" in /etc/security/limits.conf and a new login (macOS: sudo launchctl limit maxfiles 65536 65536)`)
		return
	}
	s.has(what)
}

func (s *survey) ports(context.Context) {
	have, known := machine.Ports()
	what := fmt.Sprintf("ports for connections: %d", have)
	switch {
	case !known:
		s.could("ports for connections", "not known on "+runtime.GOOS+"; every user wants one")
	case have >= s.users:
		s.has(what)
	case runtime.GOOS == "darwin":
		s.lacks(what, "sudo sysctl net.inet.ip.portrange.first=1024")
	default:
		s.lacks(what, `sudo sysctl net.ipv4.ip_local_port_range="1024 65535"`)
	}
}

// monitoring looks whether its ports are free, where it is to be on this machine.
func (s *survey) monitoring(ctx context.Context) {
	for _, name := range []string{"GRAFANA_URL", "PROMETHEUS_URL"} {
		switch port := localPort(s.value(name)); {
		case port == "":
		case !stack.Listens(ctx, "127.0.0.1:"+port):
			s.has(fmt.Sprintf("port %s is free for the monitoring (%s)", port, name))
		default:
			s.could(fmt.Sprintf("port %s (%s)", port, name), "something listens there; start-monitoring needs it unless that is the monitoring")
		}
	}
}

func (s *survey) memory(context.Context) {
	need := memoryFor(s.users, s.perVU)
	have, known := machine.Available()
	what := fmt.Sprintf("memory: about %d MiB are needed, %d %s", need, have.MiB, have.Of)
	switch {
	case !known:
		s.could(fmt.Sprintf("memory: about %d MiB are needed", need), "how much is free is not known on "+runtime.GOOS)
	case have.MiB >= need:
		s.has(what)
	default:
		s.lacks(what, "stop other programs, take a larger machine, set VUS lower, or USERS_PER_VU higher")
	}
}

// cpus are those that Go uses, which knows the limit of a container.
func (s *survey) cpus(context.Context) {
	have := runtime.GOMAXPROCS(0)
	if have >= 2 {
		s.has(fmt.Sprintf("CPUs: %d", have))
		return
	}
	s.could(fmt.Sprintf("CPUs: %d", have), "two or more are better: a generator that comes late makes the verdict INVALID")
}
