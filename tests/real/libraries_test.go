package realchats

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"

	coder "github.com/coder/websocket"
	"github.com/gobwas/ws"
)

// onCoder is a connection of github.com/coder/websocket.
type onCoder struct {
	*coder.Conn
	pong  func()
	ready chan struct{} // closed when pong is known
}

func acceptCoder(w http.ResponseWriter, r *http.Request) (peer, error) {
	conn, err := coder.Accept(w, r, nil)
	return &onCoder{Conn: conn, ready: make(chan struct{})}, err
}

func (c *onCoder) send(text []byte) error {
	return c.Write(context.Background(), coder.MessageText, text)
}

func (c *onCoder) sendParts(parts [][]byte, between func()) error {
	w, err := c.Writer(context.Background(), coder.MessageText)
	if err != nil {
		return err
	}
	for i, part := range parts {
		if _, err := w.Write(part); err != nil {
			return err
		}
		if i == 0 {
			between()
		}
	}
	return w.Close()
}

// ping waits for the pong elsewhere, as the library's own waits.
func (c *onCoder) ping() error {
	<-c.ready
	go func() {
		if c.Ping(context.Background()) == nil {
			c.pong()
		}
	}()
	return nil
}

func (c *onCoder) close(code int, reason string) error {
	return c.Close(coder.StatusCode(code), reason)
}

func (c *onCoder) read(message func([]byte), pong func()) error {
	c.pong = pong
	close(c.ready)
	for {
		_, text, err := c.Read(context.Background())
		if err != nil {
			return err
		}
		message(text)
	}
}

// onGobwas is a connection of github.com/gobwas/ws, which knows frames only.
type onGobwas struct {
	net.Conn
	writing sync.Mutex
	closed  bool
}

func acceptGobwas(w http.ResponseWriter, r *http.Request) (peer, error) {
	conn, _, _, err := ws.UpgradeHTTP(r, w)
	return &onGobwas{Conn: conn}, err
}

func (c *onGobwas) frame(f ws.Frame) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	if c.closed {
		return net.ErrClosed
	}
	c.closed = f.Header.OpCode == ws.OpClose
	return ws.WriteFrame(c, f)
}

func (c *onGobwas) send(text []byte) error { return c.frame(ws.NewTextFrame(text)) }

func (c *onGobwas) sendParts(parts [][]byte, between func()) error {
	op := ws.OpText
	for i, part := range parts {
		if err := c.frame(ws.NewFrame(op, i == len(parts)-1, part)); err != nil {
			return err
		}
		if i == 0 {
			between()
		}
		op = ws.OpContinuation
	}
	return nil
}

func (c *onGobwas) ping() error { return c.frame(ws.NewPingFrame(nil)) }

func (c *onGobwas) close(code int, reason string) error {
	return c.frame(ws.NewCloseFrame(ws.NewCloseFrameBody(ws.StatusCode(code), reason)))
}

func (c *onGobwas) read(message func([]byte), pong func()) error {
	defer func() { _ = c.Close() }()
	for {
		header, err := ws.ReadHeader(c)
		if err != nil {
			return err
		}
		payload := make([]byte, header.Length)
		if _, err := io.ReadFull(c, payload); err != nil {
			return err
		}
		ws.Cipher(payload, header.Mask, 0)
		switch header.OpCode {
		case ws.OpText:
			message(payload)
		case ws.OpPong:
			pong()
		case ws.OpClose:
			return c.frame(ws.NewCloseFrame(payload))
		default:
		}
	}
}
