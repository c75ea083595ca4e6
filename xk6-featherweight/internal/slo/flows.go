package slo

import "github.com/featherweight/xk6-featherweight/internal/format"

// Flow is one thing that the users of a scenario do. It has a Rate with one sample for each time it was done: 1 failed, 0 fine.
type Flow struct {
	Name string
	// Share of the iterations, in percent; 0 where the script itself says when the flow is done.
	Share float64
	// Failures is its Rate; the share of failures stays below Limit.
	Failures string
	Limit    float64
	// Speed is how long it may take when it succeeds; nil where message_response_time says it.
	Speed *Speed
}

// Speed is a percentile (from 0 to 100) of a Trend in the steady phase that stays below Limit, in ms.
type Speed struct {
	Metric     string
	Percentile float64
	Limit      float64
}

// Statistic is the percentile as k6 calls it.
func (s Speed) Statistic() string { return percentileName(s.Percentile) }

// Scenario is what the users of a script do, and what is promised for it.
type Scenario struct {
	Flows []Flow
	// FailedRequests: the share of failed HTTP requests stays below this.
	FailedRequests float64
	// Limited: TEST_CONCURRENT_SESSIONS limits the number of users.
	Limited bool
}

const (
	requestTime      = 2000.0 // ms: the 95th percentile of all HTTP requests stays below
	connectionErrors = 10.0   // so many connections that could not be opened, or were lost, are too many
	uploadTime       = 30000.0
	messageTime      = 5000.0
	rareFailures     = 0.01
	someFailures     = 0.05
)

// speed is that of most flows: 95 of 100 take less than 2 s.
func speed(metric string) *Speed {
	return &Speed{Metric: metric, Percentile: 95, Limit: requestTime} //nolint:mnd // percent
}

// Comprehensive is the whole application: each iteration of a user is one flow, drawn by its share.
func Comprehensive() Scenario {
	return Scenario{
		Flows: []Flow{
			{"auth", 20, "auth_failures", rareFailures, speed("auth_response_time")},
			{"profile", 10, "profile_failures", someFailures, speed("profile_response_time")},
			{"upload", 25, "upload_failures", someFailures, &Speed{"upload_processing_time", 95, uploadTime}},
			{"message", 35, "message_failures", someFailures, &Speed{"chat_response_time", 90, messageTime}},
			{"websocket", 10, "websocket_failures", someFailures, nil},
		},
		FailedRequests: someFailures,
		Limited:        true,
	}
}

// General is the general API: each iteration of a user is all flows that are its turn.
func General() Scenario {
	return Scenario{
		Flows: []Flow{
			{"health", 0, "health_failures", rareFailures, speed("health_response_time")},
			{"login", 0, "login_failures", rareFailures, speed("login_response_time")},
			{"conversations", 0, "conversations_failures", rareFailures, speed("conversations_response_time")},
			{"upload", 0, "upload_failures", someFailures, &Speed{"upload_processing_time", 95, uploadTime}},
			{"websocket", 0, "websocket_failures", someFailures, nil},
		},
		FailedRequests: rareFailures,
	}
}

// Draw is the flow that a single random number, from 0 to below 1, stands for. The shares are 100 together. Drawing anew for
// every candidate would give other shares.
func (s Scenario) Draw(number float64) Flow {
	left := number * 100 //nolint:mnd // percent
	for _, flow := range s.Flows {
		if left < flow.Share {
			return flow
		}
		left -= flow.Share
	}
	return s.Flows[len(s.Flows)-1]
}

// rows are the objectives of the scenario.
func (s Scenario) rows() []Row {
	var rows []Row
	for _, flow := range s.Flows {
		rows = append(rows, flow.rows()...)
	}
	errors := Row{
		Name: "connection errors", Kind: Objective, Metric: "ws_connection_errors", Statistic: count, Relation: Less, Limit: connectionErrors,
		words: words{
			thing:  "WebSocket connection",
			met:    "{things} could not be opened or got lost",
			missed: "{things} could not be opened or got lost, not less than {limit}",
		},
	}
	rows = append(rows,
		Row{ // the requests of the users; those of setup() have no scenario
			Name: "failed requests", Kind: Objective, Metric: "http_req_failed{scenario:users}", Statistic: rate, Relation: Less, Limit: s.FailedRequests,
			Unit: format.Ratio, digits: 2, Recorded: &Recorded{Of: "http_req_failed"},
			words: words{
				none:   "there was no HTTP request",
				met:    "{value} of HTTP requests failed, less than {limit}",
				missed: "{value} of HTTP requests failed, not less than {limit}",
			},
		},
		speedRow("request time", "", "HTTP request time p(95)", "there was no HTTP request in the steady phase", *speed("http_req_duration")),
		errors)
	for i := range rows {
		rows[i].Print = Print{placeScenario, PrintSingle}
	}
	return rows
}

// flowRuns is how often a flow came to an end.
func flowRuns(flow string) string { return "flow_runs{flow:" + flow + "}" }

func (f Flow) rows() []Row {
	rows := []Row{{
		Name: f.Name + " failures", Flow: f.Name, Kind: Objective, Metric: f.Failures, Statistic: rate, Relation: Less, Limit: f.Limit,
		Unit: format.Ratio, digits: 2, Recorded: &Recorded{Of: f.Failures},
		guards: []guard{{metric: flowRuns(f.Name), statistic: count}},
		words: words{
			none:   "flow " + f.Name + " never came to an end: there is nothing to judge",
			met:    "flow " + f.Name + ": {value} failed ({hits} of {n}), less than {limit}",
			missed: "flow " + f.Name + ": {value} failed ({hits} of {n}), not less than {limit}",
		},
	}}
	if f.Speed != nil {
		rows = append(rows, speedRow(f.Name+" time", f.Name, "flow "+f.Name+": "+f.Speed.Statistic(),
			"flow "+f.Name+" never succeeded in the steady phase", *f.Speed))
	}
	return rows
}

// speedRow is how long something takes where the load is the promised one.
func speedRow(name, flow, what, none string, s Speed) Row {
	metric := inSteady(s.Metric)
	return Row{
		Name: name, Flow: flow, Kind: Objective, Metric: metric, Statistic: s.Statistic(), Relation: Less, Limit: s.Limit,
		Unit: format.Milliseconds, Recorded: &Recorded{s.Metric, s.Percentile},
		guards: []guard{{metric: metric, statistic: "max"}},
		words:  words{none: none, met: what + " {value}, less than {limit}", missed: what + " {value}, not less than {limit}"},
	}
}

// FlowRows are what the flows were like: a head, and one row each.
func (s Scenario) FlowRows(data Data) [][]string {
	rows := [][]string{{"flow", "done", "failed", "avg", "p95", "max"}}
	for _, flow := range s.Flows {
		metric := inSteady("message_response_time")
		if flow.Speed != nil {
			metric = inSteady(flow.Speed.Metric)
		}
		row := []string{flow.Name, format.Number(data.Samples(flow.Failures)), format.Number(data.Metrics[flow.Failures].Values["passes"])}
		for _, statistic := range []string{"avg", "p(95)", "max"} {
			shown := format.Nothing
			if ms, ok := data.Stat(metric, statistic); ok {
				shown = format.Time(ms)
			}
			row = append(row, shown)
		}
		rows = append(rows, row)
	}
	return rows
}
