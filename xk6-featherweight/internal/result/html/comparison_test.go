package html_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/compare"
	"github.com/featherweight/xk6-featherweight/internal/result/html"
)

func TestThePageOfAComparisonBeginsWithItsWordAndDrawsBothSides(t *testing.T) {
	t.Parallel()
	passed, failed := samples()["passed"], samples()["failed"]
	base := decoded(t, passed.summary).ForComparison("old <run>", passed.rec)
	latest := decoded(t, failed.summary).ForComparison("new run", failed.rec)
	page, err := html.RenderComparison(compare.Compare([]compare.Run{base}, []compare.Run{latest}, compare.Tolerance{}))
	require.NoError(t, err)
	text := body(string(page))
	words := strings.TrimSpace(regexp.MustCompile(`\s+`).ReplaceAllString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(text, " "), " "))
	assert.True(t, strings.HasPrefix(words, "✗ worse compared worse: response time; cannot tell: error rate, loop frequency"), words[:80])
	assert.Contains(t, text, "old &lt;run&gt;: PASS")
	assert.Contains(t, words, "the new run misses its limit, the base met it")
	charts := regexp.MustCompile(`(?s)<figure class="chart" id="([a-z]+)">.*?</figure>`).FindAllStringSubmatch(text, -1)
	var ids []string
	for _, chart := range charts {
		ids = append(ids, chart[1])
		assert.Len(t, regexp.MustCompile(`<path class="(line|step) s[12]" data-points="[1-9]`).FindAllString(chart[0], -1), 2, "%s has a line of each side", chart[1])
	}
	assert.Equal(t, []string{"loop", "users", "ttft", "response", "connection", "tokens", "failures"}, ids)
	assert.NotContains(t, text, "<script")
}
