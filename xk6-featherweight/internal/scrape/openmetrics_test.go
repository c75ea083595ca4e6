package scrape

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func fixture(t testing.TB, path ...string) string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(append([]string{"testdata"}, path...)...))
	require.NoError(t, err)
	return string(body)
}

// The fixture has everything that OpenMetrics has and classic text has not.
func TestOpenMetricsIsReadWithAllThatItAdds(t *testing.T) {
	t.Parallel()
	body := fixture(t, "openmetrics.txt")
	for name, c := range map[string]struct {
		counter string
		want    float64
	}{
		"counter with exemplar and time stamps": {"consciousness_loop_iterations_total", 123456},
		"one instance by its label":             {`instances_total{app="b"}`, 22},
		"label with braces, spaces and hashes":  {`odd_total{a="x } y # {z} 7",b="\"q\" \\"}`, 33},
		"count of a histogram with exemplars":   {"tick_seconds_count", 17},
		"info":                                  {`build_info{version="1.2 # 3"}`, 1},
		"state set":                             {`state{state="running"}`, 1},
		"unknown type":                          {"mystery", 44},
		"float time stamp":                      {"stamped_total", 55},
		"exponent and negative exponent":        {"exponent_total", 150},
		"a name with a created beside it":       {"tick_seconds_created", 1.7e9},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := readPage(t, openMetrics, body, counter(t, c.counter))
			require.NoError(t, err)
			assert.Equal(t, SourceCounter, got.Source)
			assert.InDelta(t, c.want, got.Value, 0)
			assert.InDelta(t, 97.25, got.Gauge, 0)
			assert.InDelta(t, 1.7e9, got.Life, 0)
		})
	}
}

func TestOpenMetricsWithoutItsEndIsAnError(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"cut behind a line":              "turns_total 5\n",
		"cut in a value":                 "turns_total 5",
		"cut in the end mark":            "turns_total 5\n# EO",
		"empty":                          "",
		"the mark at the end of a help":  "turns_total 5\n# HELP x about # EOF",
		"the mark and then more of that": "turns_total 5\n# EOF\nturns_total 6\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, untilClosed(openMetrics, body))
			_, err := scraper(t, server.URL, counter(t, "turns_total")).Read(t.Context())
			requireFailure(t, err, CodeMalformed, server.URL, "without its # EOF", "cut off")
		})
	}
}

func TestTheEndOfOpenMetricsMayOrMayNotEndItsLine(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"# EOF", "# EOF\n", "# EOF\r\n"} {
		got, err := readPage(t, openMetrics, "turns_total 5\n"+end, counter(t, "turns_total"))
		require.NoError(t, err)
		assert.InDelta(t, 5, got.Value, 0)
	}
}

func TestNameAndValueAreCutOutOfASampleLine(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		`a 1`:                                `a 1`,
		`a 1 123`:                            `a 1`,
		`a 1 123.456 # {id="x"} 2 3`:         `a 1`,
		`a 1 # {id="x"} 2`:                   `a 1`,
		`a{b="c"} 1 # {id="x y"} 2 3`:        `a{b="c"} 1`,
		`a{b="} 9 9",c="\"} 8 8 "} 1 123`:    `a{b="} 9 9",c="\"} 8 8 "} 1`,
		`a{b="\\"} 1 123`:                    `a{b="\\"} 1`,
		`{"my name",b="c d"} 1 123`:          `{"my name",b="c d"} 1`,
		`a{} 1 2`:                            `a{} 1`,
		``:                                   ``,
		`a`:                                  `a`,
		`a  1  123`:                          `a  1`,
		"a {b=\"c d\"}\t1\t123":              "a {b=\"c d\"}\t1",
		`a{b="never ends 1 2`:                `a{b="never ends 1 2`,
		`a{le="+Inf"} 17 # {id="1 2"} 0.5 1`: `a{le="+Inf"} 17`,
	} {
		assert.Equal(t, want, string(nameAndValue([]byte(line))), line)
	}
}
