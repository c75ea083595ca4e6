package scrape

import (
	"bytes"
	"math"
	"slices"
	"strconv"
)

// sortedFirst returns at most n of the words, in alphabetical order.
func sortedFirst(words []string, n int) []string {
	slices.Sort(words)
	return words[:min(n, len(words))]
}

// endsInEOF tells whether OpenMetrics text has its end.
func endsInEOF(body []byte) bool {
	body = bytes.TrimRight(body, "\r\n")
	return bytes.Equal(body[bytes.LastIndexByte(body, '\n')+1:], []byte("# EOF"))
}

// samplesOnly empties the lines that are comments, and of OpenMetrics text cuts off exemplars, which the classic parser
// does not know, and writes time stamps in its way. Without their types all samples are untyped, which is all that a reading needs: a second
// HELP or a type of another dialect must not blind the measurement, as it does not blind Prometheus. Lines keep their
// numbers.
func samplesOnly(body []byte, openMetrics bool) []byte {
	out := make([]byte, 0, len(body)+1)
	for line := range bytes.Lines(body) {
		line = bytes.TrimLeft(bytes.TrimRight(line, "\r\n"), " \t")
		switch {
		case len(line) > 0 && line[0] == '#':
		case openMetrics:
			sample := nameAndValue(line)
			out = append(append(out, sample...), classicStamp(line[len(sample):])...)
		default:
			out = append(out, line...)
		}
		out = append(out, '\n')
	}
	return out
}

// classicStamp is the time stamp behind a value, as classic text has it: OpenMetrics counts seconds, with decimals, and
// classic text whole milliseconds. What is in milliseconds already, as a page with the wrong Content-Type has it, stays:
// as seconds it would lie thousands of years ahead. Empty without a time stamp that makes sense.
func classicStamp(behind []byte) string {
	const farthest = 1e11 // seconds: the year 5138; as milliseconds: 1973
	fields := bytes.Fields(behind)
	if len(fields) == 0 {
		return ""
	}
	at, err := strconv.ParseFloat(string(fields[0]), 64)
	switch {
	case err != nil, !(at > 0), at > farthest*1000: //nolint:staticcheck // a NaN is not above 0
		return ""
	case at < farthest:
		at *= 1000
	}
	return " " + strconv.FormatFloat(math.Round(at), 'f', 0, 64)
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
			braces--
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
