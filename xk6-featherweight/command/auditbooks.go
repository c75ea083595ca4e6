package command

import (
	"slices"

	"github.com/featherweight/xk6-featherweight/internal/reason"
)

// mostLooks is how often setup() of a process looks for the chat, at most: connections that are no user's.
const mostLooks = 3

// seenAs tells what a client must call a fault of an answer.
func seenAs() map[string]reason.Reason {
	return map[string]reason.Reason{
		"error_frame": reason.ServerError, "drop": reason.Reset, "truncated": reason.Reset, "close_early": reason.Closed,
		"wrong_id": reason.Protocol, "not_json": reason.Protocol, "not_utf8": reason.Protocol, "oversize": reason.Protocol,
		"never_answer": reason.ResponseTimeout, "half": reason.ResponseTimeout,
	}
}

// refusals are faults of a handshake, which a client calls so.
func refusals() []string {
	return []string{"handshake_403", "handshake_503", "need_origin", "need_header", "need_subprotocol"}
}

// books are the two accounts of the chat, and what they leave open.
type books struct {
	failed map[reason.Reason]float64 // by the users' account
	faults map[reason.Reason]float64 // by the target's: of its failed turns, what a user must call them
	onWire float64                   // failed turns of users who were connected
	// gaveUp are turns that no fault of the target explains, and the users' patience does; broken, those that a lost
	// connection does. unseen are faults that nobody waited for: their users gave up before.
	gaveUp, broken, unseen float64
}

// add makes the books of a run.
func (a *auditor) add() books {
	b := books{failed: map[reason.Reason]float64{}, faults: map[reason.Reason]float64{}}
	for _, failure := range a.measured.Failures {
		why := reason.Reason(failure.Name)
		b.failed[why] = failure.Value
		if !unconnected(why) {
			b.onWire += failure.Value
		}
	}
	named := 0.0
	for fault, times := range a.truth.Errors {
		if as, ok := seenAs()[fault]; ok {
			b.faults[as] += times
			named += times
		}
	}
	switch rest := a.truth.TurnsFailed - named; { // of faults that are not counted turn by turn
	case a.truth.Errors["chat_dies"] > 0:
		b.faults[reason.Reset] += rest
	case a.truth.Errors["chat_hangs"] > 0:
		b.faults[reason.ResponseTimeout] += rest
	}
	b.gaveUp = b.failed[reason.ResponseTimeout] - b.faults[reason.ResponseTimeout]
	b.broken = b.failed[reason.Reset] - b.faults[reason.Reset] + b.failed[reason.Closed] - b.faults[reason.Closed]
	b.unseen = max(0, -b.broken)
	for _, why := range []reason.Reason{reason.ServerError, reason.Protocol} {
		b.unseen += max(0, b.faults[why]-b.failed[why])
	}
	b.unseen = min(b.unseen, max(0, b.gaveUp))
	b.gaveUp -= b.unseen
	b.broken += min(b.unseen, max(0, -b.broken))
	return b
}

// unconnected are reasons for which a question never comes into being.
func unconnected(why reason.Reason) bool {
	return slices.Contains([]reason.Reason{reason.Dial, reason.Handshake, reason.ConnectTimeout, reason.Generator}, why)
}

// chat compares what users and target say of connections, questions, answers and tokens.
func (a *auditor) chat() {
	b, ours, theirs := a.add(), a.measured.Totals, a.truth
	lossy := a.lossy || theirs.Errors["chat_dies"] > 0
	lost, open := 0.0, max(0, b.gaveUp) // what may be missing of questions, and of answers
	if lossy {
		lost = b.gaveUp + b.broken + ours.Interrupted
		open += b.broken
	}
	a.connections(b, lossy)
	a.within("questions", ours.Questions, theirs.TurnsStarted, theirs.TurnsStarted+lost)
	// Every turn that a user began has one end here, and one there.
	ends := ours.Turns + b.onWire + ours.Interrupted
	unsent := ends - ours.Questions // on a connection that was lost before
	a.within("ends of them", ends, ours.Questions, ours.Questions+lost)
	a.within("complete answers", ours.Turns, theirs.TurnsCompleted-open, theirs.TurnsCompleted)
	left := theirs.TurnsCut + theirs.TurnsCompleted - ours.Turns + ours.Questions - theirs.TurnsStarted + unsent
	a.count("of them cut off or given up", ours.Interrupted+b.gaveUp+b.broken, left)
	a.reasons(b, lossy)
	a.tokens(open)
}

func (a *auditor) connections(b books, lossy bool) {
	processes := float64(max(a.measured.Runners, 1))
	least := a.truth.Connections - mostLooks*processes - b.failed[reason.ConnectTimeout] // to be accepted too late is possible
	if lossy {                                                                           // the answer to a handshake
		least -= b.failed[reason.Dial] + b.failed[reason.Handshake]
	}
	a.within("connections", a.measured.Totals.Connections, max(0, least), max(0, a.truth.Connections-processes))
	refused := 0.0
	for _, fault := range refusals() {
		refused += a.truth.Errors[fault]
	}
	if refused > 0 {
		a.within("handshakes refused", b.failed[reason.Handshake], refused-mostLooks*processes, refused)
	}
}

// reasons compares those of failed answers.
func (a *auditor) reasons(b books, lossy bool) {
	a.count("failed answers", b.onWire-b.gaveUp-b.broken, a.truth.TurnsFailed)
	for _, why := range reason.All() {
		ours, theirs := b.failed[why], b.faults[why]
		switch {
		case unconnected(why) || ours+theirs == 0:
		case why == reason.ResponseTimeout: // all others were given up
			if theirs > 0 {
				a.atLeast("of them "+string(why), ours+a.measured.Totals.Interrupted, theirs)
			}
		case lossy && (why == reason.Reset || why == reason.Closed): // which of the two it is, is chance
		default:
			a.within("of them "+string(why), ours, theirs-b.unseen, theirs)
		}
	}
}

// tokens of an answer that failed, or was given up, need not have been read.
func (a *auditor) tokens(open float64) {
	ours, theirs := a.measured.Totals.Tokens, a.truth
	if theirs.TurnsFailed+open == 0 {
		a.count("tokens", ours, theirs.Tokens)
		return
	}
	unread := 0.0 // of answers that are complete for the target alone
	if theirs.TurnsCompleted > 0 {
		unread = theirs.TokensCompleted / theirs.TurnsCompleted * (theirs.TurnsCompleted - a.measured.Totals.Turns)
	}
	a.within("tokens", ours, theirs.TokensCompleted-unread, theirs.Tokens)
}
