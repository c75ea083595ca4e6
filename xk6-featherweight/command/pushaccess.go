package command

import (
	"encoding/base64"
	"net/url"
	"strings"
)

// k6's variables of what it sends with its metrics.
const (
	pushUser     = "K6_PROMETHEUS_RW_USERNAME"
	pushPassword = "K6_PROMETHEUS_RW_PASSWORD" //nolint:gosec // the name of a variable
	pushHeader   = "K6_PROMETHEUS_RW_HEADERS_" // and the name of a header
	pushHeaders  = "K6_PROMETHEUS_RW_HTTP_HEADERS"
)

// pushAccess is what k6 has to be told otherwise than the user has said it, given all variables: k6 prints the address that it
// pushes to, with its user and password, and it forgets a user that is set beside headers. As a header, both arrive. An
// Authorization of the user's own is heard before. A query has no other place.
func (d *door) pushAccess(env map[string]string) map[string]string {
	u, err := url.Parse(env[pushURL])
	if err != nil {
		return nil
	}
	if u.RawQuery != "" {
		d.warnf("%s has a query, which k6 writes into its log: send what is secret as a user, or with %s", pushURL, pushHeaders)
	}
	told := map[string]string{}
	user := url.UserPassword(env[pushUser], env[pushPassword])
	if u.User != nil {
		if user.Username() == "" {
			user = u.User
		}
		u.User = nil
		told[pushURL] = u.String()
	}
	if user.Username() != "" && !authorizes(env) {
		password, _ := user.Password()
		told[pushHeader+"AUTHORIZATION"] = "Basic " + base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password))
	}
	return told
}

// authorizes says whether a header of the user's own does.
func authorizes(env map[string]string) bool {
	for name, value := range env {
		header, is := strings.CutPrefix(name, pushHeader)
		if is && value != "" && strings.EqualFold(header, "authorization") {
			return true
		}
	}
	return env["K6_PROMETHEUS_RW_BEARER_TOKEN"] != "" || strings.Contains(","+strings.ToLower(env[pushHeaders]), ",authorization:")
}
