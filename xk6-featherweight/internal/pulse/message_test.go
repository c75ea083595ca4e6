package pulse

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTheNumberIsAWholeOneAtItsPlace(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{
		`{"type":"t","a":{"n":7}}`:                          7,
		`{"a":{"x":"y","n":0},"type":"t"}`:                  0,
		"\n{\"type\":\"t\",\"a\":{\"n\":9007199254740991}}": 1<<53 - 1,
		`{"type":"t","a":{"n":1e3}}`:                        1000,
		`{"type":"t","a":{"n":7.5}}`:                        -1,
		`{"type":"t","a":{"n":-7}}`:                         -1,
		`{"type":"t","a":{"n":null}}`:                       -1,
		`{"type":"t","a":{"n":1e999}}`:                      -1,
		`{"type":"t","a":{}}`:                               -1,
		`{"type":"t","a":7}`:                                -1,
		`{"type":"t"}`:                                      -1,
		`{"type":"other","a":{"n":7}}`:                      -1,
		`{"type":7,"a":{"n":7}}`:                            -1,
		`[7]`:                                               -1,
		``:                                                  -1,
	} {
		f := format{kind: "t", path: []string{"a", "n"}}
		got, ok := f.number([]byte(text))
		assert.Equal(t, want >= 0, ok, text)
		assert.InDelta(t, max(want, 0), got, 0, text)
	}
}

func TestOtherMessagesAreRememberedByTheirType(t *testing.T) {
	t.Parallel()
	f := format{kind: "t", path: []string{"n"}}
	for _, text := range []string{`{"type":"a"}`, `{"type":"b"}`, `{"type":"a"}`, `{}`, `x`, `{"type":"` + strings.Repeat("ü", 200) + `"}`, `{"type":"f"}`} {
		f.number([]byte(text))
	}
	assert.Equal(t, []string{"a", "b", "without a type", "no JSON object", strings.Repeat("ü", 100) + "…"}, f.others)
}
