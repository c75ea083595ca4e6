package fwhz

import (
	"context"
	"net"
	"sync/atomic"

	"go.k6.io/k6/v2/lib"
	"go.k6.io/k6/v2/lib/netext"
)

// dialed is a connection from k6's dialer: it shows the one inside, which the kernel stamps, and goes on counting bytes
// that are read and written past it, for data_received and data_sent.
type dialed struct{ *netext.Conn }

func (d dialed) NetConn() net.Conn  { return d.Conn.Conn }
func (d dialed) CountRead(n int)    { atomic.AddInt64(d.BytesRead, int64(n)) }
func (d dialed) CountWritten(n int) { atomic.AddInt64(d.BytesWritten, int64(n)) }

// dialerOf is the VU's own dialer.
func dialerOf(state *lib.State) func(ctx context.Context, network, addr string) (net.Conn, error) {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := state.Dialer.DialContext(ctx, network, addr)
		if counted, ok := conn.(*netext.Conn); ok {
			return dialed{counted}, err
		}
		return conn, err
	}
}
