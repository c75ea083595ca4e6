package stack

import (
	"context"
	"net"
	"net/http"
	"regexp"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/mask"
)

// askTimeout bounds one question to something that should be there.
const askTimeout = 3 * time.Second

// Ready says whether a Prometheus answers at its address and can take metrics.
func Ready(ctx context.Context, prometheus string) bool { return OK(ctx, prometheus+"/-/ready") }

// OK says whether a GET answers 200 within 3 seconds. A user and password in the URL are sent.
func OK(ctx context.Context, url string) bool {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	_ = resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// Listens says whether something accepts connections at an address, a host with a port.
func Listens(ctx context.Context, address string) bool {
	conn, err := (&net.Dialer{Timeout: askTimeout}).DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}

// local is a URL of this machine: what is before the host, the host, and what is behind it.
var local = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#]*@)?)(?:localhost|127\.0\.0\.1|\[::1\])([:/?#].*)?$`)

// Aliased is a URL in which localhost has the name that it has in a container. Other URLs stay.
func Aliased(url, alias string) string {
	parts := local.FindStringSubmatch(url)
	if alias == "" || parts == nil {
		return url
	}
	return parts[1] + alias + parts[2]
}

// shown is a URL as it may be shown.
func shown(url string) string { return mask.URL(url) }
