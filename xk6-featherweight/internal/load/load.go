// Package load is the shape of the load over time: idle, ramp, steady, rampdown. Pure arithmetic.
package load

import (
	"math"
	"time"
)

// The phases in the order of time, as samples are tagged with them.
const (
	Idle     = "idle"
	Ramp     = "ramp"
	Steady   = "steady"
	RampDown = "rampdown"
)

// Phases lists their names in the order of time.
func Phases() []string { return []string{Idle, Ramp, Steady, RampDown} }

// Settings are the variables that make the shape.
type Settings struct {
	// Users is how many there are in the steady phase (VUS); with a Rate, how many there can be at the same time.
	Users int
	// Rate makes the open model: as many conversations begin in a second of the steady phase (ARRIVAL_RATE), and users are as
	// many as that takes. 0 is the closed model, in which each user begins when the conversation before has ended.
	Rate float64
	// Steady is how long all of them are there (DURATION), Idle how long the loop is watched before the first (IDLE).
	Steady, Idle time.Duration
	// Ramp is whether users come in steps and leave in one (RAMP); without it all come at once and nobody leaves. With a Rate,
	// it goes up and down in the same steps.
	Ramp bool
	// Scale is a factor on the length of every ramp (RAMP_SCALE).
	Scale float64
}

// Stage is one of k6's ramping-vus: within Duration the users become Target. Whole milliseconds.
type Stage struct {
	Duration time.Duration
	Target   int
}

// Phase is a stretch of the run: from From up to, but not with, To, both since the start.
type Phase struct {
	Name     string
	From, To time.Duration
	// Users is how many there are at its end; with a Rate, how many there can be.
	Users int
}

// Shape is when how many users are there.
type Shape struct {
	// Idle is how long there is nobody, Down how long the last stage is, in which the users leave, Total the time from the
	// start to the end of the last stage.
	Idle, Down, Total time.Duration
	// Stages are for k6's ramping-vus, which begins after Idle.
	Stages []Stage
	// Schedule is when conversations begin, from the end of Idle; nil in the closed model.
	Schedule *Schedule
	// Phases are those that have a length.
	Phases []Phase
}

// step of the ramp: after time, share of the users are there.
type step struct {
	time  time.Duration
	share float64
}

// stepsUp are 25 % in 30 s, 50 % in 30 s more, all in another minute.
func stepsUp() []step {
	return []step{{30 * time.Second, 0.25}, {30 * time.Second, 0.5}, {time.Minute, 1}} //nolint:mnd // the table itself
}

// timeDown is how long the users take to leave.
const timeDown = 30 * time.Second

// New makes the shape.
func New(s Settings) Shape {
	up := []Stage{{Duration: 0, Target: s.Users}} // a step of no length: all users at once
	var down []Stage
	if s.Ramp {
		up = up[:0]
		for _, one := range stepsUp() {
			up = append(up, Stage{scaled(one.time, s.Scale), int(math.Ceil(float64(s.Users) * one.share))})
		}
		down = []Stage{{scaled(timeDown, s.Scale), 0}}
	}
	all := []Phase{
		{Name: Idle, To: s.Idle},
		{Name: Ramp, To: sum(up), Users: s.Users},
		{Name: Steady, To: s.Steady, Users: s.Users},
		{Name: RampDown, To: sum(down)},
	}
	out := Shape{Idle: s.Idle, Down: sum(down)}
	out.Stages = append(append(up, Stage{s.Steady, s.Users}), down...)
	if s.Rate > 0 {
		out.Schedule = s.schedule(sum(down))
	}
	for _, phase := range all { // whose To is its length so far
		length := phase.To
		phase.From, phase.To = out.Total, out.Total+length
		out.Total = phase.To
		if length > 0 {
			out.Phases = append(out.Phases, phase)
		}
	}
	return out
}

// schedule has the steps of the stages, as rates.
func (s Settings) schedule(down time.Duration) *Schedule {
	out, from := &Schedule{}, s.Rate
	if s.Ramp {
		from = 0
		for _, one := range stepsUp() {
			out.then(scaled(one.time, s.Scale), from, s.Rate*one.share)
		}
	}
	out.then(s.Steady, from, s.Rate)
	out.then(down, from, 0)
	return out
}

// PhaseAt is the name of the phase so long after the start. What outlasts the last stage belongs to it.
func (s Shape) PhaseAt(elapsed time.Duration) string {
	for _, phase := range s.Phases {
		if elapsed < phase.To {
			return phase.Name
		}
	}
	if len(s.Phases) == 0 {
		return Steady
	}
	return s.Phases[len(s.Phases)-1].Name
}

// Progress is which share of a phase is over so long after the start, from 0 to 1; 1 where there is no such phase.
func (s Shape) Progress(phase string, elapsed time.Duration) float64 {
	for _, p := range s.Phases {
		if p.Name == phase {
			return min(1, max(0, float64(elapsed-p.From)/float64(p.To-p.From)))
		}
	}
	return 1
}

// scaled is in whole milliseconds, as stages are.
func scaled(length time.Duration, scale float64) time.Duration {
	return time.Duration(math.Round(float64(length.Milliseconds())*scale)) * time.Millisecond
}

func sum(stages []Stage) time.Duration {
	var total time.Duration
	for _, stage := range stages {
		total += stage.Duration
	}
	return total
}
