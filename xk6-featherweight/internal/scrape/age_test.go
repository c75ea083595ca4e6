package scrape

import (
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheTimeStampOfTheCounterIsTaken(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		label, line string
		want        time.Time
	}{
		"none":                             {classic, "turns_total 5", time.Time{}},
		"classic milliseconds":             {classic, "turns_total 5 1700000000123", time.UnixMilli(1700000000123)},
		"classic behind labels":            {classic, "turns_total{a=\"} 1 2\"}\t5\t 1700000000123", time.UnixMilli(1700000000123)},
		"classic 0 is none":                {classic, "turns_total 5 0", time.Time{}},
		"OpenMetrics seconds":              {openMetrics, "turns_total 5 1700000000", time.UnixMilli(1700000000000)},
		"OpenMetrics decimals":             {openMetrics, "turns_total 5 1700000000.123", time.UnixMilli(1700000000123)},
		"OpenMetrics exponent":             {openMetrics, "turns_total 5 1.700000000123e9", time.UnixMilli(1700000000123)},
		"OpenMetrics with exemplar":        {openMetrics, "turns_total{a=\"x\"} 5 1700000000.5 # {id=\"1\"} 1 1600000000", time.UnixMilli(1700000000500)},
		"OpenMetrics, only of an exemplar": {openMetrics, "turns_total 5 # {id=\"1\"} 1 1600000000", time.Time{}},
		"OpenMetrics not a number":         {openMetrics, "turns_total 5 NaN", time.Time{}},
		"classic text called OpenMetrics":  {openMetrics, "turns_total 5 1700000000123", time.UnixMilli(1700000000123)},
		"classic in seconds, a slip":       {classic, "turns_total 5 1700000000", time.Unix(1700000000, 0)},
		"microseconds":                     {classic, "turns_total 5 1700000000123456", time.UnixMicro(1700000000123456)},
		"nanoseconds":                      {classic, "turns_total 5 1700000000123456789", time.Unix(0, 1700000000123456789)},
		"OpenMetrics nanoseconds":          {openMetrics, "turns_total 5 1700000000.123456789", time.Unix(0, 1700000000123456789)},
		"a number that is no clock":        {classic, "turns_total 5 123456", time.Time{}},
		"another series has one":           {classic, "turns_total 5\nother 6 1700000000123", time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := readPage(t, c.label, c.line+"\n", counter(t, "turns_total"))
			require.NoError(t, err)
			assert.InDelta(t, 5, got.Value, 0)
			assert.True(t, c.want.Equal(got.Stamp), "got %s, want %s", got.Stamp, c.want)
		})
	}
}

func TestTheAgeOfACopyIsTaken(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]time.Duration{
		"": 0, "0": 0, "7": 7 * time.Second, "x": 0, "-3": 0, "1.5": 0, "99999999999999999999999": (1 << 31) * time.Second,
	} {
		for _, body := range []string{onlyCounter, "consciousness_loop_hz 97.5\n", `{"hz":97.5}`} {
			server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if header != "" {
					w.Header().Set("Age", header)
				}
				_, _ = io.WriteString(w, body)
			}))
			got, err := scraper(t, server.URL).Read(t.Context())
			require.NoError(t, err)
			assert.Equal(t, want, got.Age, "Age: %s", header)
		}
	}
}
