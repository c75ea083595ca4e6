package result_test

import (
	"encoding/xml"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/compare"
	"github.com/featherweight/xk6-featherweight/internal/format"
	"github.com/featherweight/xk6-featherweight/internal/result"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// comparison has a line of each word.
func comparison() compare.Report {
	response := slo.Row{Name: "response time", Statistic: "p(90)", Relation: slo.Less, Limit: 10000, Unit: format.Milliseconds}
	errors := slo.Row{Name: "error rate", Statistic: "rate", Relation: slo.Less, Limit: 0.01, Unit: format.Ratio}
	loop := slo.Row{Name: "loop frequency", Statistic: "avg", Relation: slo.More, Limit: 95, Unit: format.Hertz}
	restarts := slo.Row{Name: "loop restarts", Statistic: "count", Relation: slo.AtMost}
	connection := slo.Row{Name: "connection time", Statistic: "p(95)", Relation: slo.Less, Limit: 5000, Unit: format.Milliseconds}
	none := math.NaN()
	return compare.Report{
		Base: []compare.Run{{Name: "baseline", Verdict: slo.PASS, Reasons: []string{"every objective is met"}}},
		New:  []compare.Run{{Name: "now", Verdict: slo.FAIL, Reasons: []string{"it was <slow>"}}},
		Lines: []compare.Line{
			{Row: response, Phase: "steady", Judged: true, Base: 1000, New: 1080, Difference: 80, Low: 50, High: 110, Matters: 50, Word: compare.Worse},
			{Row: errors, Judged: true, Base: 0.001, New: 0.0015, Difference: 0.0005, Low: -0.0002, High: 0.0012, Matters: 0.001, Word: compare.Unknown},
			{Row: loop, Phase: "steady", Judged: true, Base: 97.5, New: 97.4, Difference: -0.1, Low: -0.3, High: 0.1, Matters: 0.97, Word: compare.Same},
			{Row: restarts, Judged: true, Base: 0, New: 1, Difference: 1, Low: none, High: none, Word: compare.Worse, Why: "the new run misses its limit, the base met it"},
			{Row: connection, Phase: "steady", Judged: true, Base: none, New: 12, Difference: none, Low: none, High: none, Matters: none, Word: compare.Unknown, Why: "not measured in the base"},
			{Row: connection, Phase: "ramp", Base: 100, New: 80, Difference: -20, Low: math.Inf(-1), High: -5, Matters: 5, Word: compare.Better},
		},
		Notes: []string{"judged by blocks"},
	}
}

func TestAComparisonIsATableAndOneLineThatSaysIt(t *testing.T) {
	t.Parallel()
	text := regexp.MustCompile(`(\S) {2,}`).ReplaceAllString(result.ComparisonText(comparison(), false), "$1  ") // whatever the widths
	for _, line := range []string{
		"✗ worse  response time p(90)  steady  1s  1.08s  +80ms, +8.0%  +50ms to +110ms (+5.0% to +11.0%)  50ms",
		"? cannot tell  error rate  whole run  0.10%  0.15%  +0.050 pp  -0.020 pp to +0.120 pp  0.100 pp",
		"= same  loop frequency  steady  97.50 Hz  97.40 Hz  -0.10 Hz, -0.1%  -0.30 Hz to +0.10 Hz (-0.3% to +0.1%)  0.97 Hz",
		"✗ worse  loop restarts  whole run  0  1  +1  -  0",
		"? cannot tell  connection time p(95)  steady  not measured  12ms  -  -  -",
		"✓ better  connection time p(95)  ramp  100ms  80ms  -20ms, -20.0%  open to -5ms  5ms",
		"  loop restarts: the new run misses its limit, the base met it",
		"  base  baseline: PASS, every objective is met",
		"  note  judged by blocks",
		"COMPARED: worse  worse: response time, loop restarts; cannot tell: error rate, connection time; better: connection time (ramp); same: loop frequency",
	} {
		assert.Contains(t, text, "\n"+line+"\n")
	}
}

func TestJUnitOfAComparisonFailsWhatTheGateNames(t *testing.T) {
	t.Parallel()
	for gate, want := range map[string]string{
		"worse":             "failure skipped pass failure skipped pass",
		"worse=9%":          "pass skipped pass failure skipped pass", // nothing of it in the base is without end more
		"cannot-tell":       "pass failure pass pass failure pass",
		"worse,cannot-tell": "failure failure pass failure failure pass",
	} {
		parsed, err := compare.ParseGate(gate)
		require.NoError(t, err)
		var file struct {
			Suites []struct {
				Cases []struct {
					Name    string    `xml:"name,attr"`
					Failure *struct{} `xml:"failure"`
					Skipped *struct{} `xml:"skipped"`
				} `xml:"testcase"`
			} `xml:"testsuite"`
		}
		require.NoError(t, xml.Unmarshal([]byte(result.ComparisonJUnit(comparison(), parsed)), &file))
		var got []string
		for _, one := range file.Suites[0].Cases {
			switch {
			case one.Failure != nil:
				got = append(got, "failure")
			case one.Skipped != nil:
				got = append(got, "skipped")
			default:
				got = append(got, "pass")
			}
		}
		assert.Equal(t, want, strings.Join(got, " "), gate)
		assert.Equal(t, "response time p(90), steady", file.Suites[0].Cases[0].Name)
	}
}

func TestMarkdownOfAComparisonHasTheWordsAndEscapesWhatIsNotOurs(t *testing.T) {
	t.Parallel()
	text := result.ComparisonMarkdown(comparison())
	assert.True(t, strings.HasPrefix(text, "# Compared: worse\n"))
	assert.Contains(t, text, "| ❌ worse | response time p(90) | steady | 1s | 1.08s | +80ms, +8.0% | +50ms to +110ms (+5.0% to +11.0%) | 50ms |  |")
	assert.Contains(t, text, `it was \<slow\>`)
	before, after, found := strings.Cut(text, "<summary>Other phases</summary>")
	require.True(t, found)
	assert.NotContains(t, before, "| ramp |")
	assert.Contains(t, after, "| ramp |")
}
