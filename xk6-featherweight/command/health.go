package command

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/run"
)

// gracePeriod is how long a program that was told to end may take.
const gracePeriod = 30 * time.Second

// checkHealth looks whether the target is healthy: there is no load on one that is not. It leaves no results.
func (j *job) checkHealth(ctx context.Context) error {
	j.notef("health check first (--skip-health leaves it out)")
	t, _ := config.FindTestType("health")
	check := &job{door: j.door, t: t, folder: j.folder}
	var err error
	if check.file, err = j.script(t); err != nil {
		return err
	}
	command, env, err := check.testCommand(ctx)
	if err != nil {
		return err
	}
	for name := range run.ResultFiles() {
		env = append(env, name+"=")
	}
	log, err := os.Create(j.folder.File("health.log"))
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = j.environment(env...)
	cmd.Stdout = io.MultiWriter(j.out, log)
	cmd.Stderr = cmd.Stdout
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = gracePeriod
	err = cmd.Run()
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	code := exitFailed
	if exited := (*exec.ExitError)(nil); errors.As(err, &exited) && exited.ExitCode() > 0 {
		code = exited.ExitCode()
	}
	j.rollBackAfter(ctx, j.folder, code)
	return failf(code, "the health check failed, so no load was started: the lines above say what is down; --skip-health starts it anyway")
}
