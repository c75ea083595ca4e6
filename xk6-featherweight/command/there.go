package command

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/remote"
	"github.com/featherweight/xk6-featherweight/internal/run"
)

// thereVerb is the hidden verb that another machine calls here: it answers the request on standard input. What is in force
// comes with it; nothing of this machine's own .env.test or environment counts, so it never asks a third machine.
func thereVerb(d *door) *cobra.Command {
	cmd := d.verb("_there", "answer another machine", func(ctx context.Context, _ []string) error {
		var r remote.Request
		if err := json.NewDecoder(d.in).Decode(&r); err != nil {
			return failf(exitUsage, "the request of the other machine cannot be read: %v", err)
		}
		maps.DeleteFunc(d.env, func(name, _ string) bool {
			_, known := config.Find(name)
			return known || config.IsK6s(name) || strings.HasPrefix(name, "K6_")
		})
		d.env["ENV_FILE"] = os.DevNull
		if err := d.load(nil); err != nil {
			return err
		}
		return d.there(ctx, r)
	})
	cmd.Hidden, cmd.Args = true, cobra.NoArgs
	return cmd
}

func (d *door) there(ctx context.Context, r remote.Request) error {
	switch r.Verb {
	case remote.Start:
		return d.startFor(ctx, r, d.startRun)
	case remote.Command:
		cmd := d.front()
		cmd.SetArgs(r.Words)
		return cmd.ExecuteContext(ctx)
	}
	folder, err := d.asked(r)
	if err != nil {
		return err
	}
	switch r.Verb {
	case remote.Log:
		return run.CopyLog(ctx, folder, r.Offset, d.out) // whoever asked may be gone: then writing ends it
	case remote.Results:
		return remote.Pack(d.out, string(folder), run.LogFile, run.ConfigFile, tokenFile)
	case remote.Forget:
		return d.store().Forget(folder)
	case remote.Tell:
		if err := d.tell(ctx, folder, run.Signal(r.Signal)); !errors.Is(err, run.ErrOver) {
			return err
		}
		return nil
	default:
		return failf(exitUsage, "the other machine asks for %q, which is not known here", r.Verb)
	}
}

// asked is the run that a request is about: the one that its token started, else the one of its id.
func (d *door) asked(r remote.Request) (run.Folder, error) {
	if r.Token != "" {
		if folder, found := d.startedBy(r); found {
			return folder, nil
		}
		return "", failf(remote.NoRun, "")
	}
	folder := run.Folder(filepath.Join(string(d.store()), filepath.Base(r.ID)))
	if _, err := folder.State(); err != nil {
		return "", failf(remote.NoRun, "there is no run %s", r.ID)
	}
	return folder, nil
}

// tokenFile in the folder of a run holds the token of the request that started it.
const tokenFile = "start.token"

// startFor starts a run for another machine, detached, unless the same request has started it already.
func (d *door) startFor(ctx context.Context, r remote.Request, start func(context.Context, config.TestType, runWords) error) error {
	t, known := config.FindTestType(r.Type)
	if !known {
		return failf(exitUsage, "the other machine asks for the test %q, which is not known here", r.Type)
	}
	if err := os.MkdirAll(string(d.store()), 0o755); err != nil { //nolint:gosec // results may be read by everybody, a run's own folder may not
		return err
	}
	for _, s := range r.Settings {
		d.settings = d.settings.With(s.Name, s.Value, s.Origin)
	}
	// The connection may be lost, and the run goes on all the same: it is what was asked for, and will be looked for.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	d.out, d.err = heedless{d.out}, heedless{d.err}
	folder, claim, err := d.claim(ctx, r)
	switch {
	case err != nil:
		return err
	case folder != "":
		d.sayf("%s%s", remote.Started, folder.Name())
		return nil
	}
	defer func() { _ = os.Remove(claim) }()
	return start(ctx, t, runWords{
		id: r.ID, detach: true, skipHealth: r.SkipHealth, k6Arguments: r.Arguments,
		made: func(folder run.Folder) error {
			if err := os.WriteFile(folder.File(tokenFile), []byte(r.Token), 0o600); err != nil {
				return err
			}
			d.sayf("%s%s", remote.Started, folder.Name())
			return nil
		},
	})
}

// claim makes sure that one process alone starts the run of a request: it returns the run, when there is one, or a file
// that is removed when the start is through. Another process that is at it is waited for.
func (d *door) claim(ctx context.Context, r remote.Request) (folder run.Folder, file string, err error) {
	file = filepath.Join(string(d.store()), ".starting-"+filepath.Base(r.Token))
	for {
		err = writeNew(file, run.Self().String())
		if folder, found := d.startedBy(r); found {
			if err == nil {
				_ = os.Remove(file)
			}
			return folder, "", nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", file, err
		}
		if text, err := os.ReadFile(file); err == nil && len(text) > 0 && !run.ParseProcess(string(text)).Alive() {
			_ = os.Remove(file) // it has started nothing
			continue
		}
		select {
		case <-ctx.Done():
			return "", "", ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// writeNew writes a file that must not be there yet.
func writeNew(name, text string) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	return errors.Join(err, file.Close())
}

// startedBy is the run that a request has started.
func (d *door) startedBy(r remote.Request) (run.Folder, bool) {
	entries, err := os.ReadDir(string(d.store()))
	if err != nil {
		return "", false
	}
	for _, entry := range entries {
		folder := run.Folder(filepath.Join(string(d.store()), entry.Name()))
		if !strings.HasPrefix(entry.Name(), r.ID) {
			continue
		}
		if text, err := os.ReadFile(folder.File(tokenFile)); err == nil && string(text) == r.Token {
			return folder, true
		}
	}
	return "", false
}

// heedless writes, and does not mind when nobody reads.
type heedless struct{ to io.Writer }

func (h heedless) Write(p []byte) (int, error) {
	_, _ = h.to.Write(p)
	return len(p), nil
}
