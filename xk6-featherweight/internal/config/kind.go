package config

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Kind is what kind of value a variable has.
type Kind string

// The kinds, with what Parse makes of a text.
const (
	KindInt      Kind = "int"      // int64
	KindNumber   Kind = "number"   // float64
	KindRatio    Kind = "ratio"    // float64, a share
	KindDuration Kind = "duration" // time.Duration
	KindBool     Kind = "bool"     // bool
	KindURL      Kind = "url"      // string, without the slash at its end
	KindEnum     Kind = "enum"     // string, one of Allowed
	KindText     Kind = "string"   // string
	KindPath     Kind = "path"     // string, begins with /
	KindSeries   Kind = "series"   // string, a metric with or without labels
)

const (
	quoted = `"(?:[^"\\\n]|\\[\\"n])*"`
	label  = `(?:[A-Za-z_]\w*|` + quoted + `)\s*=\s*` + quoted
	labels = label + `(?:\s*,\s*` + label + `)*`
)

var (
	wholePattern  = regexp.MustCompile(`^\d+$`)
	numberPattern = regexp.MustCompile(`^\d+(\.\d+)?$`)
	pathPattern   = regexp.MustCompile(`^/[^\s?#]*$`)
	// name, name{label="value"}, or {"any name",label="value"} for a name that needs quotes.
	seriesPattern = regexp.MustCompile(`^(?:[A-Za-z_:][\w:]*(?:\{\s*(?:` + labels + `\s*,?\s*)?\})?|\{\s*` + quoted + `(?:\s*,\s*` + labels + `)?\s*,?\s*\})$`)
)

// Parse is the value of a text, of the Go type that the kind names; false when the text is not allowed.
func (v *Variable) Parse(text string) (any, bool) {
	switch v.Kind {
	case KindInt:
		return v.parseInt(text)
	case KindNumber, KindRatio:
		return v.parseNumber(text)
	case KindDuration:
		return v.parseDuration(text)
	case KindBool:
		return text == "1" || text == "true", slices.Contains([]string{"1", "true", "0", "false"}, text)
	case KindURL:
		return v.parseURL(text)
	case KindEnum:
		return text, slices.Contains(v.Allowed, text)
	case KindPath:
		return text, pathPattern.MatchString(text)
	case KindSeries:
		return text, seriesPattern.MatchString(text)
	case KindText:
		return text, true
	}
	return nil, false
}

// AllowedValues says what Parse allows, to stand behind a colon.
func (v *Variable) AllowedValues() string {
	switch v.Kind {
	case KindInt:
		return "a whole number " + v.span()
	case KindNumber:
		return "a number " + v.span()
	case KindRatio:
		return fmt.Sprintf("a share %s, where 0.01 is 1 %%", v.span())
	case KindDuration:
		return fmt.Sprintf("a duration %s, such as 500ms, 30s or 1m30s", v.span())
	case KindBool:
		return "1 or true, 0 or false"
	case KindURL:
		return v.allowedURL()
	case KindEnum:
		return "one of " + strings.Join(v.Allowed, ", ")
	case KindPath:
		return "a path that begins with /, without ? and #"
	case KindSeries:
		return `the name of a metric, or with labels: name{label="value"}; a name with other letters in quotes: {"any name",label="value"}`
	case KindText:
	}
	return "any text"
}

// span is the range in words.
func (v *Variable) span() string {
	switch {
	case v.Above != "" && v.Max != "":
		return fmt.Sprintf("above %s and up to %s", v.Above, v.Max)
	case v.Above != "":
		return "above " + v.Above
	default:
		return fmt.Sprintf("from %s to %s", v.Min, v.Max)
	}
}

func (v *Variable) parseInt(text string) (any, bool) {
	value, err := strconv.ParseInt(text, 10, 64)
	if err != nil || !wholePattern.MatchString(text) || !v.within(float64(value), parseFloat) {
		return nil, false
	}
	return value, true
}

func (v *Variable) parseNumber(text string) (any, bool) {
	value, ok := parseFloat(text)
	if !ok || !numberPattern.MatchString(text) || !v.within(value, parseFloat) {
		return nil, false
	}
	return value, true
}

func (v *Variable) parseDuration(text string) (any, bool) {
	value, ok := ParseDuration(text)
	limit := func(text string) (float64, bool) {
		d, ok := ParseDuration(text)
		return float64(d), ok
	}
	if !ok || !v.within(float64(value), limit) {
		return time.Duration(0), false
	}
	return value, true
}

// within holds value against the limits, which read reads.
func (v *Variable) within(value float64, read func(string) (float64, bool)) bool {
	if low, ok := read(v.Min); ok && value < low {
		return false
	}
	if high, ok := read(v.Max); ok && value > high {
		return false
	}
	above, ok := read(v.Above)
	return !ok || value > above
}

func parseFloat(text string) (float64, bool) {
	value, err := strconv.ParseFloat(text, 64)
	return value, err == nil
}
