package pulse

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
)

// FuzzNumber: what is a pulse's number is a whole one that JSON has at that place, and what is remembered of other messages
// does not grow with them.
func FuzzNumber(f *testing.F) {
	for _, text := range []string{
		`{"type":"t","payload":{"n":7}}`, `{"type":"t","payload":{"n":7.5}}`, `{"type":"t","payload":{"n":-1}}`, `{"type":"t","payload":{"n":null}}`, `{"type":"t","payload":[7]}`,
		`{"type":"u","payload":{"n":7}}`, `{"type":7}`, `[]`, ``, `{"type":"t","payload":{"n":1e15}}`, `{"type":"t","payload":{"n":1e999}}`, `{"type":"t","payload":{"n":7},"payload":{}}`,
		strings.Repeat(`{"type":`, 20_000),
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		read := format{kind: "t", path: []string{"payload", "n"}}
		for range 3 {
			got, is := read.number(data)
			want, should := numberSlowly(data)
			if is != should || (is && got != want) {
				t.Fatalf("%q: %v %t, and not %v %t", data, got, is, want, should)
			}
		}
		if len(read.others) > 1 {
			t.Fatalf("%q: remembered as %q", data, read.others)
		}
		for _, kept := range append(read.others, read.broken) {
			if len(kept) > 2100 { // of 200 bytes, each may be shown as ten
				t.Fatalf("%q: %d bytes are kept", data, len(kept))
			}
		}
	})
}

// numberSlowly goes through the whole message as any values.
func numberSlowly(data []byte) (float64, bool) {
	if !json.Valid(data) {
		return 0, false
	}
	var whole any
	words := json.NewDecoder(bytes.NewReader(data))
	words.UseNumber() // a number elsewhere may be none that a float64 can hold
	if words.Decode(&whole) != nil {
		return 0, false
	}
	message, _ := whole.(map[string]any)
	payload, _ := message["payload"].(map[string]any)
	text, is := payload["n"].(json.Number)
	if message["type"] != "t" || !is {
		return 0, false
	}
	number, err := text.Float64()
	return number, err == nil && number >= 0 && number == math.Trunc(number)
}
