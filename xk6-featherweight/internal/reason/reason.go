// Package reason lists why a turn can fail: the one home of these words, for the client that finds them, the thresholds
// that count them and the results that show them.
package reason

// Reason is why a turn failed. Every failed turn has exactly one.
type Reason string

// The reasons.
const (
	Dial            Reason = "dial"             // no connection: refused, DNS, TLS
	Handshake       Reason = "handshake"        // connected, but not answered with 101
	ConnectTimeout  Reason = "connect_timeout"  // not connected and upgraded in time
	ResponseTimeout Reason = "response_timeout" // the answer was not complete in time
	Closed          Reason = "closed"           // a close frame came before the answer was complete
	Reset           Reason = "reset"            // the connection was lost without a close frame
	ServerError     Reason = "server_error"     // the server sent an error frame
	Protocol        Reason = "protocol"         // what claimed to be the answer was not the protocol
	Generator       Reason = "generator"        // this machine has no port, file descriptor or memory left: never the server's failure
)

// All lists them, in the order in which a turn can meet them.
func All() []Reason {
	return []Reason{Dial, Handshake, ConnectTimeout, ResponseTimeout, Closed, Reset, ServerError, Protocol, Generator}
}
