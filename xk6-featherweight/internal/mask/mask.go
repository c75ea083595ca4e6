// Package mask takes secrets out of URLs before they are shown. It stands on nothing, so that everybody can use it.
//
// It has to deal with what is not a URL, too: a wrong value is shown to the one who is to correct it, and a stray / or @
// in a password is a common reason why it is wrong. So it cuts too much rather than too little.
package mask

import (
	"regexp"
	"strings"
)

// dots stand for what was cut.
const dots = "..."

var (
	start     = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*://`)
	inText    = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://[^\s"'<>]*`)
	wrongPort = regexp.MustCompile(`^[^/\[]*:[^/]*[^0-9/][^/]*`)
	queryPart = regexp.MustCompile(`[^&;]+`)
)

// URL is what is meant to be a URL, without user and password, without the values of its query and without its fragment.
// It is also right for one that does not parse or has no scheme.
func URL(raw string) string {
	scheme := start.FindString(raw)
	rest := raw[len(scheme):]
	if scheme == "" {
		// Perhaps a scheme with a slip in it, such as http:/user:password@host: whoever is before the @ is a user.
		if at := strings.LastIndexByte(rest, '@'); at >= 0 {
			rest = dots + rest[at:]
		}
		head, _, _ := parts(rest)
		return head + query(rest)
	}
	rest = withoutUser(rest)
	head, _, _ := parts(rest)
	return scheme + wrongPort.ReplaceAllString(head, dots) + query(rest)
}

// Address is URL without the query: what names an endpoint in messages and tags.
func Address(raw string) string {
	head, _, _ := parts(URL(raw))
	return head
}

// Text is a text without the secrets of the URLs in it; all else stays.
func Text(raw string) string {
	if start.MatchString(raw) {
		return URL(raw)
	}
	return inText.ReplaceAllStringFunc(raw, URL)
}

// withoutUser cuts to the last @ that can end a password: one of the authority or path, or one of the query before which
// no = stands, for then the ? is a letter of the password.
func withoutUser(rest string) string {
	head, tail, found := parts(rest)
	if found {
		if at := strings.LastIndexByte(tail, '@'); at >= 0 && !strings.Contains(tail[:at], "=") {
			return tail[at+1:]
		}
	}
	return rest[strings.LastIndexByte(head, '@')+1:]
}

// parts are what is before the first ? or #, and what is behind it.
func parts(rest string) (head, tail string, found bool) {
	at := strings.IndexAny(rest, "?#")
	if at < 0 {
		return rest, "", false
	}
	return rest[:at], rest[at+1:], true
}

// query is the query with its names, and dots for its values. A piece without a name is all value.
func query(rest string) string {
	head, tail, found := parts(rest)
	if !found {
		return ""
	}
	if rest[len(head)] == '#' {
		return "#" + dots
	}
	tail, _, fragment := strings.Cut(tail, "#")
	tail = queryPart.ReplaceAllStringFunc(tail, func(piece string) string {
		name, _, named := strings.Cut(piece, "=")
		if !named {
			return dots
		}
		return name + "=" + dots
	})
	if fragment {
		tail += "#" + dots
	}
	return "?" + tail
}
