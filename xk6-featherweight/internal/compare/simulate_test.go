package compare_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/compare"
	"github.com/featherweight/xk6-featherweight/internal/record"
	"github.com/featherweight/xk6-featherweight/internal/slo"
	"github.com/featherweight/xk6-featherweight/internal/slo/slotest"
)

// server is what a simulated one is like. Its state wanders: a slow moment lasts for seconds, and makes all answers of that
// time slow. Some users always wait longer than others, as those of a busy shard do.
type server struct {
	response, connection float64 // ms, at the median
	errors               float64 // share of turns that fail
	hz                   float64
	restarts             int
	standstill           float64 // ms, once; 0 for none
}

var usual = server{response: 1100, connection: 400, errors: 0.002, hz: 97.5}

// slower is the same server with times that are longer by that factor.
func (s server) slower(factor float64) server { s.response *= factor; s.connection *= factor; return s }

const (
	wandering = 0.03 // how far the state wanders, as a standard deviation of the logarithm
	memory    = 5.0  // for about how many seconds it lasts
	ofUsers   = 0.10 // how much users differ
	ofTurns   = 0.25 // how much turns differ
)

var began = time.Date(2026, 7, 1, 12, 0, 3, 300_000_000, time.UTC)

// simulate is a run of so many users with a steady phase of so many seconds, behind one of 10 s without users and a ramp of 20 s.
func simulate(s server, users, steady int, seed uint64) compare.Run {
	const idle, ramp, down = 10, 20, 5
	random := rand.New(rand.NewPCG(seed, 11))
	length := idle + ramp + steady + down
	phaseOf := func(second float64) string {
		switch {
		case second < idle:
			return "idle"
		case second < idle+ramp:
			return "ramp"
		case second < float64(idle+ramp+steady):
			return "steady"
		}
		return "rampdown"
	}
	wander := func(spread float64) []float64 {
		out := make([]float64, length+60)
		keeps := math.Exp(-1 / memory)
		state := random.NormFloat64()
		for i := range out {
			out[i] = state * spread
			state = keeps*state + math.Sqrt(1-keeps*keeps)*random.NormFloat64()
		}
		return out
	}
	state, loop := wander(wandering), wander(0.2)
	rec, attempts := record.New(began), &record.Record{}
	type turn struct {
		at, ms, connect float64
		user            int
		failed          bool
	}
	var turns []turn
	for user := range users {
		habit := random.NormFloat64() * ofUsers
		unlucky := math.Exp(random.NormFloat64() - 0.5)
		at := idle + ramp*random.Float64()
		for n := 0; at < float64(length-down); n++ {
			slow := math.Exp(habit + state[int(at)])
			t := turn{user: user, ms: s.response * slow * math.Exp(random.NormFloat64()*ofTurns)}
			if n%3 == 0 {
				t.connect = s.connection * slow * math.Exp(random.NormFloat64()*ofTurns)
			}
			t.failed = random.Float64() < s.errors*unlucky*math.Exp(10*state[int(at)])
			at += t.ms / 1000
			t.at = at
			turns = append(turns, t)
			at += 1 + 2*random.Float64()
		}
	}
	slices.SortFunc(turns, func(a, b turn) int { return int(math.Copysign(1, a.at-b.at)) })
	one := func(name string, value float64) record.Sample { return record.Sample{Name: name, Value: value} }
	sums := map[string][2]float64{}
	second := 0
	tick := func() {
		at, phase := began.Add(time.Duration(second)*time.Second+time.Second/2), phaseOf(float64(second))
		hz := s.hz + loop[second]
		sum := sums[phase]
		sums[phase] = [2]float64{sum[0] + hz, sum[1] + 1}
		average, reach := (sum[0]+hz)/(sum[1]+1), 1/(sum[1]+1)
		rec.Add(at, phase, one("loop_hz", hz), one("loop_window_low", hz-1), one("loop_window_high", hz+1), one("loop_hz_low", average-reach),
			one("loop_hz_high", average+reach), one("loop_longest_gap", 10+random.ExpFloat64()))
		second++
	}
	for _, t := range turns {
		for second < min(length, int(t.at)) {
			tick()
		}
		at, phase, user := began.Add(time.Duration(t.at*float64(time.Second))), phaseOf(t.at), uint64(t.user)
		failed := 0.0
		if t.failed {
			failed = 1
		}
		attempts.Attempt("error_rate", user, t.failed)
		samples := []record.Sample{one("error_rate", failed)}
		if !t.failed {
			attempts.Wait("message_response_time", phase, user, time.Duration(t.ms*1e6), false)
			samples = append(samples, one("message_response_time", t.ms), one("chat_turns", 1))
		}
		if t.connect > 0 {
			attempts.Wait("ws_connection_time", phase, user, time.Duration(t.connect*1e6), false)
			samples = append(samples, one("ws_connection_time", t.connect))
		}
		rec.Add(at, phase, samples...)
	}
	for second < length {
		tick()
	}
	end := began.Add(time.Duration(length) * time.Second)
	if s.standstill > 0 {
		rec.Add(end, "rampdown", one("loop_longest_gap", s.standstill))
	}
	for range s.restarts {
		rec.Add(end, "rampdown", one("loop_restarts", 1))
	}
	rec.End(end, true)
	return compare.Run{
		Name: "run", Script: "websocket-streaming-load-test.js", Verdict: slo.PASS, Complete: true, Measured: true, SLOs: judged(s, attempts),
		Settings:  []compare.Setting{{Name: "VUS", Value: "1000"}, {Name: "BASE_URL", Value: "http://one"}},
		Recording: rec,
	}
}

// judged are the objectives with the evidence of the attempts; what else a summary tells is of no interest here.
func judged(s server, attempts *record.Record) []slo.Judged {
	var out []slo.Judged
	for _, row := range slotest.Plan().Rows() {
		j := slo.Judged{Row: row, Outcome: slo.Pass, Value: new(float64)}
		switch {
		case row.Name == "loop restarts" && float64(s.restarts) > row.Limit, row.Name == "longest standstill" && s.standstill > row.Limit:
			j.Outcome = slo.Fail
		case row.Recorded != nil && row.Recorded.Percentile == 0:
			if found, ok := attempts.Share(row.Recorded.Of); ok {
				j.Evidence = &slo.Interval{N: found.N, Users: found.Users, Effective: found.Effective}
			}
		case row.Recorded != nil:
			if found, ok := attempts.Percentile(row.Recorded.Of, "steady", row.Recorded.Percentile/100); ok {
				j.Evidence = &slo.Interval{N: found.N, Users: found.Users, Effective: found.Effective}
			}
		}
		out = append(out, j)
	}
	return out
}
