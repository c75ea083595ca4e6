package command

import (
	"context"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/run"
)

// silence is how long a log may stand still: k6 writes every second, unless it was told to be quiet.
const silence = time.Minute

// recoverVerb is what recovery.sh calls.
func recoverVerb(d *door) *cobra.Command {
	var restart bool
	cmd := d.verb("recover [NAME=value ...]", "what became of the last run, after a lost connection or a restart of the machine", d.withSettings(func(ctx context.Context, words []string) error {
		monitoring := d.recoverMonitoring(ctx)
		test, err := d.recoverRun(ctx, restart, words)
		if err == nil && (!monitoring || !test) {
			err = failf(exitFailed, "")
		}
		return err
	}))
	cmd.Long = `Reports on the last run, from its state file, and starts monitoring again that start-monitoring had started and that is
down. --restart starts a run again that ended without a result, in the background, with the values that it had.
Needs no terminal. Exit code: 0 when nothing is left to do, 1 when something is.`
	cmd.Flags().BoolVar(&restart, "restart", false, "start a run again that ended without a result")
	return cmd
}

// recoverMonitoring says whether nothing is left to do. start-monitoring leaves a note that stop-monitoring takes away;
// between them it should be up.
func (d *door) recoverMonitoring(ctx context.Context) bool {
	switch {
	case !d.monitoringWanted():
		d.sayf("monitoring: not started from here, nothing to do")
	case d.monitoringUp(ctx):
		d.sayf("monitoring: up, %s", d.dashboardURL())
	default:
		if err := d.startMonitoring(ctx); err != nil {
			d.warnf("%v", err)
			d.sayf("monitoring: it is down and could not be started")
			return false
		}
		d.sayf("monitoring: it was down and is up again, %s", d.dashboardURL())
	}
	return true
}

// recoverRun says whether nothing is left to do.
func (d *door) recoverRun(ctx context.Context, restart bool, words []string) (bool, error) {
	folder, err := d.store().Find("")
	if err != nil {
		d.sayf("test: there was none, or its results were removed")
		return true, nil //nolint:nilerr // that is no failure
	}
	state, err := folder.State()
	if err != nil {
		return false, err
	}
	if err := d.tellRun("test: ", folder); err != nil {
		return false, err
	}
	switch {
	case state.Lives():
		d.tellSilence(folder)
		d.sayf("it is under way: ./run-slo-testing.sh attach follows it")
	case state.Phase == run.Finished && !d.unfetched(folder, state):
		d.sayf("it is over: the results are in %s", d.shownPath(string(folder)))
	case state.Host.Name != "" && restart:
		return true, d.resumeFetching(ctx, folder) // only the copying was lost
	case state.Host.Name != "":
		d.sayf("it runs on %s, and only the copying of its results ended: ./run-slo-testing.sh attach takes it up again", state.Host.Name)
		return false, nil
	case restart:
		return true, d.restart(ctx, folder, state, words)
	default:
		d.sayf("./recovery.sh --restart starts it again; %s has what it wrote", d.shownPath(folder.File(run.LogFile)))
		return false, nil
	}
	return true, nil
}

func (d *door) tellSilence(folder run.Folder) {
	info, err := os.Stat(folder.File(run.LogFile))
	if err != nil {
		return
	}
	if age := time.Since(info.ModTime()); age >= silence {
		d.sayf("it has written nothing for %.0f seconds: if it is stuck, ./run-slo-testing.sh cancel ends it", age.Seconds())
	}
}

// restart runs a lost test again with the values that it had, in the background. Hidden values were not kept: they come
// from the environment or .env.test, as they did.
func (d *door) restart(ctx context.Context, folder run.Folder, state run.State, words []string) error {
	t, known := config.FindTestType(state.Type)
	if !known {
		return failf(exitFailed, "the last run was the %s, which is not restarted: make %s runs it again", state.Type, state.Type)
	}
	kept, lost, err := d.keptWords(folder)
	if err != nil {
		return err
	}
	for _, name := range lost {
		d.warnf("%s was set for the lost run and is not set now: it is left out", name)
	}
	if err := d.load(append(kept, words...)); err != nil {
		return err
	}
	w := runWords{detach: true}
	if text, err := os.ReadFile(folder.File(run.ArgumentsFile)); err == nil {
		w.k6Arguments = strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	}
	return d.startRun(ctx, t, w)
}
