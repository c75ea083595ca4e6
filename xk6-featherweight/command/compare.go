package command

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/featherweight/xk6-featherweight/internal/compare"
	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/result"
	"github.com/featherweight/xk6-featherweight/internal/result/html"
	"github.com/featherweight/xk6-featherweight/internal/run"
)

// comparison is what the user asked for.
type comparison struct {
	failOn, markdown, junit, html string
	tolerances                    []string
	force                         bool
}

// compareVerb is "k6 x fwhz compare".
func compareVerb(d *door) *cobra.Command {
	var asked comparison
	var cmd *cobra.Command
	cmd = d.verb("compare BASE NEW | BASE... -- NEW...", "Is it worse than last week? Two runs, or two groups of runs: better, same, worse, cannot tell",
		func(_ context.Context, args []string) error {
			base, latest, err := twoSides(args, cmd.ArgsLenAtDash())
			if err != nil {
				return err
			}
			return d.compare(base, latest, asked)
		})
	cmd.Long = `Each of BASE and NEW is the results folder of a run, or a folder that has such folders in it. It says, objective by objective and
phase by phase, by how much the new runs differ, with an interval, and one word: better, same, worse, cannot tell. The
intervals hold all together with 95 %. With about five runs or more on each side whole runs are compared, with fewer blocks of
their time. docs/compare.md says what the words mean.

Exit code 0 when the comparison was made, 99 when it found what --fail-on names, 2 when the command line makes no sense, and 1
when a run cannot be read or compared: INVALID, without its end, or under another load.`
	cmd.Example = `  k6 x fwhz compare baseline test-results/latest --fail-on worse=5% --markdown compare.md
  k6 x fwhz compare baseline/*/ -- test-results/20261128T1*/ --junit compare.xml`
	flags := cmd.Flags()
	flags.StringVar(&asked.failOn, "fail-on", "", "exit with 99 on this: worse, worse=5% (worse by 5 % of the base or more), cannot-tell; several with commas")
	flags.StringArrayVar(&asked.tolerances, "tolerance", nil, `what differs by less is the same: 5%, or for one objective "response time=3%" (default 5%; 1% of a frequency; 10% of the limit of a rate)`)
	flags.StringVar(&asked.markdown, "markdown", "", "also write it here as Markdown, for a pull request")
	flags.StringVar(&asked.junit, "junit", "", "also write it here as JUnit XML; what --fail-on names is a failure, without it what is worse")
	flags.StringVar(&asked.html, "html", "", "also write it here as a page, with both sides drawn over one axis")
	flags.BoolVar(&asked.force, "force", false, "compare what would be refused, and say why it would have been")
	return cmd
}

// twoSides are the words before and behind the dashes, or the first and the second.
func twoSides(args []string, dash int) (base, latest []string, err error) {
	if dash < 0 && len(args) == 2 {
		dash = 1
	}
	if dash <= 0 || dash >= len(args) {
		return nil, nil, failf(exitUsage, "compare takes two runs, BASE NEW, or two groups with -- between them, BASE... -- NEW...: each the results folder of a run, such as test-results/latest")
	}
	return args[:dash], args[dash:], nil
}

func (d *door) compare(base, latest []string, asked comparison) error {
	tolerance, err := toleranceOf(asked.tolerances)
	if err != nil {
		return err
	}
	gate, shown := compare.Gate{}, compare.Gate{Worse: true}
	if asked.failOn != "" {
		if gate, err = compare.ParseGate(asked.failOn); err != nil {
			return failf(exitUsage, "--fail-on: %v", err)
		}
		shown = gate
	}
	old, err := readRuns(base)
	if err != nil {
		return err
	}
	now, err := readRuns(latest)
	if err != nil {
		return err
	}
	if err := known(tolerance, old, now); err != nil {
		return err
	}
	refused, warnings := compare.Fit(old, now)
	if len(refused) > 0 && (!asked.force || lacksRecording(old) || lacksRecording(now)) {
		more := ""
		if len(refused) > 1 {
			more = fmt.Sprintf(" (and %d more)", len(refused)-1)
		}
		return failf(exitFailed, "these runs cannot be compared: %s%s; --force compares them all the same", refused[0], more)
	}
	report := compare.Compare(old, now, tolerance)
	report.Notes = append(append(refused, warnings...), report.Notes...)
	if err := writeComparison(report, shown, asked); err != nil {
		return err
	}
	_, _ = fmt.Fprint(d.out, result.ComparisonText(report, d.colours))
	for _, line := range report.Lines {
		if gate.Hits(line) {
			return failf(missedCode, "--fail-on %s: %s", asked.failOn, result.Conclusion(report))
		}
	}
	return nil
}

func lacksRecording(runs []compare.Run) bool {
	for _, one := range runs {
		if one.Recording == nil {
			return true
		}
	}
	return false
}

func toleranceOf(words []string) (compare.Tolerance, error) {
	out := compare.Tolerance{}
	for _, word := range words {
		at := strings.LastIndex(word, "=")
		share, err := compare.ParseShare(word[at+1:])
		if err != nil {
			return out, failf(exitUsage, "--tolerance: %v", err)
		}
		out[word[:max(at, 0)]] = share
	}
	return out, nil
}

// known says which name of a tolerance is none of an objective: it would have no effect, and nobody would know.
func known(tolerance compare.Tolerance, base, latest []compare.Run) error {
	names := map[string]bool{"": true}
	for _, one := range slices.Concat(base, latest) {
		for _, objective := range one.SLOs {
			names[objective.Name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(tolerance)) {
		if !names[name] {
			delete(names, "")
			return failf(exitUsage, "--tolerance: no run has an objective %q: %s", name, strings.Join(slices.Sorted(maps.Keys(names)), ", "))
		}
	}
	return nil
}

// readRuns reads the runs that folders hold.
func readRuns(folders []string) ([]compare.Run, error) {
	var out []compare.Run
	for _, folder := range folders {
		found, err := runsIn(folder)
		if err != nil {
			return nil, err
		}
		for _, dir := range found {
			summary, recording, err := readRun(dir)
			if err != nil {
				return nil, err
			}
			out = append(out, summary.ForComparison(config.WithoutSecrets(dir), recording))
		}
	}
	return out, nil
}

// runsIn is the folder itself, or the runs that it holds.
func runsIn(folder string) ([]string, error) {
	found, err := foldersWith(folder, run.SummaryFile)
	if err != nil {
		return nil, fmt.Errorf("failed to read the runs to compare: %w: name the folder that a run has left, such as test-results/latest", err)
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s has no %s, and no folder in it has one: name the folder that a run has left, such as test-results/latest", folder, run.SummaryFile)
	}
	return found, nil
}

// foldersWith is the folder itself, if it has that file, or those in it that have. A link such as latest is one of those that it
// holds, and not another.
func foldersWith(folder, file string) ([]string, error) {
	if exists(filepath.Join(folder, file)) {
		return []string{filepath.Clean(folder)}, nil
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, entry := range entries {
		if dir := filepath.Join(folder, entry.Name()); entry.IsDir() && exists(filepath.Join(dir, file)) {
			out = append(out, dir)
		}
	}
	return out, nil
}

func writeComparison(report compare.Report, gate compare.Gate, asked comparison) error {
	for _, file := range []struct {
		name string
		text func() ([]byte, error)
	}{
		{asked.markdown, func() ([]byte, error) { return []byte(result.ComparisonMarkdown(report)), nil }},
		{asked.junit, func() ([]byte, error) { return []byte(result.ComparisonJUnit(report, gate)), nil }},
		{asked.html, func() ([]byte, error) { return html.RenderComparison(report) }},
	} {
		if file.name == "" {
			continue
		}
		text, err := file.text()
		if err == nil {
			err = writeResult(file.name, text)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
