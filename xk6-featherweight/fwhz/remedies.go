package fwhz

import "github.com/featherweight/xk6-featherweight/internal/chat"

// remedies are the words for what can be done, with the names that the suite's scripts give to the options.
var remedies = map[chat.Remedy]string{ //nolint:gochecknoglobals // constant
	chat.RaiseFileLimit:    "raise the limit (ulimit -n 65536) or lower VUS",
	chat.WidenPorts:        "widen net.ipv4.ip_local_port_range, give k6 more addresses with --local-ips, or lower VUS",
	chat.CorrectLocal:      "is IPv6 enabled on this machine? Name an IPv4 address in WS_URL, correct --local-ips, or lower VUS",
	chat.FreeMemory:        "give this machine more memory (net.ipv4.tcp_mem is what sockets may take) or lower VUS",
	chat.OpenFirewall:      "look at this machine's firewall (nft list ruleset) and its table of connections (net.netfilter.nf_conntrack_max)",
	chat.StartService:      "start the chat service or correct WS_URL",
	chat.CorrectHost:       "correct WS_URL",
	chat.FollowRedirect:    "a WebSocket follows no redirect: set WS_URL and CHAT_PATH to that address",
	chat.GiveCredentials:   "the server wants to know who asks: set CHAT_TOKEN, AUTH_HEADER, or a Cookie in CHAT_HEADERS",
	chat.GiveOrigin:        "the server wants a token or another origin: set CHAT_TOKEN, CHAT_ORIGIN or CHAT_HEADERS, or look at its log",
	chat.CorrectPath:       "there is no chat at this path, or a proxy does not hand on the upgrade: correct WS_URL, CHAT_PATH, or the proxy",
	chat.MeetDemands:       "a proxy may not hand on the upgrade, or the server wants a subprotocol or a header: CHAT_SUBPROTOCOLS, CHAT_HEADERS, CHAT_PATH",
	chat.OfferSubprotocol:  "offer that one in CHAT_SUBPROTOCOLS",
	chat.SlowDown:          "a rate limit is in the way: raise it for this test, or go around the gateway",
	chat.StartBackend:      "a proxy answers for a chat service that is down, still starting or full: look at both logs",
	chat.MendProxy:         "the upgrade headers are wrong: a proxy may be in the way",
	chat.ReadServerLog:     "look at the chat server's log",
	chat.SendNoCompression: "the server, or a proxy, must not compress what was not asked for",
	chat.ConnectAgain:      "connect in every iteration",
}

// advised is the failure with what to do about it in its message.
func advised(f *chat.Failure) *chat.Failure {
	if f == nil || f.Remedy == chat.NoRemedy {
		return f
	}
	told := *f
	told.Message += "; " + remedies[f.Remedy]
	return &told
}
