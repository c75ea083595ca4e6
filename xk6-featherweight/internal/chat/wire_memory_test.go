package chat

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"slices"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mostHeld is what a session may hold of what a server sends, for that limit of a message: a frame, the message that it is a
// part of, which append may have made a quarter too large, what has come besides, and when all of it came.
func mostHeld(limit int) int {
	return limit + limit*5/4 + 2*keepBuffer + 2*keepMarks*int(unsafe.Sizeof(mark{}))
}

// most notes what the wire holds now, if that is the most so far.
func (h *heard) most(w *wire) {
	h.held = max(h.held, cap(w.buf)+cap(w.partial)+cap(w.owed)+cap(w.marks)*int(unsafe.Sizeof(mark{})))
}

// dripped reads a stream that comes in pieces of n bytes, each at a time of its own, up to its end.
func dripped(t *testing.T, limit, n int, stream []byte) (h heard, err error) {
	t.Helper()
	var parts [][]byte
	for part := range slices.Chunk(stream, n) {
		parts = append(parts, part)
	}
	for w := wireOf(limit, parts...); ; {
		m, err := w.next()
		h.most(w)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			continue
		}
		if err != nil {
			return h, err
		}
		h.message(m.text, m.data)
	}
}

func TestWhatDripsCostsNoMoreMemoryThanWhatComesAtOnce(t *testing.T) {
	t.Parallel()
	const limit = 1 << 18
	large := textFrame(string(bytes.Repeat([]byte("x"), limit)))
	empty := append(serverFrame(byte(opText), []byte("a")), bytes.Repeat(serverFrame(byte(opContinuation), nil), limit)...)
	pings := append(serverFrame(finBit|byte(opPing), []byte("pp")), bytes.Repeat(serverFrame(finBit|byte(opPing), []byte("p")), limit/2)...)
	for name, c := range map[string]struct {
		stream []byte
		n      int
	}{
		"a large message, byte by byte":                                      {large, 1},
		"a message of endless pieces with nothing in, none ends with a read": {append(empty, textFrame("end")...), 2},
		"endless pings, none ends with a read":                               {append(pings, textFrame("end")...), 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, err := dripped(t, limit, c.n, c.stream)
			require.Error(t, err)
			assert.LessOrEqual(t, h.held, mostHeld(limit))
		})
	}
}

// A thousand servers that announce much and send nothing must not cost a gigabyte.
func TestMemoryIsForWhatHasComeNotForWhatIsAnnounced(t *testing.T) {
	t.Parallel()
	const limit = 1 << 20
	header := append([]byte{finBit | byte(opText), length64}, binary.BigEndian.AppendUint64(nil, limit)...)
	h, err := dripped(t, limit, 7, append(header, "only the beginning"...))
	require.Error(t, err)
	assert.LessOrEqual(t, h.held, 4*readBuffer)
}

func TestAFrameOfAGibibyteIsRefusedAtItsHeader(t *testing.T) {
	t.Parallel()
	for _, opcode := range []opcode{opText, opBinary, opContinuation} {
		var stream []byte
		if opcode == opContinuation {
			stream = serverFrame(byte(opText), []byte("a"))
		}
		stream = append(stream, finBit|byte(opcode), length64)
		stream = binary.BigEndian.AppendUint64(stream, 1<<30)
		h, err := dripped(t, 1<<20, 1000, append(stream, make([]byte, 1<<16)...))
		require.EqualError(t, err, "a message is larger than the limit of 1048576 bytes")
		assert.LessOrEqual(t, h.held, 4*readBuffer)
	}
}
