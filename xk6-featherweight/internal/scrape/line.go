package scrape

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// sample is one line of a page.
type sample struct {
	metric model.Metric
	value  float64
	// printed is the value as the page writes it: how many digits it has is not to be seen from a number.
	printed string
	// stamp is the line's explicit time stamp; zero without one.
	stamp time.Time
}

// parseLine reads one sample. The line itself is read by Prometheus' own parser; what that one does not know of
// OpenMetrics, exemplars and decimals of time stamps, is cut off before. Comments never come here: without its type every
// sample is untyped, which is all that a reading needs, and a second HELP or a type of another dialect does not blind the
// measurement, as it does not blind Prometheus.
func parseLine(line []byte, openMetrics bool) (sample, error) {
	head := nameAndValue(line)
	text := string(line)
	if openMetrics {
		text = string(head)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(text + "\n"))
	if err != nil {
		return sample{}, err
	}
	for name, family := range families { // there is one
		metric := family.GetMetric()[0]
		s := sample{metric: model.Metric{model.MetricNameLabel: model.LabelValue(name)}, value: metric.GetUntyped().GetValue()}
		for _, pair := range metric.GetLabel() {
			s.metric[model.LabelName(pair.GetName())] = model.LabelValue(pair.GetValue())
		}
		s.printed = string(head[bytes.LastIndexAny(head, " \t}")+1:])
		if behind := bytes.Fields(line[len(head):]); len(behind) > 0 {
			s.stamp = stampOf(string(behind[0]))
		}
		return s, nil
	}
	return sample{}, fmt.Errorf("%q is no sample", clip(text))
}

// stampOf reads a time stamp. Classic text counts milliseconds and OpenMetrics seconds with decimals, and exporters confuse
// them: the unit is known by the size, for the same number is a time of these years in only one of them. Zero for what is
// no time of these years in any, such as the 0 that some write for none.
func stampOf(text string) time.Time {
	const least, most = 1e8, 1e11 // as seconds, the years 1973 and 5138
	at, err := strconv.ParseFloat(text, 64)
	if err != nil || !(at >= least) { // a NaN is not above it either
		return time.Time{}
	}
	for unit := time.Second; unit >= time.Nanosecond; unit /= 1000 {
		if at < most {
			return timeOf(text, unit)
		}
		at /= 1000
	}
	return time.Time{}
}

// timeOf is a number of units as a time. Nanoseconds of these years do not fit into a float64 without loss, so decimals are
// read apart from what is before them.
func timeOf(text string, unit time.Duration) time.Time {
	before, _, _ := strings.Cut(text, ".")
	if n, err := strconv.ParseInt(before, 10, 64); err == nil && !strings.ContainsAny(text, "eE") {
		decimals, _ := strconv.ParseFloat("0"+text[len(before):], 64)
		perSecond := int64(time.Second / unit)
		return time.Unix(n/perSecond, n%perSecond*int64(unit)+int64(decimals*float64(unit)+0.5))
	}
	at, _ := strconv.ParseFloat(text, 64)
	seconds := at * unit.Seconds()
	return time.UnixMicro(int64(seconds*1e6 + 0.5))
}

// nameAndValue cuts a sample line behind its value. Label values may hold anything, so quotes are followed.
func nameAndValue(line []byte) []byte {
	quoted, escaped, braces := false, false, 0
	fields := 0
	for i, c := range line {
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped = c == '\\'
			quoted = c != '"'
		case c == '"':
			quoted = true
		case c == '{':
			braces++
		case c == '}':
			if braces--; braces == 0 && i+1 < len(line) && !isBlank(line[i+1]) {
				fields++ // the value follows the brace without a blank
			}
		case braces == 0 && isBlank(c) && i > 0 && !isBlank(line[i-1]):
			if fields == 0 && bytes.HasPrefix(bytes.TrimLeft(line[i:], " \t"), []byte("{")) {
				continue // between the name and its labels
			}
			if fields++; fields == 2 { // behind the name and behind the value
				return line[:i]
			}
		}
	}
	return line
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }
