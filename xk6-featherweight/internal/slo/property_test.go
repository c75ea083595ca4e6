package slo_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/slo"
	"github.com/featherweight/xk6-featherweight/internal/slo/slotest"
)

func TestPassIfAndOnlyIfEveryThresholdHolds20000RandomRuns(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(20260101, 1))
	comprehensive := slo.Comprehensive()
	chatOnly, withFlows := slotest.Plan(), slotest.Plan()
	withFlows.Scenario = &comprehensive
	chatModel, flowModel := slotest.NewModel(chatOnly), slotest.NewModel(withFlows)
	seen := map[string]int{}
	for i := range 20000 {
		plan, model := chatOnly, chatModel
		run := randomSamples(random, slotest.Good())
		if i%4 == 0 {
			plan, model = withFlows, flowModel
			run = randomFlows(random, randomSamples(random, slotest.GoodFlows(comprehensive)), comprehensive)
		}
		data := model.Data(run, slotest.Setup(), whole()+1)
		result := slo.Judge(data, plan, nil)
		k6 := slotest.ExitCode(data)
		require.Equal(t, k6 == 0, result.Verdict == slo.PASS, "%v %v %v", result.Reasons, data.Crossed(), run)
		require.Equal(t, k6, *result.ExitCode)
		require.NotContains(t, strings.Join(result.Reasons, ";"), "k6 found a threshold crossed", "each crossed threshold has an outcome of its own")
		own, failed := false, false
		for _, one := range result.SLOs {
			own = own || one.Generator && one.Outcome != slo.Pass
			failed = failed || one.Outcome == slo.Fail
		}
		if own {
			require.Equal(t, slo.INVALID, result.Verdict)
		} else if failed {
			require.Equal(t, slo.FAIL, result.Verdict)
		}
		seen[result.Verdict]++
	}
	for _, verdict := range []string{slo.PASS, slo.FAIL, slo.INVALID} {
		assert.Greater(t, seen[verdict], 1000, "every verdict is reached often: %v", seen)
	}
}

// spoiler changes parts of a run, now and then.
type spoiler struct {
	*rand.Rand
	samples samples
}

func (s spoiler) some(list ...float64) float64 { return list[s.IntN(len(list))] }

func (s spoiler) around(limit float64) float64 {
	return s.some(limit, limit*0.999, limit*1.001, limit/2, limit*2, 0)
}

func (s spoiler) spoil(name string, made []float64) {
	if s.Float64() < 0.12 {
		s.samples[name] = made
		if s.Float64() < 0.25 {
			s.samples[name] = nil
		}
	}
}

// share has so many ones of a hundred.
func share(ones float64) []float64 { return append(times(int(ones), 1), times(100-int(ones), 0)...) }

// randomSamples are a good run with each of its parts, now and then, emptied, set to a limit, or moved across it.
func randomSamples(random *rand.Rand, good samples) samples {
	s := spoiler{random, good}
	s.spoil("chat_silence", []float64{s.some(0, 2, 3, 500)})
	for _, name := range []string{"generator_failures", "generator_suspended", "loop_replicas"} {
		if s.Float64() < 0.02 {
			s.samples[name] = []float64{s.some(0, 1, 7)}
		}
	}
	for _, name := range []string{"loop_unseen", "loop_unseen{phase:steady}"} {
		if s.Float64() < 0.05 {
			s.samples[name] = []float64{s.around(1000)}
		}
	}
	s.spoil("error_rate", share(s.some(0, 1, 2, 50, 100)))
	s.spoil("chat_turns", []float64{s.some(0, 1, 200)})
	s.spoil("ws_connection_time{phase:steady}", times(10, s.around(5000)))
	s.spoil("message_response_time{phase:steady}", times(10, s.around(10000)))
	s.spoil("loop_longest_gap", []float64{s.around(1000)})
	s.spoil("loop_restarts", []float64{s.some(0, 1, 2)})
	s.spoil("hz_scrapes", []float64{s.some(0, 5)})
	s.spoil("hz_coverage", share(s.some(0, 89, 90, 91, 100)))
	s.spoil("generator_error", times(10, s.around(100)))
	s.loop()
	// What the extension and the script make sample by sample together is there together.
	if len(s.samples["error_rate"]) == 0 {
		s.samples["chat_turns"] = nil
	}
	if len(s.samples["hz_coverage"]) == 0 || len(s.samples["checks{type:hz}"]) == 0 {
		s.samples["hz_scrapes"] = nil
	}
	for _, reason := range slo.Reasons() {
		often := 0.1
		if reason == "generator" {
			often = 0.02
		}
		if s.Float64() < often {
			s.samples["chat_failures{reason:"+reason+"}"] = []float64{float64(1 + s.IntN(9))}
		}
	}
	return s.samples
}

func (s spoiler) loop() {
	if s.Float64() < 0.3 {
		hz := s.around(95)
		for _, one := range []struct {
			name string
			made []float64
		}{
			{"loop_hz{phase:steady}", times(60, hz)},
			{"loop_hz_low{phase:steady}", []float64{max(0, hz-s.Float64()*0.2+s.some(0, 0, 3))}},
			{"loop_hz_high{phase:steady}", []float64{hz + s.Float64()*0.2}},
		} {
			s.samples[one.name] = one.made
			if s.Float64() < 0.1 {
				s.samples[one.name] = nil
			}
		}
	}
	if s.Float64() < 0.1 {
		hz := s.around(105)
		s.samples["loop_hz{phase:steady}"] = times(60, hz)
		s.samples["loop_hz_low{phase:steady}"] = []float64{max(0, hz-s.Float64()*0.2)}
		s.samples["loop_hz_high{phase:steady}"] = []float64{hz + s.Float64()*0.2}
	}
	if s.Float64() < 0.2 {
		good := s.some(0, 90, 91, 92, 100)
		s.samples["checks{type:hz}"] = share(good)
		s.samples["checks{type:hz,reading:none}"] = times(s.IntN(101-int(good)), 0)
	}
	if s.Float64() < 0.05 {
		s.samples["checks{type:hz}"] = nil
	}
}

// randomFlows spoils the flows too.
func randomFlows(random *rand.Rand, good samples, scenario slo.Scenario) samples {
	s := spoiler{random, good}
	for _, flow := range scenario.Flows {
		s.spoil(flow.Failures, share(s.some(0, 1, 4, 5, 100)))
		if len(s.samples[flow.Failures]) == 0 {
			s.samples["flow_runs{flow:"+flow.Name+"}"] = nil
		}
		if flow.Speed != nil {
			s.spoil(flow.Speed.Metric+"{phase:steady}", times(10, s.around(flow.Speed.Limit)))
		}
	}
	s.spoil("http_req_duration{phase:steady}", times(10, s.around(2000)))
	if len(s.samples["http_req_duration{phase:steady}"]) > 0 { // k6 makes both of every request
		s.spoil("http_req_failed{scenario:users}", share(s.some(0, 4, 5, 6)))
		if len(s.samples["http_req_failed{scenario:users}"]) == 0 {
			s.samples["http_req_duration{phase:steady}"] = nil
		}
	}
	s.spoil("ws_connection_errors", []float64{s.some(0, 9, 10)})
	s.spoil("script_exceptions", []float64{s.some(0, 1)})
	return s.samples
}
