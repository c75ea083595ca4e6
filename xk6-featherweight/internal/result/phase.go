package result

import (
	"github.com/featherweight/xk6-featherweight/internal/load"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// Phase is what one was like.
type Phase struct {
	Name string `json:"name"`
	// From and To are seconds after the start.
	From float64 `json:"from"`
	To   float64 `json:"to"`
	// Users are as many as planned for its end, Connections the most that were open at the same time.
	Users          int      `json:"users"`
	Connections    *float64 `json:"connections"`
	LoopHz         *LoopHz  `json:"loopHz"`
	Counter        *Counter `json:"counter"`
	Turns          float64  `json:"turns"`
	Interrupted    float64  `json:"interrupted"`
	ErrorRate      *float64 `json:"errorRate"`
	ConnectionTime *Latency `json:"connectionTime"`
	ResponseTime   *Latency `json:"responseTime"`
	FirstToken     *Latency `json:"firstToken"`
	BetweenTokens  *Latency `json:"betweenTokens"`
}

// LoopHz is the frequency: of the windows, and the bounds of what the average can have been.
type LoopHz struct {
	Avg     float64 `json:"avg"`
	Min     float64 `json:"min"`
	Max     float64 `json:"max"`
	Low     float64 `json:"low"`
	High    float64 `json:"high"`
	Windows float64 `json:"windows"`
}

// Counter has the values of the two readings between which the bounds stand; nil where those stand on several stretches.
type Counter struct {
	From float64 `json:"from"`
	To   float64 `json:"to"`
}

// Latency is in ms.
type Latency struct {
	Avg float64  `json:"avg"`
	P90 *float64 `json:"p90,omitempty"`
	P95 *float64 `json:"p95,omitempty"`
	Max float64  `json:"max"`
}

func newPhase(data slo.Data, phase load.Phase) Phase {
	of := func(metric string) string { return metric + "{phase:" + phase.Name + "}" }
	out := Phase{
		Name: phase.Name, From: phase.From.Seconds(), To: phase.To.Seconds(), Users: phase.Users,
		Connections: stat(data, of("ws_connected"), "max"), Turns: data.Sum(of("chat_turns")), Interrupted: data.Sum(of("chat_interrupted")),
		ErrorRate:      stat(data, of("error_rate"), "rate"),
		ConnectionTime: latency(data, of("ws_connection_time"), "p(95)"), ResponseTime: latency(data, of("message_response_time"), "p(90)"),
		FirstToken: latency(data, of("chat_ttft"), "p(95)"), BetweenTokens: latency(data, of("chat_itl"), "p(95)"),
	}
	if windows := data.Samples(of("loop_hz")); windows > 0 {
		hz := data.Metrics[of("loop_hz")].Values
		out.LoopHz = &LoopHz{hz["avg"], hz["min"], hz["max"], data.Value(of("loop_hz_low")), data.Value(of("loop_hz_high")), windows}
	}
	if from, to := data.Value(of("loop_counter_from")), data.Value(of("loop_counter_to")); from < to {
		out.Counter = &Counter{from, to}
	}
	return out
}

func latency(data slo.Data, metric, percentile string) *Latency {
	if data.Samples(metric) == 0 {
		return nil
	}
	values := data.Metrics[metric].Values
	out := &Latency{Avg: values["avg"], Max: values["max"]}
	if percentile == "p(90)" {
		out.P90 = stat(data, metric, percentile)
	} else {
		out.P95 = stat(data, metric, percentile)
	}
	return out
}
