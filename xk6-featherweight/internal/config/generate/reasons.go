package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/featherweight/xk6-featherweight/internal/reason"
)

// Where the reasons of failed turns stand in files that have no room for a marker; what is in the middle is written.
var (
	inTypes  = regexp.MustCompile("(Reasons: `)[a-z_ ]*(`, or `interrupted`)")
	inReadme = regexp.MustCompile("(\\| `chat_failures` \\| Counter, tag `reason` \\| )[a-z_, ]*( \\|)")
	inSchema = regexp.MustCompile(`(?s)("description": "Failed turns by reason\.",\s*"additionalProperties": false,\s*"properties": \{\n).*?(\n      \})`)
	// A section of the live page, and the place of its number.
	inPage  = regexp.MustCompile(`(?s)        \{\n          "panels": \[\n            \{\n              "title": "Failed turns a second: .*?"id": "tab-0\.section-\d+"\n        \}`)
	section = regexp.MustCompile(`"tab-0\.section-(\d+)"`)
)

const (
	reasonsBegin = "<!-- make generate: reasons -->"
	reasonsEnd   = "<!-- make generate: end -->"
)

func reasonTargets() []target {
	return []target{
		{"docs/slo.md", func(now string) (string, error) { return between(now, reasonsBegin, reasonsEnd, reasonTable()) }},
		{"xk6-featherweight/index.d.ts", func(now string) (string, error) { return inside(now, inTypes, joined(" ")) }},
		{"xk6-featherweight/README.md", func(now string) (string, error) { return inside(now, inReadme, joined(", ")) }},
		{"xk6-featherweight/internal/result/summary.schema.json", func(now string) (string, error) { return inside(now, inSchema, reasonProperties()) }},
		{"scripts/k6-web-dashboard.json", reasonSections},
	}
}

// inside writes between the two groups of a pattern, which must be there once.
func inside(now string, where *regexp.Regexp, text string) (string, error) {
	if found := len(where.FindAllString(now, -1)); found != 1 {
		return "", fmt.Errorf("%s must be there once, and is %d times", where, found)
	}
	at := where.FindStringSubmatchIndex(now)
	return now[:at[3]] + text + now[at[4]:], nil
}

func joined(separator string) string {
	var all []string
	for _, one := range reason.All() {
		all = append(all, string(one))
	}
	return strings.Join(all, separator)
}

func reasonTable() string {
	var text strings.Builder
	text.WriteString("\n| reason | what happened |\n|---|---|\n")
	for _, row := range reason.Rows() {
		fmt.Fprintf(&text, "| `%s` | %s |\n", row.Reason, cell(row.Meaning))
	}
	text.WriteString("\n")
	return text.String()
}

func reasonProperties() string {
	var all []string
	for _, row := range reason.Rows() {
		all = append(all, fmt.Sprintf("        %q: { \"$ref\": \"#/$defs/count\", \"description\": %s }", row.Reason, quoted(row.Meaning)))
	}
	return strings.Join(all, ",\n")
}

func quoted(text string) string {
	out, err := json.Marshal(text)
	if err != nil {
		panic(err) // a text is always one in JSON
	}
	return string(out)
}

// reasonSections are the last ones of the first page; k6 wants them numbered.
func reasonSections(now string) (string, error) {
	all := inPage.FindAllStringIndex(now, -1)
	if len(all) == 0 {
		return "", fmt.Errorf("%s is not there", inPage)
	}
	first, last := all[0], all[len(all)-1]
	number, err := strconv.Atoi(section.FindStringSubmatch(now[first[0]:first[1]])[1])
	if err != nil {
		return "", err
	}
	var sections []string
	for i, row := range reason.Rows() {
		sections = append(sections, fmt.Sprintf(`        {
          "panels": [
            {
              "title": "Failed turns a second: %[1]s",
              "kind": "chart",
              "fullWidth": true,
              "summary": %[2]s,
              "series": [
                {
                  "query": "chat_failures[?tags.reason == '%[1]s' && rate]",
                  "legend": "%[1]s"
                }
              ],
              "id": "tab-0.section-%[3]d.panel-0"
            }
          ],
          "id": "tab-0.section-%[3]d"
        }`, row.Reason, quoted(row.Meaning), number+i))
	}
	return now[:first[0]] + strings.Join(sections, ",\n") + now[last[1]:], nil
}
