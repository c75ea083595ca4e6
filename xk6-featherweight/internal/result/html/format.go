package html

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// gap stands between a number and its unit: a space at which no line ends.
const gap = "\u00a0"

// nothing stands where nothing was measured.
const nothing = "–"

const (
	msPerSecond = 1000
	msPerMinute = 60 * msPerSecond
	msPerHour   = 60 * msPerMinute
)

// number is a value with so many digits after the point, without zeros at its end.
func number(value float64, digits int) string {
	text := strconv.FormatFloat(value, 'f', digits, 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// count is a whole number with its thousands apart: 12,345.
func count(value float64) string {
	text := strconv.FormatFloat(math.Round(value), 'f', 0, 64)
	for at := len(text) - 3; at > 0 && text[at-1] != '-'; at -= 3 { //nolint:mnd // thousands
		text = text[:at] + "," + text[at:]
	}
	return text
}

// duration is a time with about three digits: 0.42 ms, 9.9 ms, 245 ms, 2.1 s, 5m0s.
func duration(ms float64) string {
	const ten, hundred = 9.995, 99.95 // what is rounded up to more digits
	switch {
	case ms < ten:
		return number(ms, 2) + gap + "ms" //nolint:mnd // digits
	case ms < hundred:
		return number(ms, 1) + gap + "ms"
	case ms < msPerSecond-0.5: //nolint:mnd // what is rounded up to a second
		return number(ms, 0) + gap + "ms"
	case ms < ten*msPerSecond:
		return number(ms/msPerSecond, 2) + gap + "s" //nolint:mnd // digits
	case ms < msPerMinute-50: //nolint:mnd // what is rounded up to a minute
		return number(ms/msPerSecond, 1) + gap + "s"
	}
	return clock(ms / msPerSecond)
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

func percent(share float64) string { return number(share*100, 2) + gap + "%" } //nolint:mnd // percent

// limitOf is what an objective asks for: p(95) < 5 s.
func limitOf(o objective) string {
	limit := inUnit(o.Unit, o.Limit)
	if o.Unit == "Hz" {
		limit = number(o.Limit, 2) + gap + "Hz" //nolint:mnd // digits
	}
	relation := o.Relation
	switch relation {
	case "<=":
		relation = "≤"
	case ">=":
		relation = "≥"
	}
	return o.Statistic + " " + relation + " " + limit
}

// inUnit is a value in the unit of an objective.
func inUnit(unit string, value float64) string {
	switch unit {
	case "ratio":
		return percent(value)
	case "Hz":
		return strconv.FormatFloat(value, 'f', 2, 64) + gap + "Hz"
	case "ms":
		return duration(value)
	default:
		return number(value, 3) //nolint:mnd // digits
	}
}
