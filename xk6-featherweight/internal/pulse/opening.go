package pulse

import (
	"fmt"
	"net"
	"net/http"

	"github.com/featherweight/xk6-featherweight/internal/mask"
)

// mostAnswered is how long the answer to a handshake may be, in bytes, TLS included.
const mostAnswered = 256 << 10

// handshakeError is an answer to the handshake with which nothing can be begun.
type handshakeError string

func (e handshakeError) Error() string { return string(e) }

// opening is a connection on which the answer to the handshake must end.
type opening struct {
	net.Conn
	left int  // bytes that may still come
	open bool // it has ended
}

func (o *opening) Read(p []byte) (int, error) {
	n, err := o.Conn.Read(p)
	if o.open {
		return n, err
	}
	if o.left -= n; o.left < 0 {
		return 0, handshakeError(fmt.Sprintf("the answer to the handshake is longer than %d bytes; look at what answers there", mostAnswered))
	}
	return n, err
}

// unasked refuses an extension, for none was offered: gorilla would go along, and unpack whatever comes, without a limit.
func unasked(resp *http.Response) error {
	const shown = 200
	if extension := resp.Header.Get("Sec-WebSocket-Extensions"); extension != "" {
		return handshakeError("the server chose an extension that was not offered: " + mask.Line(extension, shown) + "; make it send without compression")
	}
	return nil
}
