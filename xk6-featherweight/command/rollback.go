package command

import (
	"context"
	"errors"
	"net/url"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/featherweight/xk6-featherweight/internal/run"
	"github.com/featherweight/xk6-featherweight/internal/stack"
)

// rollbackPatience is how long ROLLBACK_COMMAND may take.
const rollbackPatience = 10 * time.Minute

// rollBackAfter does what follows a run that did not pass. The test's exit code stays what it is.
func (d *door) rollBackAfter(ctx context.Context, folder run.Folder, code int) {
	state, err := folder.State()
	if err != nil || state.Type == "health" || state.Type == "demo" {
		return
	}
	if state.Monitoring {
		d.sayf("rollback: stopping the monitoring that this run started")
		if err := d.stopMonitoring(ctx); err != nil {
			d.sayf("rollback: the monitoring could not be stopped: %v", err)
		}
	}
	if d.value("ROLLBACK_COMMAND") == "" {
		return
	}
	if why := leaveAlone(verdict(folder), code, d.settings.True("ROLLBACK_ON_INVALID")); why != "" {
		d.sayf("rollback: ROLLBACK_COMMAND was not run: %s", why)
		return
	}
	outcome := "done"
	if !d.rollbackHook(ctx, folder, state.Type, code) {
		outcome = "failed"
	}
	if err := folder.Change(func(s *run.State) { s.Rollback = outcome }); err != nil {
		d.sayf("rollback: its outcome could not be written down: %v", err)
	}
}

// leaveAlone says why a run that did not pass is no reason to roll anything back; "" when it is one. Who stopped a test
// has found out nothing about the server, and neither has a test that could not measure.
func leaveAlone(verdict string, code int, onInvalid bool) string {
	switch {
	case code == stoppedCode:
		return "the test was stopped by hand"
	case code == missedCode && verdict != "INVALID", onInvalid:
		return ""
	case verdict == "INVALID":
		return "the result is INVALID, it says nothing of the server; ROLLBACK_ON_INVALID=true wants it all the same"
	default:
		return "the test ended without a result (exit code " + strconv.Itoa(code) + "); ROLLBACK_ON_INVALID=true wants it all the same"
	}
}

// k6's exit codes: an objective was missed, the test was stopped.
const (
	missedCode  = 99
	stoppedCode = 105
)

// rollbackHook runs ROLLBACK_COMMAND, with what it may want to know in its environment.
func (d *door) rollbackHook(ctx context.Context, folder run.Folder, typeName string, code int) bool {
	d.sayf("rollback: running ROLLBACK_COMMAND")
	ctx, cancel := context.WithTimeout(ctx, rollbackPatience)
	defer cancel()
	shell := []string{"sh", "-c", `eval "$ROLLBACK_COMMAND"`} // it may hold a token, and everybody sees the words of a process
	if runtime.GOOS == "windows" {
		shell = []string{"cmd", "/c", d.value("ROLLBACK_COMMAND")}
	}
	hook := exec.CommandContext(ctx, shell[0], shell[1:]...)
	hook.Env = d.environment("SLO_VERDICT="+verdict(folder), "SLO_EXIT_CODE="+strconv.Itoa(code), "SLO_RESULTS_DIR="+string(folder), "SLO_TEST_TYPE="+typeName)
	hook.Stdout, hook.Stderr = d.out, d.out
	hook.WaitDelay = gracePeriod
	err := hook.Run()
	exited := (*exec.ExitError)(nil)
	switch {
	case err == nil:
		d.sayf("rollback: ROLLBACK_COMMAND is done")
	case ctx.Err() != nil:
		d.sayf("rollback: ROLLBACK_COMMAND took more than 10 minutes and was stopped")
	case errors.As(err, &exited):
		d.sayf("rollback: ROLLBACK_COMMAND failed with exit code %d; the test's own exit code stays %d", exited.ExitCode(), code)
	default:
		d.sayf("rollback: ROLLBACK_COMMAND could not be run (%v); the test's own exit code stays %d", err, code)
	}
	return err == nil
}

// rollbackVerb is the same by hand.
func rollbackVerb(d *door) *cobra.Command {
	var verify bool
	cmd := d.verb("rollback [NAME=value ...]", "stop runs, containers, and run ROLLBACK_COMMAND", d.withSettings(func(ctx context.Context, _ []string) error {
		if verify {
			return d.verifyRollback(ctx)
		}
		return d.rollBack(ctx)
	}))
	cmd.Flags().BoolVar(&verify, "verify", false, "only look what is left")
	return cmd
}

func (d *door) rollBack(ctx context.Context) error {
	failed := false
	for _, folder := range d.store().Live() {
		d.sayf("stopping the run %s", folder.Name())
		if err := d.cancelRun(ctx, folder); err != nil {
			d.warnf("%v", err)
			failed = true
		}
	}
	if err := d.removeContainers(ctx); err != nil {
		d.warnf("%v", err)
		failed = true
	}
	if folder, err := d.store().Find(""); err == nil && d.value("ROLLBACK_COMMAND") != "" {
		state, err := folder.State()
		if err != nil {
			return err
		}
		failed = !d.rollbackHook(ctx, folder, state.Type, state.Code()) || failed
	}
	if failed {
		return failf(exitFailed, "the rollback is not complete: the lines above say what is left; ./run-slo-testing.sh rollback --verify lists it")
	}
	d.sayf("rolled back; ./run-slo-testing.sh rollback --verify proves it")
	return nil
}

// verifyRollback looks, and changes nothing.
func (d *door) verifyRollback(ctx context.Context) error {
	clean := true
	verified := func(what, problem string) {
		if problem == "" {
			d.sayf("✓ %s", what)
			return
		}
		clean = false
		d.sayf("✗ %s: %s", what, problem)
	}
	var alive []string
	for _, folder := range d.store().Live() {
		alive = append(alive, "run "+folder.Name())
	}
	verified("no test is under way", strings.Join(alive, ", "))
	verified(d.containersLeft(ctx))
	for _, name := range []string{"GRAFANA_URL", "PROMETHEUS_URL"} {
		if port := localPort(d.value(name)); port != "" {
			problem := ""
			if stack.Listens(ctx, "127.0.0.1:"+port) {
				problem = "something listens there"
			}
			verified("port "+port+" is free ("+name+")", problem)
		}
	}
	if !clean {
		return failf(exitFailed, "not everything is gone: ./run-slo-testing.sh rollback")
	}
	return nil
}

// localPort is the port of a URL that names this machine; "" for another one.
func localPort(text string) string {
	u, err := url.Parse(text)
	if err != nil || (u.Hostname() != "localhost" && u.Hostname() != "127.0.0.1" && u.Hostname() != "::1") {
		return ""
	}
	return u.Port()
}
