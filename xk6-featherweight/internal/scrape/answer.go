package scrape

import (
	"bytes"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// answer is what came back, unpacked.
type answer struct {
	*http.Response
	body []byte
	// whole tells whether HTTP itself said where the body ends. A body that ends with its connection may be cut off.
	whole bool
}

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
)

var byteOrderMark = []byte("\xef\xbb\xbf")

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
	case body[0] == '<':
		return kindWebPage
	case body[0] == '[', body[0] == '{' && !sampleWithoutName.Match(body):
		return kindJSON
	}
	return kindMetrics
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
	return endsInEOF(a.body) || slices.ContainsFunc(a.Header.Values("Content-Type"), func(line string) bool {
		called, _, _ := mime.ParseMediaType(line)
		return called == "application/openmetrics-text"
	})
}

// contentType is what the answer calls itself, for messages.
func (a answer) contentType() string {
	called, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type"))
	if called == "" {
		return "no Content-Type"
	}
	return clip(called)
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
