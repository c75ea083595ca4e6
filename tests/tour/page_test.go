package tour

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// step is a block of commands of the page, and what it shows of their output.
type step struct {
	name   string // the heading, and the line of the block
	script string
	shown  []string
	exits  []string // exit codes that are right
	until  string   // of a program that goes on: an address that answers once it is ready
	left   bool     // not to be run here
	env    []string // beside that of all steps
}

// readSteps takes the blocks out of the page. A comment in front of a block says what is special about it:
//
//	<!-- tour: exit=99 until=http://… NAME=value kubernetes -->
func readSteps(page string) ([]step, error) {
	var steps []step
	var heading, comment, fence string
	for number, line := range strings.Split(page, "\n") {
		switch {
		case fence != "" && line == "```":
			fence = ""
		case fence == "bash":
			steps[len(steps)-1].script += line + "\n"
		case fence == "text":
			steps[len(steps)-1].shown = append(steps[len(steps)-1].shown, line)
		case strings.HasPrefix(line, "## "):
			heading = line[len("## "):]
		case strings.HasPrefix(line, "<!-- tour: "):
			comment = strings.TrimSuffix(line[len("<!-- tour: "):], " -->")
		case line == "```bash":
			next := step{name: fmt.Sprintf("%s line %d", heading, number+1), exits: []string{"0"}}
			if err := next.read(comment); err != nil {
				return nil, err
			}
			steps, fence, comment = append(steps, next), "bash", ""
		case line == "```text" && len(steps) > 0:
			fence = "text"
		case strings.HasPrefix(line, "```"):
			return nil, fmt.Errorf("line %d: a block is bash, or text behind it: %q", number+1, line)
		}
	}
	return steps, nil
}

var aVariable = regexp.MustCompile(`^[A-Z][A-Z0-9_]*=`)

func (s *step) read(comment string) error {
	for _, word := range strings.Fields(comment) {
		name, value, _ := strings.Cut(word, "=")
		switch {
		case name == "exit":
			s.exits = strings.Split(value, "|")
		case name == "until":
			s.until = value
		case word == "kubernetes":
			s.left = true
		case aVariable.MatchString(word):
			s.env = append(s.env, word)
		default:
			return fmt.Errorf("%s: what is %q?", s.name, word)
		}
	}
	return nil
}

// numbers are any, with the unit of a time: where a page shows 1.15s, a run may have taken 980ms, or 1m3s.
var numbers = regexp.MustCompile(`[+-]?\d+(?:[.,]\d+)*(?:(?:µs|ms|h|m|s)(?:\d+(?:\.\d+)?(?:µs|ms|h|m|s))*)?`)

// plain is a line without what differs from run to run: numbers, and how wide its columns are.
func plain(line string) string {
	return strings.Join(strings.Fields(numbers.ReplaceAllString(line, "#")), " ")
}

// missing finds the first line that is shown and was not printed behind the one before it; nothing when all were.
func missing(shown []string, output string) string {
	lines := strings.Split(output, "\n")
	for i := range lines {
		lines[i] = plain(lines[i])
	}
	for _, line := range shown {
		if line == "" {
			continue
		}
		var parts []string
		for part := range strings.SplitSeq(line, "…") {
			parts = append(parts, regexp.QuoteMeta(plain(part)))
		}
		wanted := regexp.MustCompile("^" + strings.Join(parts, ".*") + "$")
		at := slices.IndexFunc(lines, wanted.MatchString)
		if at < 0 {
			return line
		}
		if line != "…" {
			lines = lines[at+1:]
		}
	}
	return ""
}

// A page that shows other words than the run is found; other numbers are none.
func TestTheWordsOfAPageCountAndItsNumbersDoNot(t *testing.T) {
	t.Parallel()
	const output = "health check first\n\n✓ error_rate...: 0.00% ✓ 0    ✗ 339   rate < 1.00%, max <= 10m0s\n  failures       none\nVERDICT: PASS  every objective is met\n"
	for _, c := range []struct {
		shown []string
		want  string
	}{
		{[]string{"✓ error_rate...: 4.94% ✓ 16 ✗ 308 rate < 1.00%, max <= 1s", "…", "VERDICT: PASS  every objective is met"}, ""},
		{[]string{"✓ error_rate…", "", "VERDICT: PASS …"}, ""},
		{[]string{"✗ error_rate…"}, "✗ error_rate…"},
		{[]string{"VERDICT: FAIL …"}, "VERDICT: FAIL …"},
		{[]string{"VERDICT: PASS …", "failures none"}, "failures none"}, // in the other order
		{[]string{"failures reset 3"}, "failures reset 3"},
		{[]string{"failures"}, "failures"}, // all of a line
	} {
		if got := missing(c.shown, output); got != c.want {
			t.Errorf("%q: missing is %q, not %q", c.shown, got, c.want)
		}
	}
}

// A block that is neither run nor left out on purpose is none of the page.
func TestAPageIsReadBlockByBlock(t *testing.T) {
	t.Parallel()
	steps, err := readSteps("# A\n## One\n<!-- tour: exit=0|1 VUS=2 -->\n```bash\na\nb\n```\n```text\nseen\n```\n## Two\n<!-- tour: kubernetes -->\n```bash\nc\n```\n")
	want := "[{One line 4 a\nb\n [seen] [0 1]  false [VUS=2]} {Two line 13 c\n [] [0]  true []}]"
	if got := fmt.Sprint(steps); err != nil || got != want {
		t.Errorf("%v, %v, not %v", got, err, want)
	}
	for _, page := range []string{"```sh\na\n```", "<!-- tour: exti=99 -->\n```bash\na\n```", "```text\na\n```"} {
		if _, err := readSteps(page); err == nil {
			t.Errorf("%q is taken", page)
		}
	}
}

// read is a file of the repository.
func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
