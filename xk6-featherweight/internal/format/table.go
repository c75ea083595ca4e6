package format

import (
	"strings"
	"unicode/utf8"
)

// Dotted is a label with dots up to the width, as k6 sets its rows, and with one at least.
func Dotted(label string, width int) string {
	return label + strings.Repeat(".", max(1, width-utf8.RuneCountInString(label))) + ":"
}

// Pad fills text with blanks up to the width, behind it.
func Pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text)))
}

// Table sets rows as columns. align has a letter for each column: l for text, r for numbers; when it is empty the first
// column is text and the others are numbers. All rows have as many cells as the first.
func Table(rows [][]string, align string) []string {
	if len(rows) == 0 {
		return nil
	}
	if align == "" {
		align = "l" + strings.Repeat("r", len(rows[0])-1)
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for column, cell := range row {
			widths[column] = max(widths[column], utf8.RuneCountInString(cell))
		}
	}
	lines := make([]string, len(rows))
	for i, row := range rows {
		cells := make([]string, len(row))
		for column, cell := range row {
			if align[column] == 'l' {
				cells[column] = Pad(cell, widths[column])
			} else {
				cells[column] = strings.Repeat(" ", widths[column]-utf8.RuneCountInString(cell)) + cell
			}
		}
		lines[i] = strings.TrimRight(strings.Join(cells, "  "), " ")
	}
	return lines
}

// Colour is one of a terminal, by its SGR code (ECMA-48).
type Colour string

// The colours.
const (
	Green  Colour = "32"
	Red    Colour = "31"
	Yellow Colour = "33"
)

// Paint colours text for a terminal, or leaves it as it is.
type Paint func(text string, colour Colour) string

// Painter is a Paint that is on or off.
func Painter(on bool) Paint {
	return func(text string, colour Colour) string {
		if !on || colour == "" {
			return text
		}
		return "\x1b[" + string(colour) + "m" + text + "\x1b[0m"
	}
}
