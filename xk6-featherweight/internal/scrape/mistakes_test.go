package scrape

import (
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every file in testdata/mistakes has one mistake, and what is said of it is said here.
func TestEveryMistakeOfAServerIsToldApart(t *testing.T) {
	t.Parallel()
	notText := "not valid Prometheus text: line "
	mistakes := map[string]struct {
		contentType string
		code        Code
		said        []string
	}{
		"html_page.html":           {"text/html; charset=utf-8", CodeMalformed, []string{"a web page (text/html), not metrics", "correct METRICS_URL"}},
		"value_missing.txt":        {classic, CodeMalformed, []string{notText + "2", `expected float as value, got ""`, "look at the page"}},
		"value_a_word.txt":         {classic, CodeMalformed, []string{notText + "1", `got "fast"`}},
		"value_with_comma.txt":     {classic, CodeMalformed, []string{notText + "2", `got "97,5"`}},
		"label_without_quotes.txt": {classic, CodeMalformed, []string{notText + "1", "expected '\"' at start of label value"}},
		"label_never_ends.txt":     {classic, CodeMalformed, []string{notText + "1", "contains unescaped new-line"}},
		"braces_never_end.txt":     {classic, CodeMalformed, []string{notText + "1", "unexpected end of label value"}},
		"label_given_twice.txt":    {classic, CodeMalformed, []string{notText + "1", "duplicate label names"}},
		"name_with_dash.txt":       {classic, CodeMalformed, []string{notText + "1", `got "-loop-iterations"`}},
		"cut_in_a_number.txt":      {classic, CodeMalformed, []string{"the last line does not end", "cut off"}},
		"two_on_a_line.txt":        {classic, CodeMalformed, []string{notText + "1", "expected integer as timestamp"}},
		"text_after_time.txt":      {classic, CodeMalformed, []string{notText + "1", "spurious string after timestamp"}},
		"exemplar_in_classic.txt":  {classic, CodeMalformed, []string{notText + "1", `got "#"`}},
		"openmetrics_cut_off.txt":  {openMetrics, CodeMalformed, []string{"without its # EOF", "cut off"}},
		"one_endless_word.txt":     {classic, CodeMalformed, []string{notText + "1", "xxx…; look at the page"}},
		"json_cut_off.json":        {asJSON, CodeMalformed, []string{"not JSON with a number hz", "unexpected end of JSON input", "correct METRICS_URL"}},
		"json_hz_a_text.json":      {asJSON, CodeMalformed, []string{"not JSON with a number hz", "string"}},
		"json_hz_null.json":        {asJSON, CodeNotFound, []string{"Hz metric not found", "no number hz", "correct METRICS_URL"}},
		"json_without_hz.json":     {asJSON, CodeNotFound, []string{"Hz metric not found", "no number hz", "correct METRICS_URL"}},
		"json_array.json":          {asJSON, CodeMalformed, []string{"not JSON with a number hz", "array"}},
		"json_two_answers.json":    {asJSON, CodeMalformed, []string{"not JSON with a number hz", "after top-level value"}},
		"json_hz_huge.json":        {asJSON, CodeMalformed, []string{"not JSON with a number hz", "1e999"}},
	}
	entries, err := os.ReadDir("testdata/mistakes")
	require.NoError(t, err)
	for _, entry := range entries {
		assert.Contains(t, mistakes, entry.Name(), "a mistake that nobody expects anything of")
	}
	assert.Len(t, entries, len(mistakes))
	for name, c := range mistakes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			handler := page(200, c.contentType, fixture(t, "mistakes", name))
			if slices.Contains(c.said, "cut off") { // which shows only where HTTP does not say how long the body is
				handler = untilClosed(c.contentType, fixture(t, "mistakes", name))
			}
			server := serve(t, handler)
			_, err := scraper(t, server.URL+"/metrics").Read(t.Context())
			requireFailure(t, err, c.code, server.URL+"/metrics", c.said...)
		})
	}
}

func TestAStatusWithoutAReadingSaysWhatToDo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status            int
		contentType, body string
		source            Source
		said              []string
	}{
		"404 page":                    {404, "text/html", "<html>no such page", SourceAuto, []string{"404 Not Found", "correct METRICS_URL"}},
		"404 in JSON":                 {404, asJSON, `{"error":"not found"}`, SourceAuto, []string{"404 Not Found", "correct METRICS_URL"}},
		"404 in JSON with hz":         {404, asJSON, `{"hz":100}`, SourceAuto, []string{"404 Not Found", "correct METRICS_URL"}},
		"500 with metrics":            {500, classic, bothOfThem, SourceAuto, []string{"500 Internal Server Error", "service's log"}},
		"500 in JSON with hz":         {500, asJSON, `{"hz":100}`, SourceHealth, []string{"500 Internal Server Error", "service's log"}},
		"401":                         {401, "text/plain", "no\n", SourceAuto, []string{"401 Unauthorized", "METRICS_AUTH_HEADER"}},
		"403":                         {403, asJSON, `{"error":"no"}`, SourceAuto, []string{"403 Forbidden", "METRICS_AUTH_HEADER"}},
		"429":                         {429, asJSON, `{"error":"Too Many Requests"}`, SourceAuto, []string{"429 Too Many Requests", "HZ_INTERVAL"}},
		"204":                         {204, "", "", SourceAuto, []string{"204 No Content"}},
		"503 of a proxy":              {503, "text/html", "<html>busy", SourceAuto, []string{"503 Service Unavailable", "service's log"}},
		"503 in JSON without hz":      {503, asJSON, `{"error":"busy"}`, SourceAuto, []string{"503 Service Unavailable", "service's log"}},
		"503 with metrics":            {503, classic, bothOfThem, SourceAuto, []string{"503 Service Unavailable"}},
		"503 in JSON, counter wanted": {503, asJSON, `{"hz":90}`, SourceCounter, []string{"503 Service Unavailable"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, page(c.status, c.contentType, c.body))
			_, err := scraper(t, server.URL+"/metrics", from(c.source)).Read(t.Context())
			requireFailure(t, err, CodeStatus, server.URL+"/metrics", append(c.said, "without a reading")...)
		})
	}
}

// Featherweight's /healthz answers 503 exactly when its loop is slow: reading only the good answers would see only a
// good loop.
func TestTheHzOfAnUnhealthyServiceIsRead(t *testing.T) {
	t.Parallel()
	for _, source := range []Source{SourceAuto, SourceHealth} {
		body := `{"status":"unhealthy","hz":42.5,"error":"Consciousness loop frequency too low: 42.50 Hz"}`
		server := serve(t, page(503, asJSON, body))
		got, err := scraper(t, server.URL+"/healthz", from(source)).Read(t.Context())
		require.NoError(t, err)
		assert.Equal(t, SourceHealth, got.Source)
		assert.InDelta(t, 42.5, got.Value, 0)
	}
}
