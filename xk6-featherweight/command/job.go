package command

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/remote"
	"github.com/featherweight/xk6-featherweight/internal/run"
)

// job is a test that is prepared here: from what was asked to a supervisor that has it.
type job struct {
	*door
	t      config.TestType
	words  runWords
	file   string // the script
	folder run.Folder
	far    *remote.Machine // that the test runs on; nil for this one
	own    bool            // the test goes away with its terminal, as the demo does with its target
	before bool            // it is the look before another test

	state handover
}

// newJob is a test that can be run on this machine: its script is there, its values are allowed, nothing is lacking.
func (d *door) newJob(ctx context.Context, t config.TestType, w runWords) (*job, error) {
	j := &job{door: d, t: t, words: w}
	var err error
	if j.file, err = d.script(t); err != nil {
		return nil, err
	}
	if err := d.checkValues(ctx, t, j.file); err != nil {
		return nil, err
	}
	return j, j.needs(ctx)
}

// needs says what this machine lacks for it.
func (j *job) needs(ctx context.Context) error {
	if j.docker() {
		return j.needsDocker(ctx)
	}
	users := 1
	if j.t.Users != "" {
		users, _ = strconv.Atoi(j.value(j.t.Users)) // the table has checked it
	}
	return enoughFiles(users)
}

// docker says that the test runs in a container.
func (j *job) docker() bool { return j.value("RUNNER") == "docker" }

// run prepares the test, hands it over, and follows it to its end.
func (j *job) run(ctx context.Context) error {
	if j.far == nil {
		j.warnOfOthers()
	}
	done, err := j.begin(ctx)
	defer done()
	if err != nil {
		return err
	}
	if j.words.detach {
		if j.words.id == "" { // else another machine started it, and says so itself
			j.notef("detached: %s; see it with ./run-slo-testing.sh status, logs -f, attach, cancel", j.folder.Name())
		}
		return nil
	}
	return j.finish(ctx)
}

// begin prepares the test and hands it over. Signals to this process are the test's until done is called.
func (j *job) begin(ctx context.Context) (done func(), err error) {
	watched, done := j.state.watch(ctx, j)
	if err = errors.Join(j.prepare(), watched.Err()); err == nil {
		err = j.launch(watched)
	}
	if err != nil {
		err = j.abandon(err)
	}
	return done, err
}

// prepare makes the folder of the run, and writes down what was asked.
func (j *job) prepare() (err error) {
	if j.settings.True("SAVE_TEST_RESULTS") {
		j.folder, err = j.store().NewFolder(j.words.id, j.t.Name, time.Now())
	} else {
		j.folder, err = run.TemporaryFolder(j.t.Name, time.Now())
	}
	if err != nil {
		return err
	}
	if j.words.made != nil {
		if err := j.words.made(j.folder); err != nil {
			return err
		}
	}
	if err := os.WriteFile(j.folder.File(run.ConfigFile), []byte(keptConfig(j.settings)), 0o600); err != nil {
		return err
	}
	if len(j.words.k6Arguments) == 0 {
		return nil
	}
	return os.WriteFile(j.folder.File(run.ArgumentsFile), []byte(strings.Join(j.words.k6Arguments, "\n")+"\n"), 0o600)
}

// launch does what comes before the test, and hands it to a supervisor.
func (j *job) launch(ctx context.Context) error {
	if j.far != nil {
		return j.launchThere(ctx)
	}
	if j.t.HealthFirst && !j.words.skipHealth {
		if err := j.checkHealth(ctx); err != nil {
			return err
		}
	}
	if j.words.monitoring {
		if err := j.monitoringForRun(ctx); err != nil {
			return err
		}
	}
	command, env, err := j.testCommand(ctx)
	if err != nil {
		return err
	}
	return j.supervise(ctx, command, env)
}

// supervise hands a command to a supervisor.
func (j *job) supervise(ctx context.Context, command, env []string) error {
	copies, err := j.copies()
	if err != nil {
		return err
	}
	if !j.settings.True("SAVE_TEST_RESULTS") {
		if err := j.folder.Change(func(s *run.State) { s.Follower = run.Self() }); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	j.debugf("%s", quoted(command))
	return j.state.handOver(func() error {
		return run.Start(j.folder, j.supervisor(j.folder), run.Plan{
			Command: command, Env: j.environment(env...), Copies: copies, Result: j.result(),
		})
	})
}

// files are the results that the test writes into its folder, by variable; "" for one that it does not.
func (j *job) files() map[string]string {
	if j.before {
		return checkReports()
	}
	return run.ResultFiles()
}

// result is the file that the test leaves when it comes to its end; "" when there may be none.
func (j *job) result() string {
	isOff := func(word string) bool {
		return strings.HasPrefix(word, "--no-summary") || strings.HasPrefix(word, "--summary-mode")
	}
	if j.t.Script == "" || slices.ContainsFunc(j.words.k6Arguments, isOff) || j.env["K6_NO_SUMMARY"] != "" || j.env["K6_SUMMARY_MODE"] != "" {
		return ""
	}
	return run.SummaryFile
}

// testCommand is what the supervisor runs.
func (j *job) testCommand(ctx context.Context) (command, env []string, err error) {
	if j.docker() {
		return j.dockerCommand(ctx)
	}
	command, env = j.k6Command(ctx)
	return command, env, nil
}

// dryRun prints what would run, and the values that are not the default.
func (j *job) dryRun(ctx context.Context) error {
	j.folder = run.Folder(filepath.Join(string(j.store()), "...-"+j.t.Name))
	command, _, err := j.testCommand(ctx)
	if err != nil {
		return err
	}
	for _, s := range j.settings {
		if s.IsChanged() {
			j.sayf("%s=%s", s.Name, quoted([]string{s.Shown()}))
		}
	}
	j.sayf("%s", quoted(command))
	return nil
}

// abandon ends a run that got no supervisor. What is abandoned is no success.
func (j *job) abandon(why error) error {
	if code := j.state.signalled(); code != 0 {
		why = failf(code, "stopped before the test began")
	}
	code := codeOf(why)
	if j.folder == "" {
		return why
	}
	if !j.settings.True("SAVE_TEST_RESULTS") {
		_ = os.RemoveAll(string(j.folder))
		return why
	}
	err := j.folder.Change(func(s *run.State) { s.Phase, s.ExitCode, s.Ended = run.Finished, code, time.Now() })
	if err != nil {
		j.warnf("the end of the run could not be written down: %v", err)
	}
	return why
}

// finish follows the run to its end, and leaves with its exit code.
func (j *job) finish(ctx context.Context) error {
	if err := j.follow(ctx, j.folder); err != nil {
		return err
	}
	return j.told(j.folder)
}

// warnOfOthers says that another load test disturbs this one.
func (d *door) warnOfOthers() {
	for _, folder := range d.store().Live() {
		d.warnf("the run %s is still under way, and both disturb each other: ./run-slo-testing.sh cancel ends it", folder.Name())
	}
}
