package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/featherweight/xk6-featherweight/internal/mask"
)

var (
	// tokenPattern is a name of a header or of a subprotocol (RFC 9110, section 5.6.2).
	tokenPattern = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
	// headerValuePattern is what may stand in the value of a header (RFC 9110, section 5.5), in ASCII.
	headerValuePattern = regexp.MustCompile(`^[\t\x20-\x7e]*$`)
	// controlPattern is what no header can carry, whatever its letters are.
	controlPattern = regexp.MustCompile(`[\x00-\x08\x0a-\x1f\x7f]`)
	originPattern  = regexp.MustCompile(`(?i)^(null|[a-z][a-z0-9+.-]*://[^\s/?#@]+)$`)
	// ownedPattern are the headers that the handshake sets itself.
	ownedPattern = regexp.MustCompile(`(?i)^(connection|upgrade|content-length|transfer-encoding|sec-websocket-.*)$`)
)

type header struct{ name, value string }

// HandshakeHeaders are the headers of the chat's handshake: AUTH_HEADER, CHAT_ORIGIN and CHAT_HEADERS. AUTH_HEADER is for
// the API, too; an Authorization in CHAT_HEADERS is nearer to the chat.
func (c *Config) HandshakeHeaders() map[string]string {
	headers := map[string]string{}
	put := func(h header) {
		for name := range headers {
			if strings.EqualFold(name, h.name) {
				delete(headers, name)
			}
		}
		headers[h.name] = h.value
	}
	if auth := c.Text("AUTH_HEADER"); auth != "" { // an empty header is not the same as none
		put(header{"Authorization", auth})
	}
	if origin := c.Text("CHAT_ORIGIN"); origin != "" {
		put(header{"Origin", origin})
	}
	for _, h := range splitHeaders(c.Text("CHAT_HEADERS")) {
		put(h)
	}
	return headers
}

// Subprotocols are those to offer to the chat, in the order in which they are wanted.
func (c *Config) Subprotocols() []string {
	names := []string{}
	if text := c.Text("CHAT_SUBPROTOCOLS"); text != "" {
		for name := range strings.SplitSeq(text, ",") {
			names = append(names, strings.TrimSpace(name))
		}
	}
	return names
}

// handshakeProblems are what is wrong with what is sent in headers, one line each. No line shows a value of a header.
func (c *Config) handshakeProblems() (problems []string) {
	for _, name := range []string{"AUTH_HEADER", "METRICS_AUTH_HEADER"} {
		if c.usesAll([]string{name}) && controlPattern.MatchString(c.Text(name)) {
			problems = append(problems, name+"="+hidden+" is not allowed: it holds a line break, or another character that no header can carry")
		}
	}
	if !c.usesAll([]string{"CHAT_ORIGIN", "CHAT_HEADERS", "CHAT_SUBPROTOCOLS"}) {
		return problems
	}
	origin := c.Text("CHAT_ORIGIN")
	if origin != "" && !originPattern.MatchString(origin) {
		problems = append(problems, fmt.Sprintf(`CHAT_ORIGIN="%s" is not allowed: scheme and host as a browser sends them, such as https://app.example, without a path`,
			mask.URL(origin)))
	}
	if wrong := wrongHeader(splitHeaders(c.Text("CHAT_HEADERS")), origin != ""); wrong != "" {
		problems = append(problems, "CHAT_HEADERS="+hidden+" is not allowed: "+wrong)
	}
	names := c.Subprotocols()
	if slices.ContainsFunc(names, func(name string) bool { return !tokenPattern.MatchString(name) }) || repeats(names) {
		problems = append(problems, fmt.Sprintf(`CHAT_SUBPROTOCOLS="%s" is not allowed: names such as chat.v2, separated by commas, each once`,
			c.Text("CHAT_SUBPROTOCOLS")))
	}
	return problems
}

// wrongHeader is the first thing that is wrong; "" when all is well. origin says that CHAT_ORIGIN is set.
func wrongHeader(headers []header, origin bool) string {
	seen := map[string]bool{}
	for i, h := range headers {
		lower := strings.ToLower(h.name)
		switch {
		case !tokenPattern.MatchString(h.name):
			return fmt.Sprintf(`header %d is not Name: value; several are separated by |, and a | in a value is written \|`, i+1)
		case !headerValuePattern.MatchString(h.value):
			return fmt.Sprintf("the value of %s holds a character that no header can carry", h.name)
		case lower == "sec-websocket-protocol":
			return fmt.Sprintf("the WebSocket handshake sets %s itself: set CHAT_SUBPROTOCOLS", h.name)
		case ownedPattern.MatchString(h.name):
			return fmt.Sprintf("the WebSocket handshake sets %s itself", h.name)
		case lower == "origin" && origin:
			return "Origin is set by CHAT_ORIGIN, too: set one of them"
		case seen[lower]:
			return h.name + " is there twice"
		}
		seen[lower] = true
	}
	return ""
}

// splitHeaders reads "Name: value|Name: value"; a header without a colon has no name.
func splitHeaders(text string) []header {
	if text == "" {
		return nil
	}
	var pieces []string
	open := false // the last piece ends with an escaped bar
	for piece := range strings.SplitSeq(text, "|") {
		if open {
			piece = pieces[len(pieces)-1] + "|" + piece
			pieces = pieces[:len(pieces)-1]
		}
		piece, open = strings.CutSuffix(piece, `\`)
		pieces = append(pieces, piece)
	}
	headers := make([]header, len(pieces))
	for i, piece := range pieces {
		name, value, found := strings.Cut(piece, ":")
		if !found {
			name, value = "", piece
		}
		headers[i] = header{strings.TrimSpace(name), strings.TrimSpace(value)}
	}
	return headers
}

func repeats(names []string) bool {
	sorted := slices.Sorted(slices.Values(names))
	return len(slices.Compact(sorted)) < len(names)
}
