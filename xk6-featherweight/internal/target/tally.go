package target

import (
	"maps"
	"sync"
	"sync/atomic"
)

// Truth is what the target did, exactly. At every moment TurnsStarted is at least the sum of the completed, cut and
// failed turns, and once no turn is under way it is equal to it.
type Truth struct {
	// Ticks is how often the loop ticked, over all restarts; Counter is what the exported counter shows.
	Ticks   uint64 `json:"ticks"`
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

	// Connections is how many WebSocket handshakes were accepted; Open is how many of them still talk: neither side has
	// sent or read a close, and the transport is there.
	Connections int64 `json:"connections"`
	Open        int64 `json:"open"`

	// TurnsStarted counts valid questions. Each ends as completed (the complete event was written after an answer
	// without a fault), cut (the client was gone, had sent its close, or the target was stopped) or failed (by a fault).
	TurnsStarted   int64 `json:"turns_started"`
	TurnsCompleted int64 `json:"turns_completed"`
	TurnsCut       int64 `json:"turns_cut"`
	TurnsFailed    int64 `json:"turns_failed"`
	// Tokens counts token events that were written; TokensCompleted counts those of completed turns.
	Tokens          int64 `json:"tokens"`
	TokensCompleted int64 `json:"tokens_completed"`
	// QuestionsInvalid counts frames that were no valid question and were answered with an error frame.
	QuestionsInvalid int64 `json:"questions_invalid"`

	// Errors counts the faults that really happened, by kind.
	Errors map[string]int64 `json:"errors"`
	// HTTPRequests counts requests on both ports, by method, route and status: "GET /metrics 200".
	HTTPRequests map[string]int64 `json:"http_requests"`
}

// tally counts for Truth.
type tally struct {
	scrapes          atomic.Uint64
	connections      atomic.Int64
	open             atomic.Int64
	turnsStarted     atomic.Int64
	turnsCompleted   atomic.Int64
	turnsCut         atomic.Int64
	turnsFailed      atomic.Int64
	tokens           atomic.Int64
	tokensCompleted  atomic.Int64
	questionsInvalid atomic.Int64

	mu       sync.Mutex
	errors   map[string]int64
	requests map[string]int64
}

func newTally() *tally {
	return &tally{errors: map[string]int64{}, requests: map[string]int64{}}
}

// fault counts one fault that happens.
func (t *tally) fault(kind string) {
	t.mu.Lock()
	t.errors[kind]++
	t.mu.Unlock()
}

// request counts one answered HTTP request.
func (t *tally) request(route string) {
	t.mu.Lock()
	t.requests[route]++
	t.mu.Unlock()
}

// addTo writes the counts into truth. What ends a turn is read before what starts one, so that a turn never seems to
// have ended before it began.
func (t *tally) addTo(truth *Truth) {
	truth.Scrapes = t.scrapes.Load()
	truth.TokensCompleted = t.tokensCompleted.Load()
	truth.Tokens = t.tokens.Load()
	truth.TurnsCompleted = t.turnsCompleted.Load()
	truth.TurnsCut = t.turnsCut.Load()
	truth.TurnsFailed = t.turnsFailed.Load()
	truth.TurnsStarted = t.turnsStarted.Load()
	truth.QuestionsInvalid = t.questionsInvalid.Load()
	truth.Open = t.open.Load()
	truth.Connections = t.connections.Load()

	t.mu.Lock()
	defer t.mu.Unlock()

	truth.Errors = maps.Clone(t.errors)
	truth.HTTPRequests = maps.Clone(t.requests)
}
