package tour

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/featherweight/tests/harness"
)

// compared are the tools that docs/comparison.md speaks of, under every heading.
var compared = []string{"Featherweight SLO", "k6", "xk6-llm", "guidellm", "AIPerf", "Artillery", "Gatling", "Locust", "Tsung"} //nolint:gochecknoglobals // a table

var aSource = regexp.MustCompile(`\[[^\]]+\](?:\[([^\]]+)\]|\(([^)]+)\))`)

// unsourced says what a document that compares tools lacks: a tool under a heading, a source in a line, an address of a source.
func unsourced(text string) []string {
	var lacks []string
	addresses := map[string]string{}
	for _, found := range aReference.FindAllStringSubmatch(text, -1) {
		addresses[found[1]] = found[2]
	}
	for _, section := range strings.Split(text, "\n## ")[1:] {
		heading, body, _ := strings.Cut(section, "\n")
		var named []string
		for line := range strings.SplitSeq(body, "\n") {
			if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| tool |") {
				continue
			}
			cells := strings.Split(strings.Trim(line, "| "), " | ")
			if len(cells) != 3 { //nolint:mnd // tool, what it has, source
				lacks = append(lacks, fmt.Sprintf("%s: not three cells: %s", heading, line))
				continue
			}
			named = append(named, strings.Split(cells[0], ", ")...)
			sources := aSource.FindAllStringSubmatch(cells[2], -1)
			if len(sources) == 0 {
				lacks = append(lacks, fmt.Sprintf("%s: no source: %s", heading, line))
			}
			for _, source := range sources {
				if source[1] != "" && !strings.HasPrefix(addresses[source[1]], "https://") {
					lacks = append(lacks, fmt.Sprintf("%s: no address of [%s]", heading, source[1]))
				}
			}
		}
		for _, tool := range compared {
			if n := len(slices.DeleteFunc(slices.Clone(named), func(name string) bool { return name != tool })); n != 1 {
				lacks = append(lacks, fmt.Sprintf("%s: %s has %d lines", heading, tool, n))
			}
		}
	}
	return lacks
}

// Under every heading each tool has one line, and each line says where it is from.
func TestEveryLineOfTheComparisonHasASource(t *testing.T) {
	t.Parallel()
	text := read(t, filepath.Join(harness.Root(), "docs", "comparison.md"))
	for _, lack := range unsourced(text) {
		t.Error(lack)
	}
	if n := strings.Count(text, "\n## "); n < 12 { //nolint:mnd // so many things are compared at least
		t.Errorf("only %d headings", n)
	}
	for _, found := range aReference.FindAllStringSubmatch(text, -1) {
		if !strings.Contains(text, "]["+found[1]+"]") {
			t.Errorf("nobody asks for [%s]", found[1])
		}
	}
}

// A line without its source is found, and so is a tool of which nothing is said.
func TestALineWithoutItsSourceIsFound(t *testing.T) {
	t.Parallel()
	all := strings.Join(compared, ", ")
	for text, want := range map[string]string{
		"\n## A\n| tool | what | source |\n|---|---|---|\n| " + all + " | yes | [a][b] |\n\n[b]: https://b\n": "[]",
		"\n## A\n| " + all + " | yes | [a](b.md) |\n":                                                         "[]",
		"\n## A\n| " + all + " | yes | surely |\n":                                                            "[A: no source: | " + all + " | yes | surely |]",
		"\n## A\n| " + all + " | yes | [a][b] |\n":                                                            "[A: no address of [b]]",
		"\n## A\n| " + all + " | yes |\n| " + all + " | yes | [a](b.md) |\n":                                  "[A: not three cells: | " + all + " | yes |]",
		"\n## A\n| " + strings.TrimSuffix(all, ", Tsung") + " | yes | [a](b.md) |\n":                          "[A: Tsung has 0 lines]",
	} {
		if got := fmt.Sprint(unsourced(text)); got != want {
			t.Errorf("%q lacks %s, not %s", text, got, want)
		}
	}
}
