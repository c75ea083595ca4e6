package tour

import (
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/featherweight/tests/harness"
)

var (
	aCodeBlock = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
	aCodeSpan  = regexp.MustCompile("`[^`\n]*`")
	aLink      = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	aReference = regexp.MustCompile(`(?m)^\[([^\]]+)\]: *(\S+)$`)
	aHeading   = regexp.MustCompile(`(?m)^#+ +(.+)$`)
	aMarkup    = regexp.MustCompile("\\[([^\\]]*)\\]\\([^)]*\\)|[`*]")
)

// targets are where the links of a document lead. What is in code is none.
func targets(text string) []string {
	text = aCodeSpan.ReplaceAllString(aCodeBlock.ReplaceAllString(text, ""), "")
	var out []string
	for _, found := range aLink.FindAllStringSubmatch(text, -1) {
		out = append(out, found[1])
	}
	for _, found := range aReference.FindAllStringSubmatch(text, -1) {
		out = append(out, found[2])
	}
	return out
}

// anchors are those of the headings of a document, as GitHub makes them.
func anchors(text string) []string {
	var out []string
	for _, found := range aHeading.FindAllStringSubmatch(aCodeBlock.ReplaceAllString(text, ""), -1) {
		var name strings.Builder
		for _, letter := range strings.ToLower(aMarkup.ReplaceAllString(found[1], "$1")) {
			switch {
			case unicode.IsLetter(letter), unicode.IsDigit(letter), letter == '-', letter == '_':
				name.WriteRune(letter)
			case letter == ' ':
				name.WriteRune('-')
			}
		}
		again := 0
		for one := name.String(); ; again++ {
			if again > 0 {
				one = fmt.Sprintf("%s-%d", name.String(), again)
			}
			if !slices.Contains(out, one) {
				out = append(out, one)
				break
			}
		}
	}
	return out
}

// deadEnd says why a link of that document leads nowhere; nothing if it does, or leads out of the repository.
func deadEnd(document, target string) string {
	link, err := url.Parse(target)
	if err != nil || link.Scheme != "" {
		return ""
	}
	file := document
	if link.Path != "" {
		file = filepath.Join(filepath.Dir(document), link.Path)
	}
	info, err := os.Stat(file)
	switch {
	case err != nil:
		return "it is not there"
	case link.Fragment == "" || info.IsDir() || filepath.Ext(file) != ".md":
		return ""
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	if !slices.Contains(anchors(string(text)), link.Fragment) {
		return "it has no such heading"
	}
	return ""
}

// Every link of a document to another one, or to a heading, leads there.
func TestTheLinksOfTheDocumentsLeadSomewhere(t *testing.T) {
	t.Parallel()
	root, seen := harness.Root(), 0
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{".git", "bin", "node_modules", "testdata", "test-results"}, entry.Name()):
			return fs.SkipDir
		case entry.IsDir() || filepath.Ext(file) != ".md":
			return nil
		}
		for _, target := range targets(read(t, file)) {
			seen++
			if why := deadEnd(file, target); why != "" {
				name, _ := filepath.Rel(root, file)
				t.Errorf("%s links to %s: %s", name, target, why)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 100 { //nolint:mnd // so many there are at least
		t.Errorf("only %d links were found", seen)
	}
}

// A link to nowhere is found, and its heading is named as GitHub names it.
func TestADeadLinkIsFound(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	page := filepath.Join(dir, "page.md")
	text := "# A page's `code`, and [more](x.md)\n## Same\n## Same\n```\n# no heading\n[none](code.md)\n```\n[a](other.md#two-words) `[b](b.md)`\n\n[ref]: https://there\n"
	for name, text := range map[string]string{"page.md": text, "other.md": "## Two words\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := fmt.Sprint(anchors(text)), "[a-pages-code-and-more same same-1]"; got != want {
		t.Errorf("anchors %s, not %s", got, want)
	}
	if got, want := fmt.Sprint(targets(text)), "[x.md other.md#two-words https://there]"; got != want {
		t.Errorf("targets %s, not %s", got, want)
	}
	for target, dead := range map[string]bool{"other.md#two-words": false, "other.md#two": true, "x.md": true, "#same-1": false, "#none": true, "https://there": false, "other.md": false} {
		if why := deadEnd(page, target); (why != "") != dead {
			t.Errorf("%s: dead should be %v: %q", target, dead, why)
		}
	}
}
