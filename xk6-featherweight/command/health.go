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

// checkHealth looks whether the target is healthy: there is no load on one that is not. It leaves results only when it failed:
// then they stand for those of the test.
func (j *job) checkHealth(ctx context.Context) error {
	j.notef("health check first (--skip-health leaves it out)")
	t, _ := config.FindTestType("health")
	check := &job{door: j.door, t: t, folder: j.folder, before: true}
	var err error
	if check.file, err = j.script(t); err != nil {
		return err
	}
	command, env, err := check.testCommand(ctx)
	if err != nil {
		return err
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
	failed := err != nil && ctx.Err() == nil
	if told := check.leave(failed); told != nil {
		j.warnf("what the health check found could not be written: %v", told)
	}
	if !failed {
		return ctx.Err()
	}
	code := exitFailed
	if exited := (*exec.ExitError)(nil); errors.As(err, &exited) && exited.ExitCode() > 0 {
		code = exited.ExitCode()
	}
	j.rollBackAfter(ctx, j.folder, code)
	return failf(code, "the health check failed, so no load was started: the lines above say what is down; --skip-health starts it anyway")
}

// checkReports are the files of a health check before a test that are kept when it failed, for a CI system shows nothing else:
// by variable, under names that no result of the test has.
func checkReports() map[string]string {
	files := map[string]string{}
	for name, file := range run.ResultFiles() {
		files[name] = ""
		if name == "JUNIT_FILE" || name == "REPORT_FILE" {
			files[name] = "health-" + file
		}
	}
	return files
}

// leave puts the reports of a check that failed in the place of those of the test that does not come, and takes away any other's.
func (j *job) leave(failed bool) error {
	for name, file := range j.files() {
		if file == "" {
			continue
		}
		var err error
		if failed {
			err = os.Rename(j.folder.File(file), j.folder.File(run.ResultFiles()[name]))
		} else {
			err = os.Remove(j.folder.File(file))
		}
		if err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	if !failed {
		return nil
	}
	copies, err := j.copies()
	if err != nil {
		return err
	}
	return run.Deliver(j.folder, copies)
}
