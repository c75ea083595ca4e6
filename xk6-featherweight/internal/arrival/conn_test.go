package arrival

import (
	"io"
	"net"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pair is a connection over loopback.
func pair(t testing.TB) (client *Conn, server net.Conn) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	conn, err := net.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	server, err = listener.Accept()
	require.NoError(t, err)
	client = Watch(conn)
	t.Cleanup(func() { _, _ = client.Close(), server.Close() })
	return client, server
}

// written is when something was written: between the two.
type written struct{ before, after time.Time }

func write(t *testing.T, to io.Writer, text string) (w written) {
	t.Helper()
	w.before = time.Now()
	_, err := io.WriteString(to, text)
	w.after = time.Now()
	require.NoError(t, err)
	return w
}

// sees asserts that the stamp is the kernel's and right.
func (w written) sees(t *testing.T, s Stamp) {
	t.Helper()
	if !s.Kernel {
		assert.NotEqual(t, "linux", runtime.GOOS, "the kernel gave no time")
		return
	}
	const together = time.Millisecond // how well two clocks can be read together on a busy machine
	assert.WithinRange(t, s.At, w.before.Add(-together), w.after.Add(together))
}

func TestWhatIsReadLateArrivedWhenItWasWritten(t *testing.T) {
	t.Parallel()
	client, server := pair(t)
	buf := make([]byte, 100)
	for range 20 {
		w := write(t, server, "hello")
		time.Sleep(20 * time.Millisecond) // the reader's lateness, which is what is measured
		n, err := client.Read(buf)
		require.NoError(t, err)
		assert.Equal(t, "hello", string(buf[:n]))
		s := client.Stamp()
		w.sees(t, s)
		if s.Kernel {
			assert.GreaterOrEqual(t, s.Late(), 20*time.Millisecond-w.after.Sub(w.before)-time.Millisecond)
		}
		assert.False(t, s.Since.After(w.after), "it was there already at the time at which the socket is said to have been empty")
	}
}

func TestAConnectionThatIsNoTCPHasTheTimeOfTheRead(t *testing.T) {
	t.Parallel()
	ours, theirs := net.Pipe()
	client := Watch(ours)
	go func() { _, _ = io.WriteString(theirs, "hello") }()
	before := time.Now()
	n, err := client.Read(make([]byte, 100))
	require.NoError(t, err)
	assert.Equal(t, 5, n)
	s := client.Stamp()
	assert.False(t, s.Kernel)
	assert.Zero(t, s.Late())
	assert.WithinRange(t, s.At, before, time.Now())
	assert.False(t, client.Push(func() {}), "nor can the loop read it")
}

// counted counts as k6's connections do.
type counted struct {
	net.Conn
	read, written int
}

func (c *counted) NetConn() net.Conn  { return c.Conn }
func (c *counted) CountRead(n int)    { c.read += n }
func (c *counted) CountWritten(n int) { c.written += n }

func TestBytesAreCountedWhoeverReadsThem(t *testing.T) {
	t.Parallel()
	plain, server := pair(t)
	outside := &counted{Conn: plain.Conn}
	client := Watch(outside)
	write(t, server, "hello")
	_, err := io.ReadFull(client, make([]byte, 5))
	require.NoError(t, err)
	assert.Equal(t, 5, outside.read)
	got := pushed5(t, client)
	write(t, server, "world")
	assert.Equal(t, "world", <-got)
	write(t, client, "thanks")
	_, err = io.ReadFull(server, make([]byte, 6))
	require.NoError(t, err)
	assert.Equal(t, 6, outside.written)
	require.NoError(t, client.Close())
	assert.Equal(t, 10, outside.read, "those of the loop are counted at the end, or when they are many")
}

// pushed5 gives the connection to the loop and tells what it brings, five bytes at a time.
func pushed5(t *testing.T, c *Conn) <-chan string {
	t.Helper()
	got := make(chan string, 100)
	if !c.Push(func() {
		buf := make([]byte, 5)
		for n, err := c.Read(buf); err == nil; n, err = c.Read(buf) {
			got <- string(buf[:n])
		}
	}) {
		t.Skip("SKIPPED: this system has no loop")
	}
	return got
}
