package command

import (
	"context"
	"strings"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/run"
	"github.com/featherweight/xk6-featherweight/internal/stack"
)

// needsDocker says what this machine lacks for a test in a container.
func (j *job) needsDocker(ctx context.Context) error {
	if j.t.Service == "" {
		var known []string
		for _, t := range config.TestTypes() {
			if t.Service != "" {
				known = append(known, t.Name)
			}
		}
		return failf(exitUsage, "RUNNER=docker knows %s: leave RUNNER out for %s", strings.Join(known, ", "), j.t.Name)
	}
	return j.stack().Need(ctx)
}

// dockerCommand is how the test runs in a container, and the environment of that command beside the door's. The run's
// state gets the container's name.
func (j *job) dockerCommand(ctx context.Context) (command, env []string, err error) {
	project := j.stack()
	if err := project.Need(ctx); err != nil {
		return nil, nil, err
	}
	test := stack.Test{
		ID: j.folder.Name(), Type: j.t, Folder: string(j.folder), Files: j.files(), Settings: j.settings, Arguments: j.words.k6Arguments,
	}
	if _, err := j.folder.State(); err == nil { // --dry-run has no folder
		if err := j.folder.Change(func(s *run.State) { s.Container = project.Container(test) }); err != nil {
			return nil, nil, err
		}
	}
	command, env = project.Command(test)
	return command, env, nil
}

// containerPatience is how long a container may take until it can be told something.
const containerPatience = 10 * time.Second

// tellContainer brings a signal to the k6 of a run in a container.
func (d *door) tellContainer(ctx context.Context, state run.State, s run.Signal) error {
	ctx, cancel := context.WithTimeout(ctx, containerPatience)
	defer cancel()
	return d.stack().Kill(ctx, state.Container, string(s))
}
