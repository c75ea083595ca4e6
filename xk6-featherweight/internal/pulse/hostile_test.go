package pulse

import (
	"bytes"
	"compress/flate"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/scrape"
)

// raw is a server that answers the handshake as write says; accept is what proves that it has understood.
func raw(t *testing.T, write func(to io.Writer, accept string)) *Reader {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		defer func() { _ = conn.Close() }()
		write(conn, acceptOf(r.Header.Get("Sec-Websocket-Key")))
	}))
	t.Cleanup(server.Close)
	return reader(t, Config{URL: "ws" + strings.TrimPrefix(server.URL, "http") + "/chat?token=s3cret", Timeout: 20 * time.Second, BodyLimit: 1 << 20})
}

const switching = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "

type zeroes struct{}

func (zeroes) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// A message that unpacks to 64 MiB, from a server that packs though nobody offered it.
func TestABombOnAStreamIsRefusedBeforeItIsUnpacked(t *testing.T) { //nolint:paralleltest // it looks at the memory of the process
	var bomb bytes.Buffer
	to, err := flate.NewWriter(&bomb, flate.BestSpeed)
	require.NoError(t, err)
	_, err = io.Copy(to, io.LimitReader(zeroes{}, 64<<20))
	require.NoError(t, err)
	require.NoError(t, to.Flush())
	payload := bytes.TrimSuffix(bomb.Bytes(), []byte{0, 0, 0xff, 0xff})
	require.Less(t, len(payload), 1<<20)
	r := raw(t, func(to io.Writer, accept string) {
		_, _ = io.WriteString(to, switching+accept+"\r\nSec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n\r\n")
		_, _ = to.Write(binary.BigEndian.AppendUint64([]byte{0xC1, 127}, uint64(len(payload))))
		_, _ = to.Write(payload)
	})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	fails(t, r, scrape.CodeNetwork, "chose an extension that was not offered: permessage-deflate", "without compression")
	runtime.ReadMemStats(&after)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16<<20))
}

func TestAFrameOfAGibibyteIsGivenUpAtItsHeader(t *testing.T) {
	t.Parallel()
	r := raw(t, func(to io.Writer, accept string) {
		_, _ = io.WriteString(to, switching+accept+"\r\n\r\n")
		_, _ = to.Write(binary.BigEndian.AppendUint64([]byte{0x81, 127}, 1<<30))
		_, _ = io.Copy(to, io.LimitReader(zeroes{}, 1<<30))
	})
	fails(t, r, scrape.CodeTooLarge, "a message is longer than 1048576 bytes")
}

func TestAnAnswerToTheHandshakeThatNeverEndsIsGivenUp(t *testing.T) {
	t.Parallel()
	r := raw(t, func(to io.Writer, _ string) {
		_, _ = io.WriteString(to, "HTTP/1.1 101 Switching Protocols\r\nX: ")
		_, _ = io.Copy(to, zeroes{})
	})
	fails(t, r, scrape.CodeNetwork, "the answer to the handshake is longer than 262144 bytes")
}

func acceptOf(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}
