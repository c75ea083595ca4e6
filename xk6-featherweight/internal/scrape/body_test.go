package scrape

import (
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// labelled answers with these Content-Type lines, or with none at all.
func labelled(body string, types ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = types // nil: net/http adds none
		_, _ = io.WriteString(w, body)
	}
}

func TestMetricsAreReadWhateverTheirContentType(t *testing.T) {
	t.Parallel()
	pages := map[string]string{
		"plain":                              "turns_total 5\n",
		"with help":                          "# HELP turns_total x\n# TYPE turns_total counter\nturns_total 5\n",
		"behind a byte order mark":           "\xef\xbb\xbfturns_total 5\n",
		"behind a mark and blank lines":      "\n\xef\xbb\xbf\nturns_total 5\n",
		"behind a name of UTF-8":             "{\"api.total_2xx_rq\",a=\"b\"} 7\nturns_total 5\n",
		"behind a name of UTF-8 alone":       "{ \"api total\" } 7\nturns_total 5\n",
		"behind a name with a quote":         "{\"api \\\" : \\\\\"} 7\nturns_total 5\n",
		"behind a label before its name":     "{a=\"b\",\"api.total\"} 7\nturns_total 5\n",
		"behind a UTF-8 label before a name": "{\"a.b\"=\"b\",\"api.total\"} 7\nturns_total 5\n",
	}
	types := map[string][]string{
		"none": nil, "classic": {classic}, "web page": {"text/html; charset=utf-8"}, "bytes": {"application/octet-stream"}, "JSON": {asJSON},
		"two lines": {"text/html", classic}, "two lines the other way": {classic, "text/html"}, "nonsense": {";;;"}, "empty": {""}, "OpenMetrics": {openMetrics},
	}
	for name, body := range pages {
		for label, lines := range types {
			t.Run(name+" as "+label, func(t *testing.T) {
				t.Parallel()
				server := serve(t, labelled(body, lines...))
				got, err := scraper(t, server.URL, counter(t, "turns_total")).Read(t.Context())
				require.NoError(t, err)
				assert.Equal(t, SourceCounter, got.Source)
				assert.InDelta(t, 5, got.Value, 0)
			})
		}
	}
}

func TestANameOfUTF8CanBeTheCounter(t *testing.T) {
	t.Parallel()
	body := "{\"my.loop.ticks\",app=\"a\"} 7\n{\"my.loop.ticks\",app=\"b\"} 8\n{\"other loop\"} 9\n"
	for text, want := range map[string]float64{`{"my.loop.ticks",app="b"}`: 8, `{"other loop"}`: 9} {
		got, err := readPage(t, "", body, counter(t, text))
		require.NoError(t, err, text)
		assert.InDelta(t, want, got.Value, 0, text)
	}
	server := serve(t, page(200, classic, body))
	_, err := scraper(t, server.URL, counter(t, `{"my.loop.ticks"}`)).Read(t.Context())
	requireFailure(t, err, CodeAmbiguous, server.URL, `2 series match {"my.loop.ticks"}`)
}

func TestHealthIsReadWhateverItsContentType(t *testing.T) {
	t.Parallel()
	for _, label := range [][]string{nil, {"text/plain"}, {"text/html"}, {asJSON}, {openMetrics}} {
		for _, body := range []string{`{"hz":42.5}`, "\xef\xbb\xbf{\"hz\":42.5}", " \n{ \"a,}\\\"\" : 1, \"hz\" : 42.5 }"} {
			server := serve(t, labelled(body, label...))
			got, err := scraper(t, server.URL).Read(t.Context())
			require.NoError(t, err, "%s as %s", body, label)
			assert.Equal(t, SourceHealth, got.Source)
			assert.InDelta(t, 42.5, got.Value, 0)
		}
	}
}

func TestAWebPageIsRefusedWhateverItsContentType(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"<html>", "\n \t<!DOCTYPE html>", "\xef\xbb\xbf<?xml version=\"1.0\"?>", "<!-- turns_total -->\nturns_total 5\n"} {
		server := serve(t, labelled(body, "text/plain"))
		_, err := scraper(t, server.URL, counter(t, "turns_total")).Read(t.Context())
		requireFailure(t, err, CodeMalformed, server.URL, "a web page (text/plain), not metrics", "correct METRICS_URL")
	}
	server := serve(t, labelled("<html>"))
	_, err := scraper(t, server.URL).Read(t.Context())
	requireFailure(t, err, CodeMalformed, server.URL, "a web page (no Content-Type)")
}

func TestUTF16IsRefusedByItsName(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"\xff\xfet\x00u\x00 \x005\x00\n\x00", "\xfe\xff\x00t\x00u\x00 \x005\x00\n", "t\x00u\x00", "\x00t\x00u", "{\x00\"\x00"} {
		server := serve(t, labelled(body, classic))
		_, err := scraper(t, server.URL).Read(t.Context())
		requireFailure(t, err, CodeMalformed, server.URL, "UTF-16", "UTF-8")
	}
}

// A body that HTTP says is whole needs no line feed and no end mark of its own; 12 of 12345 would be a number too.
func TestTheLastLineIsReadWhenHTTPSaysThatTheBodyIsWhole(t *testing.T) {
	t.Parallel()
	chunked := func(contentType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			_ = http.NewResponseController(w).Flush() // the length is not known any more
			_, _ = io.WriteString(w, body)
		}
	}
	for name, handler := range map[string]func(string, string) http.HandlerFunc{
		"with its length": func(contentType, body string) http.HandlerFunc { return page(200, contentType, body) },
		"in chunks":       chunked,
	} {
		for _, label := range []string{classic, openMetrics} {
			for _, body := range []string{"turns_total 12345", "a 1\nturns_total 12345", "turns_total 12345\n", "turns_total 12345\r", "turns_total 12345\n# EO"} {
				server := serve(t, handler(label, body))
				got, err := scraper(t, server.URL, counter(t, "turns_total")).Read(t.Context())
				require.NoError(t, err, "%s, %q as %s", name, body, label)
				assert.InDelta(t, 12345, got.Value, 0)
			}
		}
	}
}

func TestABodyThatEndsWithItsConnectionMustHaveItsEnd(t *testing.T) {
	t.Parallel()
	server := serve(t, untilClosed(classic, "turns_total 12"))
	_, err := scraper(t, server.URL, counter(t, "turns_total")).Read(t.Context())
	requireFailure(t, err, CodeMalformed, server.URL, "the last line does not end", "cut off")
	for label, body := range map[string]string{classic: "turns_total 12345\n", openMetrics: "turns_total 12345\n# EOF"} {
		server := serve(t, untilClosed(label, body))
		got, err := scraper(t, server.URL, counter(t, "turns_total")).Read(t.Context())
		require.NoError(t, err)
		assert.InDelta(t, 12345, got.Value, 0)
	}
}
