// Package stack is the suite in containers: the engine that runs them, what docker-compose.yml describes, and the words
// with which a test runs in one. It knows no k6 and no command line.
package stack

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/mask"
)

// defaultName is the project of docker-compose.yml; the file .env says the same to who calls compose without us.
const defaultName = "k6-tests"

// Call is one call of a program.
type Call struct {
	Words    []string
	Env      []string // NAME=value, all that the program gets
	Dir      string
	Out, Err io.Writer
}

// Project is what docker-compose.yml describes, in the engine of this machine: Docker, or where there is no such program
// Podman. Need comes before everything that calls compose.
type Project struct {
	// Run calls a program and waits for it; an error when it does not end well, exec.ErrNotFound when there is none. New
	// sets one that does.
	Run func(context.Context, Call) error

	root, name string
	env        []string
	log        io.Writer
	engine     string   // once it has answered: docker or podman
	compose    []string // once it was found
	rootless   bool
}

// New is the project of the suite in root. What compose says goes to log. The programs get env, lines of NAME=value, in
// which COMPOSE_PROJECT_NAME can name another project, as for compose itself.
func New(root string, env []string, log io.Writer) *Project {
	p := &Project{Run: run, root: root, env: env, log: log}
	p.name = cmp.Or(p.variable("COMPOSE_PROJECT_NAME"), defaultName)
	return p
}

// variable is the value of a name in the environment of the programs.
func (p *Project) variable(name string) (value string) {
	for _, line := range p.env {
		if text, found := strings.CutPrefix(line, name+"="); found {
			value = text // the last one counts
		}
	}
	return value
}

// run calls a program. When the context ends, the program may still tidy up.
func run(ctx context.Context, c Call) error {
	cmd := exec.CommandContext(ctx, c.Words[0], c.Words[1:]...)
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = c.Env, c.Dir, c.Out, c.Err
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	return cmd.Run()
}

// ask is what a program prints. The error is the last line of what it complains about.
func (p *Project) ask(ctx context.Context, words ...string) (string, error) {
	var out, complaint bytes.Buffer
	err := p.Run(ctx, Call{Words: words, Env: p.env, Dir: p.root, Out: &out, Err: &complaint})
	if err == nil {
		return strings.TrimSpace(out.String()), nil
	}
	lines := strings.Split(strings.TrimSpace(complaint.String()), "\n")
	if last := lines[len(lines)-1]; last != "" {
		return "", errors.New(mask.Text(last))
	}
	return "", err
}

// do calls a program, and shows what it says.
func (p *Project) do(ctx context.Context, words ...string) error {
	return p.Run(ctx, Call{Words: words, Env: p.env, Dir: p.root, Out: p.log, Err: p.log})
}

// NeedEngine fails in one line unless there is an engine that answers.
func (p *Project) NeedEngine(ctx context.Context) error {
	if p.engine != "" {
		return nil
	}
	for _, engine := range []string{"docker", "podman"} {
		said, err := p.ask(ctx, engine, "info")
		switch {
		case errors.Is(err, exec.ErrNotFound):
			continue
		case err != nil && engine == "docker":
			return fmt.Errorf("Docker does not answer (%w): start it with \"sudo systemctl start docker\", "+ //nolint:staticcheck // a name
				"or add yourself to the group docker", err)
		case err != nil:
			return fmt.Errorf("Podman does not answer (%w): \"podman info\" shows it", err) //nolint:staticcheck // a name
		}
		p.engine, p.rootless = engine, isRootless(said)
		return nil
	}
	return errors.New("Docker is not installed, and this needs it: https://docs.docker.com/engine/install; " + //nolint:staticcheck // a name
		"tests run without it (RUNNER=native)")
}

// isRootless reads what "docker info" or "podman info" says about who the engine runs as.
func isRootless(info string) bool {
	for line := range strings.Lines(info) {
		if line = strings.TrimSpace(line); line == "rootless" || line == "rootless: true" {
			return true
		}
	}
	return false
}

// Need fails in one line unless there are an engine that answers and a compose.
func (p *Project) Need(ctx context.Context) error {
	if err := p.NeedEngine(ctx); err != nil {
		return err
	}
	for _, words := range [][]string{{p.engine, "compose"}, {p.engine + "-compose"}} {
		if p.compose != nil {
			break
		}
		if _, err := p.ask(ctx, slices.Concat(words, []string{"version"})...); err == nil {
			p.compose = slices.Concat(words, []string{"--project-name", p.name, "-f", filepath.Join(p.root, "docker-compose.yml")})
			if p.engine == "docker" { // podman-compose knows no such flag, and takes the folder of the file anyhow
				p.compose = append(p.compose, "--project-directory", p.root)
			}
		}
	}
	if p.compose == nil {
		return fmt.Errorf("%[1]s is there, but Compose is not: install the package %[2]s-compose-plugin (or %[2]s-compose)",
			strings.ToUpper(p.engine[:1])+p.engine[1:], p.engine)
	}
	return nil
}

// Answers says whether there is an engine that could run something.
func (p *Project) Answers(ctx context.Context) bool { return p.NeedEngine(ctx) == nil }

// composed are the words of a call of compose.
func (p *Project) composed(profile string, words ...string) []string {
	return append(append(slices.Clone(p.compose), "--profile", profile), words...)
}

// waits says that this compose can wait until containers are healthy. docker-compose 1 cannot, and of Podman's nobody knows.
func (p *Project) waits() bool { return p.engine == "docker" && p.compose[1] == "compose" }
