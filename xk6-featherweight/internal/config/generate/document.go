package main

import (
	"fmt"
	"strings"

	"github.com/featherweight/xk6-featherweight/internal/config"
)

const (
	documentBegin = "<!-- make generate: begin -->"
	documentEnd   = "<!-- make generate: end -->"
)

// documentTables are the tables of docs/configuration.md, one a topic.
func documentTables() string {
	var text strings.Builder
	for _, group := range config.Groups() {
		fmt.Fprintf(&text, "\n## %s\n\n| variable | default | meaning | allowed | read by |\n|---|---|---|---|---|\n", group.Title)
		for _, v := range group.Variables {
			fmt.Fprintf(&text, "| `%s` | %s | %s | %s | %s |\n", v.Name, defaultCell(v), cell(meaning(v)), cell(allowed(v)), cell(readers(v)))
		}
	}
	text.WriteString("\n")
	return text.String()
}

func defaultCell(v config.Variable) string {
	if v.Default == "" {
		return ""
	}
	return "`" + v.Default + "`"
}

func meaning(v config.Variable) string {
	if v.Secret {
		return v.Meaning + "; never shown"
	}
	return v.Meaning
}

// readers says "all scripts" where it is so.
func readers(v config.Variable) string {
	const each = config.Main + ", " + config.Health + ", " + config.Comprehensive + ", " + config.Load
	return strings.Replace(strings.Join(v.Readers, ", "), each, "all scripts", 1)
}

// cell is a text that is not taken for more than a text by Markdown.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "*", `\*`, "<", `\<`).Replace(text)
}
