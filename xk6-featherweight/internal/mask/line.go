package mask

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Line is what somebody else wrote, such as a server, fit to stand in a message: its beginning, up to that many bytes, on one
// line, and without characters that a terminal obeys instead of showing them. They are written as Go writes them, \n and \x1b.
func Line(text string, most int) string {
	end := ""
	if len(text) > most {
		for most > 0 && !utf8.RuneStart(text[most]) {
			most--
		}
		text, end = text[:most], "…"
	}
	var shown strings.Builder
	for at, letter := range text {
		switch {
		case letter == utf8.RuneError && !strings.HasPrefix(text[at:], string(utf8.RuneError)):
			shown.WriteString(`\x` + strconv.FormatUint(uint64(text[at]), 16)) //nolint:mnd // hexadecimal
		case strconv.IsPrint(letter):
			shown.WriteRune(letter)
		default:
			shown.WriteString(strings.Trim(strconv.QuoteRune(letter), "'"))
		}
	}
	return shown.String() + end
}
