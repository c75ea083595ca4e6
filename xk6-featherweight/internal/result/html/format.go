package html

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/featherweight/xk6-featherweight/internal/format"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// gap stands between a number and its unit: a space at which no line ends.
const gap = "\u00a0"

// nothing stands where nothing was measured.
const nothing = "–"

const (
	msPerSecond = 1000
	msPerMinute = 60 * msPerSecond
)

// count is a whole number with its thousands apart: 12,345.
func count(value float64) string {
	text := strconv.FormatFloat(math.Round(value), 'f', 0, 64)
	for at := len(text) - 3; at > 0 && text[at-1] != '-'; at -= 3 { //nolint:mnd // thousands
		text = text[:at] + "," + text[at:]
	}
	return text
}

// duration is a time as it is shown everywhere, with a gap before its unit: 0.42 ms, 9.9 ms, 245 ms, 2.1 s; from a minute on
// it is a clock.
func duration(ms float64) string {
	if ms >= msPerMinute-50 { //nolint:mnd // what is rounded up to a minute
		return clock(ms / msPerSecond)
	}
	text := format.Time(ms)
	unit := strings.IndexAny(text, "ms")
	return text[:unit] + gap + text[unit:]
}

// clock is a number of seconds as a point on the time axis: 30s, 1m, 1m30s, 2h, 1d6h. Parts that are 0 are left out.
func clock(seconds float64) string {
	rest := int64(math.Round(seconds))
	if rest <= 0 {
		return "0"
	}
	var out strings.Builder
	for _, part := range []struct {
		length int64
		name   string
	}{{86400, "d"}, {3600, "h"}, {60, "m"}, {1, "s"}} {
		if n := rest / part.length; n > 0 {
			_, _ = fmt.Fprintf(&out, "%d%s", n, part.name)
			rest %= part.length
		}
	}
	return out.String()
}

func percent(share float64) string { return format.Trimmed(share*100, 2) + gap + "%" } //nolint:mnd // percent

// limitOf is what an objective asks for: p(95) < 5 s.
func limitOf(o slo.Judged) string {
	limit := inUnit(o.Unit, o.Limit)
	if o.Unit == format.Hertz {
		limit = format.Trimmed(o.Limit, 2) + gap + "Hz" //nolint:mnd // digits
	}
	relation := string(o.Relation)
	switch o.Relation {
	case slo.AtMost:
		relation = "≤"
	case slo.AtLeast:
		relation = "≥"
	case slo.Less, slo.More:
	}
	return o.Statistic + " " + relation + " " + limit
}

// inUnit is a value in the unit of an objective.
func inUnit(unit format.Unit, value float64) string {
	switch unit {
	case format.Ratio:
		return percent(value)
	case format.Hertz:
		return format.Hz(value) + gap + "Hz"
	case format.Milliseconds:
		return duration(value)
	case format.Plain:
	}
	return format.Trimmed(value, 3) //nolint:mnd // digits
}
