package scrape

import (
	"bytes"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// answer is what came back, unpacked.
type answer struct {
	*http.Response
	body []byte
	// whole tells whether HTTP itself said where the body ends. A body that ends with its connection may be cut off.
	whole bool
	// packed tells whether the body had to be unpacked.
	packed bool
}

const openMetricsType = "application/openmetrics-text"

// wholeByHTTP tells whether a body that was read without an error is surely complete.
func wholeByHTTP(resp *http.Response) bool {
	return resp.ContentLength >= 0 || slices.Contains(resp.TransferEncoding, "chunked") || resp.ProtoMajor >= 2
}

// kind is what a body is, whatever its Content-Type calls it: handlers forget that header, and proxies make it up.
type kind int

const (
	kindMetrics kind = iota // Prometheus text, or nothing that we know
	kindJSON
	kindWebPage
	kindUTF16
	kindBinary
)

var byteOrderMark = []byte("\xef\xbb\xbf") //nolint:gochecknoglobals // constant

// sampleWithoutName is the beginning of a sample whose name stands in the braces, {"my.name",a="b"} 7. In JSON a colon
// follows the first string, so that no text can be both.
var sampleWithoutName = regexp.MustCompile(`^\{[ \t]*("([^"\\\n]|\\.)*"[ \t]*[,}=]|[A-Za-z_][A-Za-z0-9_]*[ \t]*=)`)

// kindOf tells what a body is. It has no byte order mark of UTF-8 any more.
func kindOf(body []byte) kind {
	if len(body) > 1 && (body[0] == 0 || body[1] == 0 || bytes.HasPrefix(body, []byte("\xff\xfe")) || bytes.HasPrefix(body, []byte("\xfe\xff"))) {
		return kindUTF16
	}
	body = bytes.TrimSpace(body)
	switch {
	case len(body) == 0:
		return kindMetrics
	case body[0] < ' ' || !utf8.Valid(body[:firstRune(body)]):
		return kindBinary
	case body[0] == '<':
		return kindWebPage
	case body[0] == '[', body[0] == '{' && !sampleWithoutName.Match(body):
		return kindJSON
	}
	return kindMetrics
}

// firstRune is the length of the first character.
func firstRune(body []byte) int {
	_, n := utf8.DecodeRune(body)
	return n
}

// kind tells what the answer is. Of protobuf, which is binary, any byte may be a letter.
func (a answer) kind() kind {
	const protobuf = "application/vnd.google.protobuf"
	if slices.Contains(a.contentTypes(), protobuf) && bytes.ContainsFunc(a.body[:min(len(a.body), 1024)], func(r rune) bool {
		return r < '\t' || r == utf8.RuneError
	}) {
		return kindBinary
	}
	return kindOf(a.body)
}

// withoutMark cuts off the byte order mark that some editors and languages put before UTF-8.
func withoutMark(body []byte) []byte {
	if trimmed := bytes.TrimLeft(body, " \t\r\n"); bytes.HasPrefix(trimmed, byteOrderMark) {
		return trimmed[len(byteOrderMark):]
	}
	return body
}

// openMetrics tells whether the body is OpenMetrics text: it ends in that format's mark, or is called so.
func (a answer) openMetrics() bool {
	return endsInEOF(a.body) || slices.Contains(a.contentTypes(), openMetricsType)
}

// contentTypes are the names that the answer gives itself; some give two, by two handlers. A bad parameter does not make
// a name wrong.
func (a answer) contentTypes() (called []string) {
	for _, line := range a.Header.Values("Content-Type") {
		name, _, _ := strings.Cut(line, ";")
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" && !slices.Contains(called, name) {
			called = append(called, name)
		}
	}
	return called
}

// contentType is what the answer calls itself, for messages.
func (a answer) contentType() string {
	if called := a.contentTypes(); len(called) > 0 {
		return clip(strings.Join(called, ", "))
	}
	return "no Content-Type"
}

// age is how long a cache on the way had the answer, by its Age header (RFC 9111 5.1); 0 without one.
func (a answer) age() time.Duration {
	const longest = 1 << 31 // seconds; what the RFC says for a number that does not fit
	seconds, err := strconv.ParseUint(a.Header.Get("Age"), 10, 64)
	if err != nil && seconds == 0 {
		return 0
	}
	return time.Duration(min(seconds, longest)) * time.Second
}
