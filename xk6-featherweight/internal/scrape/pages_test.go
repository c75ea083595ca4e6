package scrape

import (
	"bufio"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// recorded answers every request on a connection of its own with the bytes that a real program once sent
// (testdata/pages/README.md).
func recorded(t *testing.T, name string) string {
	t.Helper()
	answer, err := os.ReadFile(filepath.Join("testdata", "pages", name+".http"))
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
				_, _ = conn.Write(answer)
			}
			_ = conn.Close()
		}
	}()
	return "http://" + listener.Addr().String() + "/metrics"
}

// Pages of real programs. The value of each counter is known, because it stands in the page or was set by who made it.
func TestPagesOfRealProgramsAreRead(t *testing.T) {
	t.Parallel()
	const turns = `loop_turns_total{app="a"}`
	for name, counters := range map[string]map[string]float64{
		"client_golang":             {turns: 1234567, `loop_turns_total{app="round"}`: 3e6, "my_loop_turns": 77},
		"client_golang-openmetrics": {turns: 1234567, `loop_turns_total{app="round"}`: 3e6, "my_loop_turns": 77},
		"client_golang-utf8":        {turns: 1234567, `{"my.loop.turns"}`: 77},
		"cpp":                       {turns: 1234567, `loop_turns_total{app="big"}`: 12345678901},
		"federate":                  {turns: 1234567, `loop_turns_total{app="round"}`: 3e6},
		"haproxy":                   {`haproxy_frontend_sessions_total{proxy="metrics"}`: 3},
		"nginx-cached":              {turns: 1234567},
		"nginx-exporter":            {"nginx_http_requests_total": 2},
		"node-exporter":             {"go_memstats_frees_total": 354},
		"process-exporter":          {"go_memstats_alloc_bytes_total": 15909624},
		"perl-net-prometheus":       {turns: 1234567},
		"prom-client-12":            {turns: 1234567, `loop_turns_total{app="b \"quoted\" \\ \n"}`: 7},
		"prom-client-15":            {turns: 1234567},
		"prom-client-15-bare":       {turns: 1234567}, // without a Content-Type
		"prom-client-15-express":    {turns: 1234567}, // called text/html
		"prom-client-15-openmetrics": {
			turns: 1234567,
		},
		"pushgateway":           {turns: 1234567},
		"python-client":         {turns: 1234567, `loop_turns_total{app="round"}`: 3e6},
		"python-client-classic": {turns: 1234567},
		"varnish-cached":        {turns: 1234567},
		"varnish-exporter":      {"varnish_main_sessions_total": 2},
	} {
		for selector, want := range counters {
			t.Run(name+" "+selector, func(t *testing.T) {
				t.Parallel()
				reading, err := scraper(t, recorded(t, name), counter(t, selector)).Read(t.Context())
				require.NoError(t, err)
				assert.Equal(t, SourceCounter, reading.Source)
				assert.InDelta(t, want, reading.Value, 0)
			})
		}
	}
}

func TestPagesOfRealProgramsThatHoldNoCounterAreRefusedForTheirReason(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]Code{
		"client_golang-protobuf":      CodeMalformed, // nobody asked for it
		"nginx-stub":                  CodeMalformed, // a status page of another kind
		"prom-client-15-express-json": CodeMalformed, // the registry as JSON
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := scraper(t, recorded(t, name), counter(t, "loop_turns_total")).Read(t.Context())
			var failed *Error
			require.ErrorAs(t, err, &failed)
			assert.Equal(t, code, failed.Code, failed.Message)
		})
	}
}

func TestARealCacheSaysHowOldItsPageIs(t *testing.T) {
	t.Parallel()
	reading, err := scraper(t, recorded(t, "varnish-cached"), counter(t, "my_loop_turns")).Read(t.Context())
	require.NoError(t, err)
	assert.InDelta(t, 7, reading.Age.Seconds(), 0)
	reading, err = scraper(t, recorded(t, "federate"), counter(t, `loop_turns_total{app="round"}`)).Read(t.Context())
	require.NoError(t, err)
	assert.Equal(t, int64(1795644065111), reading.Stamp.UnixMilli())
}

// What is packed on the way, though we ask for it as it is, is unpacked.
func TestPagesThatRealProgramsPackedAreUnpacked(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"client_golang-gzip", "nginx-textfile-gzip"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := scraper(t, recorded(t, name), counter(t, "no_such_counter"), from(SourceCounter)).Read(t.Context())
			var failed *Error
			require.ErrorAs(t, err, &failed)
			assert.Equal(t, CodeNotFound, failed.Code, failed.Message)
			assert.True(t, strings.Contains(failed.Message, "loop") || strings.Contains(failed.Message, "metrics"), failed.Message)
		})
	}
}
