package scrape

import (
	"bytes"
	"slices"
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

// samplesOnly empties the lines that are comments, and of OpenMetrics text cuts off exemplars and time stamps, which the
// classic parser does not know. Without their types all samples are untyped, which is all that a reading needs: a second
// HELP or a type of another dialect must not blind the measurement, as it does not blind Prometheus. Lines keep their
// numbers.
func samplesOnly(body []byte, openMetrics bool) []byte {
	out := make([]byte, 0, len(body)+1)
	for line := range bytes.Lines(body) {
		line = bytes.TrimLeft(bytes.TrimRight(line, "\r\n"), " \t")
		switch {
		case len(line) > 0 && line[0] == '#':
		case openMetrics:
			out = append(out, nameAndValue(line)...)
		default:
			out = append(out, line...)
		}
		out = append(out, '\n')
	}
	return out
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
		case c == ' ' && braces == 0:
			if fields++; fields == 2 { // behind the name and behind the value
				return line[:i]
			}
		}
	}
	return line
}
