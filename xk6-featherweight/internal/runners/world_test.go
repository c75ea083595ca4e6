package runners_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/record"
	"github.com/featherweight/xk6-featherweight/internal/runners"
	"github.com/featherweight/xk6-featherweight/internal/slo"
	"github.com/featherweight/xk6-featherweight/internal/slo/slotest"
)

const (
	response   = "message_response_time"
	connection = "ws_connection_time"
	steady     = "steady"
)

// began is when the load of every world does.
var began = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

// turn is an attempt of a user in a world whose truth is known.
type turn struct {
	user         uint64
	at           time.Duration
	phase        string
	failed, cut  bool
	answer, open float64 // ms
}

// world is what all users of a test did, and what its loop was like.
type world struct {
	turns []turn
	loop  slotest.Samples
}

// someWorld has users whose answers and failures lie about the limits. One in four has a loop that is too slow.
func someWorld(random *rand.Rand) world {
	var w world
	users, slow := 3+random.IntN(20), 0.8+random.Float64()*0.25
	failing := max(0, random.Float64()-0.5) * 0.03
	for n := range users * (5 + random.IntN(40)) {
		phase := []string{"ramp", steady, steady, steady, "rampdown"}[random.IntN(5)]
		w.turns = append(w.turns, turn{
			user: uint64(n%users) + 1, at: time.Duration(random.IntN(85_000)) * time.Millisecond, phase: phase, failed: random.Float64() < failing,
			cut: random.Float64() < 0.002, answer: 10_000 * slow * (0.7 + 0.35*random.Float64()), open: 5_000 * slow * (0.7 + 0.35*random.Float64()),
		})
	}
	hz := 96.0
	if random.IntN(4) == 0 {
		hz = 90
	}
	w.loop = slotest.Samples{}
	for name, samples := range slotest.Good() {
		if ofLoop(name) {
			w.loop[name] = samples
		}
	}
	w.loop["loop_hz{phase:steady}"] = slotest.Times(60, hz)
	w.loop["loop_hz_low{phase:steady}"], w.loop["loop_hz_high{phase:steady}"] = []float64{hz - 0.1}, []float64{hz + 0.1}
	return w
}

func ofLoop(name string) bool {
	for _, prefix := range []string{"loop_", "hz_", "checks"} {
		if len(name) > len(prefix) && name[:len(prefix)] == prefix {
			return true
		}
	}
	return false
}

// seen is what a process that has some of the users sees, in every form that it keeps.
type seen struct {
	samples   slotest.Samples
	record    *record.Record
	recording *record.Recording
	live      *slo.Live
}

// phaseTag is the tag of samples.
type phaseTag string

func (p phaseTag) Get(name string) (string, bool) { return string(p), name == "phase" && p != "" }

func (s *seen) add(metric, phase string, at time.Time, value float64) {
	s.samples[metric] = append(s.samples[metric], value)
	s.samples[metric+"{phase:"+phase+"}"] = append(s.samples[metric+"{phase:"+phase+"}"], value)
	s.live.Add(metric, phaseTag(phase), value)
	s.recording.Add(at, phase, record.Sample{Name: metric, Value: value})
}

// see is the world as a process sees it that has every user for whom `has` holds.
func (w world) see(plan slo.Plan, has func(user uint64) bool) seen {
	out := seen{samples: slotest.Samples{}, record: &record.Record{}, recording: record.New(began), live: slo.NewLive(plan)}
	for _, t := range w.turns {
		if !has(t.user) {
			continue
		}
		at := began.Add(t.at)
		out.record.Outcome(at, !t.failed)
		out.record.Attempt("error_rate", t.user, t.failed)
		out.record.Wait(connection, t.phase, t.user, time.Duration(t.open*float64(time.Millisecond)), false)
		out.add(connection, t.phase, at, t.open)
		out.add("generator_error", t.phase, at, t.open/5_000)
		if t.cut {
			out.record.Wait(response, t.phase, t.user, time.Duration(t.answer/2*float64(time.Millisecond)), true)
			out.add("chat_interrupted", t.phase, at, 1)
			continue
		}
		failure := 0.0
		if t.failed {
			failure = 1
			out.samples["chat_failures{reason:reset}"] = append(out.samples["chat_failures{reason:reset}"], 1)
		} else {
			out.record.Wait(response, t.phase, t.user, time.Duration(t.answer*float64(time.Millisecond)), false)
			out.add(response, t.phase, at, t.answer)
			out.add("chat_turns", t.phase, at, 1)
		}
		out.add("error_rate", t.phase, at, failure)
	}
	if !plan.Blind {
		for name, samples := range w.loop {
			out.samples[name] = samples
		}
	}
	conclusions, silent := slo.Concluded(plan, out.record)
	for _, c := range conclusions {
		name := map[slo.Outcome]string{slo.Fail: "slo_missed", slo.Invalid: "slo_undecided"}[c.Outcome]
		out.samples[name] = append(out.samples[name], 1)
	}
	out.samples["chat_silence"] = []float64{float64(silent)}
	out.recording.End(began.Add(86*time.Second), true)
	return out
}

func (s seen) data(plan slo.Plan) slo.Data {
	return slotest.Data(s.samples, plan, slo.Setup{Source: "counter", Started: "2026-07-01T12:00:00.000Z", SetupTime: 250}, slotest.Shape().Total.Seconds()+0.25)
}

// single is the verdict of the run that has all users itself.
func (w world) single(plan slo.Plan) (slo.Data, slo.Verdict, seen) {
	all := w.see(plan, func(uint64) bool { return true })
	data := all.data(plan)
	return data, slo.Judge(data, plan, all.record), all
}

// runners are so many that share the users; the second observes the loop. What they leave is written and read again.
func (w world) runners(t testing.TB, plan slo.Plan, n int) []runners.Runner {
	t.Helper()
	var sequence []string
	for i := range n {
		sequence = append(sequence, fmt.Sprintf("%d/%d:%d/%d", i, n, i+1, n))
	}
	var out []runners.Runner
	for i := range n {
		mine := plan
		mine.Part, mine.Blind = sequence[i], i != min(1, n-1)
		all := w.see(mine, func(user uint64) bool { return int(user)%n == i })
		data := all.data(mine)
		judged := slo.Judge(data, mine, all.record)
		text, err := runners.Account{
			Test: "t", Script: "s.js", Part: sequence[i], Parts: sequence, Observes: !mine.Blind, Started: began.Add(time.Duration(i) * 100 * time.Millisecond),
			Plan: plan, Shape: slotest.Shape(), End: &runners.End{
				At: began.Add(85 * time.Second), Ran: data.State.TestRunDurationMs - 250, Complete: judged.Complete, Verdict: judged.Verdict,
				Source: "counter", Metrics: data.Metrics, Tails: all.live.Tails(), Attempts: all.record.Attempts(),
			},
		}.JSON()
		require.NoError(t, err)
		account, err := runners.Read(text)
		require.NoError(t, err)
		var series bytes.Buffer
		_, err = all.recording.WriteTo(&series)
		require.NoError(t, err)
		recording, err := record.Read(&series)
		require.NoError(t, err)
		out = append(out, runners.Runner{Name: fmt.Sprintf("%d-of-%d", i+1, n), Account: account, Recording: recording})
	}
	return out
}
