package command

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/featherweight/xk6-featherweight/internal/run"
)

// controlVerbs look at runs and stop them, from whatever shell. RUN names one by its folder; without it, it is the newest
// that is under way, else the newest.
func controlVerbs(d *door) []*cobra.Command {
	var watch bool
	one := func(use, short string, do func(ctx context.Context, name string) error) *cobra.Command {
		cmd := d.verb(use+" [RUN]", short, func(ctx context.Context, args []string) error {
			if err := d.load(nil); err != nil {
				return err
			}
			name := ""
			if len(args) > 0 {
				name = args[0]
			}
			if d.onlyThere(name) {
				if watch {
					args = append([]string{"--follow"}, args...)
				}
				return d.askThere(ctx, use, args)
			}
			return do(ctx, name)
		})
		cmd.Args = d.atMost(1)
		return cmd
	}
	logs := one("logs", "its log; -f as it grows", func(ctx context.Context, name string) error { return d.logs(ctx, name, watch) })
	logs.Flags().BoolVarP(&watch, "follow", "f", false, "show it as it grows, until the run is over")
	return []*cobra.Command{
		one("status", "what is under way, or how the latest run ended", d.status), logs,
		one("attach", "follow it to its end, and take its exit code", d.attach),
		one("cancel", "stop it gracefully", d.cancel),
	}
}

// atMost refuses more words, in one line.
func (d *door) atMost(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > n {
			d.end(failf(exitUsage, "%q is not understood: %s takes %s", args[n], cmd.Name(), cmd.Use))
		}
		return nil
	}
}

func (d *door) status(_ context.Context, name string) error {
	if name != "" {
		folder, err := d.store().Find(name)
		if err != nil {
			return err
		}
		return d.tellRun("", folder)
	}
	alive := d.store().Live()
	for _, folder := range alive {
		if err := d.tellRun("", folder); err != nil {
			return err
		}
	}
	if len(alive) > 0 {
		return nil
	}
	d.sayf("no test is under way")
	folder, err := d.store().Latest()
	if err != nil {
		return nil //nolint:nilerr // there was no run yet
	}
	return d.tellRun("latest: ", folder)
}

// tellRun says in one line what became of a run, behind these words, and its latest progress while it is under way.
func (d *door) tellRun(words string, folder run.Folder) error {
	state, err := folder.State()
	switch {
	case err != nil:
		return err
	case state.Phase == run.Finished:
		d.sayf(words+"%s: finished at %s, %s, exit code %d", state.ID, state.Ended.UTC().Format(time.RFC3339), verdict(folder), state.ExitCode)
	case state.Lives():
		host := ""
		if state.Host.Name != "" {
			host = " on " + state.Host.Name
		}
		d.sayf(words+"%s: %s since %s%s", state.ID, state.Phase, state.Started.UTC().Format(time.RFC3339), host)
		if progress := lastProgress(folder); progress != "" {
			d.sayf("%s", progress)
		}
	default:
		d.sayf(words+"%s: ended without a result: its process is gone (killed, or the machine restarted)", state.ID)
	}
	return nil
}

// lastProgress is the newest line of progress in a log; "" when there is none.
func lastProgress(folder run.Folder) string {
	text, err := os.ReadFile(folder.File(run.LogFile))
	if err != nil {
		return ""
	}
	at := bytes.LastIndex(text, []byte("\nrunning ("))
	if at < 0 {
		return ""
	}
	line, _, _ := bytes.Cut(text[at+1:], []byte("\n"))
	return string(line)
}

// underWay says that k6 shows progress. Just before, it begins to listen to signals; a test that is told to be quiet never
// says so.
func underWay(folder run.Folder) bool {
	text, err := os.ReadFile(folder.File(run.LogFile))
	return err == nil && slices.ContainsFunc([]string{"\nrunning (", " VUs initialized", "] setup()"}, func(sign string) bool {
		return bytes.Contains(text, []byte(sign))
	})
}

func (d *door) cancel(ctx context.Context, name string) error {
	folder, state, err := d.find(name, "there is no run to cancel")
	if err != nil {
		return err
	}
	switch {
	case d.unfetched(folder, state): // whoever fetches it tells how it ends
		if err := d.resumeFetching(ctx, folder); err != nil {
			return err
		}
	case !state.Lives():
		return failf(exitFailed, "the run %s is already over: exit code %d", folder.Name(), state.Code())
	}
	if err := d.cancelRun(ctx, folder); err != nil {
		return err
	}
	return d.tellRun("", folder)
}

// cancelPatience is how long a test may take to end before it is told again: its users end their conversations first.
const cancelPatience = 45 * time.Second

// cancelRun ends a run gracefully, with its summary; if it does not end, at once.
func (d *door) cancelRun(ctx context.Context, folder run.Folder) error {
	for _, s := range []run.Signal{run.Interrupt, run.Interrupt, run.Kill} {
		err := d.tell(ctx, folder, s)
		if errors.Is(err, run.ErrOver) {
			return nil
		}
		patience := cancelPatience
		if err != nil { // it was not told
			patience /= 9
		}
		waiting, stop := context.WithTimeout(ctx, patience)
		ended := run.AwaitEnd(waiting, folder)
		stop()
		if ended == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		d.warnf("the run %s does not end: trying harder", folder.Name())
	}
	state, err := folder.State()
	if err != nil {
		return err
	}
	return failf(exitFailed, "the run %s could not be ended: its k6 is process %d", folder.Name(), state.K6.PID)
}

// tell brings a signal to a run, wherever its test is.
func (d *door) tell(ctx context.Context, folder run.Folder, s run.Signal) error {
	state, err := folder.State()
	if err != nil {
		return err
	}
	if state.Host.Name != "" {
		return d.tellThere(ctx, folder, s)
	}
	ears := run.Ears{Open: func() bool { return underWay(folder) }}
	if state.Container != "" {
		ears.Tell = d.tellContainer
	}
	return run.Tell(ctx, folder, s, ears)
}
