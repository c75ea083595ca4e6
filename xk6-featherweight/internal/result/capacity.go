package result

import (
	"slices"
	"strings"

	"github.com/featherweight/xk6-featherweight/internal/capacity"
	"github.com/featherweight/xk6-featherweight/internal/format"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// CapacitySchema is the version of capacity.json.
const CapacitySchema = "featherweight-slo/capacity/v1"

// Capacity is what a search for the most load has found, so far or at its end.
type Capacity struct {
	Schema string `json:"schema"`
	// Unit is what a load is counted in: users, or conversations a second.
	Unit      string `json:"unit"`
	StartedAt string `json:"startedAt"`
	EndedAt   string `json:"endedAt"`
	// Seconds are how long it took, PromisedSeconds how long it was said to take at most.
	Seconds         float64 `json:"seconds"`
	PromisedSeconds float64 `json:"promisedSeconds"`
	// Stopped is why it was left before its end; empty when it was not.
	Stopped string          `json:"stopped,omitempty"`
	Answer  capacity.Answer `json:"answer"`
	// Generator: what gave way first was the load generator, so the server may hold more.
	Generator bool           `json:"generator"`
	Steps     []CapacityStep `json:"steps"`
}

// CapacityStep is a run of the search. Times are ms, of the steady phase; nil is what was not measured.
type CapacityStep struct {
	capacity.Step
	// Run is the name of its folder.
	Run     string  `json:"run"`
	Seconds float64 `json:"seconds"`
	// SLOs are its objectives and what became of them.
	SLOs           []slo.Judged `json:"slos"`
	LoopHz         *LoopHz      `json:"loopHz"`
	ResponseP90    *float64     `json:"responseP90"`
	FirstTokenP95  *float64     `json:"firstTokenP95"`
	ConnectionP95  *float64     `json:"connectionP95"`
	MostConnection *float64     `json:"mostConnections"`
	ErrorRate      *float64     `json:"errorRate"`
}

// NewCapacityStep is a step of that load, from what its run told.
func NewCapacityStep(load float64, run string, s Summary) CapacityStep {
	out := CapacityStep{Step: capacity.Step{Load: load, Outcome: capacity.Held}, Run: run, Seconds: s.Seconds, SLOs: s.SLOs}
	for _, phase := range s.Phases {
		if phase.Name != "steady" {
			continue
		}
		out.LoopHz, out.ErrorRate, out.MostConnection = phase.LoopHz, phase.ErrorRate, phase.Connections
		for _, one := range []struct {
			from *Latency
			to   **float64
		}{{phase.ResponseTime, &out.ResponseP90}, {phase.FirstToken, &out.FirstTokenP95}, {phase.ConnectionTime, &out.ConnectionP95}} {
			if one.from != nil && one.from.P90 != nil {
				*one.to = one.from.P90
			} else if one.from != nil {
				*one.to = one.from.P95
			}
		}
	}
	if s.Verdict == slo.PASS {
		return out
	}
	out.Outcome = capacity.Unsure
	if s.Verdict == slo.FAIL {
		out.Outcome = capacity.GaveWay
	}
	if at := slices.IndexFunc(s.SLOs, slo.Judged.WasCertain); at >= 0 && s.Verdict == slo.FAIL {
		out.First, out.Why = s.SLOs[at].Name, s.SLOs[at].Why
		return out
	}
	for _, reason := range s.Reasons { // the first objective that decided the verdict; a reason may also be that the run was cut short
		if at := slices.IndexFunc(s.SLOs, func(one slo.Judged) bool { return one.Why == reason }); at >= 0 {
			out.First, out.Why = s.SLOs[at].Name, reason
			return out
		}
	}
	if len(s.Reasons) > 0 { // such as that the run was cut short
		out.Why = s.Reasons[0]
	}
	return out
}

// IsGenerator says that what decided the step is about the load generator.
func (s CapacityStep) IsGenerator() bool {
	for _, one := range s.SLOs {
		if one.Name == s.First {
			return one.Generator
		}
	}
	return false
}

// Loads is a load with its unit: 1 user, 40 users.
func Loads(load float64, unit string) string {
	if load == 1 {
		unit = strings.NewReplacer("users", "user", "conversations", "conversation").Replace(unit)
	}
	return format.Number(load) + " " + unit
}

// undecided says that no run at the upper end said anything.
func (c Capacity) undecided() bool {
	return c.Answer.High != nil && !slices.ContainsFunc(c.Steps, func(s CapacityStep) bool { return s.Load == *c.Answer.High && s.Outcome != capacity.Unsure })
}

// Known says that something of the server was found: a load that it holds, and what gave way above it or that nothing did.
func (c Capacity) Known() bool { return c.Answer.Low > 0 && !c.Generator && !c.undecided() }

// JSON is the text of capacity.json.
func (c Capacity) JSON() ([]byte, error) { return fileJSON(c) }

// Words are the answer in a sentence.
func (c Capacity) Words() string {
	out := c.words()
	if c.Stopped != "" {
		out += " (so far: " + c.Stopped + ")"
	}
	return out
}

func (c Capacity) words() string {
	low := Loads(c.Answer.Low, c.Unit)
	if c.Answer.High == nil {
		if c.Answer.Low == 0 {
			return "nothing is known yet"
		}
		return "at least " + low + ": the most that was tried, and held"
	}
	high := format.Number(*c.Answer.High)
	what, first := high+" gave way", ""
	if c.Answer.First != "" {
		what, first = "with "+high+" it was "+c.Answer.First+" that gave way first", " ("+c.Answer.First+")"
	}
	switch {
	case c.undecided():
		what = "with " + high + " the runs did not say" + first
	case c.Generator:
		what = "with " + high + " the load generator itself gave way" + first + ", which says nothing of the server"
	}
	switch {
	case c.Answer.Low == 0 && (c.undecided() || c.Generator):
		return "nothing is known: " + what
	case c.Answer.Low == 0:
		return "less than " + Loads(*c.Answer.High, c.Unit) + ": " + what
	case c.undecided() || c.Generator:
		return "at least " + low + ": " + what
	default:
		return "from " + format.Number(c.Answer.Low) + " to " + high + " " + c.Unit + ": " + format.Number(c.Answer.Low) + " were held, " + what
	}
}
