package command

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/featherweight/xk6-featherweight/internal/remote"
	"github.com/featherweight/xk6-featherweight/internal/run"
)

const (
	// farState is the state file that the run has there. Without it, its results were not fetched.
	farState = "remote.state"
	// fetched is where the results are until they are all there.
	fetched = ".fetched"
)

// fetchVerb is the hidden verb that the supervisor of a run on another machine runs: it fetches its log and its results,
// and ends with its exit code.
func fetchVerb(d *door) *cobra.Command {
	cmd := d.verb("_fetch DIR", "fetch a run from another machine", func(ctx context.Context, args []string) error {
		ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
		defer stop()
		return d.fetch(ctx, run.Folder(args[0]), remote.FetchPatience())
	})
	cmd.Hidden, cmd.Args = true, cobra.ExactArgs(1)
	return cmd
}

// fetch writes to the log of the run here, which is where d.out goes.
func (d *door) fetch(ctx context.Context, folder run.Folder, p remote.Patience) error {
	state, err := folder.State()
	if err != nil {
		return err
	}
	far, err := d.machine(state.Host)
	if err != nil {
		return err
	}
	results := run.Folder(folder.File(fetched))
	err = far.Fetch(ctx, state.Host.ID, d.out, string(results), p)
	switch {
	case ctx.Err() != nil:
		return failf(exitFailed, "the fetching was ended; the run goes on on %s, ./run-slo-testing.sh attach takes it up again", far.Name())
	case isNoRun(err):
		return failf(exitFailed, "there is no run %s on %s: it was not started, or it was removed there", state.Host.ID, far.Name())
	case err != nil:
		return failf(exitFailed, "the run on %s cannot be fetched any more (%v); it may go on there: ./run-slo-testing.sh attach takes it up again", far.Name(), err)
	}
	there, err := results.State()
	if err != nil {
		return err
	}
	if err := settle(results, folder); err != nil {
		return failf(exitFailed, "the results could not be put into %s: %v; ./run-slo-testing.sh attach fetches them again", folder, err)
	}
	if state.Follower.PID != 0 { // nobody wants to keep it
		if err := far.Ask(ctx, remote.Request{Verb: remote.Forget, ID: state.Host.ID}, nil, nil); err != nil {
			d.warnf("the results could not be removed from %s: %v", far.Name(), err)
		}
	}
	if there.Phase != run.Finished {
		return failf(exitFailed, "the run on %s ended without a result: its process is gone there", far.Name())
	}
	return failf(there.Code(), "")
}

// settle moves fetched results into the folder of the run, without what that has of its own; the state comes last.
func settle(from, folder run.Folder) error {
	entries, err := os.ReadDir(string(from))
	if err != nil {
		return err
	}
	for _, entry := range entries {
		switch entry.Name() {
		case run.LogFile, run.ConfigFile, farState, run.StateFile:
			continue
		}
		to := folder.File(entry.Name())
		if err := os.RemoveAll(to); err != nil {
			return err
		}
		if err := os.Rename(from.File(entry.Name()), to); err != nil {
			return err
		}
	}
	if err := os.Rename(from.File(run.StateFile), folder.File(farState)); err != nil {
		return err
	}
	return os.RemoveAll(string(from))
}

// unfetched says that a run is on another machine, and nobody fetches its results any more although they are not here.
func (d *door) unfetched(folder run.Folder, state run.State) bool {
	return state.Host.ID != "" && !state.Lives() && !exists(folder.File(farState))
}

// resumeFetching fetches a run from the beginning whose supervisor here is gone: it may go on there.
func (d *door) resumeFetching(ctx context.Context, folder run.Folder) error {
	state, err := folder.State()
	if err != nil {
		return err
	}
	if state.Host.ID == "" {
		return failf(exitFailed, "the run %s was not started on %s", folder.Name(), state.Host.Name)
	}
	d.notef("the run %s is on %s: fetching its log and results again", folder.Name(), state.Host.Name)
	if err := os.Truncate(folder.File(run.LogFile), 0); err != nil {
		return err
	}
	if err := folder.Change(func(s *run.State) { s.Phase, s.Supervisor, s.K6 = run.Starting, run.Self(), run.Process{} }); err != nil {
		return err
	}
	return errors.Join(ctx.Err(), run.Start(folder, d.supervisor(folder), run.Plan{Command: d.fetchCommand(folder), Env: d.environment()}))
}

// fetchCommand is what a supervisor runs that fetches a run.
func (d *door) fetchCommand(folder run.Folder) []string {
	return []string{d.k6, "x", Name, "_fetch", string(folder)}
}

// tellThere brings a signal to a run on another machine. What must end at once ends here, too, when that machine cannot
// be reached: then nobody waits for it any more.
func (d *door) tellThere(ctx context.Context, folder run.Folder, s run.Signal) error {
	state, err := folder.State()
	if err != nil {
		return err
	}
	if state.Host.ID == "" {
		return run.Tell(ctx, folder, s, run.Ears{}) // whoever starts it
	}
	far, err := d.machine(state.Host)
	if err == nil {
		err = far.Ask(ctx, remote.Request{Verb: remote.Tell, ID: state.Host.ID, Signal: string(s)}, nil, nil)
	}
	if err == nil {
		return nil
	}
	d.warnf("%s could not be told to stop the run (%v): it goes on there", state.Host.Name, err)
	if s == run.Kill {
		d.warnf("only its fetching is ended here; ./run-slo-testing.sh attach takes it up again")
		return state.K6.Signal(run.Terminate)
	}
	return err
}

// onlyThere says that a run is on SSH_HOST, and this machine knows nothing of it: or of any there, without a name.
func (d *door) onlyThere(name string) bool {
	hosts := d.hosts()
	if len(hosts) == 0 {
		return false
	}
	folder, err := d.store().Find(name)
	if err != nil || name != "" {
		return err != nil
	}
	state, err := folder.State()
	return err != nil || (len(hosts) == 1 && state.Host.Name != hosts[0])
}

// askThere has a verb answered on SSH_HOST. The error has its exit code.
func (d *door) askThere(ctx context.Context, verb string, args []string) error {
	if len(d.hosts()) > 1 {
		return d.eachHost(d.hosts(), func(one *door) error { return one.askThere(ctx, verb, args) })
	}
	far, err := d.machine(d.host())
	if err != nil {
		return err
	}
	err = far.Ask(ctx, remote.Request{Verb: remote.Command, Words: append([]string{verb}, args...)}, d.out, d.err)
	if f := (*remote.CallError)(nil); errors.As(err, &f) && f.Said {
		return failf(f.Code, "")
	}
	return noSSH(far, err)
}
