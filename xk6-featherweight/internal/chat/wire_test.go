package chat

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/arrival"
)

// pieces is a connection whose every read brings one piece; an empty one is a time-out. Then comes the end.
type pieces struct {
	net.Conn
	rest [][]byte
	end  error
}

func (c *pieces) Read(p []byte) (int, error) {
	if len(c.rest) == 0 {
		return 0, c.end
	}
	if len(c.rest[0]) == 0 {
		c.rest = c.rest[1:]
		return 0, os.ErrDeadlineExceeded
	}
	n := copy(p, c.rest[0])
	if c.rest[0] = c.rest[0][n:]; len(c.rest[0]) == 0 {
		c.rest = c.rest[1:]
	}
	return n, nil
}

func wireOf(limit int, parts ...[]byte) *wire {
	conn := &pieces{rest: parts, end: io.EOF}
	raw := arrival.Watch(conn)
	w := newWire(raw, raw, limit)
	w.pong = func([]byte) {}
	return w
}

func TestATimeOutLosesNothing(t *testing.T) {
	t.Parallel()
	frames := textFrame("one")
	frames = append(frames, serverFrame(byte(opText), []byte("tw"))...)
	frames = append(frames, serverFrame(finBit|byte(opPing), []byte("ping"))...)
	frames = append(frames, serverFrame(finBit|byte(opContinuation), []byte("o"))...)
	frames = append(frames, textFrame(strings.Repeat("3", 300))...)
	var parts [][]byte
	for _, b := range frames {
		parts = append(parts, []byte{b}, nil)
	}
	w := wireOf(1000, parts...)
	var pings []string
	w.pong = func(p []byte) { pings = append(pings, string(p)) }
	var got []string
	timeouts := 0
	for {
		m, err := w.next()
		if errors.Is(err, os.ErrDeadlineExceeded) {
			timeouts++
			continue
		}
		if err != nil {
			require.Equal(t, io.EOF, err)
			break
		}
		got = append(got, string(m.data))
	}
	assert.Equal(t, []string{"one", "two", strings.Repeat("3", 300)}, got)
	assert.Equal(t, []string{"ping"}, pings)
	assert.Equal(t, len(frames), timeouts)
}

func TestAMessageIsStampedWhenItsLastByteIsRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, server := net.Pipe()
		raw := arrival.Watch(client)
		w := newWire(raw, raw, 1000)
		start := time.Now()
		go func() {
			defer func() { _ = server.Close() }()
			first, second := textFrame("first"), textFrame("second")
			time.Sleep(time.Second)
			_, _ = server.Write(first[:3])
			time.Sleep(time.Second)
			_, _ = server.Write(append(first[3:], second[:4]...))
			time.Sleep(time.Second)
			_, _ = server.Write(append(second[4:], textFrame("third")...))
		}()
		for _, want := range []struct {
			text string
			at   time.Duration
		}{{"first", 2 * time.Second}, {"second", 3 * time.Second}, {"third", 3 * time.Second}} {
			m, err := w.next()
			require.NoError(t, err)
			assert.Equal(t, want.text, string(m.data))
			assert.Equal(t, want.at, m.at.At.Sub(start))
		}
		_, err := w.next()
		assert.ErrorIs(t, err, io.EOF)
	})
}

func TestTheLimitIsForMessagesNotForControlFrames(t *testing.T) {
	t.Parallel()
	long := serverFrame(finBit|byte(opPing), make([]byte, maxControl))
	w := wireOf(8, long, serverFrame(byte(opText), []byte("1234")), long, serverFrame(finBit|byte(opContinuation), []byte("5678")))
	m, err := w.next()
	require.NoError(t, err)
	assert.Equal(t, "12345678", string(m.data))
}

func TestTheLimitIsExact(t *testing.T) {
	t.Parallel()
	w := wireOf(8, textFrame("12345678"), textFrame("123456789"))
	_, err := w.next()
	require.NoError(t, err)
	_, err = w.next()
	var violation *protocolError
	require.ErrorAs(t, err, &violation)
	assert.Equal(t, 1009, violation.code)
}

// A header can claim any size: it is judged before memory is taken for it.
func TestAClaimedSizeTakesNoMemory(t *testing.T) {
	t.Parallel()
	w := wireOf(1<<20, []byte{0x81, 127, 0x7f, 255, 255, 255, 255, 255, 255, 255})
	_, err := w.next()
	var violation *protocolError
	require.ErrorAs(t, err, &violation)
	assert.Len(t, w.buf, readBuffer)
}

func TestFragmentsInTheWrongOrder(t *testing.T) {
	t.Parallel()
	for name, frames := range map[string][][]byte{
		"continued before it began":             {serverFrame(finBit|byte(opContinuation), []byte("x"))},
		"begun inside another":                  {serverFrame(byte(opText), []byte("x")), textFrame("y")},
		"judged before its payload has arrived": {serverFrame(byte(opText), []byte("x")), textFrame("y")[:2]},
	} {
		_, err := wireOf(100, frames...).next()
		var violation *protocolError
		require.ErrorAs(t, err, &violation, name)
		assert.Contains(t, violation.what, "inside another")
	}
}

func TestAMessageLargerThanTheBufferComesBehindASmallOne(t *testing.T) {
	t.Parallel()
	large := strings.Repeat("z", 100_000)
	w := wireOf(1<<20, append(textFrame("small"), textFrame(large)...), textFrame("next"))
	for _, want := range []string{"small", large, "next"} {
		m, err := w.next()
		require.NoError(t, err)
		require.Equal(t, want, string(m.data))
	}
}

func TestFramesAreReadAcrossTheEndOfTheBuffer(t *testing.T) {
	t.Parallel()
	const frames = 2000
	var all []byte
	for i := range frames {
		all = append(all, textFrame(strings.Repeat("x", i%300))...)
	}
	w := wireOf(1000, all) // a read brings as much as there is room for
	for i := range frames {
		m, err := w.next()
		require.NoError(t, err)
		require.Len(t, m.data, i%300)
	}
	assert.Len(t, w.buf, readBuffer)
}

func TestShrinkKeepsWhatIsUnread(t *testing.T) {
	t.Parallel()
	w := wireOf(1<<20, textFrame(strings.Repeat("z", 2*keepBuffer)), append(textFrame("one"), textFrame("two")...))
	_, err := w.next()
	require.NoError(t, err)
	m, err := w.next()
	require.NoError(t, err)
	require.Equal(t, "one", string(m.data))
	require.Greater(t, len(w.buf), keepBuffer)
	w.shrink()
	assert.Len(t, w.buf, readBuffer)
	m, err = w.next()
	require.NoError(t, err)
	assert.Equal(t, "two", string(m.data))
}
