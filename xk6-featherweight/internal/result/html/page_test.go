package html_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/record"
	"github.com/featherweight/xk6-featherweight/internal/result"
	"github.com/featherweight/xk6-featherweight/internal/result/html"
)

func render(t *testing.T, s sample) string {
	t.Helper()
	page, err := html.Render(decoded(t, s.summary), s.rec)
	require.NoError(t, err)
	return strings.ReplaceAll(string(page), "\u00a0", " ")
}

// body is the page without its style.
func body(page string) string {
	_, text, _ := strings.Cut(page, "</style>")
	return text
}

// TestSamples writes result folders of runs of each verdict to REPORT_SAMPLES, for whoever wants to look at their pages.
func TestSamples(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("REPORT_SAMPLES")
	if dir == "" {
		t.Skip("REPORT_SAMPLES names no folder")
	}
	for name, s := range samples() {
		folder := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(folder, 0o755))
		var series bytes.Buffer
		_, err := s.rec.WriteTo(&series)
		require.NoError(t, err)
		for file, data := range map[string][]byte{"summary.json": encoded(t, s.summary), "series.ndjson": series.Bytes(), "report.html": []byte(render(t, s))} {
			require.NoError(t, os.WriteFile(filepath.Join(folder, file), data, 0o600))
		}
	}
}

func TestThePageBeginsWithTheVerdictAndWhy(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"passed": "✓ PASS", "failed": "✗ FAIL", "invalid": "? INVALID"} {
		s := samples()[name]
		page := body(render(t, s))
		text := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, "")
		words := strings.Join(strings.Fields(text), " ")
		assert.True(t, strings.HasPrefix(words, want+" websocket-streaming"), "%s: %.200s", name, words)
		reason := s.summary["reasons"].([]string)[0]
		assert.Less(t, strings.Index(words, reason), strings.Index(words, "Objectives"), name)
		assert.GreaterOrEqual(t, strings.Index(words, reason), 0, name)
	}
}

func TestEveryObjectiveHasItsValueEvidenceAndLimit(t *testing.T) {
	t.Parallel()
	page := body(render(t, samples()["failed"]))
	for _, words := range []string{
		"2.1 %", "1.9 % to 2.4 %, from 120,400 attempts of 1,000 users", "rate &lt; 1 %", "missed",
		"91.18 Hz to 91.23 Hz, bound", "avg &gt; 95 Hz", "1.59 s to 1.61 s, from 88,000 attempts of 1,000 users", "Preconditions of the measurement",
		"response_timeout", "http://featherweight.internal:4000", "loop_hz{phase:steady}", "v2.2.0",
	} {
		assert.Contains(t, page, words)
	}
}

// charts are the ids of the pictures of a page.
func charts(page string) []string {
	var out []string
	for _, found := range regexp.MustCompile(`<figure class="chart" id="(\w+)"`).FindAllStringSubmatch(page, -1) {
		out = append(out, found[1])
	}
	return out
}

func figure(page, id string) string {
	_, from, _ := strings.Cut(page, `id="`+id+`"`)
	text, _, _ := strings.Cut(from, "</figure>")
	return text
}

func TestThePicturesShowEverySecondAndTheLimits(t *testing.T) {
	t.Parallel()
	page := render(t, samples()["failed"])
	assert.Equal(t, []string{"loop", "users", "ttft", "response", "connection", "tokens", "turns", "failures", "lag"}, charts(page))
	loop := figure(page, "loop")
	assert.Contains(t, loop, `class="line s1" data-points="400"`)
	assert.Contains(t, loop, `class="band s1" data-points="400"`)
	assert.Equal(t, 2, strings.Count(loop, `class="limit" d="M0 `)-2, "two lines, and a key in the legend for each")
	assert.Contains(t, loop, "limit: avg &gt; 95 Hz")
	assert.Contains(t, loop, "the loop started again (1×)")
	assert.Equal(t, 4, strings.Count(loop, `<rect class="phase`))
	response := figure(page, "response")
	for _, words := range []string{"p50", "p90", "p99", "limit: p(90) &lt; 3 s"} {
		assert.Contains(t, response, words)
	}
	assert.Contains(t, figure(page, "connection"), "limit: p(95) &lt; 5 s, far above the picture")
	assert.Regexp(t, `response_timeout \(\d+\)`, figure(page, "failures"))
	assert.Contains(t, figure(render(t, samples()["invalid"]), "failures"), "None.")
}

func TestWithoutARecordingThePageHasItsTables(t *testing.T) {
	t.Parallel()
	s := samples()["passed"]
	s.rec = nil
	page := render(t, s)
	assert.Empty(t, charts(page))
	assert.Contains(t, page, "There is no recording of this run")
	assert.Contains(t, page, "Configuration in force")
}

func TestARecordingWithoutSamplesIsNoReasonToFail(t *testing.T) {
	t.Parallel()
	s := samples()["passed"]
	s.rec = record.New(start)
	assert.Equal(t, []string{"failures"}, charts(render(t, s)))
	s.rec = &record.Recording{}
	s.summary["startedAt"] = nil
	s.summary["phases"] = []object{}
	assert.Equal(t, []string{"failures"}, charts(render(t, s)))
}

// A day in blocks of ten seconds, and every stretch has failures of three reasons.
func TestThePageOfADayIsSmall(t *testing.T) {
	t.Parallel()
	const day = 24 * 60 * 60
	rec := record.New(start)
	for second := 0; second < day; second += 10 {
		at := start.Add(time.Duration(second) * time.Second)
		samples := []record.Sample{{Name: "loop_hz", Value: 97 + float64(second%17)/10}, {Name: "loop_window_low", Value: 96}, {Name: "loop_window_high", Value: 99 + float64(second%13)/10}}
		for _, name := range []string{"message_response_time", "chat_ttft", "ws_connection_time", "generator_lag", "ws_connected", "chat_tokens", "chat_turns"} {
			samples = append(samples, record.Sample{Name: name, Value: 100 + float64(second%1013)})
		}
		for _, reason := range []string{"dial", "reset", "closed"} {
			samples = append(samples, record.Sample{Name: "chat_failures", Reason: reason, Value: float64(second % 7)})
		}
		rec.Add(at, "steady", samples...)
	}
	page := render(t, sample{summaryOf(day), rec})
	assert.Less(t, len(page), 1_500_000)
	assert.Contains(t, page, "Each point stands for 2m30s.")
	for _, found := range regexp.MustCompile(`data-points="(\d+)"`).FindAllStringSubmatch(page, -1) {
		assert.LessOrEqual(t, len(found[1]), 3, "%s points", found[1])
	}
	t.Logf("%d KB", len(page)/1000)
}

// What others chose, such as the name of a phase or a value of the configuration, is text and nothing else.
func TestWhatIsUntrustedIsText(t *testing.T) {
	t.Parallel()
	const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>';}</style>`
	s := samples()["failed"]
	with(s.summary, object{"script": evil, "reasons": []string{evil}, "config": object{evil: evil}, "failures": object{evil: 1}, "versions": object{evil: evil}})
	s.summary["phases"].([]object)[1]["name"] = evil
	s.summary["slos"].([]object)[0] = with(slo(evil, "objective", evil, evil, 1, evil, 1, evil, evil, evil), object{"flow": evil})
	s.summary["thresholds"] = []object{{"metric": evil, "expression": evil, "ok": nil}}
	s.rec.Add(start.Add(time.Second), evil, record.Sample{Name: "chat_failures", Reason: evil, Value: 1})
	page := render(t, s)
	assert.NotContains(t, page, "<script")
	assert.NotContains(t, page, "<img")
	assert.Equal(t, 1, strings.Count(page, "</style>"))
}

func TestThePageNeedsNothingElseAndIsWellFormed(t *testing.T) {
	t.Parallel()
	page := render(t, samples()["passed"])
	assert.NotRegexp(t, `(src|href)="(?:[^d]|d[^a])`, page)
	assert.NotContains(t, page, "url(")
	assert.NotContains(t, page, "NaN")
	assert.NotContains(t, page, "ZgotmplZ", "html/template refused a value")
	decoder := xml.NewDecoder(strings.NewReader(page))
	decoder.Entity = xml.HTMLEntity
	for {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
	}
}

func TestWhatIsNoSummaryIsRefused(t *testing.T) {
	t.Parallel()
	for file, says := range map[string]string{
		`{`:                         "it is not a summary of featherweight-slo/summary/v1",
		`{"schema":"something/v7"}`: `its schema is "something/v7"`,
		`{"schema":"featherweight-slo/summary/v1","verdict":"MAYBE"}`: `its verdict is "MAYBE"`,
	} {
		_, err := result.ReadSummary([]byte(file))
		require.ErrorIs(t, err, result.ErrSummary)
		require.ErrorContains(t, err, says)
	}
}
