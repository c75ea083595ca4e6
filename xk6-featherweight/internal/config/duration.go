package config

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var durationPart = regexp.MustCompile(`^(\d+(?:\.\d+)?)(ms|s|m|h)`)

// A unit of a duration.
type unit struct {
	name   string
	length time.Duration
}

// units from the longest to the shortest.
func units() []unit {
	return []unit{{"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}, {"ms", time.Millisecond}}
}

// longest is about 292 years, more than a time.Duration holds.
const longest = float64(1 << 63)

// ParseDuration reads a duration as k6 and Go write it: 100ms, 1.5s, 1m30s. A number without a unit is none, for nobody
// can tell whether it means seconds or milliseconds; only 0 is the same in both.
func ParseDuration(text string) (time.Duration, bool) {
	if text == "0" {
		return 0, true
	}
	total, last := 0.0, time.Duration(0)
	for rest := text; rest != ""; {
		part := durationPart.FindStringSubmatch(rest)
		if part == nil {
			return 0, false
		}
		length := lengthOf(part[2])
		if last != 0 && length >= last {
			return 0, false // 30s1m and 1m1m are slips, not durations
		}
		number, err := strconv.ParseFloat(part[1], 64)
		if err != nil {
			return 0, false
		}
		total += number * float64(length)
		last, rest = length, rest[len(part[0]):]
	}
	return time.Duration(math.Round(total)), text != "" && total < longest
}

// DurationText writes a duration so that ParseDuration gives the same again: 1m30s, 12s345ms, 0s.
func DurationText(d time.Duration) string {
	var text strings.Builder
	for _, u := range units() {
		count := float64(d / u.length)
		if u.length == time.Millisecond {
			count = float64(d) / float64(u.length)
		}
		if count > 0 {
			text.WriteString(strconv.FormatFloat(count, 'f', -1, 64) + u.name)
		}
		d %= u.length
	}
	if text.Len() == 0 {
		return "0s"
	}
	return text.String()
}

func lengthOf(name string) time.Duration {
	for _, u := range units() {
		if u.name == name {
			return u.length
		}
	}
	return 0
}
