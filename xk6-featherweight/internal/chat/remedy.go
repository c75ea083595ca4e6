package chat

// Remedy is what can be done about a failure. The words for it belong to whoever gave the configuration its names.
type Remedy int

// The remedies.
const (
	NoRemedy          Remedy = iota
	RaiseFileLimit           // this machine has no file descriptor left
	WidenPorts               // this machine has no local port left
	CorrectLocal             // the local address is not one of this machine, or there is no IPv6
	FreeMemory               // this machine has no memory or no buffers left
	OpenFirewall             // this machine does not let the connection out
	StartService             // nothing listens
	CorrectHost              // the host is not known
	FollowRedirect           // the chat is elsewhere
	GiveCredentials          // 401
	GiveOrigin               // 403
	CorrectPath              // there is no chat at that path, or what came there asked for none
	MeetDemands              // the server, or a proxy, wants other headers, another subprotocol or version
	OfferSubprotocol         // the server chose a subprotocol that was not offered
	SlowDown                 // a rate limit
	StartBackend             // a proxy answered, whose backend did not
	MendProxy                // the answer has been changed on its way
	ReadServerLog            // only the server knows
	SendNoCompression        // an extension that was not offered
	ConnectAgain             // the session has ended
)

// Remedies lists them all but NoRemedy.
func Remedies() []Remedy {
	all := make([]Remedy, 0, ConnectAgain)
	for r := RaiseFileLimit; r <= ConnectAgain; r++ {
		all = append(all, r)
	}
	return all
}
