package fwhz

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.k6.io/k6/v2/lib"

	"github.com/featherweight/xk6-featherweight/internal/files"
	"github.com/featherweight/xk6-featherweight/internal/run"
	"github.com/featherweight/xk6-featherweight/internal/runners"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// fileName is where a result goes: as its variable says, or, of a runner with RUNNER_DIR, into a folder of its own there.
func (s *suite) fileName(variable string) string {
	dir := s.plan.config.Text("RUNNER_DIR")
	if dir == "" || !s.plan.part.isPart() {
		return s.plan.config.Text(variable)
	}
	return filepath.Join(dir, s.runnerName(), run.ResultFiles()[variable])
}

// runnerName is what this runner of several is called.
func (s *suite) runnerName() string {
	return fmt.Sprintf("%d-of-%d", s.plan.part.position(), max(len(s.plan.part.parts), 1))
}

// leaves tells whether this process leaves an account for a verdict over all: as one of several runners, or as the only one of a test that
// is to be judged so (k6-operator with parallelism 1).
func (s *suite) leaves() bool {
	return s.plan.part.isPart() || s.plan.config.Text("RUNNER_DIR") != "" || s.plan.config.Text("RUNNER_PUSH_URL") != ""
}

// leftSeries is where the recording is that the verdict over all looks for; the account is beside it. Empty: nowhere.
func (s *suite) leftSeries() string {
	if dir := s.plan.config.Text("RUNNER_DIR"); dir != "" {
		return filepath.Join(dir, s.runnerName(), run.SeriesFile)
	}
	if s.plan.part.isPart() {
		return s.fileName("SERIES_FILE")
	}
	return ""
}

// accountBeside is where the account of a runner is: beside its recording.
func accountBeside(series string) string { return filepath.Join(filepath.Dir(series), run.RunnerFile) }

// announce leaves word that this runner of a test has begun, so that one that is killed is missed.
func (s *suite) announce(state *lib.State, began time.Time) error {
	if !s.leaves() {
		return nil
	}
	s.plan.started = began
	series, account := s.leftSeries(), s.account(state)
	if series == "" && s.pushTo().URL == "" {
		state.Logger.Warn("this runner leaves no recording, so that there can be no verdict over the whole test: set RUNNER_DIR or RUNNER_PUSH_URL")
		return nil
	}
	if err := s.push(account, nil, began); err != nil || series == "" {
		return err
	}
	if err := os.Remove(series); err != nil && !errors.Is(err, fs.ErrNotExist) { // of an earlier test
		return unwritableRunner(err)
	}
	return writeAccount(accountBeside(series), account)
}

// leave leaves what this runner counted to its end.
func (s *suite) leave(account runners.Account, now time.Time) {
	log := s.module.state("Suite.summary()").Logger
	if name := s.leftSeries(); name != "" {
		var err error
		if name != s.fileName("SERIES_FILE") { // a run of its own, whose files are elsewhere
			err = unwritableRunner(files.WriteWhole(name, []byte(s.series()), filesMode))
		}
		if err = cmp.Or(err, writeAccount(accountBeside(name), account)); err != nil {
			log.Error(err)
		}
	}
	if err := s.push(account, &s.module.root.recording, now); err != nil {
		log.Error(err)
	}
}

// writeAccount leaves what a runner says of itself.
func writeAccount(name string, account runners.Account) error {
	text, err := account.JSON()
	if err == nil {
		err = files.WriteWhole(name, text, filesMode)
	}
	return unwritableRunner(err)
}

// makePlace makes the folder of a runner below RUNNER_DIR.
func (s *suite) makePlace() error {
	if s.plan.config.Text("RUNNER_DIR") == "" {
		return nil
	}
	return unwritableRunner(os.MkdirAll(filepath.Dir(s.leftSeries()), 0o755)) //nolint:gosec // the verdict may be given by another user
}

func unwritableRunner(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the results of this runner cannot be written: %w: set RUNNER_DIR to a folder that can", err)
}

// wholeTest is the part of a runner that is the only one.
const wholeTest = "0:1"

// account is that of this runner, as it begins.
func (s *suite) account(state *lib.State) runners.Account {
	whole := s.plan.slo
	whole.Part, whole.Blind = "", false
	part, parts := s.plan.part.segment, s.plan.part.parts
	if part == "" {
		part, parts = wholeTest, []string{wholeTest}
	}
	return runners.Account{
		Test: testOf(state), Script: s.plan.kind.script, Part: part, Parts: parts, Observes: s.plan.part.observes(),
		Started: s.plan.started, Plan: whole, Shape: s.plan.shape, Config: s.shownConfig(), Versions: versions(),
	}
}

// testOf is what the test is called: by us, or by k6-operator.
func testOf(state *lib.State) string {
	for _, tag := range []string{"testid", "testrun_name"} {
		if name := state.Options.RunTags[tag]; name != "" {
			return name
		}
	}
	return ""
}

// ended is the account of this runner at its end.
func (s *suite) ended(data slo.Data, judged slo.Verdict, now time.Time) runners.Account {
	out := s.account(s.module.state("Suite.summary()"))
	setup, _ := data.Setup()
	out.End = &runners.End{
		At: now, Ran: data.State.TestRunDurationMs - setup.SetupTime, Complete: judged.Complete, Verdict: judged.Verdict, Source: setup.Source,
		Metrics: data.Metrics, Tails: s.plan.live.Tails(), Attempts: s.module.root.record.Attempts(),
	}
	return out
}
