package fwhz

import (
	"github.com/grafana/sobek"

	"github.com/featherweight/xk6-featherweight/internal/chat"
)

// reply is what a script sees of a turn.
type reply struct {
	module *module
	id     string
	turn   chat.Turn
}

func (*reply) members() []string {
	return []string{"duration", "error", "interrupted", "itl", "longestGap", "messageId", "ok", "text", "tokens", "ttft"}
}

func (r *reply) member(name string) any {
	switch name {
	case "ok":
		return r.turn.OK()
	case "error":
		return r.failure()
	case "interrupted":
		return r.turn.Interrupted
	case "messageId":
		return r.id
	case "tokens":
		return r.turn.Tokens
	case "text":
		return r.turn.Text
	default:
		return r.time(name)
	}
}

// failure is why there is no answer.
func (r *reply) failure() any {
	switch {
	case r.turn.Interrupted:
		return r.module.errorObject(codeInterrupted, chat.ErrInterrupted.Error())
	case r.turn.Failure != nil:
		return r.module.errorObject(string(r.turn.Failure.Reason), r.turn.Failure.Message)
	default:
		return sobek.Null()
	}
}

// time is one of those that a turn may have; null where it has not.
func (r *reply) time(name string) any {
	itl, several := r.turn.InterTokenLatency()
	switch {
	case name == "duration" && r.turn.OK():
		return millis(r.turn.Duration)
	case name == "ttft" && r.turn.Tokens > 0:
		return millis(r.turn.FirstToken)
	case name == "itl" && several:
		return millis(itl)
	case name == "longestGap" && several:
		return millis(r.turn.LongestGap)
	case name == "duration", name == "ttft", name == "itl", name == "longestGap":
		return sobek.Null()
	default:
		return nil
	}
}
