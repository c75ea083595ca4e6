// Package compare says whether a server became better or worse from one run to another, or from one group of runs to
// another: objective by objective and phase by phase, the difference with an interval and one word. Pure arithmetic on what
// the runs recorded.
//
// Three things make a difference uncertain, and all are in its interval: what was measured is a sample (of the users, and of
// the time: cluster.go), a percentile is read from a sketch with a stated error, and a frequency is known within its bound.
// The intervals of one report hold all together with Confidence, so that a report on two runs of the same server has a false
// alarm in at most 5 of 100 cases, however many lines it has (Bonferroni's inequality).
package compare

import (
	"bytes"
	"math"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/format"
	"github.com/featherweight/xk6-featherweight/internal/record"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// Confidence is how sure it is that every interval of a report holds its true difference.
const Confidence = 0.95

// What may be wrong in all, 1 - Confidence, belongs for the most part to the objectives where they are judged, and for the
// rest to the look into the other phases: the more phases are shown, the less would be found otherwise.
const (
	judgedShare = 0.8
	othersShare = 1 - judgedShare
)

// Run is one run: what it was judged by, and what was recorded.
type Run struct {
	// Name is how its folder was named.
	Name string
	// Script is the name of its file; Verdict is PASS, FAIL or INVALID, Reasons why.
	Script, Verdict string
	Reasons         []string
	// Complete: it came to its planned end; Length and Planned are how long it took and should have taken.
	Complete        bool
	Length, Planned time.Duration
	// Measured: its frequency was measured, not only reported by the server.
	Measured bool
	SLOs     []slo.Judged
	// Settings are the variables in force, Versions those of what made the run.
	Settings, Versions []Setting
	Recording          *record.Recording
}

// Setting is a name with its value, as it may be shown.
type Setting struct{ Name, Value string }

// Word is what can be said of a difference.
type Word string

// The words.
const (
	Better  Word = "better"
	Same    Word = "same"        // it differs by less than what matters
	Worse   Word = "worse"       // worse than before, and perhaps by what matters
	Unknown Word = "cannot tell" // the interval holds both
)

// Words are all of them, the one that asks most of a reader first.
func Words() []Word { return []Word{Worse, Unknown, Better, Same} }

// Tolerance is by how much objectives may differ and be the same, by their names; that of the empty name is for all that are
// not named. It is a share: of a time or a frequency, of its value in the base; of a rate of failures, of its limit, or of the
// base where that is larger. 0.05 is 5 %.
type Tolerance map[string]float64

// The tolerances where nobody names another. The sketches of two runs alone may differ by 2 %, so less than that cannot be
// shown of a time. A frequency is known far better, and 5 % is all that lies between a good loop and its limit. Of a rate of
// failures it takes many turns to show a difference of a tenth of its limit.
const (
	DefaultTolerance   = 0.05
	FrequencyTolerance = 0.01
	RateTolerance      = 0.1
)

// of is the tolerance of a row.
func (t Tolerance) of(r slo.Row) float64 {
	for _, name := range []string{r.Name, ""} {
		if share, given := t[name]; given {
			return share
		}
	}
	switch r.Unit {
	case format.Hertz:
		return FrequencyTolerance
	case format.Ratio:
		return RateTolerance
	case format.Milliseconds, format.Plain:
	}
	return DefaultTolerance
}

// Report is what the comparison came to.
type Report struct {
	Base, New []Run
	// Lines has first the objectives where they are judged, then the other phases.
	Lines []Line
	// Repeats: what one run has an interval for was judged by whole runs (Mann and Whitney), not by blocks of them.
	Repeats bool
	// Notes are what a reader should know before he believes it.
	Notes []string
}

// Word is that of the whole report: worse if a line is; else cannot tell if an objective cannot be told; else better if a
// line is; else same.
func (r Report) Word() Word {
	for _, word := range Words() {
		for _, line := range r.Lines {
			if line.Word == word && (line.Judged || word != Unknown) {
				return word
			}
		}
	}
	return Unknown
}

// Line is one objective in one phase.
type Line struct {
	slo.Row
	// Phase is where it was measured; empty for the whole run.
	Phase string
	// Judged: it is there that the objective is judged.
	Judged bool
	// Base and New are the values; NaN where nothing was measured.
	Base, New float64
	// Difference is New minus Base, Low and High the ends of its interval. NaN where there is none; infinite where an end is open.
	Difference, Low, High float64
	// Matters is the tolerance in the unit of the objective.
	Matters float64
	Word    Word
	// Why says what there is no interval for, or what decided without one; empty otherwise.
	Why string
}

// Share is a difference as a share of the value in the base; NaN where that is 0 or not known.
func (l Line) Share(difference float64) float64 {
	if l.Base == 0 {
		return math.NaN()
	}
	return difference / math.Abs(l.Base)
}

// Worsening is by which share of the base it became worse; negative for what became better, and without end where there was
// nothing of it in the base.
func (l Line) Worsening() float64 {
	d := l.Difference
	if !l.upIsWorse() {
		d = -d
	}
	if l.Base == 0 {
		return math.Inf(int(math.Copysign(1, d)))
	}
	return d / math.Abs(l.Base)
}

func (l Line) upIsWorse() bool { return l.Relation == slo.Less || l.Relation == slo.AtMost }

// Compare compares two groups of runs that fit (Fit).
func Compare(base, latest []Run, tolerance Tolerance) Report {
	out := Report{Base: base, New: latest}
	itself := identical(base, latest)
	old, now := look(base), look(latest)
	quantities := quantitiesOf(old, now)
	judged, others := 0, 0
	for _, q := range quantities {
		if q.kind.hasInterval() {
			judged++
			others += len(q.phases) - 1
		}
	}
	const wrong = 1 - Confidence
	confidence := func(isJudged bool) float64 {
		if isJudged {
			return 1 - judgedShare*wrong/float64(max(judged, 1))
		}
		return 1 - othersShare*wrong/float64(max(others, 1))
	}
	out.Repeats = decides(len(base), len(latest), 1-confidence(true))
	var looked []Line
	for _, q := range quantities {
		for _, phase := range q.phases {
			isJudged := phase == q.phase
			line := Line{Row: q.row, Phase: phase, Judged: isJudged}
			if out.Repeats && q.kind.hasInterval() { // the others are no part of the 95 %, however many runs there are
				line.byRuns(q.each(old, phase), q.each(now, phase), confidence(isJudged), tolerance)
			} else {
				c := confidence(isJudged)
				line.byBlocks(q, q.side(old, phase, c), q.side(now, phase, c), c, tolerance)
			}
			if itself && !math.IsNaN(line.Difference) {
				line.Low, line.High, line.Word, line.Why = 0, 0, Same, ""
			}
			switch {
			case isJudged:
				out.Lines = append(out.Lines, line)
			case !math.IsNaN(line.Difference):
				looked = append(looked, line)
			}
		}
	}
	out.Lines = append(out.Lines, looked...)
	out.Notes = notes(out, judged)
	if itself {
		out.Notes = []string{"both sides are the same recording, so nothing can differ"}
	}
	return out
}

// identical is whether both sides have the same recordings. Chance is the same on both sides then, and nothing differs.
func identical(base, latest []Run) bool {
	if len(base) != len(latest) {
		return false
	}
	for i := range base {
		a, b := base[i].Recording, latest[i].Recording
		if !a.Started().Equal(b.Started()) || !bytes.Equal(written(a), written(b)) {
			return false
		}
	}
	return true
}

func written(r *record.Recording) []byte {
	var out bytes.Buffer
	_, _ = r.WriteTo(&out) // a buffer takes everything
	return out.Bytes()
}
