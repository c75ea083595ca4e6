package e2e

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha1" //nolint:gosec // of the handshake
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
	"github.com/featherweight/tests/measure"
)

// mostMemory is what k6 with a handful of users may take at its peak, in MiB: three times what it takes.
const mostMemory = 200

// whatever is an exit code that a busy machine may decide.
const whatever = -1

type zeroes struct{}

func (zeroes) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// measured runs the main job and returns the most memory that it had.
func measured(t *testing.T, env map[string]string) (run harness.Run, most int) {
	t.Helper()
	started, over, looked := make(chan int, 1), make(chan struct{}), make(chan int)
	go func() {
		most := 0
		defer func() { looked <- most }()
		pid := <-started
		for {
			most = max(most, int(measure.Peak([]int{pid})))
			select {
			case <-over:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	run = harness.ScriptStarted(t, harness.MainScript(), env, started)
	close(over)
	return run, <-looked
}

// hostile is a server whose pages and chat are what a case says; what it does not say is healthy.
type hostile struct {
	metrics func(w http.ResponseWriter, r *http.Request)
	upgrade string                          // further lines of the 101
	answer  func(conn io.Writer, id string) // to a question
}

func (h hostile) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == "/metrics" && h.metrics != nil:
		h.metrics(w, r)
	case r.Header.Get("Upgrade") == "websocket":
		h.chat(w, r)
	default:
		_, _ = io.WriteString(w, `{"status":"healthy"}`)
	}
}

func (h hostile) chat(w http.ResponseWriter, r *http.Request) {
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	defer func() { _ = conn.Close() }()
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")) //nolint:gosec // RFC 6455
	_, _ = fmt.Fprintf(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n%s\r\n",
		base64.StdEncoding.EncodeToString(sum[:]), h.upgrade)
	for {
		id, ok := question(buffered.Reader)
		if !ok {
			return
		}
		h.answer(conn, id)
	}
}

// question reads a frame and returns the messageId in it.
func question(from *bufio.Reader) (id string, ok bool) {
	header := make([]byte, 2)
	if _, err := io.ReadFull(from, header); err != nil || header[0]&0xf == 8 {
		return "", false
	}
	size := int(header[1] & 0x7f)
	if size == 126 {
		if _, err := io.ReadFull(from, header); err != nil {
			return "", false
		}
		size = int(binary.BigEndian.Uint16(header))
	}
	payload := make([]byte, 4+size)
	if _, err := io.ReadFull(from, payload); err != nil {
		return "", false
	}
	text := payload[4:]
	for i := range text {
		text[i] ^= payload[i%4]
	}
	found := regexp.MustCompile(`"messageId":"([^"]*)"`).FindSubmatch(text)
	return string(append(found, nil, nil)[1]), true
}

// text is a text frame.
func text(payload string) []byte {
	return append(binary.BigEndian.AppendUint64([]byte{0x81, 127}, uint64(len(payload))), payload...)
}

// complete is a whole answer.
func complete(conn io.Writer, id string) {
	for _, event := range []string{`"token","data":"Hi"`, `"complete"`} {
		_, _ = conn.Write(text(`{"type":"stream_event","event":{"type":` + event + `,"messageId":"` + id + `"}}`))
	}
}

// nested is a value of JSON that is that deep.
func nested(depth int) string {
	return strings.Repeat(`{"a":`, depth) + "1" + strings.Repeat("}", depth)
}

// bomb is a page of that many bytes, packed.
func bomb(t *testing.T, size int64) []byte {
	t.Helper()
	var packed bytes.Buffer
	to := gzip.NewWriter(&packed)
	if _, err := io.Copy(to, io.LimitReader(zeroes{}, size)); err != nil {
		t.Fatal(err)
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

// counting is a healthy page with more on it.
func counting(more string) func(w http.ResponseWriter, r *http.Request) {
	begin := time.Now()
	return func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, "%sconsciousness_loop_iterations_total %d\n", more, time.Since(begin)/(10*time.Millisecond))
	}
}

// endless writes a piece again and again, every pause.
func endless(piece string, pause time.Duration) func(w http.ResponseWriter, r *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, piece); err != nil {
				return
			}
			if pause > 0 {
				_ = http.NewResponseController(w).Flush()
				<-time.After(pause)
			}
		}
	}
}

// TestWhatNeverEndsIsAClearErrorAndTakesNoMemory: a server that sends without a measure ends a reading or a turn, with a line
// that says so, and k6 stays as small as it is otherwise.
func TestWhatNeverEndsIsAClearErrorAndTakesNoMemory(t *testing.T) {
	t.Parallel()
	packed := bomb(t, 2*mostMemory<<20)
	var labels strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&labels, "requests_total{path=\"/%d\"} %d\n", i, i)
	}
	for name, c := range map[string]struct {
		server hostile
		env    []string
		code   int
		says   string
	}{
		"an endless page":   {hostile{metrics: endless(strings.Repeat("a 1\n", 1<<16), 0)}, nil, 108, "longer than 8388608 bytes and was given up: it never ends"},
		"a page that drips": {hostile{metrics: endless("a 1\n", 10*time.Millisecond)}, []string{"METRICS_TIMEOUT", "2s"}, 108, "no complete answer within 2s"},
		"a page that unpacks to 400 MiB": {hostile{metrics: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(packed)
		}}, nil, 108, "the answer is packed, and unpacked longer than 8388608 bytes"},
		"health of 300,000 levels": {
			hostile{metrics: func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, nested(300_000)) }},
			[]string{"HZ_SOURCE", "health"},
			108, "the answer is not JSON with a number hz",
		},
		"100,000 label sets": {hostile{metrics: counting(labels.String()), answer: complete}, nil, whatever, " readings, 0 failed; source counter"},
		"compression that nobody offered": {
			hostile{metrics: counting(""), upgrade: "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n"},
			nil, 108,
			"the server chose an extension that was not offered: permessage-deflate",
		},
		"a frame of a gibibyte": {hostile{metrics: counting(""), answer: func(conn io.Writer, _ string) {
			_, _ = conn.Write(binary.BigEndian.AppendUint64([]byte{0x81, 127}, 1<<30))
			_, _ = io.Copy(conn, io.LimitReader(zeroes{}, 1<<30))
		}}, nil, 99, "a message is larger than the limit of 1048576 bytes"},
		"an event of 100,000 levels": {hostile{metrics: counting(""), answer: func(conn io.Writer, id string) {
			_, _ = conn.Write(text(`{"type":"stream_event","event":` + nested(100_000) + `}`))
			complete(conn, id)
		}}, nil, 99, "not the JSON of the chat protocol"},
		"an error of half a mebibyte": {hostile{metrics: counting(""), answer: func(conn io.Writer, id string) {
			_, _ = conn.Write(text(`{"type":"error","content":"` + strings.Repeat(`no\u001b[2J`, 1<<15) + `","messageId":"` + id + `"}`))
		}}, nil, 99, "the server answered with an error: no"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewUnstartedServer(c.server)
			server.Config.ConnState = func(conn net.Conn, state http.ConnState) { // what writes for ever must not keep the test
				if state == http.StateNew {
					_ = conn.SetDeadline(time.Now().Add(2 * time.Minute))
				}
			}
			server.Start()
			t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
			env := harness.Undemanding(map[string]string{
				"BASE_URL": server.URL, "WS_URL": "ws" + strings.TrimPrefix(server.URL, "http"), "METRICS_URL": server.URL + "/metrics", "VUS": "20", "DURATION": "3s", "IDLE": "1s", "RAMP": "0",
				"THINK_MIN": "100ms", "THINK_MAX": "300ms", "METRICS_TIMEOUT": "30s", "WS_CONNECTION_TIME_P95": "60000", "MESSAGE_RESPONSE_TIME_P90": "60000", "CONNECT_TIMEOUT": "61s", "RESPONSE_TIMEOUT": "61s", // a busy machine decides nothing
			})
			run, most := measured(t, harness.With(env, c.env...))
			t.Logf("%d MiB at the most", most)
			if (run.Code != c.code && c.code != whatever) || !strings.Contains(run.Stdout+run.Stderr, c.says) {
				t.Errorf("not %d with %q", c.code, c.says)
			}
			if most == 0 || most > mostMemory {
				t.Errorf("%d MiB, and not up to %d", most, mostMemory)
			}
			for line := range strings.Lines(run.Stdout + run.Stderr) {
				if len(line) > 2500 || strings.Contains(line, "\x1b[2J") {
					t.Errorf("nobody reads %.200q", line)
				}
			}
			if t.Failed() {
				t.Log(run.Describe())
			}
		})
	}
}
