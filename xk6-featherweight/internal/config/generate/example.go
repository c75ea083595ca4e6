package main

import (
	"fmt"
	"strings"

	"github.com/featherweight/xk6-featherweight/internal/config"
)

const exampleHead = `# Every variable of the suite with its default. Copy this file to .env.test and change what you need.
# A variable that is left out or empty has its default. Written by "make generate" from xk6-featherweight/internal/config.
`

// envExample is .env.test.example.
func envExample() string {
	var text strings.Builder
	text.WriteString(exampleHead)
	for _, group := range config.Groups() {
		fmt.Fprintf(&text, "\n# ---- %s ----\n", group.Title)
		for _, v := range group.Variables {
			fmt.Fprintf(&text, "\n# %s\n#   %s; read by %s\n%s=%s\n", v.Meaning, allowed(v), strings.Join(v.Readers, ", "), v.Name, v.Default)
		}
	}
	return text.String()
}

// allowed is what a value may be, with its unit.
func allowed(v config.Variable) string {
	if v.Unit == "" {
		return v.AllowedValues()
	}
	return fmt.Sprintf("%s (%s)", v.AllowedValues(), v.Unit)
}
