package scrape

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// packed packs a text.
func packed(t testing.TB, with string, from io.Reader) string {
	t.Helper()
	var out bytes.Buffer
	var to io.WriteCloser
	switch with {
	case "gzip":
		to = gzip.NewWriter(&out)
	case "zlib":
		to = zlib.NewWriter(&out)
	default:
		bare, err := flate.NewWriter(&out, flate.DefaultCompression)
		require.NoError(t, err)
		to = bare
	}
	_, err := io.Copy(to, from)
	require.NoError(t, err)
	require.NoError(t, to.Close())
	return out.String()
}

// encoded answers with Content-Encoding lines.
func encoded(status int, body string, encodings ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Encoding"] = encodings
		w.Header().Set("Content-Type", classic)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func TestWhatIsPackedThoughNobodyAskedIsUnpacked(t *testing.T) {
	t.Parallel()
	zip := packed(t, "gzip", strings.NewReader(onlyCounter))
	for name, handler := range map[string]http.HandlerFunc{
		"gzip":                     encoded(200, zip, "gzip"),
		"its old name, in capital": encoded(200, zip, "X-GZIP"),
		"gzip without a word":      encoded(200, zip),
		"two members":              encoded(200, packed(t, "gzip", strings.NewReader("a 1\n"))+zip, "gzip"),
		"deflate":                  encoded(200, packed(t, "zlib", strings.NewReader(onlyCounter)), "deflate"),
		"bare deflate":             encoded(200, packed(t, "flate", strings.NewReader(onlyCounter)), "deflate"),
		"twice":                    encoded(200, packed(t, "zlib", strings.NewReader(zip)), "gzip, deflate"),
		"twice on two lines":       encoded(200, packed(t, "zlib", strings.NewReader(zip)), "gzip", "deflate"),
		"identity":                 encoded(200, onlyCounter, "identity"),
		"only the header is left":  encoded(200, onlyCounter, "gzip"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, handler)
			got, err := scraper(t, server.URL).Read(t.Context())
			require.NoError(t, err)
			assert.InDelta(t, 12345, got.Value, 0)
		})
	}
}

func TestWhatCannotBeUnpackedIsNamed(t *testing.T) {
	t.Parallel()
	zip := packed(t, "gzip", strings.NewReader(onlyCounter))
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		code    Code
		said    []string
	}{
		"br":              {encoded(200, "\x0b\x02\x80", "br"), CodeMalformed, []string{"packed with br", "turn compression off"}},
		"zstd":            {encoded(200, "x", "zstd"), CodeMalformed, []string{"packed with zstd"}},
		"zstd, no word":   {encoded(200, "\x28\xb5\x2f\xfdxxx"), CodeMalformed, []string{"packed with zstd"}},
		"four times over": {encoded(200, zip, "gzip,gzip", "gzip,gzip"), CodeMalformed, []string{"packed 4 times over"}},
		"cut off":         {encoded(200, zip[:len(zip)-9], "gzip"), CodeMalformed, []string{"gzip", "cut off"}},
		"damaged":         {encoded(200, zip[:len(zip)-8]+"xxxxxxxx", "gzip"), CodeMalformed, []string{"gzip: invalid checksum"}},
		"404":             {encoded(404, "x", "br"), CodeStatus, []string{"404 Not Found"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, c.handler)
			_, err := scraper(t, server.URL).Read(t.Context())
			requireFailure(t, err, c.code, server.URL, c.said...)
		})
	}
}

// zeroes never ends.
type zeroes struct{}

func (zeroes) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestABombIsGivenUpAtTheLimit(t *testing.T) { //nolint:paralleltest // it looks at the memory of the process
	const size, limit = 32 << 20, 1 << 20
	for _, with := range []string{"gzip", "zlib"} {
		bomb := packed(t, with, io.LimitReader(zeroes{}, size))
		require.Less(t, len(bomb), limit)
		encoding := map[string]string{"gzip": "gzip", "zlib": "deflate"}[with]
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := unpack([]byte(bomb), []string{encoding}, limit)
		runtime.ReadMemStats(&after)
		require.ErrorIs(t, err, errTooLong)
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16*limit), "what was unpacked was kept")
		server := serve(t, encoded(200, bomb, encoding))
		_, err = scraper(t, server.URL, func(c *Config) { c.BodyLimit = limit }).Read(t.Context())
		requireFailure(t, err, CodeTooLarge, server.URL, "unpacked longer than 1048576 bytes", "METRICS_MAX_SIZE")
	}
}
