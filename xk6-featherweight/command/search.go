package command

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/pflag"

	"github.com/featherweight/xk6-featherweight/internal/capacity"
	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/files"
	"github.com/featherweight/xk6-featherweight/internal/format"
	"github.com/featherweight/xk6-featherweight/internal/load"
	"github.com/featherweight/xk6-featherweight/internal/result"
	"github.com/featherweight/xk6-featherweight/internal/result/html"
	"github.com/featherweight/xk6-featherweight/internal/run"
)

// capacityFile is the answer of a search, in its folder.
const capacityFile = "capacity.json"

// What a run takes beside its load: usually, and on a machine that has much to do.
const (
	usualStart   = 4 * time.Second
	slowestStart = 15 * time.Second
)

// search is one for the most load.
type search struct {
	*door
	values         *config.Config
	words          searchWords
	variable, unit string // that a load is the value of, and what it is counted in
	plan           capacity.Plan
	search         *capacity.Search

	folder run.Folder
	found  result.Capacity
}

// step is how long a run takes: usually, and when its last answers are waited for until they are given up.
func (s *search) step() (usual, slowest time.Duration) {
	v := s.values
	total := load.New(load.Settings{
		Users: 1, Steady: v.Duration("DURATION"), Idle: v.Duration("IDLE"), Ramp: v.Bool("RAMP"), Scale: v.Float("RAMP_SCALE"),
	}).Total
	return total + usualStart, total + max(v.Duration("CONNECT_TIMEOUT"), v.Duration("RESPONSE_TIMEOUT")) + slowestStart
}

func (s *search) tellPlan() {
	usually, atMost := s.plan.Length(s.step())
	usual, _ := s.step()
	s.notef("looking for the most %s up to %s=%s, from %s on; a run takes %s, the search about %s, and at most %s",
		s.unit, s.variable, format.Number(s.plan.Most), format.Trimmed(s.plan.From, 2), usual.Round(time.Second), minutes(usually), minutes(atMost)) //nolint:mnd // digits
}

// run searches to the end, or to what ends it before.
func (s *search) run(ctx context.Context) error {
	began := time.Now()
	s.warnOfOthers()
	s.tellPlan()
	_, slowest := s.step()
	_, atMost := s.plan.Length(s.step())
	s.found = result.Capacity{Schema: result.CapacitySchema, Unit: s.unit, StartedAt: result.Timestamp(began), PromisedSeconds: atMost.Seconds()}
	signalled, ignore := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP) // also between two runs
	defer ignore()
	var err error
	if s.folder, err = s.store().NewFolder("", "capacity", began); err != nil {
		return err
	}
	for next, more := s.search.Next(); more && err == nil; next, more = s.search.Next() {
		switch {
		case signalled.Err() != nil:
			err = failf(stoppedCode, "stopped before the run with %s", format.Number(next))
		case time.Since(began)+slowest > atMost:
			err = failf(exitFailed, "one more run could take longer than the promised %s", minutes(atMost))
		default:
			if err = s.try(ctx, next); err == nil {
				err = s.write(began, "")
			}
		}
	}
	why := ""
	if err != nil {
		why = err.Error()
	}
	if told := s.conclude(began, why); told != nil {
		return told
	}
	return err
}

// try makes the run of a load.
func (s *search) try(ctx context.Context, load float64) error {
	d := *s.door
	d.settings = d.settings.With(s.variable, format.Number(load), "find-capacity")
	j, err := d.newJob(ctx, searchType(), runWords{skipHealth: s.words.skipHealth || len(s.found.Steps) > 0})
	if err != nil {
		return err
	}
	j.own = true // a terminal that goes away ends the search
	watched, done := j.state.watch(ctx, j)
	defer done()
	if err := errors.Join(j.prepare(), watched.Err()); err != nil {
		return j.abandon(err)
	}
	if err := j.launch(watched); err != nil {
		return j.abandon(err)
	}
	if err := run.AwaitEnd(ctx, j.folder); err != nil {
		return err
	}
	step, err := stepOf(load, j.folder)
	if err != nil {
		return err
	}
	s.found.Steps = append(s.found.Steps, step)
	s.search.Add(step.Step)
	s.notef("%s", toldStep(step, s.unit, s.shownPath(string(j.folder))))
	return nil
}

// stepOf is what a run came to. One that was stopped, or has no result, ends the search.
func stepOf(load float64, folder run.Folder) (result.CapacityStep, error) {
	state, err := folder.State()
	if err != nil {
		return result.CapacityStep{}, err
	}
	if code := state.Code(); code != 0 && code != missedCode {
		if code == stoppedCode {
			return result.CapacityStep{}, failf(stoppedCode, "stopped with %s", format.Number(load))
		}
		return result.CapacityStep{}, failf(code, "the run %s has no result (exit code %d): %s says why", folder.Name(), code, folder.File(run.LogFile))
	}
	text, err := os.ReadFile(folder.File(run.SummaryFile))
	if err != nil {
		return result.CapacityStep{}, err
	}
	summary, err := result.ReadSummary(text)
	if err != nil {
		return result.CapacityStep{}, err
	}
	return result.NewCapacityStep(load, folder.Name(), summary), nil
}

// toldStep is a step in a line.
func toldStep(s result.CapacityStep, unit, where string) string {
	line := result.Loads(s.Load, unit) + ": " + string(s.Outcome)
	if s.Why != "" {
		line += ": " + s.Why
	}
	return line + " (" + where + ")"
}

// conclude leaves what has been found, says it, and returns what that is as an exit code.
func (s *search) conclude(began time.Time, why string) error {
	if err := s.write(began, why); err != nil {
		return err
	}
	s.sayf("capacity: %s", s.found.Words())
	s.notef("results: %s", s.shownPath(s.folder.File(run.ReportFile)))
	code := 0
	switch {
	case why != "":
		code = exitFailed
	case !s.found.Known():
		code = missedCode
	}
	if err := s.folder.Change(func(state *run.State) { state.ExitCode = code }); err != nil {
		return err
	}
	if why == "" && code != 0 {
		return failf(code, "")
	}
	return nil
}

// write leaves what has been found so far, whatever becomes of this process. As long as nothing else is known the search counts as
// failed; it is no run that disturbs another.
func (s *search) write(began time.Time, why string) error {
	now := time.Now()
	s.found.EndedAt, s.found.Seconds, s.found.Stopped, s.found.Answer = result.Timestamp(now), now.Sub(began).Seconds(), why, s.search.Answer()
	s.found.Generator = false
	for _, step := range s.found.Steps {
		if high := s.found.Answer.High; high != nil && step.Load == *high && step.First == s.found.Answer.First {
			s.found.Generator = step.IsGenerator()
		}
	}
	text, err := json.MarshalIndent(s.found, "", "  ")
	if err != nil {
		return err
	}
	page, err := html.RenderCapacity(s.found)
	if err != nil {
		return err
	}
	for name, content := range map[string][]byte{capacityFile: append(text, '\n'), run.ReportFile: page} {
		if err := files.WriteWhole(s.folder.File(name), content, 0o644); err != nil {
			return err
		}
	}
	return s.folder.Change(func(state *run.State) { state.Phase, state.ExitCode, state.Ended = run.Finished, exitFailed, now })
}

func hideFlag(f *pflag.Flag) { f.Hidden = true }
