package chat

import (
	"strings"
	"unicode/utf8"
	"unsafe"
)

// scanEnvelope reads a message of the form that a server sends thousands of times a second: objects of plain strings,
// without escapes, and without further nesting but where it means nothing. It is a fraction of the cost of encoding/json, which is most of what a
// token costs otherwise. Whatever is of another form, right or wrong, it leaves to encoding/json: ok is false then.
// It allocates nothing: all strings are views of data, valid as long as that is. The data is valid UTF-8: the wire has
// seen to that.
func scanEnvelope(data []byte) (e envelope, ok bool) {
	s := scanner{data: data}
	ok = s.object(func(key []byte) bool {
		switch string(key) {
		case "type":
			return s.text(&e.Type)
		case "content":
			return s.text(&e.Content)
		case "messageId":
			return s.text(&e.MessageID)
		case "event":
			return s.detail(&e.Event) // a second event adds to the first, as in encoding/json
		default:
			return s.ignore(key)
		}
	})
	s.space()
	return e, ok && s.at == len(data)
}

// names are the keys with a meaning. encoding/json takes them in any case, and by Unicode's rules at that (to it,
// "meſſageId" is one), so a look-alike is left to it.
var names = []string{"type", "content", "messageId", "event", "data"} //nolint:gochecknoglobals // constant

// scanner reads JSON from the front.
type scanner struct {
	data []byte
	at   int
}

func (s *scanner) detail(d *detail) bool {
	return s.object(func(key []byte) bool {
		switch string(key) {
		case "type":
			return s.text(&d.Type)
		case "data":
			return s.text(&d.Data)
		case "messageId":
			return s.text(&d.MessageID)
		default:
			return s.ignore(key)
		}
	})
}

// object reads an object; member reads the value of each key.
func (s *scanner) object(member func(key []byte) bool) bool {
	if !s.take('{') {
		return false
	}
	if s.take('}') {
		return true
	}
	for {
		key, ok := s.string()
		if !ok || !s.take(':') || !member(key) {
			return false
		}
		if s.take('}') {
			return true
		}
		if !s.take(',') {
			return false
		}
	}
}

// text reads a string value, as a view of the data.
func (s *scanner) text(into *string) bool {
	value, ok := s.string()
	*into = unsafe.String(unsafe.SliceData(value), len(value)) //nolint:gosec // thousands a second; the data outlives the event
	return ok
}

// ignore reads past the value of a key without a meaning.
func (s *scanner) ignore(key []byte) bool {
	for _, c := range key {
		if c >= utf8.RuneSelf { // some of which are another case of an ASCII letter
			return false
		}
	}
	for _, name := range names {
		if strings.EqualFold(string(key), name) {
			return false
		}
	}
	return s.skip(0)
}

// mostNested is how deep a value without a meaning may be to be read past here.
const mostNested = 8

// skip reads past a string, a whole number, or an object of such: what a server tells all of its clients, such as the
// number of a turn of its loop, a hundred times a second.
func (s *scanner) skip(depth int) bool {
	s.space()
	if s.at == len(s.data) {
		return false
	}
	switch c := s.data[s.at]; {
	case c == '{' && depth < mostNested:
		return s.object(func([]byte) bool { return s.skip(depth + 1) })
	case c == '0': // nothing may follow it
		s.at++
		return true
	case '1' <= c && c <= '9':
		for s.at < len(s.data) && '0' <= s.data[s.at] && s.data[s.at] <= '9' {
			s.at++
		}
		return true
	}
	_, ok := s.string()
	return ok
}

// string reads a string without escapes and control characters.
func (s *scanner) string() ([]byte, bool) {
	if !s.take('"') {
		return nil, false
	}
	for i := s.at; i < len(s.data); i++ {
		switch c := s.data[i]; {
		case c == '"':
			value := s.data[s.at:i]
			s.at = i + 1
			return value, true
		case c == '\\', c < ' ':
			return nil, false
		}
	}
	return nil, false
}

// take reads past that character and the space before it, if it comes next.
func (s *scanner) take(c byte) bool {
	s.space()
	if s.at == len(s.data) || s.data[s.at] != c {
		return false
	}
	s.at++
	return true
}

func (s *scanner) space() {
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return
		}
	}
}
