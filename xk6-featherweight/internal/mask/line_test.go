package mask_test

import (
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/featherweight/xk6-featherweight/internal/mask"
)

func TestWhatSomebodyElseWroteIsOneShortLineThatNoTerminalObeys(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                             "",
		"no such user: \"Zoë\" \\ 'x'": "no such user: \"Zoë\" \\ 'x'",
		"a\nb\r\n":                     `a\nb\r\n`,
		"\x1b[2J\x1b]0;mine\x07":       `\x1b[2J\x1b]0;mine\a`,
		"a\xffb\u2028c\u202ed":         `a\xffb\u2028c\u202ed`,
		"\ufffd":                       "\ufffd",
		strings.Repeat("é", 51):        strings.Repeat("é", 50) + "…",
		strings.Repeat("x", 99) + "é":  strings.Repeat("x", 99) + "…",
	} {
		assert.Equal(t, want, mask.Line(text, 100), "%q", text)
	}
}

func FuzzLine(f *testing.F) {
	f.Add("a\nb\x1b", uint8(7))
	f.Add("é\xff\ufffd", uint8(3))
	f.Fuzz(func(t *testing.T, text string, most uint8) {
		line := mask.Line(text, int(most))
		assert.True(t, utf8.ValidString(line))
		assert.False(t, strings.ContainsFunc(line, func(letter rune) bool { return unicode.IsControl(letter) || !strconv.IsPrint(letter) }), "%q", line)
		assert.LessOrEqual(t, len(line), 10*int(most)+len("…"))
		assert.Equal(t, line, mask.Line(line, 10*len(line)+1), "it is plain already")
		if len(text) <= int(most) && !strings.ContainsFunc(text, func(letter rune) bool { return letter == utf8.RuneError || !strconv.IsPrint(letter) }) {
			assert.Equal(t, text, line)
		}
	})
}
