package command

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"go.k6.io/k6/v2/errext"

	"github.com/featherweight/xk6-featherweight/internal/files"
	"github.com/featherweight/xk6-featherweight/internal/record"
	"github.com/featherweight/xk6-featherweight/internal/result"
	"github.com/featherweight/xk6-featherweight/internal/result/html"
	"github.com/featherweight/xk6-featherweight/internal/run"
)

// Report is "k6 x fwhz report DIR": it makes the page of a run again from what the run left.
func Report(out io.Writer) *cobra.Command {
	var to string
	cmd := &cobra.Command{
		Use:   "report DIR",
		Short: "Make report.html of a run from its summary.json and series.ndjson",
		Long: `Reads summary.json and series.ndjson in DIR, the results folder of a run, and writes report.html beside them: the verdict
and why, every objective, and pictures over the time of the run. The page needs no other file and no network. Without a
series.ndjson, it has no pictures. Exit code 1 when a file cannot be read or is not whole.`,
		Args:          cobra.ExactArgs(1),
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(_ *cobra.Command, args []string) error {
			if to == "" {
				to = filepath.Join(args[0], run.ReportFile)
			}
			if err := writeReport(args[0], to); err != nil {
				return errext.WithExitCodeIfNone(err, exitNothing)
			}
			_, _ = fmt.Fprintln(out, to)
			return nil
		},
	}
	cmd.Flags().StringVarP(&to, "output", "o", "", "where to write the page (default DIR/report.html)")
	return cmd
}

// readRun is what a run left in its folder.
func readRun(dir string) (result.Summary, *record.Recording, error) {
	summary, err := readSummary(filepath.Join(dir, run.SummaryFile))
	if unread := (*fs.PathError)(nil); errors.As(err, &unread) {
		err = fmt.Errorf("failed to read the result of the run: %w: name the folder that a run has left, such as test-results/latest", err)
	}
	if err != nil {
		return result.Summary{}, nil, err
	}
	recording, err := readSeries(filepath.Join(dir, run.SeriesFile))
	return summary, recording, err
}

// readSummary is summary.json. The error is a *fs.PathError where it cannot be read.
func readSummary(name string) (result.Summary, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return result.Summary{}, err
	}
	summary, err := result.ReadSummary(text)
	if err != nil {
		return result.Summary{}, fmt.Errorf("%s: %w", name, err)
	}
	return summary, nil
}

// writeResult writes a file that everybody may read, a container's user, too.
func writeResult(name string, text []byte) error {
	if err := files.WriteWhole(name, text, 0o644); err != nil {
		return fmt.Errorf("failed to write %s: %w", name, err)
	}
	return nil
}

func writeReport(dir, to string) error {
	summary, recording, err := readRun(dir)
	if err != nil {
		return err
	}
	page, err := html.Render(summary, recording)
	if err != nil {
		return err
	}
	return writeResult(to, page)
}

// readSeries is the recording of a run; nil if it has none.
func readSeries(name string) (*record.Recording, error) {
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // a run without a recording is one
	}
	if err != nil {
		return nil, fmt.Errorf("failed to read the recording: %w", err)
	}
	defer func() { _ = file.Close() }()
	recording, err := record.Read(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return recording, nil
}
