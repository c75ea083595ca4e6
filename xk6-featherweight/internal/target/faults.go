package target

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Duration is a time.Duration that is written as text, such as "300ms", in JSON.
type Duration time.Duration

// MarshalText writes d as "300ms" or "1m30s".
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// Faults is what is wrong with the target. The zero value is a healthy one. A number from 0 to 1 is the share of the
// turns (or handshakes, or closes) that are hit, and it is met to within one hit: 0.02 is one turn of each 50.
type Faults struct {
	// LoopHz is the rate of the loop, in ticks per second, instead of the configured one.
	LoopHz float64 `json:"loop_hz,omitempty"`
	// LoopStall holds the loop up for that long, now. Without LoopStallEvery it happens once and is then forgotten.
	LoopStall Duration `json:"loop_stall,omitempty"`
	// LoopStallEvery repeats LoopStall, counted from start to start.
	LoopStallEvery Duration `json:"loop_stall_every,omitempty"`
	// LoopStop lets the loop stand still.
	LoopStop bool `json:"loop_stop,omitempty"`
	// LoopRestart sets counter and process start time back, now. It happens once and is then forgotten.
	LoopRestart bool `json:"loop_restart,omitempty"`
	// GaugeLie is what the gauge consciousness_loop_hz shows, whatever the loop does.
	GaugeLie *float64 `json:"gauge_lie,omitempty"`

	// Metrics404 answers /metrics with 404.
	Metrics404 bool `json:"metrics_404,omitempty"`
	// MetricsSlow is how long /metrics waits before it answers.
	MetricsSlow Duration `json:"metrics_slow,omitempty"`
	// MetricsEndless answers /metrics with valid text that never ends.
	MetricsEndless bool `json:"metrics_endless,omitempty"`
	// MetricsMalformed answers /metrics with text that is not in the exposition format.
	MetricsMalformed bool `json:"metrics_malformed,omitempty"`
	// MetricsNoHz leaves out both the counter and the gauge of the loop.
	MetricsNoHz bool `json:"metrics_no_hz,omitempty"`
	// MetricsNoCounter leaves out the counter of the loop, so that only the gauge is there.
	MetricsNoCounter bool `json:"metrics_no_counter,omitempty"`
	// MetricsOpenMetricsOnly answers in OpenMetrics, whatever was asked for.
	MetricsOpenMetricsOnly bool `json:"metrics_openmetrics_only,omitempty"`

	// Handshake403 and Handshake503 refuse a share of the handshakes with that status.
	Handshake403 float64 `json:"handshake_403,omitempty"`
	Handshake503 float64 `json:"handshake_503,omitempty"`
	// HandshakeHang accepts the TCP connection and never answers.
	HandshakeHang float64 `json:"handshake_hang,omitempty"`

	// Drop resets the TCP connection in the middle of an answer.
	Drop float64 `json:"drop,omitempty"`
	// CloseEarly closes with code 1011 in the middle of an answer.
	CloseEarly float64 `json:"close_early,omitempty"`
	// ErrorFrame breaks an answer off with an error frame, followed by complete, as the real server does.
	ErrorFrame float64 `json:"error_frame,omitempty"`
	// EventError breaks an answer off with a stream_event of type error; no complete follows.
	EventError float64 `json:"event_error,omitempty"`
	// Truncated sends half a frame in the middle of an answer and closes the TCP connection.
	Truncated float64 `json:"truncated,omitempty"`
	// NotJSON sends a frame that is no JSON in the middle of an answer, which then goes on to its complete.
	NotJSON float64 `json:"not_json,omitempty"`
	// WrongID answers with a messageId that nobody asked for.
	WrongID float64 `json:"wrong_id,omitempty"`
	// NeverAnswer takes a question and sends nothing.
	NeverAnswer float64 `json:"never_answer,omitempty"`
	// Half sends the first half of an answer and then nothing more.
	Half float64 `json:"half,omitempty"`
	// Oversize sends one message of that many bytes in the middle of every answer that has no other fault.
	Oversize int `json:"oversize,omitempty"`
	// SlowTokens multiplies the times between tokens. It does not make a turn a failed one.
	SlowTokens float64 `json:"slow_tokens,omitempty"`
	// IgnoreClose leaves a close frame of the client without an answer and the TCP connection open.
	IgnoreClose float64 `json:"ignore_close,omitempty"`

	// HTTP500 answers every request of these groups of routes with 500: names from httpGroups, with commas in between.
	HTTP500 string `json:"http_500,omitempty"`
}

// maxOversize is the greatest message that Oversize can send, in bytes.
const maxOversize = 256 << 20

// Validate returns the first value that is not allowed, or the first combination that makes no sense.
func (f Faults) Validate() error {
	object, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("failed to encode the faults: %w", err)
	}

	if err := new(Faults).Merge(object); err != nil {
		return err
	}

	for _, l := range [][]chance{f.turnChances(), f.handshakeChances()} {
		sum, names := 0.0, make([]string, 0, len(l))
		for _, c := range l {
			sum += c.p
			names = append(names, c.kind)
		}

		if sum > 1+1e-9 {
			return fmt.Errorf("the faults %s share one draw: together they must not be above 1, and are %v",
				strings.Join(names, ", "), sum)
		}
	}

	if f.LoopStallEvery > 0 && f.LoopStallEvery <= f.LoopStall {
		return fmt.Errorf("fault loop_stall_every: %v must be longer than loop_stall (%v)",
			time.Duration(f.LoopStallEvery), time.Duration(f.LoopStall))
	}

	if f.LoopStallEvery > 0 && f.LoopStall == 0 {
		return errors.New("fault loop_stall_every: it needs loop_stall, the length of each stall, beside it")
	}

	return nil
}

// turnChances are the faults of which one turn can have at most one.
func (f Faults) turnChances() []chance {
	return []chance{
		{kindDrop, f.Drop},
		{kindCloseEarly, f.CloseEarly},
		{kindErrorFrame, f.ErrorFrame},
		{kindEventError, f.EventError},
		{kindTruncated, f.Truncated},
		{kindNotJSON, f.NotJSON},
		{kindWrongID, f.WrongID},
		{kindNeverAnswer, f.NeverAnswer},
		{kindHalf, f.Half},
	}
}

func (f Faults) handshakeChances() []chance {
	return []chance{
		{kindHandshake403, f.Handshake403},
		{kindHandshake503, f.Handshake503},
		{kindHandshakeHang, f.HandshakeHang},
	}
}

func (f Faults) closeChances() []chance {
	return []chance{{kindIgnoreClose, f.IgnoreClose}}
}

// breaks says whether a request of path belongs to a group that is to answer 500.
func (f Faults) breaks(path string) bool {
	if f.HTTP500 == "" {
		return false
	}

	for name := range strings.SplitSeq(f.HTTP500, ",") {
		if slices.ContainsFunc(httpGroups()[name], func(prefix string) bool { return strings.HasPrefix(path, prefix) }) {
			return true
		}
	}

	return false
}

// httpGroups are the flows of the API that can be broken alone: name to prefixes of paths.
func httpGroups() map[string][]string {
	return map[string][]string{
		"auth":          {"/api/auth/"},
		"register":      {"/api/auth/register"},
		"login":         {"/api/auth/login"},
		"refresh":       {"/api/auth/refresh"},
		"me":            {"/api/auth/me"},
		"profile":       {"/api/user/profile"},
		"upload":        {"/api/upload"},
		"files":         {"/api/files/"},
		"chat":          {"/api/chat/"},
		"message":       {"/api/chat/message"},
		"history":       {"/api/chat/history"},
		"conversations": {"/api/chat/conversations"},
		"health":        {"/health", "/api/health", "/ready"},
	}
}
