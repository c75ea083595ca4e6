package target

import (
	"fmt"
	"strings"
	"time"
)

// Duration is a time.Duration that is written as text, such as "300ms", in JSON.
type Duration time.Duration

// MarshalText writes d as "300ms" or "1m30s".
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// Faults is what is wrong with the target. The zero value is a healthy one.
//
// A field is the row of one fault: flags, help, the admin port and the checks read its tags. json is its name, in
// [Truth].Errors, too; does says what happens. of makes it a share from 0 to 1 of those cases, which is met to within one
// hit: 0.02 is one turn of each 50; the shares of turns and of handshakes are draws, of which each case has one at most.
// takes, max and like say what other values may be.
type Faults struct {
	LoopHz       float64  `json:"loop_hz,omitempty"          takes:"Hz" max:"1000"  does:"the loop runs at this rate"`
	LoopTwice    bool     `json:"loop_twice,omitempty"       does:"the loop was started twice: the counter runs at double rate"`
	LoopCapacity float64  `json:"loop_capacity,omitempty" takes:"users" max:"1e6" does:"with more users connected than this, the loop runs at a quarter of its rate"`
	LoopStall    Duration `json:"loop_stall,omitempty"       does:"the loop is held up for this long, now; once"`
	LoopStop     bool     `json:"loop_stop,omitempty"        does:"the loop stands still"`
	LoopRestart  bool     `json:"loop_restart,omitempty"     does:"the counter begins at 0 and the process start time is now; once"`
	GaugeLie     float64  `json:"gauge_lie,omitempty" takes:"Hz" max:"1e9" does:"the gauge shows this, whatever the loop does"`

	CounterAhead   float64  `json:"counter_ahead,omitempty"    takes:"count" max:"4611686018427387904" does:"the counter shows this much more than the loop counted: a leap when it is set"`
	Counter32Bit   bool     `json:"counter_32bit,omitempty"    does:"the counter begins again at 0 after 2^32-1"`
	CounterDigits  float64  `json:"counter_digits,omitempty"   takes:"digits" max:"17" does:"the counter is printed with this many significant digits, as %g does with 6"`
	StartTimeMoves Duration `json:"start_time_moves,omitempty" does:"the process start time is later by this, as if the clock was set; the counter goes on"`

	Metrics404       bool     `json:"metrics_404,omitempty"              does:"/metrics is missing"`
	MetricsSlow      Duration `json:"metrics_slow,omitempty"             does:"/metrics waits this long before it answers"`
	MetricsEndless   bool     `json:"metrics_endless,omitempty"          does:"/metrics answers with valid text that never ends"`
	MetricsMalformed bool     `json:"metrics_malformed,omitempty"        does:"/metrics answers with broken text"`
	MetricsNoHz      bool     `json:"metrics_no_hz,omitempty"            does:"/metrics has neither counter nor gauge of the loop"`

	MetricsPeriod       Duration `json:"metrics_period,omitempty"        does:"/metrics is a copy, made anew when it is older than this"`
	MetricsStamps       bool     `json:"metrics_stamps,omitempty"        does:"the samples of the loop carry the time at which they were taken"`
	MetricsAge          bool     `json:"metrics_age,omitempty"           does:"the Age header says how old the page is, in whole seconds"`
	MetricsReplicas     float64  `json:"metrics_replicas,omitempty"      takes:"number" max:"9" does:"this many processes answer in turn, each with a counter and a start time of its own"`
	MetricsReplicasKept bool     `json:"metrics_replicas_kept,omitempty" does:"metrics_replicas change from connection to connection, not from answer to answer"`
	MetricsType         string   `json:"metrics_type,omitempty"          takes:"media type, such as text/html, or none" like:"none|[^ /]+/.+" does:"the Content-Type of /metrics"`
	MetricsNoNewline    bool     `json:"metrics_no_newline,omitempty"    does:"the last line of /metrics has no line feed"`
	MetricsUTF8Name     bool     `json:"metrics_utf8_name,omitempty"     does:"the first line of /metrics is a sample with a UTF-8 name, in braces and quotes"`
	MetricsBOM          bool     `json:"metrics_bom,omitempty"           does:"/metrics begins with a byte order mark"`
	MetricsGzip         bool     `json:"metrics_gzip,omitempty"          does:"/metrics is compressed, though nobody asked for it"`

	APIDies   float64  `json:"api_dies,omitempty"   of:"connections" does:"the process behind the API port is gone: connections are reset, new ones refused"`
	APIHangs  float64  `json:"api_hangs,omitempty"  of:"connections" does:"the API port takes requests and never answers"`
	ChatDies  float64  `json:"chat_dies,omitempty"  of:"connections" does:"the process behind the chat port is gone: connections are reset, new ones refused"`
	ChatHangs float64  `json:"chat_hangs,omitempty" of:"users"       does:"the chat reads and never writes again; with 1, handshakes hang too"`
	ChatPause Duration `json:"chat_pause,omitempty" does:"the chat does nothing for this long, now, and then goes on; once"`

	Handshake403    float64 `json:"handshake_403,omitempty"      of:"handshakes" does:"the handshake is refused with 403"`
	Handshake503    float64 `json:"handshake_503,omitempty"      of:"handshakes" does:"the handshake is refused with 503"`
	HandshakeHang   float64 `json:"handshake_hang,omitempty"     of:"handshakes" does:"the handshake is never answered"`
	NeedOrigin      string  `json:"need_origin,omitempty"        takes:"origin, such as https://app.example" like:"[a-z]+://.+" does:"a handshake with another Origin, or none, is refused with 403"`
	NeedHeader      string  `json:"need_header,omitempty"        takes:"header, such as Cookie: session=1" like:"[^ :]+: .+" does:"a handshake without this header is refused with 401"`
	NeedSubprotocol string  `json:"need_subprotocol,omitempty"   takes:"subprotocol" like:"[!-~]+" does:"a handshake that does not offer this subprotocol is refused with 400"`

	Drop           float64 `json:"drop,omitempty"         of:"turns"  does:"TCP reset in the middle of an answer"`
	CloseEarly     float64 `json:"close_early,omitempty"  of:"turns"  does:"close frame 1011 in the middle of an answer"`
	ErrorFrame     float64 `json:"error_frame,omitempty"  of:"turns"  does:"error frame in the middle of an answer, then complete, as the real server does"`
	Truncated      float64 `json:"truncated,omitempty"    of:"turns"  does:"half a frame in the middle of an answer, then TCP closed"`
	NotJSON        float64 `json:"not_json,omitempty"     of:"turns"  does:"a frame that is no JSON in the middle of an answer, which goes on"`
	NotUTF8        float64 `json:"not_utf8,omitempty"     of:"turns"  does:"a token that is not UTF-8 in the middle of an answer, which goes on"`
	WrongID        float64 `json:"wrong_id,omitempty"     of:"turns"  does:"an answer with another messageId"`
	NeverAnswer    float64 `json:"never_answer,omitempty" of:"turns"  does:"no answer at all"`
	Half           float64 `json:"half,omitempty"         of:"turns"  does:"half of the tokens, then nothing more"`
	Oversize       float64 `json:"oversize,omitempty"     takes:"bytes"  max:"268435456" does:"one message of this size in every answer that has no other fault"`
	AnswerCapacity float64 `json:"answer_capacity,omitempty" takes:"answers" max:"1e6" does:"answers of more than this at the same time wait for each other; the turn is no failed one"`
	SlowTokens     float64 `json:"slow_tokens,omitempty"  takes:"factor" max:"1000"      does:"times between tokens are multiplied by this; the turn is no failed one"`

	Greeting   bool     `json:"greeting,omitempty"     does:"a connection begins with a frame of type connection_established"`
	Heartbeats Duration `json:"heartbeats,omitempty"   does:"every connection gets a frame of type heartbeat each time this has passed"`

	HTTP500 string `json:"http_500,omitempty" takes:"words, such as upload,files" like:"[a-z,]+" does:"every request with one of these words in its path is answered with 500"`
}

// Validate returns the first combination that makes no sense: shares of one draw that are more than the whole.
func (f Faults) Validate() error {
	for _, cases := range []string{ofTurns, ofHandshakes} {
		sum, names := 0.0, []string{}
		for _, c := range f.chances(cases) {
			sum += c.p
			names = append(names, c.kind)
		}
		if sum > 1+1e-9 {
			return fmt.Errorf("the faults %s share one draw: together they must not be above 1, and are %v",
				strings.Join(names, ", "), sum)
		}
	}
	return nil
}
