package slotest

import (
	"maps"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/load"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// Limits are the defaults of the variables.
func Limits() slo.Limits {
	defaults, err := config.Read(nil, config.Everyone)
	if err != nil {
		panic(err)
	}
	return defaults.Numbers()
}

// Shape is that of 10 users for a minute: 85 s.
func Shape() load.Shape {
	return load.New(load.Settings{Users: 10, Steady: time.Minute, Idle: 10 * time.Second, Ramp: true, Scale: 0.1})
}

// Plan is that of the shape, without a scenario.
func Plan() slo.Plan { return slo.Plan{Limits: Limits(), Planned: Shape().Total} }

// Setup is what setup() handed on.
func Setup() slo.Setup {
	return slo.Setup{Source: "counter", Started: "2026-01-02T03:04:05.000Z", SetupTime: 250}
}

// Good are the samples of a run in which all went well, to be spoilt by tests one thing at a time.
func Good() Samples {
	return Samples{
		"error_rate":                          Times(200, 0),
		"error_rate{phase:steady}":            Times(180, 0),
		"chat_turns":                          Times(200, 1),
		"chat_turns{phase:steady}":            Times(180, 1),
		"chat_tokens":                         {4000},
		"chat_goodput":                        Times(200, 1),
		"ws_sessions":                         Times(70, 1),
		"ws_msgs_sent":                        Times(200, 1),
		"ws_connection_time":                  Times(70, 12),
		"ws_connection_time{phase:steady}":    Times(60, 12),
		"message_response_time":               Times(200, 1200),
		"message_response_time{phase:steady}": Times(180, 1200),
		"loop_hz":                             Times(80, 100),
		"loop_hz{phase:idle}":                 Times(10, 99),
		"loop_hz{phase:steady}":               Times(60, 100),
		"loop_hz_low{phase:idle}":             {98.9},
		"loop_hz_high{phase:idle}":            {99.1},
		"loop_hz_low{phase:steady}":           {99, 99.98},
		"loop_hz_high{phase:steady}":          {101, 100.02},
		"loop_counter_from{phase:steady}":     {2210, 2220},
		"loop_counter_to{phase:steady}":       {2310, 8210},
		"checks{type:hz}":                     Times(80, 1),
		"loop_longest_gap":                    Times(80, 9.9),
		"loop_longest_unseen":                 Times(80, 110),
		"loop_lost_time":                      Times(80, 12),
		"hz_scrapes":                          Times(80, 10),
		"hz_coverage":                         Times(80, 1),
		"generator_lag":                       append(Times(99, 0.5), 40),
		"generator_error":                     append(Times(99, 0.5), 40),
		"ws_connected{phase:steady}":          {1, 10, 9},
	}
}

// GoodFlows are those of a scenario, in which every flow went well too.
func GoodFlows(scenario slo.Scenario) Samples {
	samples := Good()
	samples["http_req_failed{scenario:users}"] = Times(100, 0)
	samples["http_req_duration{phase:steady}"] = Times(90, 9)
	for _, flow := range scenario.Flows {
		samples[flow.Failures] = Times(20, 0)
		samples["flow_runs{flow:"+flow.Name+"}"] = Times(20, 1)
		if flow.Speed != nil {
			samples[flow.Speed.Metric+"{phase:steady}"] = Times(18, 120)
		}
	}
	return samples
}

// Changed are samples with others in their place; an empty list means no sample.
func (s Samples) Changed(changes Samples) Samples {
	out := maps.Clone(s)
	maps.Copy(out, changes)
	return out
}

// Run is a good run with changes.
func Run(changes Samples) slo.Data {
	return Data(Good().Changed(changes), Plan(), Setup(), Shape().Total.Seconds()+0.25)
}
