package command

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/pflag"

	"github.com/featherweight/xk6-featherweight/internal/capacity"
	"github.com/featherweight/xk6-featherweight/internal/config"
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
				s.sum(began)
				err = s.write(nil, exitFailed) // as long as nothing else is known
			}
		}
	}
	return s.conclude(began, err)
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
	done, err := j.begin(ctx)
	defer done()
	if err != nil {
		return err
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
	summary, err := readSummary(folder.File(run.SummaryFile))
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

// conclude leaves what has been found, says it, and returns what that is as an exit code. ended is why the search came to no end.
func (s *search) conclude(began time.Time, ended error) error {
	if s.sum(began); ended == nil && !s.found.Known() {
		ended = failf(missedCode, "")
	}
	code := 0
	if ended != nil {
		code = codeOf(ended)
	}
	if err := s.write(ended, code); err != nil {
		return errors.Join(err, ended)
	}
	if err := s.store().Point(s.folder); err != nil { // not the last of its runs
		return errors.Join(err, ended)
	}
	s.sayf("capacity: %s", s.found.Words())
	s.notef("results: %s", s.shownPath(s.folder.File(run.ReportFile)))
	return ended
}

// sum is what has been found by now.
func (s *search) sum(began time.Time) {
	now := time.Now()
	s.found.EndedAt, s.found.Seconds, s.found.Answer = result.Timestamp(now), now.Sub(began).Seconds(), s.search.Answer()
	s.found.Generator = false
	for _, step := range s.found.Steps {
		if high := s.found.Answer.High; high != nil && step.Load == *high && step.First == s.found.Answer.First {
			s.found.Generator = step.IsGenerator()
		}
	}
}

// write leaves what has been found so far, whatever becomes of this process. It is no run that disturbs another.
func (s *search) write(ended error, code int) error {
	if ended != nil {
		s.found.Stopped = ended.Error()
	}
	text, err := s.found.JSON()
	if err != nil {
		return err
	}
	page, err := html.RenderCapacity(s.found)
	if err != nil {
		return err
	}
	for name, content := range map[string][]byte{capacityFile: text, run.ReportFile: page} {
		if err := writeResult(s.folder.File(name), content); err != nil {
			return err
		}
	}
	return s.folder.Change(func(state *run.State) { state.Phase, state.ExitCode, state.Ended = run.Finished, code, time.Now() })
}

func hideFlag(f *pflag.Flag) { f.Hidden = true }
