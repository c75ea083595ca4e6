// Package format shows numbers and tables to people. Pure.
package format

import (
	"math"
	"strconv"
	"strings"
)

// Nothing stands where nothing was measured.
const Nothing = "-"

// Unit is what a number counts, and so how it is shown.
type Unit string

// The units of objectives.
const (
	Ratio        Unit = "ratio" // from 0 to 1, shown in percent
	Hertz        Unit = "Hz"
	Milliseconds Unit = "ms"
	Plain        Unit = "" // a count
)

// Digits behind the point, unless somebody wants others.
const (
	percentDigits = 2
	hzDigits      = 2
)

const (
	second = 1000.0 // ms
	minute = 60 * second
	hour   = 60 * minute
)

// Fixed is a number with so many digits behind the point. A value just between two is rounded away from zero, as people do it;
// Go's own formatting would take the even one.
func Fixed(value float64, digits int) string {
	if value < 0 {
		return "-" + Fixed(-value, digits)
	}
	const all = 40 // more digits than a float64 of that size has
	exact := strconv.FormatFloat(value, 'f', all, 64)
	if point := strings.IndexByte(exact, '.'); point >= 0 && strings.TrimRight(exact[point+1+digits:], "0") == "5" {
		value = math.Nextafter(value, math.Inf(1))
	}
	return strconv.FormatFloat(math.Abs(value), 'f', digits, 64)
}

// Number is the shortest text that means the same number, as JSON and k6's thresholds have it.
func Number(value float64) string {
	const small, large = 1e-6, 1e21 // outside of these an exponent is shorter
	if size := math.Abs(value); size != 0 && (size < small || size >= large) {
		return strings.Replace(strconv.FormatFloat(value, 'e', -1, 64), "e-0", "e-", 1)
	}
	return strconv.FormatFloat(value, 'f', -1, 64)
}

// Hz is a frequency, without its unit.
func Hz(value float64) string { return Fixed(value, hzDigits) }

// Percent is a share in percent.
func Percent(share float64) string { return PercentWith(share, percentDigits) }

// PercentWith is a share in percent with so many digits behind the point.
func PercentWith(share float64, digits int) string {
	return Fixed(share*100, digits) + "%" //nolint:mnd // percent
}

// Time is a number of milliseconds with about three digits: 0.42ms, 9.9ms, 245ms, 2.1s, 5m0s.
func Time(ms float64) string { return TimeWith(ms, 0) }

// TimeWith is a time with so many digits more than Time has.
func TimeWith(ms float64, extra int) string {
	switch { // the borders are where fewer digits begin to show the next magnitude
	case ms < 9.995: //nolint:mnd // see above
		return Trimmed(ms, 2+extra) + "ms" //nolint:mnd // digits
	case ms < 99.95: //nolint:mnd // see above
		return Trimmed(ms, 1+extra) + "ms"
	case ms < 999.5: //nolint:mnd // see above
		return Trimmed(ms, extra) + "ms"
	case ms < 9995: //nolint:mnd // see above
		return Trimmed(ms/second, 2+extra) + "s" //nolint:mnd // digits
	case ms < 59950: //nolint:mnd // see above
		return Trimmed(ms/second, 1+extra) + "s"
	}
	last := second / math.Pow10(extra)        // of the digits that are shown
	rounded := math.Floor(ms/last+0.5) * last //nolint:mnd // as a whole: 59.9 s more than a minute are two, not 1m60s
	hours, minutes := math.Floor(rounded/hour), math.Floor(math.Mod(rounded, hour)/minute)
	text := Number(minutes) + "m" + Trimmed(math.Mod(rounded, minute)/second, extra) + "s"
	if hours > 0 {
		return Number(hours) + "h" + text
	}
	return text
}

// Trimmed is Fixed without the zeros at its end.
func Trimmed(value float64, digits int) string {
	text := Fixed(value, digits)
	if !strings.Contains(text, ".") {
		return text
	}
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// InUnit is a value with its unit.
func InUnit(unit Unit, value float64) string {
	switch unit {
	case Ratio:
		return Percent(value)
	case Hertz:
		return Hz(value) + " Hz"
	case Milliseconds:
		return Time(value)
	default:
		return Number(value)
	}
}

// Distinct is the value with as many digits as it takes to tell it from the limit: "95.00 Hz is not above 95.00 Hz" helps
// nobody. It begins with digits, and adds up to six.
func Distinct(value, limit float64, shown func(value float64, digits int) string, digits int) string {
	const most = 6
	text := shown(value, digits)
	for more := digits + 1; more <= digits+most && value != limit && text == shown(limit, more-1); more++ {
		text = shown(value, more)
	}
	return text
}

// Count is "1 turn", "2 turns".
func Count(count float64, thing string) string {
	if count == 1 {
		return Number(count) + " " + thing
	}
	return Number(count) + " " + thing + "s"
}
