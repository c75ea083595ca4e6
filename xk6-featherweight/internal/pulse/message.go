package pulse

import (
	"encoding/json"
	"math"
	"slices"

	"github.com/featherweight/xk6-featherweight/internal/mask"
)

// mostTypes is how many kinds of messages are remembered, for who has named the wrong one.
const mostTypes = 5

// format finds the number in a pulse.
type format struct {
	kind string
	path []string

	others []string // the types of other messages
	broken string   // the beginning of a pulse without a number
}

// number is that of a pulse; false for any other message.
func (f *format) number(data []byte) (float64, bool) {
	var members map[string]json.RawMessage
	if json.Unmarshal(data, &members) != nil {
		f.note("no JSON object")
		return 0, false
	}
	var kind string
	if json.Unmarshal(members["type"], &kind) != nil || kind != f.kind {
		f.note(kind)
		return 0, false
	}
	value := json.RawMessage(data)
	for _, name := range f.path {
		members = nil
		if json.Unmarshal(value, &members) != nil {
			break
		}
		value = members[name]
	}
	var number *float64
	if members == nil || json.Unmarshal(value, &number) != nil || number == nil || *number < 0 || *number != math.Trunc(*number) {
		f.broken = clip(string(data))
		return 0, false
	}
	return *number, true
}

// note remembers what else came.
func (f *format) note(kind string) {
	if kind == "" {
		kind = "without a type"
	}
	if kind = clip(kind); len(f.others) < mostTypes && !slices.Contains(f.others, kind) {
		f.others = append(f.others, kind)
	}
}

// clip keeps a message readable that quotes what a server sent.
func clip(text string) string {
	const most = 200
	return mask.Line(text, most)
}
