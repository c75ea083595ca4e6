package command

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"
	"go.k6.io/k6/v2/errext"

	"github.com/featherweight/xk6-featherweight/internal/result"
)

// widestBound is how wide the bound of a steady phase may be, in Hz, for its result to be of use.
const widestBound = 0.2

// Audit is "k6 x fwhz audit SUMMARY TRUTH [READINGS]": it holds what a run measured against what the reference target knows.
func Audit(out io.Writer) *cobra.Command {
	return &cobra.Command{
		Use:   "audit SUMMARY TRUTH [READINGS]",
		Short: "Hold a run's summary.json against the reference target's own truth",
		Long: `Compares what a run against the reference target measured (SUMMARY, its summary.json) with what the target counted
itself (TRUTH, the JSON line that it prints at its end): turns and tokens must agree exactly, and the true frequency must
lie inside the bound that was given for the steady phase. With READINGS, what the target's --readings-file left, that is
the frequency between the first and the last reading of the phase, and without, that of the target's whole life. Exit
code 1 when anything disagrees.`,
		Args:          cobra.RangeArgs(2, 3), //nolint:mnd // the files
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(_ *cobra.Command, args []string) error {
			var measured result.Summary
			var truth auditedTruth
			if err := readJSON(args[0], &measured); err != nil {
				return errext.WithExitCodeIfNone(err, exitNothing)
			}
			if err := readJSON(args[1], &truth); err != nil {
				return errext.WithExitCodeIfNone(err, exitNothing)
			}
			var readings []auditedReading
			if len(args) > 2 { //nolint:mnd // it is the third
				if err := readJSON(args[2], &readings); err != nil {
					return errext.WithExitCodeIfNone(err, exitNothing)
				}
			}
			return audit(out, measured, truth, readings)
		},
	}
}

// auditedReading is a value of the loop's counter, and when the target gave it out.
type auditedReading struct {
	Count float64 `json:"count"`
	At    float64 `json:"at"` // Unix nanoseconds
}

// auditedTruth is the part of the target's truth that can be compared.
type auditedTruth struct {
	Hz             float64 `json:"hz"`
	Restarts       float64 `json:"restarts"`
	TurnsCompleted float64 `json:"turns_completed"`
	TurnsCut       float64 `json:"turns_cut"`
	Tokens         float64 `json:"tokens"`
}

func readJSON(file string, into any) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("failed to read %s: %w", file, err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s is not the JSON that was expected: %w", file, err)
	}
	return nil
}

// between is the mean frequency between the first and the last of two counts that were given out. False when they are
// not in the list; also after a restart, when a count says nothing about the moment.
func between(readings []auditedReading, from, to float64) (float64, bool) {
	var start, end float64
	for i, r := range readings {
		if i > 0 && r.Count < readings[i-1].Count {
			return 0, false
		}
		if r.Count == from && start == 0 {
			start = r.At
		}
		if r.Count == to {
			end = r.At
		}
	}
	if start == 0 || end <= start {
		return 0, false
	}
	return (to - from) / (end - start) * float64(time.Second), true
}

func audit(out io.Writer, measured result.Summary, truth auditedTruth, readings []auditedReading) error {
	wrong := 0
	line := func(what, ours, theirs string, agree bool) {
		verdict := "agrees"
		if !agree {
			verdict = "DISAGREES"
			wrong++
		}
		_, _ = fmt.Fprintf(out, "  %-28s%22s%16s  %s\n", what, ours, theirs, verdict)
	}
	count := func(what string, ours, theirs float64) {
		line(what, fmt.Sprintf("%.0f", ours), fmt.Sprintf("%.0f", theirs), ours == theirs)
	}
	_, _ = fmt.Fprintf(out, "Held against the reference target's own truth\n  %-28s%22s%16s\n", "", "measured", "truth")
	count("complete answers", measured.Totals.Turns, truth.TurnsCompleted)
	count("answers cut off by the end", measured.Totals.Interrupted, truth.TurnsCut)
	count("tokens", measured.Totals.Tokens, truth.Tokens)
	count("loop restarts", measured.Totals.LoopRestarts, truth.Restarts)
	steady := false
	for _, phase := range measured.Phases {
		if phase.Name != "steady" || phase.LoopHz == nil {
			continue
		}
		steady = true
		low, high, hz := phase.LoopHz.Low, phase.LoopHz.High, truth.Hz
		if phase.Counter != nil {
			if exact, known := between(readings, phase.Counter.From, phase.Counter.To); known {
				hz = exact
			}
		}
		line("loop Hz, steady phase", fmt.Sprintf("[%.3f, %.3f]", low, high), fmt.Sprintf("%.3f", hz), low <= hz && hz <= high)
		line("width of that bound, Hz", fmt.Sprintf("%.3f", high-low), fmt.Sprintf("<= %.1f", widestBound), high-low <= widestBound)
	}
	if !steady {
		line("loop Hz, steady phase", "not measured", fmt.Sprintf("%.3f", truth.Hz), false)
	}
	if wrong > 0 {
		return errext.WithExitCodeIfNone(fmt.Errorf("%d of what was measured disagrees with the target's own truth", wrong), exitNothing)
	}
	return nil
}
