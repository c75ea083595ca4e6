package measure

import (
	"fmt"
	"os"
	"strings"
)

// Replace puts a block between its two marks, which are lines: <!-- begin NAME --> and <!-- end NAME -->. The error says
// that they are not there, once each and in this order.
func Replace(text, name, block string) (string, error) {
	begin, end := "<!-- begin "+name+" -->\n", "<!-- end "+name+" -->"
	before, rest, found := strings.Cut(text, begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended || strings.Contains(rest, begin) || strings.Contains(before+after, end) {
		return "", fmt.Errorf("there is no block %q, or not one: a line %q, and below it %q", name, strings.TrimSpace(begin), end)
	}
	return before + begin + "\n" + strings.TrimSpace(block) + "\n\n" + end + after, nil
}

// Write replaces the block of a file.
func Write(file, name, block string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	replaced, err := Replace(string(text), name, block)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return os.WriteFile(file, []byte(replaced), 0o644) //nolint:gosec // a document
}

// Table is one of Markdown. Columns after the first are numbers, on the right.
func Table(head []string, rows [][]string) string {
	var out strings.Builder
	line := func(cells []string) { out.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	line(head)
	rule := make([]string, len(head))
	for i := range rule {
		if rule[i] = "--:"; i == 0 {
			rule[i] = "---"
		}
	}
	line(rule)
	for _, row := range rows {
		line(row)
	}
	return out.String()
}
