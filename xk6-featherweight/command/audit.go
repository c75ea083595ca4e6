package command

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.k6.io/k6/v2/errext"

	"github.com/featherweight/xk6-featherweight/internal/result"
)

// widestBound is how wide the bound of a steady phase may be, in Hz, for its result to be of use.
const widestBound = 0.2

// Audit is "k6 x fwhz audit SUMMARY TRUTH READINGS": it holds what a run measured against what the reference server knows.
// It is the one place where the two are compared.
func Audit(out io.Writer) *cobra.Command {
	a := &auditor{out: out}
	cmd := &cobra.Command{
		Use:   "audit SUMMARY TRUTH READINGS",
		Short: "Hold a run's summary.json against the reference target's own truth",
		Long: `Compares what a run against the reference target measured (SUMMARY, its summary.json) with what the target counted
itself (TRUTH, the JSON line that it prints at its end) and when it gave out which value of the loop's counter (READINGS,
what its --readings-file left):

  connections, questions, turns, tokens (but those of failed answers) and restarts must agree exactly, failures also by their
  reason; every answer that a user gave up is one that the target cut off, or completed in that moment;
  the turns of each phase must lie between those that the target completed well inside of it and around it;
  the true frequency between the two readings that the bound of a phase stands on must lie inside of that bound.

Where the port of the chat died, or with --lossy, what was on its way may be lost, at most as much as the users missed.

Exit code 1 when anything disagrees, or cannot be compared because a file or a reading is not there.`,
		Args:          cobra.ExactArgs(3), //nolint:mnd // the files
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(_ *cobra.Command, files []string) error {
			err := a.read(files[0], files[1], files[2])
			if err == nil {
				err = a.compare()
			}
			return errext.WithExitCodeIfNone(err, exitNothing)
		},
	}
	cmd.Flags().BoolVar(&a.lossy, "lossy", false, "something between the two may have lost what they sent")
	cmd.Flags().BoolVar(&a.chatOnly, "chat-only", false, "leave out the loop: of a run that could not read it")
	cmd.Flags().Float64Var(&a.widest, "widest", widestBound, "how wide the bound of the steady phase may be, in Hz")
	return cmd
}

// auditor compares a run with the truth.
type auditor struct {
	out      io.Writer
	widest   float64 // Hz
	lossy    bool    // something between the two may have lost what they sent
	chatOnly bool
	measured result.Summary
	truth    auditedTruth
	readings []auditedReading
	wrong    []string // what disagrees
}

// auditedTruth is the part of the target's truth that can be compared.
type auditedTruth struct {
	Restarts        float64            `json:"restarts"`
	Connections     float64            `json:"connections"`
	TurnsStarted    float64            `json:"turns_started"`
	TokensCompleted float64            `json:"tokens_completed"`
	Errors          map[string]float64 `json:"errors"` // faults that happened, by name
	Series          []auditedMoment    `json:"series"`
	auditedMoment
}

// auditedMoment is what the target had counted by a time.
type auditedMoment struct {
	At             int64   `json:"at"` // Unix nanoseconds
	TurnsCompleted float64 `json:"turns_completed"`
	TurnsCut       float64 `json:"turns_cut"`
	TurnsFailed    float64 `json:"turns_failed"`
	Tokens         float64 `json:"tokens"`
}

func (a *auditor) read(summary, truth, readings string) error {
	var err error
	a.measured, err = readSummary(summary)
	if unread := (*fs.PathError)(nil); errors.As(err, &unread) {
		return fmt.Errorf("the run left no summary to hold against the truth: %w", err)
	}
	if err != nil {
		return err
	}
	if err := readJSON(truth, &a.truth); err != nil {
		return fmt.Errorf("the target told no truth: %w", err)
	}
	if err := readJSON(readings, &a.readings); err != nil {
		return fmt.Errorf("the target left no readings of its loop: %w", err)
	}
	return nil
}

func readJSON(file string, into any) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s is not the JSON that was expected: %w", file, err)
	}
	return nil
}

// line prints one comparison.
func (a *auditor) line(what, ours, theirs string, agree bool) {
	verdict := "agrees"
	if !agree {
		verdict = "DISAGREES"
		a.wrong = append(a.wrong, fmt.Sprintf("%s (measured %s, truth %s)", what, ours, theirs))
	}
	_, _ = fmt.Fprintf(a.out, "  %-28s%22s%20s  %s\n", what, ours, theirs, verdict)
}

func (a *auditor) count(what string, ours, theirs float64) {
	a.line(what, fmt.Sprintf("%.0f", ours), fmt.Sprintf("%.0f", theirs), ours == theirs)
}

func (a *auditor) atLeast(what string, ours, least float64) {
	a.line(what, fmt.Sprintf("%.0f", ours), fmt.Sprintf(">= %.0f", least), ours >= least)
}

func (a *auditor) within(what string, ours, least, most float64) {
	if least == most {
		a.count(what, ours, least)
		return
	}
	a.line(what, fmt.Sprintf("%.0f", ours), fmt.Sprintf("%.0f to %.0f", least, most), least <= ours && ours <= most)
}

func (a *auditor) compare() error {
	_, _ = fmt.Fprintf(a.out, "Held against the reference target's own truth\n  %-28s%22s%20s\n", "", "measured", "truth")
	a.chat()
	for _, phase := range a.measured.Phases {
		a.turns(phase)
	}
	if !a.chatOnly {
		a.count("loop restarts", a.measured.Totals.LoopRestarts, a.truth.Restarts)
		a.loop()
	}
	if len(a.wrong) > 0 {
		return fmt.Errorf("%d of what was measured disagrees with the target's own truth: %s", len(a.wrong), strings.Join(a.wrong, "; "))
	}
	return nil
}

// phaseEdge is how far from the planned moment users may come to a new phase, and how fine the target's series is.
const phaseEdge = 2 * time.Second

// turns compares the complete answers of a phase. They are those of questions asked in it: their ends come up to the
// longest response later.
func (a *auditor) turns(phase result.Phase) {
	what := "turns, " + phase.Name
	started, known, err := result.Moment(a.measured.StartedAt)
	if err != nil || !known || len(a.truth.Series) == 0 {
		a.line(what, fmt.Sprintf("%.0f", phase.Turns), "no series of it", false)
		return
	}
	longest := 0.0 // ms
	for _, p := range a.measured.Phases {
		if p.ResponseTime != nil {
			longest = max(longest, p.ResponseTime.Max)
		}
	}
	late := phaseEdge + time.Duration(longest*float64(time.Millisecond))
	from := started.Add(time.Duration(phase.From * float64(time.Second)))
	to := started.Add(time.Duration(phase.To * float64(time.Second)))
	least := max(0, a.completed(to.Add(-phaseEdge), false)-a.completed(from.Add(late), true))
	most := a.completed(to.Add(late), true) - a.completed(from.Add(-phaseEdge), false)
	a.within(what, phase.Turns, least, most)
}

// completed is how many answers the target had completed at the last moment of its series before a time, or at the first
// after it.
func (a *auditor) completed(at time.Time, after bool) float64 {
	series := a.truth.Series
	i, _ := slices.BinarySearchFunc(series, at.UnixNano(), func(m auditedMoment, at int64) int { return cmp.Compare(m.At, at) })
	switch {
	case after && i < len(series):
		return series[i].TurnsCompleted
	case after:
		return series[len(series)-1].TurnsCompleted
	case i == 0:
		return 0
	default:
		return series[i-1].TurnsCompleted
	}
}
