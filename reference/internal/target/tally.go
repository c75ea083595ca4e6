package target

import (
	"maps"
	"sync"
)

// Truth is what the target did, exactly. At every moment TurnsStarted is at least the sum of the completed, cut and
// failed turns, and once no turn is under way it is equal to it.
type Truth struct {
	Counts
	// Counter is what the exported counter shows.
	Counter uint64 `json:"counter"`
	// Seconds is how long the loop has existed, on the monotonic clock, and Hz is Ticks by Seconds.
	Seconds float64 `json:"seconds"`
	Hz      float64 `json:"hz"`
	// LongestGapMS is the longest time between two ticks, or from the latest tick to now if that is longer.
	LongestGapMS float64 `json:"longest_gap_ms"`
	// Restarts is how often a restart was simulated.
	Restarts uint64 `json:"restarts"`
	// Scrapes is how many requests of /metrics came, whatever they were answered.
	Scrapes uint64 `json:"scrapes"`

	// Open is how many connections still talk: neither side has sent or read a close, and the transport is there.
	Open int64 `json:"open"`

	// TokensCompleted counts the tokens of completed turns: those of others need not have reached anybody.
	TokensCompleted int64 `json:"tokens_completed"`
	// QuestionsInvalid counts frames that were no valid question and were answered with an error frame.
	QuestionsInvalid int64 `json:"questions_invalid"`

	// Errors counts the faults that really happened, by kind.
	Errors map[string]int64 `json:"errors"`
	// HTTPRequests counts requests on both ports, by method, route and status: "GET /metrics 200".
	HTTPRequests map[string]int64 `json:"http_requests"`
	// Series is the life so far, second by second; only at the end, see [Server.Stop].
	Series []Moment `json:"series,omitempty"`
}

// tally counts for Truth.
type tally struct {
	mu    sync.Mutex
	truth Truth
}

func newTally() *tally {
	return &tally{truth: Truth{Errors: map[string]int64{}, HTTPRequests: map[string]int64{}}}
}

// count makes one step of all that f counts.
func (t *tally) count(f func(*Truth)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f(&t.truth)
}

// fault counts one fault that happens.
func (t *tally) fault(kind string) { t.count(func(x *Truth) { x.Errors[kind]++ }) }

// read is all that was counted so far; what the loop did is not in it.
func (t *tally) read() Truth {
	t.mu.Lock()
	defer t.mu.Unlock()
	x := t.truth
	x.Errors, x.HTTPRequests = maps.Clone(x.Errors), maps.Clone(x.HTTPRequests)
	return x
}
