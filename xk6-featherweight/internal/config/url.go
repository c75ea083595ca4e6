package config

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	urlPattern  = regexp.MustCompile(`^([a-z]+)://([^\s/?#]+)(/[^\s?#]*)?(\?[^\s#]*)?$`)
	hostPattern = regexp.MustCompile(`^(?:\[[0-9A-Fa-f:.]+\]|[^:\[\]]+)(?::(\d+))?$`)
)

const highestPort = 65535

// parseURL is a URL without the slash at its end, so that a path can be put behind it.
func (v *Variable) parseURL(text string) (any, bool) {
	parts := urlPattern.FindStringSubmatch(text)
	if parts == nil || !slices.Contains(v.Schemes, parts[1]) {
		return "", false
	}
	authority, query := parts[2], parts[4]
	if query != "" && !v.Query {
		return "", false
	}
	host := hostPattern.FindStringSubmatch(authority[strings.LastIndexByte(authority, '@')+1:])
	if host == nil || (host[1] != "" && !isPort(host[1])) {
		return "", false
	}
	if query != "" {
		return text, true
	}
	return strings.TrimRight(text, "/"), true
}

func isPort(text string) bool {
	port, err := strconv.Atoi(text)
	return err == nil && port >= 1 && port <= highestPort
}

func (v *Variable) allowedURL() string {
	text := fmt.Sprintf("a URL such as %s://localhost:8080", v.Schemes[0])
	if more := v.Schemes[1:]; len(more) > 0 {
		text += ", or with " + strings.Join(more, ", ")
	}
	if !v.Query {
		text += ", without ? and #"
	}
	return text
}
