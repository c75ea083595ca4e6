package scrape

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// exposition is one answer of a metrics endpoint.
type exposition struct {
	text        []byte
	openMetrics bool
}

// newExposition takes classic Prometheus text, or OpenMetrics text when openMetrics is set. Unless the body is known to be
// whole, it must end as its format ends: half a number is a number too.
func newExposition(body []byte, openMetrics, whole bool) (exposition, error) {
	if !whole && openMetrics && !endsInEOF(body) {
		return exposition{}, errors.New("OpenMetrics text without its # EOF: the answer was cut off")
	}
	if n := len(body); !whole && !openMetrics && n > 0 && body[n-1] != '\n' {
		return exposition{}, errors.New("the last line does not end: the answer was cut off")
	}
	return exposition{text: body, openMetrics: openMetrics}, nil
}

// endsInEOF tells whether OpenMetrics text has its end.
func endsInEOF(body []byte) bool {
	body = bytes.TrimRight(body, "\r\n")
	return bytes.Equal(body[bytes.LastIndexByte(body, '\n')+1:], []byte("# EOF"))
}

// samples reads every line that has this text in it, all for an empty one. A page may have a hundred thousand lines, of
// which a reading needs three, ten times a second: so lines are looked for, and only what was found is parsed.
func (e exposition) samples(having string) iter.Seq2[sample, error] {
	needle := []byte(having)
	return func(yield func(sample, error) bool) {
		for at := 0; at < len(e.text); {
			hit := bytes.Index(e.text[at:], needle)
			if hit < 0 {
				return
			}
			begin := at + bytes.LastIndexByte(e.text[at:at+hit], '\n') + 1
			end := len(e.text)
			if n := bytes.IndexByte(e.text[at+hit:], '\n'); n >= 0 {
				end = at + hit + n
			}
			at = end + 1
			line := bytes.Trim(e.text[begin:end], " \t\r")
			if len(line) == 0 || line[0] == '#' {
				continue
			}
			s, err := parseLine(line, e.openMetrics)
			if !yield(s, e.inLine(begin, err)) || err != nil {
				return
			}
		}
	}
}

// inLine gives an error of one line its place on the page.
func (e exposition) inLine(begin int, err error) error {
	if err == nil {
		return nil
	}
	var parse expfmt.ParseError
	if errors.As(err, &parse) {
		err = errors.New(parse.Msg)
	}
	return malformed{fmt.Errorf("line %d: %w", 1+bytes.Count(e.text[:begin], []byte("\n")), err)}
}

// malformed is a page that is not what it should be.
type malformed struct{ error }

// errNoSeries: the exposition has nothing that the selector names.
var errNoSeries = errors.New("no such series")

// find returns the one series that the selector names.
func (e exposition) find(sel Selector) (sample, error) {
	var found []sample
	for s, err := range e.samples(escaped(sel.Name)) {
		if err != nil {
			return sample{}, err
		}
		if sel.matches(s.metric) {
			found = append(found, s)
		}
	}
	if len(found) == 0 {
		return sample{}, errNoSeries
	}
	one, err := newest(found, sel)
	if err != nil {
		return sample{}, err
	}
	if math.IsNaN(one.value) || math.IsInf(one.value, 0) {
		return sample{}, failed(CodeNotANumber, "%s is %v: no frequency can be made of that", sel, one.value)
	}
	return one, nil
}

// newest is the series of which there is only one. A page may show it several times: with time stamps the newest counts,
// and what is said twice alike is said once.
func newest(found []sample, sel Selector) (sample, error) {
	one := found[0]
	for _, other := range found[1:] {
		switch {
		case !other.metric.Equal(one.metric):
			return one, failed(CodeAmbiguous, "%d series match %s, such as %s and %s: choose one by its labels, name{label=\"value\"}",
				len(found), sel, clip(one.metric.String()), clip(other.metric.String()))
		case other.stamp.After(one.stamp):
			one = other
		case other.stamp.Equal(one.stamp) && other.value != one.value:
			return one, failed(CodeAmbiguous, "%s is there twice, as %s and as %s: several processes or registries write one page; "+
				"give each a label of its own", sel, clip(one.printed), clip(other.printed))
		}
	}
	return one, nil
}

// look is what a whole page has: for the message that says that the wanted series is not there.
func (e exposition) look() (names []string, err error) {
	seen := map[string]bool{}
	for s, err := range e.samples("") {
		if err != nil {
			return nil, err
		}
		if name := string(s.metric[model.MetricNameLabel]); !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names, nil
}

// hint lists metrics that may be meant: first those that are called nearly so, then those whose names look like a loop's.
func hint(names []string, wanted string) string {
	if len(names) == 0 {
		return "the page has no samples at all"
	}
	stem := strings.TrimSuffix(wanted, "_total")
	akin := func(name string) bool { return strings.Contains(name, stem) }
	var near []string
	for _, name := range names {
		if akin(name) || strings.Contains(name, "loop") || strings.Contains(name, "hz") || strings.Contains(name, "tick") {
			near = append(near, name)
		}
	}
	if len(near) == 0 {
		return fmt.Sprintf("none of its %d metrics has loop, hz or tick in its name", len(names))
	}
	slices.SortFunc(near, func(a, b string) int {
		if akin(a) != akin(b) {
			return map[bool]int{true: -1, false: 1}[akin(a)]
		}
		return strings.Compare(a, b)
	})
	const most = 5
	for i := range near {
		near[i] = clip(near[i])
	}
	return "it has " + strings.Join(near[:min(most, len(near))], ", ")
}
