package run

import (
	"encoding/json"
	"strconv"
	"strings"
)

// LogLine is a line of k6's log.
type LogLine struct {
	Time    string `json:"time"`
	Level   string `json:"level"`
	Message string `json:"msg"`
}

// ParseLog reads a line in either of the two forms that K6_LOG_FORMAT knows and that say so: text (time="…" level=… msg=…) and json.
// It is false of anything else.
func ParseLog(text string) (line LogLine, is bool) {
	if strings.HasPrefix(text, "{") {
		err := json.Unmarshal([]byte(text), &line)
		return line, err == nil && line.Time != "" && line.Level != ""
	}
	if !strings.HasPrefix(text, `time="`) {
		return LogLine{}, false
	}
	return LogLine{Time: logField(text, "time"), Level: logField(text, "level"), Message: logField(text, "msg")}, true
}

// logField is the value of a name; only what has blanks is in quotes.
func logField(text, name string) string {
	_, rest, found := strings.Cut(" "+text, " "+name+"=")
	if !found {
		return ""
	}
	if quoted, err := strconv.QuotedPrefix(rest); err == nil {
		if value, err := strconv.Unquote(quoted); err == nil {
			return value
		}
	}
	value, _, _ := strings.Cut(rest, " ")
	return value
}
