package stack

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/config"
)

// Image is what Build makes and docker-compose.yml runs.
const Image = "fw-k6:latest"

// Dockerfile in the suite's folder says how. It is where the sources are, and not in what is given away.
const Dockerfile = "Dockerfile"

// AllProfiles are compose's words for everything that docker-compose.yml has.
func AllProfiles() []string {
	words := []string{"--profile", monitoring}
	for _, t := range config.TestTypes() {
		if t.Profile != "" {
			words = append(words, "--profile", t.Profile)
		}
	}
	return append(words, "--profile", "demo")
}

// label is what compose puts on everything of the project.
func (p *Project) label() string { return "label=com.docker.compose.project=" + p.name }

// DownAll stops and removes all containers of the project, and its network. Volumes stay.
func (p *Project) DownAll(ctx context.Context) error {
	if err := p.Need(ctx); err != nil {
		return err
	}
	if err := p.do(ctx, slices.Concat(p.compose, AllProfiles(), []string{"down", "--remove-orphans"})...); err != nil {
		return fmt.Errorf("the containers could not be stopped (%w): the lines above say why", err)
	}
	return nil
}

// Containers are the names of all containers of the project, also of those that do not run.
func (p *Project) Containers(ctx context.Context) ([]string, error) {
	if err := p.NeedEngine(ctx); err != nil {
		return nil, err
	}
	said, err := p.ask(ctx, p.engine, "ps", "-a", "--filter", p.label(), "--format", "{{.Names}}")
	return strings.Fields(said), err
}

// againAfter is the time after which Kill tries again.
const againAfter = 200 * time.Millisecond

// Kill sends a signal, such as INT, to the first process of a container. It may not have begun yet: Kill tries until it is
// told, or until the context ends.
func (p *Project) Kill(ctx context.Context, container, signal string) error {
	if err := p.NeedEngine(ctx); err != nil {
		return err
	}
	for {
		_, err := p.ask(ctx, p.engine, "kill", "--signal", signal, container)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the container %s could not be told to end (%w): %s ps shows what runs", container, err, p.engine)
		case <-time.After(againAfter):
		}
	}
}

// Build builds the image. Words are handed on, and what the engine says is shown.
func (p *Project) Build(ctx context.Context, words []string) (megabytes int64, err error) {
	if err := p.NeedEngine(ctx); err != nil {
		return 0, err
	}
	line := []string{p.engine, "build", "--tag", Image}
	for _, of := range []struct{ argument, question string }{{"VERSION", "describe --tags --always --dirty"}, {"REVISION", "rev-parse HEAD"}} {
		answer, err := p.ask(ctx, append([]string{"git", "-C", p.root}, strings.Fields(of.question)...)...)
		if err != nil || answer == "" {
			answer = "unknown"
		}
		line = append(line, "--build-arg", of.argument+"="+answer)
	}
	if err := p.do(ctx, append(append(line, words...), p.root)...); err != nil {
		return 0, fmt.Errorf("the image could not be built (%w): the lines above say why", err)
	}
	said, err := p.ask(ctx, p.engine, "image", "inspect", "--format", "{{.Size}}", Image)
	if err != nil {
		return 0, fmt.Errorf("the image was built, but is not there: %w", err)
	}
	var size int64
	_, err = fmt.Sscan(said, &size)
	return size / 1e6, err
}

// Clean removes what the project made: containers, networks, the image, and with volumes its data, too. Compose is not
// needed for it.
func (p *Project) Clean(ctx context.Context, volumes bool) error {
	if err := p.NeedEngine(ctx); err != nil {
		return err
	}
	kinds := []struct{ list, remove []string }{
		{[]string{"ps", "-aq", "--filter", p.label()}, []string{"rm", "--force"}},
		{[]string{"network", "ls", "-q", "--filter", p.label()}, []string{"network", "rm"}},
		{[]string{"image", "ls", "-q", Image}, []string{"image", "rm", Image}},
		{[]string{"volume", "ls", "-q", "--filter", p.label()}, []string{"volume", "rm"}},
	}
	if !volumes {
		kinds = kinds[:3]
	}
	for _, kind := range kinds {
		said, err := p.ask(ctx, append([]string{p.engine}, kind.list...)...)
		if err == nil && said != "" {
			words := append([]string{p.engine}, kind.remove...)
			if kind.remove[len(kind.remove)-1] != Image { // the image has a name; its id may have others
				words = append(words, strings.Fields(said)...)
			}
			_, err = p.ask(ctx, words...)
		}
		if err != nil {
			return fmt.Errorf("%s %s: %w", p.engine, strings.Join(kind.remove, " "), err)
		}
	}
	return nil
}
