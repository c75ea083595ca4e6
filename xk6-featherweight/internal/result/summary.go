// Package result tells the result of a run and of a health check: as data for programs, as text for a terminal, as JUnit XML
// for CI systems, as Markdown for pull requests. Pure: the time is passed in.
package result

import (
	_ "embed"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/load"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// Schema is the version of summary.json; a change that is not an addition needs a new number.
const Schema = "featherweight-slo/summary/v1"

//go:embed summary.schema.json
var summarySchema []byte

// SummarySchema is the JSON Schema of summary.json.
func SummarySchema() []byte { return summarySchema }

// Timestamp is how times are written: UTC with milliseconds, as JavaScript's toISOString.
func Timestamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }

const msPerSecond = 1000

// Run is what was run.
type Run struct {
	// Script is its file name.
	Script string
	// Config is every variable that the script uses, as it may be shown: secrets hidden.
	Config Object[any]
	// Versions of what made the run, by name; empty where they are not known.
	Versions Object[string]
	Plan     slo.Plan
	Shape    load.Shape
	// Now is when the run ended.
	Now time.Time
	// Runners is of how many runners it is the sum; 0 for one process.
	Runners int
}

// Summary is the result of a run as data; summary.schema.json describes it. Times are ms unless the name says otherwise; nil is
// what was not measured.
type Summary struct {
	Schema          string          `json:"schema"`
	Script          string          `json:"script"`
	Verdict         string          `json:"verdict"`
	Reasons         []string        `json:"reasons"`
	ExitCode        *int            `json:"exitCode"`
	StartedAt       *string         `json:"startedAt"`
	EndedAt         string          `json:"endedAt"`
	Seconds         float64         `json:"seconds"`
	PlannedSeconds  float64         `json:"plannedSeconds"`
	Complete        bool            `json:"complete"`
	OvertimeSeconds float64         `json:"overtimeSeconds"`
	Config          Object[any]     `json:"config"`
	Loop            Loop            `json:"loop"`
	SLOs            []slo.Judged    `json:"slos"`
	Phases          []Phase         `json:"phases"`
	Failures        Object[float64] `json:"failures"`
	Totals          Totals          `json:"totals"`
	GeneratorLag    GeneratorLag    `json:"generatorLag"`
	Thresholds      []Threshold     `json:"thresholds"`
	Versions        Object[string]  `json:"versions,omitempty"`
	Runners         int             `json:"runners,omitempty"`
}

// Loop is where the frequency comes from.
type Loop struct {
	Source *string `json:"source"`
	// Measured is false when the server reported it.
	Measured bool `json:"measured"`
	// PagePeriod is how often the metrics page is renewed, if it is a copy; 0 for a live one.
	PagePeriod float64 `json:"pagePeriod"`
}

// Totals are those of the whole run. Connections are those that were opened, without the look of setup(); Questions are those
// that went out whole.
type Totals struct {
	Connections        float64  `json:"connections"`
	Questions          float64  `json:"questions"`
	Turns              float64  `json:"turns"`
	Failed             float64  `json:"failed"`
	Interrupted        float64  `json:"interrupted"`
	Tokens             float64  `json:"tokens"`
	OtherMessages      float64  `json:"otherMessages"`
	Goodput            *float64 `json:"goodput"`
	LoopReadings       float64  `json:"loopReadings"`
	LoopReadingsFailed float64  `json:"loopReadingsFailed"`
	LoopRestarts       float64  `json:"loopRestarts"`
}

// GeneratorLag is how late this process woke up for a tick of 10 ms, and how much of its lateness is in its times.
type GeneratorLag struct {
	P99 *float64 `json:"p99"`
	Max *float64 `json:"max"`
	// InTimes is the 99th percentile of generator_error, in milliseconds.
	InTimes *float64 `json:"inTimes"`
}

// Threshold is one of k6 that decides its exit code. OK is nil when thresholds were switched off.
type Threshold struct {
	Metric     string `json:"metric"`
	Expression string `json:"expression"`
	OK         *bool  `json:"ok"`
}

// NewSummary makes it.
func NewSummary(data slo.Data, verdict slo.Verdict, run Run) Summary {
	setup, _ := data.Setup()
	out := Summary{
		Schema: Schema, Script: run.Script, Verdict: verdict.Verdict, Reasons: verdict.Reasons, ExitCode: verdict.ExitCode,
		StartedAt: orNil(setup.Started), EndedAt: Timestamp(run.Now),
		Seconds:        (data.State.TestRunDurationMs - setup.SetupTime) / msPerSecond,
		PlannedSeconds: run.Plan.Planned.Seconds(), Complete: verdict.Complete, OvertimeSeconds: verdict.Overtime / msPerSecond,
		Config: run.Config, Loop: Loop{orNil(setup.Source), verdict.Measured, data.PagePeriod()}, SLOs: verdict.SLOs,
		Failures:     Object[float64]{},
		Versions:     run.Versions,
		Runners:      run.Runners,
		GeneratorLag: GeneratorLag{stat(data, "generator_lag", "p(99)"), stat(data, "generator_lag", "max"), stat(data, "generator_error", "p(99)")},
	}
	for _, phase := range run.Shape.Phases {
		out.Phases = append(out.Phases, newPhase(data, phase))
	}
	for _, failure := range data.Failures() {
		out.Failures = append(out.Failures, Member[float64]{failure.Reason, failure.Count})
	}
	out.Totals = Totals{
		Connections: data.Samples("ws_connection_time"), Questions: data.Sum("ws_msgs_sent"),
		Turns: data.Sum("chat_turns"), Failed: failed(data), Interrupted: data.Sum("chat_interrupted"), Tokens: data.Sum("chat_tokens"),
		OtherMessages: data.Sum("chat_other_messages"), Goodput: stat(data, "chat_goodput", "rate"), LoopReadings: data.Sum("hz_scrapes"),
		LoopReadingsFailed: data.Sum("hz_scrape_failures"), LoopRestarts: data.Sum("loop_restarts"),
	}
	for _, one := range run.Plan.Objectives() {
		threshold := Threshold{Metric: one.Metric, Expression: one.Expression}
		if found, ok := data.Metrics[one.Metric].Thresholds[one.Expression]; ok {
			threshold.OK = &found.OK
		}
		out.Thresholds = append(out.Thresholds, threshold)
	}
	return out
}

// JSON is the text of summary.json.
func (s Summary) JSON() ([]byte, error) { return fileJSON(s) }

// failed is how many turns did.
func failed(data slo.Data) float64 {
	total := 0.0
	for _, failure := range data.Failures() {
		total += failure.Count
	}
	return total
}

func orNil(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func stat(data slo.Data, metric, statistic string) *float64 {
	if value, ok := data.Stat(metric, statistic); ok {
		return &value
	}
	return nil
}
