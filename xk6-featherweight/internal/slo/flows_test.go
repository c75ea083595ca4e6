package slo_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/featherweight/xk6-featherweight/internal/slo"
	"github.com/featherweight/xk6-featherweight/internal/slo/slotest"
)

func scenarios() map[string]slo.Scenario {
	return map[string]slo.Scenario{"comprehensive": slo.Comprehensive(), "general": slo.General()}
}

// flowVerdict is that on a good run of a scenario with changes.
func flowVerdict(scenario slo.Scenario, changes samples) judged {
	plan := slotest.Plan()
	plan.Scenario = &scenario
	data := slotest.Data(slotest.GoodFlows(scenario).Changed(changes), plan, slotest.Setup(), whole()+0.25)
	return judged{slo.Judge(data, plan, nil), slotest.ExitCode(data)}
}

func TestTheSharesOfTheFlowsAre100PercentTogether(t *testing.T) {
	t.Parallel()
	total := 0.0
	for _, flow := range slo.Comprehensive().Flows {
		assert.Positive(t, flow.Share)
		total += flow.Share
	}
	assert.InDelta(t, 100, total, 0)
}

func TestOneDrawGivesEachFlowItsShare(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 1))
	counts := map[string]float64{}
	for range 100000 {
		counts[slo.Comprehensive().Draw(random.Float64()).Name]++
	}
	for _, flow := range slo.Comprehensive().Flows {
		assert.InDelta(t, flow.Share, counts[flow.Name]/1000, 0.6, flow.Name)
	}
}

func TestTheBordersOfTheSharesBelongToTheNextFlowAndEveryNumberHasAFlow(t *testing.T) {
	t.Parallel()
	var names []string
	for _, number := range []float64{0, 0.1999, 0.2, 0.2999, 0.3, 0.5499, 0.55, 0.8999, 0.9, 0.9999999, 1} {
		names = append(names, slo.Comprehensive().Draw(number).Name)
	}
	assert.Equal(t, []string{"auth", "auth", "profile", "profile", "upload", "upload", "message", "message", "websocket", "websocket", "websocket"}, names)
}

// flowObjectives are the thresholds that a scenario adds.
func flowObjectives(scenario slo.Scenario) map[string][]string {
	plan := slotest.Plan()
	without := byMetric(plan.Objectives())
	plan.Scenario = &scenario
	all := byMetric(plan.Objectives())
	for metric := range without {
		delete(all, metric)
	}
	return all
}

func TestTheObjectivesOfTheWholeApplicationAreThoseOfTheContract(t *testing.T) {
	t.Parallel()
	all := flowObjectives(slo.Comprehensive())
	for metric, first := range map[string]string{
		"http_req_duration{phase:steady}": "p(95)<2000", "http_req_failed{scenario:users}": "rate<0.05", "ws_connection_errors": "count<10",
		"auth_failures": "rate<0.01", "upload_failures": "rate<0.05", "profile_failures": "rate<0.05",
		"message_failures": "rate<0.05", "websocket_failures": "rate<0.05", "auth_response_time{phase:steady}": "p(95)<2000",
		"upload_processing_time{phase:steady}": "p(95)<30000", "chat_response_time{phase:steady}": "p(90)<5000",
	} {
		assert.Equal(t, first, all[metric][0], metric)
	}
	assert.Equal(t, "rate<0.01", flowObjectives(slo.General())["http_req_failed{scenario:users}"][0])
}

func TestEachFlowHasARateAGuardThatItRanAndASpeedWithAGuard(t *testing.T) {
	t.Parallel()
	for _, scenario := range scenarios() {
		plan := slotest.Plan()
		plan.Scenario = &scenario
		all := byMetric(plan.Objectives())
		for _, flow := range scenario.Flows {
			assert.Equal(t, slotest.Rate, slotest.TypeOf(flow.Failures))
			assert.Len(t, all[flow.Failures], 1)
			assert.Equal(t, []string{"count>0"}, all["flow_runs{flow:"+flow.Name+"}"])
			metric := "message_response_time"
			if flow.Speed != nil {
				metric = flow.Speed.Metric
			}
			speed := all[metric+"{phase:steady}"]
			assert.Regexp(t, `^p\(9\d\)<\d+$`, speed[0])
			assert.Equal(t, "max>0", speed[1])
		}
	}
}

func TestAGoodRunOfAScenarioPasses(t *testing.T) {
	t.Parallel()
	for _, scenario := range scenarios() {
		flowVerdict(scenario, nil).is(t, slo.PASS, 0, "every objective is met")
	}
}

func TestAFlowThatNeverRanCannotPass(t *testing.T) {
	t.Parallel()
	for _, scenario := range scenarios() {
		for _, flow := range scenario.Flows {
			changes := samples{flow.Failures: nil, "flow_runs{flow:" + flow.Name + "}": nil}
			if flow.Speed != nil {
				changes[flow.Speed.Metric+"{phase:steady}"] = nil
			}
			result := flowVerdict(scenario, changes)
			result.is(t, slo.INVALID, 99)
			assert.Equal(t, "flow "+flow.Name+" never came to an end: there is nothing to judge", result.Reasons[0])
		}
	}
}

func TestAFlowThatFailsTooOftenFailsTheRunAndIsNamed(t *testing.T) {
	t.Parallel()
	for _, scenario := range scenarios() {
		for _, flow := range scenario.Flows {
			result := flowVerdict(scenario, samples{flow.Failures: share(10)})
			result.is(t, slo.FAIL, 99)
			assert.Regexp(t, `^flow `+flow.Name+`: 10\.00% failed \(10 of 100\), not less than`, result.Reasons[0])
			flowVerdict(scenario, samples{flow.Failures: share(flow.Limit * 100)}).is(t, slo.FAIL, 99) // exactly
		}
	}
}

func TestAFlowThatIsTooSlowFailsTheRunAndIsNamed(t *testing.T) {
	t.Parallel()
	for _, scenario := range scenarios() {
		for _, flow := range scenario.Flows {
			if flow.Speed == nil {
				continue
			}
			result := flowVerdict(scenario, samples{flow.Speed.Metric + "{phase:steady}": times(20, flow.Speed.Limit)})
			result.is(t, slo.FAIL, 99)
			assert.Regexp(t, `^flow `+flow.Name+`: p\(9\d\) .* not less than`, result.Reasons[0])
		}
	}
}

func TestExceptionsLostConnectionsFailedAndSlowRequestsFailTheRun(t *testing.T) {
	t.Parallel()
	for _, scenario := range scenarios() {
		for _, one := range []struct {
			metric  string
			samples []float64
			reason  string
		}{
			{"script_exceptions", []float64{1}, `^1 iteration ended with an exception of the script, not less than 1$`},
			{"ws_connection_errors", times(10, 1), `^10 WebSocket connections could not be opened or got lost, not less than 10$`},
			{"http_req_failed{scenario:users}", share(10), `^10\.00% of HTTP requests failed, not less than`},
			{"http_req_duration{phase:steady}", times(9, 2000), `^HTTP request time p\(95\) .* not less than 2s`},
		} {
			result := flowVerdict(scenario, samples{one.metric: one.samples})
			result.is(t, slo.FAIL, 99)
			assert.Regexp(t, one.reason, result.Reasons[0])
		}
		flowVerdict(scenario, samples{"ws_connection_errors": times(9, 1)}).is(t, slo.PASS, 0)
		assert.Equal(t, slo.INVALID, flowVerdict(scenario, samples{"http_req_failed{scenario:users}": nil, "http_req_duration{phase:steady}": nil}).Verdict.Verdict)
	}
}

func TestTheLoopIsWatchedInEveryScenario(t *testing.T) {
	t.Parallel()
	for _, scenario := range scenarios() {
		flowVerdict(scenario, loop(90, []float64{89.9}, []float64{90.1})).is(t, slo.FAIL, 99)
	}
}

func TestAFlowThatWasNeverDoneHasARowWithoutNumbers(t *testing.T) {
	t.Parallel()
	rows := slo.Comprehensive().FlowRows(slotest.Data(nil, slotest.Plan(), slotest.Setup(), 1))
	assert.Equal(t, []string{"auth", "0", "0", "-", "-", "-"}, rows[1])
}
