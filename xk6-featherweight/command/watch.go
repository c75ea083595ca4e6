package command

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/featherweight/xk6-featherweight/internal/run"
)

// noRunYet is for commands that show one.
const noRunYet = "there is no run yet: ./run-slo-testing.sh run-websocket starts one"

// find is the run that is meant, and its state. none is said when there is no run at all.
func (d *door) find(name, none string) (run.Folder, run.State, error) {
	folder, err := d.store().Find(name)
	if name == "" && errors.Is(err, run.ErrNoRun) {
		return "", run.State{}, failf(exitFailed, "%s", none)
	}
	if err != nil {
		return "", run.State{}, err
	}
	state, err := folder.State()
	return folder, state, err
}

func (d *door) logs(ctx context.Context, name string, watch bool) error {
	folder, _, err := d.find(name, noRunYet)
	if err != nil {
		return err
	}
	if watch {
		return d.watch(ctx, folder)
	}
	log, err := os.Open(folder.File(run.LogFile))
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	_, err = io.Copy(d.out, log)
	return err
}

// watch follows a run; a signal ends the watching, and leaves the run alone.
func (d *door) watch(ctx context.Context, folder run.Folder) error {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	code, over := make(chan int, 1), make(chan struct{})
	defer close(over)
	go func() {
		select {
		case s := <-signals:
			code <- signalCode(s)
			cancel()
			select {
			case s := <-signals: // whoever it is shown to takes nothing
				d.exit(signalCode(s))
			case <-over:
			}
		case <-over:
		}
	}()
	err := d.follow(ctx, folder)
	if errors.Is(err, context.Canceled) {
		return failf(<-code, "")
	}
	return err
}

func (d *door) attach(ctx context.Context, name string) error {
	folder, state, err := d.find(name, noRunYet)
	if err != nil {
		return err
	}
	if d.unfetched(folder, state) {
		if err := d.resumeFetching(ctx, folder); err != nil {
			return err
		}
	}
	d.notef("attached to %s; Ctrl-C leaves it running, ./run-slo-testing.sh cancel stops it", folder.Name())
	if err := d.watch(ctx, folder); err != nil {
		return err
	}
	return d.told(folder)
}
