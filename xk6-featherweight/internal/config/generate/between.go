package main

import (
	"fmt"
	"strings"
)

// between puts lines between the line that holds begin and the line that holds end, which stay.
func between(text, begin, end, lines string) (string, error) {
	if strings.Count(text, begin) != 1 || strings.Count(text, end) != 1 {
		return "", fmt.Errorf("the lines %q and %q must each be there once", begin, end)
	}
	head, rest, _ := strings.Cut(text, begin)
	remark, rest, _ := strings.Cut(rest, "\n")
	at := strings.Index(rest, end)
	if at < 0 {
		return "", fmt.Errorf("%q must stand before %q", begin, end)
	}
	last := strings.LastIndexByte(rest[:at], '\n') + 1
	return head + begin + remark + "\n" + lines + rest[last:], nil
}
