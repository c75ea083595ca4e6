package chat

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"sync"
	"testing"
	"time"
)

// rawConn is the server's side of a TCP connection on which even the handshake is the script's.
type rawConn struct {
	net.Conn
	t  testing.TB
	br *bufio.Reader
}

// serveRaw starts a TCP server that runs the script once for each connection.
func serveRaw(t testing.TB, script func(*rawConn)) *Config {
	t.Helper()
	listener := listen(t)
	var scripts sync.WaitGroup
	t.Cleanup(scripts.Wait)
	t.Cleanup(func() { _ = listener.Close() })
	scripts.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			scripts.Go(func() {
				defer func() { _ = conn.Close() }()
				_ = conn.SetDeadline(time.Now().Add(30 * time.Second)) // a script that waits in vain must not hang the tests
				script(&rawConn{Conn: conn, t: t, br: bufio.NewReader(conn)})
			})
		}
	})
	return config(t, "ws://"+listener.Addr().String())
}

func listen(t testing.TB) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

func (c *rawConn) fail(format string, args ...any) {
	c.t.Errorf("server: "+format, args...)
	runtime.Goexit()
}

// request reads the handshake.
func (c *rawConn) request() *http.Request {
	req, err := http.ReadRequest(c.br)
	if err != nil {
		c.fail("request: %v", err)
	}
	return req
}

// accept reads the handshake and returns the 101 to it.
func (c *rawConn) accept() []byte { return switching(c.request()) }

func switching(req *http.Request) []byte {
	sum := sha1.Sum([]byte(req.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return fmt.Appendf(nil, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
		base64.StdEncoding.EncodeToString(sum[:]))
}

func (c *rawConn) write(data []byte) {
	if _, err := c.Write(data); err != nil {
		c.fail("write: %v", err)
	}
}

// readFrame reads a client's frame.
func (c *rawConn) readFrame() (first byte, payload []byte) {
	header := make([]byte, 2)
	c.full(header)
	size := int(header[1] & lengthBits)
	if header[1]&maskBit == 0 {
		c.fail("the client does not mask")
	}
	switch size {
	case length16:
		more := make([]byte, 2)
		c.full(more)
		size = int(binary.BigEndian.Uint16(more))
	case length64:
		more := make([]byte, 8)
		c.full(more)
		size = int(binary.BigEndian.Uint64(more))
	}
	mask := make([]byte, 4)
	c.full(mask)
	payload = make([]byte, size)
	c.full(payload)
	for i := range payload {
		payload[i] ^= mask[i%4]
	}
	return header[0], payload
}

func (c *rawConn) full(p []byte) {
	if _, err := io.ReadFull(c.br, p); err != nil {
		c.fail("read: %v", err)
	}
}
