package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/record"
	"github.com/featherweight/xk6-featherweight/internal/result"
	"github.com/featherweight/xk6-featherweight/internal/result/html"
	"github.com/featherweight/xk6-featherweight/internal/run"
	"github.com/featherweight/xk6-featherweight/internal/runners"
)

// lookAgain is how often a waiting verdict looks for runners that have ended.
const lookAgain = time.Second

// day is how far back a test is looked for, if nobody says otherwise.
const day = 24 * time.Hour

// verdictAsked are the options of the verb.
type verdictAsked struct {
	late, wait time.Duration
	output     string

	prometheus, testid string
	since              time.Duration
}

// verdictVerb is "k6 x fwhz verdict DIR...": one verdict over the runners of a test.
func verdictVerb(d *door) *cobra.Command {
	var asked verdictAsked
	cmd := d.verb("verdict DIR... | --prometheus URL --testid ID", "One verdict over the runners of a test (k6's --execution-segment)", func(ctx context.Context, args []string) error {
		return d.verdict(ctx, args, asked)
	})
	cmd.Long = `Adds up what the runners of one test left, and judges the sum as if it had been one run: counts exactly, percentiles on the
right side of their limits, and shown within the error of the recording. DIR is the folder of a runner (with runner.json and
series.ndjson), or one in which runners have theirs (RUNNER_DIR). With --prometheus it is what they sent to a Prometheus
(RUNNER_PUSH_URL), by their tag testid; the user of its address, or RUNNER_PUSH_AUTH_HEADER, is sent with what is asked. It is
INVALID when a runner is missing, was cut or began too late, and when the runners are not of one test. Exit code 0 for PASS, 99
for FAIL and INVALID, 1 when there is nothing to judge.`
	lateness, _ := config.Find("SSH_LATE") // of machines that the front door starts; k6-operator starts runners within about a second
	late, _ := config.ParseDuration(lateness.Default)
	cmd.Flags().DurationVar(&asked.late, "late", late, "by how much a runner may begin after the first")
	cmd.Flags().DurationVar(&asked.wait, "wait", 0, "for how long to wait until every runner has come to its end")
	cmd.Flags().StringVar(&asked.prometheus, "prometheus", "", "URL of the Prometheus that the runners sent their results to, such as http://prometheus:9090")
	cmd.Flags().StringVar(&asked.testid, "testid", "", "with --prometheus: the tag testid of the test, or its testrun_name (k6-operator)")
	cmd.Flags().DurationVar(&asked.since, "since", day, "with --prometheus: how far back to look for the test")
	cmd.Flags().StringVarP(&asked.output, "output", "o", "", "folder for the results of the whole: summary.json, series.ndjson, report.html, report.md, junit.xml")
	return cmd
}

func (d *door) verdict(ctx context.Context, dirs []string, asked verdictAsked) error {
	look, err := d.placeOf(dirs, asked)
	if err != nil {
		return err
	}
	all, err := awaitRunners(ctx, look, asked.wait)
	if err != nil {
		return err
	}
	whole := runners.Join(all, asked.late)
	_, _ = fmt.Fprint(d.out, wholeText(all, whole, d.colours))
	if asked.output != "" {
		if err := writeWhole(asked.output, whole); err != nil {
			return err
		}
	}
	if code := whole.ExitCode(); code != 0 {
		return failf(code, "") // the verdict says why
	}
	return nil
}

// left is what a runner left of itself, and how its recording is had.
type left struct {
	runners.Runner
	// fetch puts the recording there, or the problem with it. The error is one of whoever keeps it.
	fetch func(ctx context.Context, into *runners.Runner) error
}

// looking looks for what the runners of a test have left by now. It fails when there is not one.
type looking func(ctx context.Context) ([]left, error)

// placeOf is where the runners that are asked for left their results.
func (d *door) placeOf(dirs []string, asked verdictAsked) (looking, error) {
	switch pushed := asked.prometheus != "" || asked.testid != ""; {
	case !pushed && len(dirs) == 0:
		return nil, failf(exitUsage, "verdict needs the folders that the runners left, or the one that they are in (RUNNER_DIR), or --prometheus and --testid")
	case !pushed:
		return inFolders(dirs), nil
	case len(dirs) > 0:
		return nil, failf(exitUsage, "verdict takes folders, or --prometheus and --testid, not both: %s", dirs[0])
	case asked.prometheus == "" || asked.testid == "":
		return nil, failf(exitUsage, "--prometheus URL and --testid ID belong together: the one says where, the other which test")
	}
	return d.inPrometheus(asked)
}

// wholeText is what is printed of the whole, and of the runners that it is made of.
func wholeText(all []runners.Runner, whole runners.Whole, colours bool) string {
	return runners.Text(all) + result.Text(whole.Data, whole.Verdict, whole.Shape.Phases, whole.Flows(), colours)
}

// awaitRunners looks for what the runners left; as long as there is time, again until the test is whole. Recordings are read then,
// and not at each look.
func awaitRunners(ctx context.Context, look looking, wait time.Duration) ([]runners.Runner, error) {
	waited, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	again := time.NewTicker(lookAgain)
	defer again.Stop()
	for {
		found, err := look(ctx)
		if err == nil && runners.Ended(accounts(found)) {
			var all []runners.Runner
			if all, err = withRecordings(ctx, found); err == nil {
				return all, nil
			}
		}
		select {
		case <-again.C:
		case <-waited.Done():
			if err != nil {
				return nil, err
			}
			return withRecordings(ctx, found)
		}
	}
}

// accounts are the runners without their recordings.
func accounts(found []left) []runners.Runner {
	all := make([]runners.Runner, len(found))
	for i, one := range found {
		all[i] = one.Runner
	}
	return all
}

// withRecordings are the runners, with the recordings of those that came to their end.
func withRecordings(ctx context.Context, found []left) ([]runners.Runner, error) {
	all := accounts(found)
	for i, one := range found {
		if one.Account.End == nil {
			continue
		}
		if err := one.fetch(ctx, &all[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// inFolders looks in each folder, or at the runners in it.
func inFolders(dirs []string) looking {
	return func(context.Context) ([]left, error) {
		var all []left
		var lacking []string
		for _, dir := range dirs {
			found, err := runnersIn(dir)
			if err != nil {
				return nil, err
			}
			if len(found) == 0 {
				lacking = append(lacking, dir)
			}
			all = append(all, found...)
		}
		if len(all) == 0 {
			return nil, failf(exitFailed, "no runner has left anything in %v: each leaves %s beside its %s (RUNNER_DIR)", dirs, run.RunnerFile, run.SeriesFile)
		}
		for _, dir := range lacking {
			all = append(all, left{Runner: runners.Runner{Name: dir, Problem: "it left no " + run.RunnerFile}})
		}
		return all, nil
	}
}

func runnersIn(dir string) ([]left, error) {
	folders, err := foldersWith(dir, run.RunnerFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // one that is not there is told as lacking
		return nil, fmt.Errorf("failed to read what a runner left: %w", err)
	}
	var all []left
	for _, folder := range folders {
		text, err := os.ReadFile(filepath.Join(folder, run.RunnerFile))
		if err != nil {
			return nil, fmt.Errorf("failed to read what a runner left: %w", err)
		}
		one := left{Runner: runners.Runner{Name: filepath.Base(folder)}, fetch: func(_ context.Context, into *runners.Runner) error {
			into.Recording, into.Problem = recordingOf(folder)
			return nil
		}}
		if one.Account, err = runners.Read(text); err != nil {
			return nil, failf(exitFailed, "%s: %v", filepath.Join(folder, run.RunnerFile), err)
		}
		all = append(all, one)
	}
	return all, nil
}

// recordingOf is that of a runner, or why there is none.
func recordingOf(dir string) (*record.Recording, string) {
	recording, err := readSeries(filepath.Join(dir, run.SeriesFile))
	switch {
	case err != nil:
		return nil, err.Error()
	case recording == nil:
		return nil, filepath.Join(dir, run.SeriesFile) + " is not there"
	default:
		return recording, ""
	}
}

// writeWhole writes the files that a single run would have left.
func writeWhole(dir string, whole runners.Whole) error {
	page, err := html.Render(whole.Summary, whole.Recording)
	if err != nil {
		return err
	}
	summary, err := whole.Summary.JSON()
	if err != nil {
		return err
	}
	series, err := whole.Series()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // as the folder of any run
		return fmt.Errorf("failed to make the folder of the results: %w", err)
	}
	texts := map[string][]byte{
		"HTML_FILE": page, "SUMMARY_FILE": summary, "SERIES_FILE": series,
		"JUNIT_FILE": []byte(result.JUnit(whole.Summary)), "REPORT_FILE": []byte(result.Markdown(whole.Summary)),
	}
	for variable, text := range texts {
		if err := writeResult(filepath.Join(dir, run.ResultFiles()[variable]), text); err != nil {
			return err
		}
	}
	return nil
}
