package runners

import (
	"bytes"
	"strings"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/format"
	"github.com/featherweight/xk6-featherweight/internal/load"
	"github.com/featherweight/xk6-featherweight/internal/record"
	"github.com/featherweight/xk6-featherweight/internal/result"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// Whole is the result of a test of several runners, as the single run has it.
type Whole struct {
	Data      slo.Data
	Verdict   slo.Verdict
	Summary   result.Summary
	Recording *record.Recording
	Shape     load.Shape
	plan      slo.Plan
}

// Flows are what the flows of a scenario were like; nil where the script only chats.
func (w Whole) Flows() [][]string {
	if w.plan.Scenario == nil {
		return nil
	}
	return w.plan.Scenario.FlowRows(w.Data)
}

// ExitCode is that of k6 for the single run: 0 for PASS, 99 for what is not.
func (w Whole) ExitCode() int {
	const notPassed = 99
	if w.Verdict.Verdict == slo.PASS {
		return 0
	}
	return notPassed
}

// Series is series.ndjson of the whole.
func (w Whole) Series() ([]byte, error) {
	var text bytes.Buffer
	_, err := w.Recording.WriteTo(&text)
	return text.Bytes(), err
}

// Ended says that every part of the test is there and has come to an end.
func Ended(all []Runner) bool {
	var parts []segment
	for _, r := range all {
		part, err := parseSegment(r.Account.Part)
		if err != nil || r.Account.End == nil {
			return false
		}
		parts = append(parts, part)
	}
	return len(uncovered(parts, make([]string, len(parts)))) == 0
}

// Text is who ran what, one runner a line.
func Text(all []Runner) string {
	rows := [][]string{{"runner", "part", "began", "turns", "errors", "of itself it says"}}
	first := firstStart(all)
	for _, r := range all {
		row := []string{r.Name, r.Account.Part, format.Nothing, format.Nothing, format.Nothing, format.Nothing}
		if !r.Account.Started.IsZero() {
			row[2] = "+" + format.Time(float64(r.Account.Started.Sub(first))/float64(time.Millisecond))
		}
		if end := r.Account.End; end != nil {
			data := slo.Data{Metrics: end.Metrics}
			row[3], row[5] = format.Number(data.Sum("chat_turns")), end.Verdict
			if share, ok := data.Stat("error_rate", "rate"); ok {
				row[4] = format.Percent(share)
			}
			if r.Account.Observes {
				row[5] += ", and of the loop"
			}
		}
		rows = append(rows, row)
	}
	return "\n  " + strings.Join(format.Table(rows, ""), "\n  ") + "\n"
}

// firstStart is when the first of them began; zero when none did.
func firstStart(all []Runner) time.Time {
	var first time.Time
	for _, r := range all {
		if at := r.Account.Started; !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}
