package scrape

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// kinds are those of the notes of one reading, by any handler.
func kinds(t *testing.T, handler http.Handler, counterName string) (kinds []string, text string) {
	t.Helper()
	server := serve(t, handler)
	got, err := scraper(t, server.URL, counter(t, counterName)).Read(t.Context())
	require.NoError(t, err)
	for _, n := range got.Notes {
		kinds = append(kinds, n.Kind)
		text += n.Text
		assert.True(t, strings.HasPrefix(n.Text, "GET "+server.URL+": "), n.Text)
		assert.NotContains(t, n.Text, "\n")
	}
	return kinds, text
}

func TestWhatAPageHasToSayIsNoted(t *testing.T) {
	t.Parallel()
	aged := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Age", "7")
		page(200, classic, "turns_total 5\n")(w, r)
	}
	for name, c := range map[string]struct {
		handler http.Handler
		counter string
		kinds   []string
		said    string
	}{
		"nothing":                   {page(200, classic, "turns_total 5\n"), "turns_total", nil, ""},
		"nothing of OpenMetrics":    {page(200, openMetrics, "turns_total 5\n# EOF\n"), "turns_total", nil, ""},
		"nothing of capitals":       {page(200, "Text/Plain", "turns_total 5\n"), "turns_total", nil, ""},
		"a web page's name":         {page(200, "text/html", "turns_total 5\n"), "turns_total", []string{NoteContentType}, "is called text/html"},
		"no name":                   {labelled("turns_total 5\n"), "turns_total", []string{NoteContentType}, "has no Content-Type"},
		"two names":                 {labelled("turns_total 5\n", "text/html", classic), "turns_total", []string{NoteContentType}, "text/html and text/plain"},
		"the same name twice":       {labelled("turns_total 5\n", "text/plain", classic), "turns_total", nil, ""},
		"packed":                    {encoded(200, packed(t, "gzip", strings.NewReader("turns_total 5\n")), "gzip"), "turns_total", []string{NotePacked}, "compressed (Content-Encoding: gzip)"},
		"only the header of it":     {encoded(200, "turns_total 5\n", "gzip"), "turns_total", nil, ""},
		"OpenMetrics without end":   {page(200, openMetrics, "turns_total 5\n"), "turns_total", []string{NoteUnfinished}, "lacks the # EOF"},
		"a cache":                   {http.HandlerFunc(aged), "turns_total", []string{NoteCached}, "7s old (Age)"},
		"a name without _total":     {page(200, classic, "turns_total{a=\"b\"} 5\n"), `turns{a="b"}`, []string{NoteSpelling}, `the counter turns{a="b"} is there as turns_total{a="b"}`},
		"a name with dots replaced": {page(200, classic, "my_loop_turns_total 5\n"), `{"my.loop.turns"}`, []string{NoteSpelling}, `{"my.loop.turns"} is there as my_loop_turns_total`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, text := kinds(t, c.handler, c.counter)
			assert.Equal(t, c.kinds, got)
			assert.Contains(t, text, c.said)
		})
	}
}

func TestOfJSONNothingIsNoted(t *testing.T) {
	t.Parallel()
	got, err := readPage(t, "text/html", `{"hz":100}`)
	require.NoError(t, err)
	assert.Empty(t, got.Notes)
}

// The name that was given comes first: what is called nearly so may be another thing.
func TestTheSpellingThatWasGivenComesFirst(t *testing.T) {
	t.Parallel()
	body := "turns_total 6\nturns 5\n{\"a.b\"} 7\na_b 8\n"
	for name, want := range map[string]float64{"turns": 5, "turns_total": 6, `{"a.b"}`: 7, "a_b": 8} {
		got, err := readPage(t, classic, body, counter(t, name))
		require.NoError(t, err)
		assert.InDelta(t, want, got.Value, 0, name)
		assert.Empty(t, got.Notes)
	}
}

// A gauge that is called turns need not be the counter turns_total: it is offered, and not taken.
func TestANameWithoutTotalIsOfferedAndNotTaken(t *testing.T) {
	t.Parallel()
	server := serve(t, page(200, classic, "z_loop 1\nturns 5\n"))
	_, err := scraper(t, server.URL, counter(t, "turns_total")).Read(t.Context())
	requireFailure(t, err, CodeNotFound, server.URL, "it has turns, z_loop; name the right one with HZ_COUNTER")
}

func TestAskingForANameOfUTF8AsksForNamesAsTheyAre(t *testing.T) {
	t.Parallel()
	asked := make(chan string, 1)
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Header.Get("Accept")
		_, _ = io.WriteString(w, "{\"my.turns\"} 5\nturns_total 5\n")
	}))
	for name, want := range map[string]bool{"turns_total": false, `{"my.turns"}`: true} {
		_, err := scraper(t, server.URL, counter(t, name)).Read(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, strings.Contains(<-asked, "escaping=allow-utf-8"), name)
	}
}
