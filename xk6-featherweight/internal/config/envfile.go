package config

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	skipPattern   = regexp.MustCompile(`^\s*(#.*)?$`)
	linePattern   = regexp.MustCompile(`^\s*(?:export\s+)?([A-Za-z_]\w*)=(.*)$`)
	doublePattern = regexp.MustCompile(`^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$`)
	singlePattern = regexp.MustCompile(`^'([^']*)'\s*(?:#.*)?$`)
	escapePattern = regexp.MustCompile(`\\(["\\$])`)
	remark        = regexp.MustCompile(`(^|\s+)#.*$`)
)

// byteOrderMark is what some editors put before everything.
const byteOrderMark = "\ufeff"

// Entry is a line that sets something.
type Entry struct {
	Name, Value string
	Line        int // from 1
}

// ParseEnvFile reads the lines of an environment file; see the package for their grammar. The error names the first line
// that is not as it must be, with the file as name calls it; no error shows a value.
func ParseEnvFile(text, name string) (map[string]string, error) {
	entries, err := ParseEntries(text, name)
	if err != nil {
		return nil, err
	}
	values := make(map[string]string, len(entries))
	for _, entry := range entries {
		values[entry.Name] = entry.Value
	}
	return values, nil
}

// ParseEntries is ParseEnvFile with the lines, in their order.
func ParseEntries(text, name string) ([]Entry, error) {
	var entries []Entry
	lines := map[string]int{}
	for i, line := range strings.Split(strings.TrimPrefix(text, byteOrderMark), "\n") {
		line = strings.TrimSuffix(line, "\r")
		if skipPattern.MatchString(line) {
			continue
		}
		entry, err := parseLine(line)
		if err == nil && lines[entry.Name] > 0 {
			err = fmt.Errorf("%s is already set at line %d: leave one of the two", entry.Name, lines[entry.Name])
		}
		if err != nil {
			return nil, fmt.Errorf("%s line %d: %w", name, i+1, err)
		}
		entry.Line = i + 1
		lines[entry.Name] = entry.Line
		entries = append(entries, entry)
	}
	return entries, nil
}

func parseLine(line string) (Entry, error) {
	parts := linePattern.FindStringSubmatch(line)
	if parts == nil || !utf8.ValidString(line) || strings.ContainsRune(line, 0) {
		return Entry{}, fmt.Errorf("this is not NAME=value: %s", beginning(line))
	}
	name := parts[1]
	if err := CheckName(name); err != nil {
		return Entry{}, err
	}
	value, ok := parseValue(parts[2])
	if !ok {
		return Entry{}, fmt.Errorf("the quotes of %s are not closed, or something follows them", name)
	}
	return Entry{Name: name, Value: value}, nil
}

// parseValue reads what stands behind the = of a line; false when quotes are open.
func parseValue(text string) (string, bool) {
	switch {
	case strings.HasPrefix(text, `"`):
		parts := doublePattern.FindStringSubmatch(text)
		if parts == nil {
			return "", false
		}
		return escapePattern.ReplaceAllString(parts[1], "$1"), true
	case strings.HasPrefix(text, `'`):
		parts := singlePattern.FindStringSubmatch(text)
		if parts == nil {
			return "", false
		}
		return parts[1], true
	default:
		return strings.TrimSpace(remark.ReplaceAllString(text, "")), true
	}
}

// longestShown is how much is shown of a line that is not understood.
const longestShown = 40

// beginning is the first word of a line: the rest may be a secret.
func beginning(line string) string {
	word := strings.ToValidUTF8(strings.TrimSpace(line), "?")
	if at := strings.IndexAny(word, " \t=:"); at >= 0 {
		word = word[:at]
	}
	letters := []rune(word)
	return string(letters[:min(len(letters), longestShown)]) + "..."
}

// plain is a value that needs no quotes.
var plain = regexp.MustCompile(`^[A-Za-z0-9_./:,@%+={}()-]*$`)

// EnvLine is the line that ParseEntries reads as this name and value. A value is one line: what a value of several begins
// anew is joined by blanks.
func EnvLine(name, value string) string {
	if !plain.MatchString(value) {
		value = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`, "\n", " ", "\r", " ").Replace(value) + `"`
	}
	return name + "=" + value
}
