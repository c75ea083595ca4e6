package record

// Kind says how the samples of a name are summed.
type Kind int

// The kinds.
const (
	Count Kind = iota + 1 // values are added: turns, tokens
	Rate                  // values are 0 or 1: how many of how many
	Gauge                 // a state: the last, the least, the greatest and the mean value
	Time                  // milliseconds, kept as a sketch: any quantile, within RelativeAccuracy
)

// String is the word for the kind in series.ndjson.
func (k Kind) String() string {
	switch k {
	case Count:
		return "count"
	case Rate:
		return "rate"
	case Gauge:
		return "gauge"
	case Time:
		return "time"
	default:
		return "unknown"
	}
}

// Name is one row of what a recording keeps.
type Name struct {
	Name string
	Kind Kind
	// Reasons says that samples carry a reason, and are kept for each of them.
	Reasons bool
	// Adds says of a gauge that the runners of one test add up to it, as their users do.
	Adds bool
}

// Names is the list of what a recording keeps. Samples of other names are ignored.
func Names() []Name {
	return []Name{
		{Name: "chat_turns", Kind: Count},
		{Name: "chat_tokens", Kind: Count},
		{Name: "chat_failures", Kind: Count, Reasons: true},
		{Name: "chat_interrupted", Kind: Count},
		{Name: "chat_other_messages", Kind: Count},
		{Name: "chat_arrivals", Kind: Count},
		{Name: "ws_sessions", Kind: Count},
		{Name: "hz_scrapes", Kind: Count},
		{Name: "hz_scrape_failures", Kind: Count},
		{Name: "loop_restarts", Kind: Count},
		{Name: "loop_replicas", Kind: Count},
		{Name: "loop_leaps", Kind: Count},
		{Name: "generator_suspended", Kind: Count},
		{Name: "generator_failures", Kind: Count},

		{Name: "error_rate", Kind: Rate},
		{Name: "chat_goodput", Kind: Rate},
		{Name: "chat_arrivals_missed", Kind: Rate},
		{Name: "hz_coverage", Kind: Rate},

		{Name: "ws_connected", Kind: Gauge, Adds: true},
		{Name: "loop_hz", Kind: Gauge},
		{Name: "loop_window_low", Kind: Gauge},
		{Name: "loop_window_high", Kind: Gauge},
		{Name: "loop_hz_low", Kind: Gauge},
		{Name: "loop_hz_high", Kind: Gauge},
		{Name: "loop_counter_from", Kind: Gauge},
		{Name: "loop_counter_to", Kind: Gauge},
		{Name: "loop_page_period", Kind: Gauge},
		{Name: "loop_unseen", Kind: Gauge},

		{Name: "ws_connection_time", Kind: Time},
		{Name: "message_response_time", Kind: Time},
		{Name: "chat_ttft", Kind: Time},
		{Name: "chat_itl", Kind: Time},
		{Name: "chat_longest_gap", Kind: Time},
		{Name: "loop_longest_gap", Kind: Time},
		{Name: "loop_longest_unseen", Kind: Time},
		{Name: "loop_lost_time", Kind: Time},
		{Name: "hz_scrape_duration", Kind: Time},
		{Name: "generator_lag", Kind: Time},
		{Name: "generator_late", Kind: Time},
		{Name: "generator_error", Kind: Time},
	}
}

// table is Names by name.
func table() map[string]Name {
	out := map[string]Name{}
	for _, n := range Names() {
		out[n.Name] = n
	}
	return out
}

// label is a name, and the reason where samples carry one.
type label struct{ name, reason string }
