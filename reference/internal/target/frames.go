package target

import (
	"encoding/json"
	"time"
)

// The kinds of stream events.
const (
	eventToken    = "token"
	eventComplete = "complete"
	eventError    = "error"
)

// streamError is the text of injected error frames and events.
const streamError = "Stream error: 14 UNAVAILABLE: injected fault"

// The constant parts of a stream event, as JSON. A frame is made by appending, without any encoder: at 20,000 tokens per
// second an encoder would be the most expensive part of the target.
const (
	frameHead  = `{"type":"stream_event","event":{"type":"`
	frameData  = `","data":"`
	frameID    = `","messageId":`
	frameNoID  = `"},"timestamp":"`
	frameStamp = `},"timestamp":"`
	frameTail  = `"}`
)

// appendEvent appends a stream event to buf. data must need no escape in JSON; id is JSON already, or nil for none.
func appendEvent(buf []byte, kind, data string, id []byte, now time.Time) []byte {
	buf = append(buf, frameHead...)
	buf = append(buf, kind...)
	buf = append(buf, frameData...)
	buf = append(buf, data...)
	if id == nil {
		buf = append(buf, frameNoID...)
	} else {
		buf = append(buf, frameID...)
		buf = append(buf, id...)
		buf = append(buf, frameStamp...)
	}
	buf = now.UTC().AppendFormat(buf, isoMillis)
	return append(buf, frameTail...)
}

// errorFrame is an error outside of a stream; it has no timestamp. id is JSON already, or nil for none.
func errorFrame(content string, id []byte) []byte {
	frame := struct {
		Type      string          `json:"type"`
		Content   string          `json:"content"`
		MessageID json.RawMessage `json:"messageId,omitempty"`
	}{eventError, content, id}
	out, err := json.Marshal(frame)
	if err != nil { // id is JSON by construction, so this cannot be
		return []byte(`{"type":"error","content":"internal error"}`)
	}
	return out
}

// word is the text of the i-th token of an answer.
func word(i int) string {
	words := [...]string{
		"a ", "feather ", "weighs ", "what ", "it ", "carries, ", "and ", "the ", "loop ", "that ", "counts ", "it ",
		"never ", "stops ", "to ", "ask ",
	}
	return words[i%len(words)]
}
