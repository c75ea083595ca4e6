// Package reason lists why a turn can fail: the one home of these words and their meanings, for the client that finds them,
// the thresholds that count them, the results that show them and the documents that explain them (make generate).
package reason

// Reason is why a turn failed. Every failed turn has exactly one.
type Reason string

// The reasons.
const (
	Dial            Reason = "dial"
	Handshake       Reason = "handshake"
	ConnectTimeout  Reason = "connect_timeout"
	ResponseTimeout Reason = "response_timeout"
	Closed          Reason = "closed"
	Reset           Reason = "reset"
	ServerError     Reason = "server_error"
	Protocol        Reason = "protocol"
	Generator       Reason = "generator"
)

// Row is a reason and what happened, in words.
type Row struct {
	Reason  Reason
	Meaning string
}

// Rows are all of them, in the order in which a turn can meet them.
func Rows() []Row {
	return []Row{
		{Dial, "no connection: refused, DNS, TLS"},
		{Handshake, "not answered with 101; the status is in the message"},
		{ConnectTimeout, "not connected and upgraded in time"},
		{ResponseTimeout, "no complete answer in time"},
		{Closed, "a close frame came before the answer was complete; its code is in the message"},
		{Reset, "the connection was lost without a close frame"},
		{ServerError, "an error frame; it wins over a later complete"},
		{Protocol, "what claims to be the answer is not one: not JSON, not UTF-8, unknown shape, frame over the limit, wrong messageId"},
		{Generator, "this machine had no port, file or memory left: never the server's failure, no sample of error_rate, and the run is INVALID"},
	}
}

// All are the reasons in that order.
func All() []Reason {
	rows := Rows()
	all := make([]Reason, len(rows))
	for i, row := range rows {
		all[i] = row.Reason
	}
	return all
}
