package command

import (
	"context"
	"os"
	"os/exec"

	"github.com/spf13/cobra"

	"github.com/featherweight/xk6-featherweight/internal/run"
)

// superviseVerb is the hidden verb of a run's supervisor.
func superviseVerb(d *door) *cobra.Command {
	cmd := d.verb("_supervise DIR", "supervise a run", func(ctx context.Context, args []string) error {
		if err := d.load(nil); err != nil {
			return err
		}
		folder := run.Folder(args[0])
		return run.Supervise(folder, d.in, os.Stdout, func(code int) {
			if code != 0 {
				d.rollBackAfter(ctx, folder, code)
			}
		})
	})
	cmd.Hidden, cmd.Args = true, cobra.ExactArgs(1)
	return cmd
}

// supervisor is the command that supervises a run. It finds everything that is in force in its environment.
func (d *door) supervisor(folder run.Folder) *exec.Cmd {
	cmd := exec.CommandContext(context.Background(), d.k6, "x", Name, "_supervise", string(folder)) // it outlives this process
	cmd.Env = d.environment("ENV_FILE="+os.DevNull, rootVariable+"="+d.root, nameVariable+"="+d.name, k6Variable+"="+d.k6)
	return cmd
}
