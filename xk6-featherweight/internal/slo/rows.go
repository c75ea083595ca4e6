package slo

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/format"
)

// Window is how long the loop is watched for one value of its frequency.
const Window = time.Second

const windowMs = float64(Window / time.Millisecond)

// Limits are the limits in force, by the names of their variables (internal/config). A row asks for its own by that name.
type Limits map[string]float64

// of is the limit that a variable sets.
func (l Limits) of(variable string) float64 {
	limit, there := l[variable]
	if !there {
		panic(noLimitError(variable))
	}
	return limit
}

// noLimitError is the name of a variable that a row asks for and nobody handed in.
type noLimitError string

// Error says so.
func (n noLimitError) Error() string { return "slo: there is no limit " + string(n) }

// Check says which limit a plan lacks that was written by another version.
func (p Plan) Check() (err error) {
	defer func() {
		if missing, is := recover().(noLimitError); is {
			err = missing
		}
	}()
	p.Rows()
	p.unseen()
	return nil
}

// unseen is how long the loop may be out of sight at the end of a phase, in ms: a window, or as long as it may stand still.
func (l Limits) unseen() float64 { return max(windowMs, l.of("LOOP_LONGEST_GAP")) }

// Plan is what a run is judged by.
type Plan struct {
	Limits
	// Planned is the time from the start to the end of the last stage.
	Planned time.Duration
	// Open: conversations begin on a schedule (ARRIVAL_RATE).
	Open bool
	// Scenario has the flows of a script, with objectives of their own; nil for one that only chats.
	Scenario *Scenario
	// EvidenceRequired (EVIDENCE=require): the sample must prove on which side of its limit an objective is.
	EvidenceRequired bool
	// Part is which part of a test this process runs, such as 0:1/3, one of several runners; empty where it runs the whole.
	Part string `json:"-"`
	// Blind: another runner of the test observes the loop. What is promised of it is judged there.
	Blind bool `json:"-"`
	// Patience is for how long an objective may be missed before the run is ended for it (ABORT_ON_FAIL); 0: it goes on.
	Patience time.Duration
	// WhenCertain ends the run as soon as an objective is certain to be missed (ABORT_WHEN_CERTAIN).
	WhenCertain bool
}

// windows of the whole run.
func (p Plan) windows() int { return int(math.Round(float64(p.Planned) / float64(Window))) }

// Rows are the objectives and preconditions of a run, in the order in which they are reported.
func (p Plan) Rows() []Row {
	rows := append(p.serverRows(), p.runRows()...)
	if p.Scenario != nil {
		rows = append(rows, p.Scenario.rows()...)
	}
	exceptions := exceptionsRow()
	if p.Scenario != nil {
		exceptions.Print = Print{placeScenario, PrintSingle}
	}
	rows = append(rows, exceptions)
	if p.Blind {
		rows = slices.DeleteFunc(rows, Row.ofLoop)
	}
	for i := range rows {
		if rows[i].Kind == Objective {
			rows[i].patience, rows[i].ends = p.Patience, p.Patience > 0 || p.WhenCertain
		}
	}
	return rows
}

// ofLoop says that the observer makes the samples of the row.
func (r Row) ofLoop() bool {
	return strings.HasPrefix(r.Metric, "loop_") || strings.HasPrefix(r.Metric, "hz_") || strings.HasPrefix(r.Metric, "checks{type:hz")
}

// exceptionsRow is about a script that does not do what it should: k6 itself only logs its exceptions (Suite.guard).
func exceptionsRow() Row {
	return Row{
		Name: "script exceptions", Kind: Objective, Metric: "script_exceptions", Statistic: count, Relation: Less, Limit: 1,
		Print: Print{placeRare, PrintRare},
		words: words{
			thing:  "iteration",
			met:    "{things} ended with an exception of the script",
			missed: "{things} ended with an exception of the script, not less than {limit}",
		},
	}
}

// serverRows are what is promised of chat and loop.
func (p Plan) serverRows() []Row {
	rows := []Row{
		{ // of every attempted turn of the whole run: an error in a ramp is an error too
			Name: "error rate", Kind: Objective, Metric: "error_rate", Statistic: rate, Relation: Less, Limit: p.of("ERROR_RATE_THRESHOLD"), Unit: format.Ratio,
			Print: Print{placeErrors, PrintErrors}, Recorded: &Recorded{Of: "error_rate"}, digits: 2,
			guards: []guard{{metric: "chat_turns", statistic: count, late: true}},
			words: words{
				none:   "no turn was finished: there is nothing to judge",
				met:    "{value} of turns failed ({hits} of {n}), less than {limit}",
				missed: "{value} of turns failed ({hits} of {n}), not less than {limit}{reasons}",
			},
		},
		{ // not one answer after some moment
			Name: "answers to the end", Kind: Objective, Metric: silence, Statistic: value, Relation: Less, Limit: silenceLimit(p.of("ERROR_RATE_THRESHOLD")),
			Print: Print{placeRare, PrintRare},
			words: words{
				met:    "the chat answered to the end",
				missed: "the chat did not answer any more at the end: the last {shown} attempts all failed",
			},
		},
		{ // speed is judged where the load is the promised one; see frequency.go
			Name: "loop frequency", Kind: Objective, Metric: steadyHz, Statistic: "avg", Relation: More, Limit: p.of("HZ_AVERAGE_THRESHOLD"), Unit: format.Hertz,
			Print: Print{placeFrequency, PrintFrequency}, judge: judgeFrequency,
			bounds: []Threshold{threshold(steadyLow, value, More, p.of("HZ_AVERAGE_THRESHOLD"))},
		},
	}
	if p.of("HZ_AVERAGE_MAXIMUM") > 0 {
		rows = append(rows, Row{ // a loop that was started twice turns too fast
			Name: "loop frequency maximum", Kind: Objective, Metric: steadyHigh, Statistic: value, Relation: Less, Limit: p.of("HZ_AVERAGE_MAXIMUM"), Unit: format.Hertz,
			Print: Print{placeFrequency, PrintMaximum}, judge: judgeMaximum,
			bounds: []Threshold{threshold(steadyHz, "avg", Less, p.of("HZ_AVERAGE_MAXIMUM"))},
		})
	}
	return append(rows,
		Row{ // see windows.go
			Name: "good windows", Kind: Objective, Metric: "checks{type:hz}", Statistic: rate, Relation: More, Limit: goodWindows(p.windows()), Unit: format.Ratio,
			Print: Print{placeFrequency, PrintWindows}, judge: judgeWindows(p.of("HZ_AVERAGE_THRESHOLD"), p.windows()), soFar: judgeWindowsSoFar(p.of("HZ_AVERAGE_THRESHOLD"), p.windows()),
		},
		Row{ // at any time of the run
			Name: "longest standstill", Kind: Objective, Metric: "loop_longest_gap", Statistic: "max", Relation: AtMost, Limit: p.of("LOOP_LONGEST_GAP"), Unit: format.Milliseconds,
			Print: Print{placeGap, PrintSingle}, absent: Skipped, judge: judgeStandstill,
			words: words{
				none:   "only a counter shows whether the loop stood still",
				met:    "longest standstill of the loop {value}, not longer than {limit}",
				missed: "longest standstill of the loop {value}, longer than {limit}",
			},
		},
		Row{
			Name: "loop restarts", Kind: Objective, Metric: "loop_restarts", Statistic: count, Relation: AtMost, Limit: p.of("LOOP_RESTARTS"),
			Print: Print{placeRestarts, PrintSingle},
			words: words{thing: "time", met: "the loop was restarted {things}", missed: "the loop was restarted {things}, more than {limit}"},
		},
		latencyRow("connection time", "ws_connection_time", 95, p.of("WS_CONNECTION_TIME_P95"), placeConnection, "no connection was opened in the steady phase"),  //nolint:mnd // WS_CONNECTION_TIME_P95
		latencyRow("response time", "message_response_time", 90, p.of("MESSAGE_RESPONSE_TIME_P90"), placeResponse, "no answer was completed in the steady phase"), //nolint:mnd // MESSAGE_RESPONSE_TIME_P90
	)
}

// latencyRow is a percentile of what the chat makes its users wait for.
func latencyRow(name, metric string, percentile, limit float64, place int, none string) Row {
	statistic := percentileName(percentile)
	return Row{
		Name: name, Kind: Objective, Metric: inSteady(metric), Statistic: statistic, Relation: Less, Limit: limit, Unit: format.Milliseconds,
		Print: Print{place, PrintTrend}, Recorded: &Recorded{metric, percentile},
		guards: []guard{{metric: inSteady(metric), statistic: "max"}},
		words: words{
			none:   none,
			met:    name + " " + statistic + " {value}, less than {limit}",
			missed: name + " " + statistic + " {value}, not less than {limit}",
		},
	}
}

// inSteady is a metric in the steady phase.
func inSteady(metric string) string { return inPhase(metric, "steady") }

func inPhase(metric, phase string) string { return metric + "{phase:" + phase + "}" }
