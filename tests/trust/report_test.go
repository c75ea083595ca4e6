package trust

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/featherweight/tests/harness"
)

// line is what of a row goes into the table: what was wanted, and what came in each round.
type line struct {
	row      row
	outcomes []outcome
}

// lines are those of the rows, in the order of the table.
func lines(all []row, outcomes []outcome) []line {
	var out []line
	for _, r := range all {
		l := line{row: r}
		for _, o := range outcomes {
			if o.row.name() == r.name() {
				l.outcomes = append(l.outcomes, o)
			}
		}
		slices.SortFunc(l.outcomes, func(a, b outcome) int { return cmp.Compare(a.round, b.round) })
		out = append(out, l)
	}
	return out
}

// wanted is what a row wants, in words.
func (r row) wanted() string {
	text := r.want
	for _, part := range []struct {
		what  string
		names []string
		glue  string
	}{{"missed", r.fails, ", "}, {"undecided", r.open, ", "}, {"failures", r.reasons, " or "}} {
		if len(part.names) > 0 {
			text += "; " + part.what + ": " + strings.Join(part.names, part.glue)
		}
	}
	return text
}

// came is what came of it, in a few words.
func (o outcome) came() string {
	switch {
	case o.left != "":
		return "left out"
	case len(o.wrong) > 0:
		return "WRONG (" + o.verdict + ")"
	default:
		return o.verdict
	}
}

// seconds that the rounds of a row took, on average.
func (l line) seconds() string {
	total, n := time.Duration(0), 0
	for _, o := range l.outcomes {
		if o.left == "" {
			total, n = total+o.took, n+1
		}
	}
	if n == 0 {
		return "–"
	}
	return fmt.Sprintf("%.0f", total.Seconds()/float64(n))
}

func (l line) came() string {
	texts := make([]string, 0, len(l.outcomes))
	for _, o := range l.outcomes {
		texts = append(texts, o.came())
	}
	return strings.Join(texts, ", ")
}

// printed is the table for a terminal, and below it what is wrong and what was left out.
func printed(table []line) string {
	var b strings.Builder
	for _, l := range table {
		if len(l.outcomes) == 0 { // of another part of the table
			continue
		}
		fmt.Fprintf(&b, "%-92s  %-28s %3s s\n", l.row.name(), l.came(), l.seconds())
	}
	for _, note := range notes(table) {
		b.WriteString(note + "\n")
	}
	return b.String()
}

// notes are what is wrong, and why rows were left out.
func notes(table []line) []string {
	var all []string
	for _, l := range table {
		for _, o := range l.outcomes {
			if o.left != "" && o.round == 1 {
				all = append(all, fmt.Sprintf("left out: %s: %s", l.row.name(), o.left))
			}
			for _, wrong := range o.wrong {
				all = append(all, fmt.Sprintf("WRONG: %s, round %d: %s", l.row.name(), o.round, wrong))
			}
		}
	}
	return all
}

// document is docs/trust.md.
func document(table []line, rounds int, took time.Duration, machine []string) string {
	var b strings.Builder
	runs, wrong, undecided, left := 0, 0, 0, 0
	for _, l := range table {
		for _, o := range l.outcomes {
			switch {
			case o.left != "":
				left++
			case len(o.wrong) > 0:
				wrong++
				if o.verdict == "INVALID" {
					undecided++
				}
			}
			runs++
		}
	}
	fmt.Fprintf(&b, `# What a verdict is worth

<!-- written by make trust; do not edit -->

Each row is a fault in one strength, run %d times with other seeds: the real binary against the reference target, which knows what it
did. A row is right when verdict, exit code, the objectives that are missed or undecided and the most frequent reason of failures are
those that are wanted, when printed summary, JUnit and report say the same, when the bound of the frequency holds the true one, and when the
books balance: connections, questions, turns, failures by reason and tokens equal to the server's own count (`+"`k6 x fwhz audit`"+`),
or, where something between the two may have lost them, different by no more than the users missed.

%d rows, %d runs: **%d not as wanted**, of which %d are INVALID (a machine that has too little time for its rows decides less, and a
wrong verdict is something else); %d left out. %s.

`, rounds, len(table), runs, wrong, undecided, left, strings.Join(machine, ", "))
	fmt.Fprintf(&b, "Again: `make trust` (%.0f minutes here; as root also the rows with network namespaces and a full disk). One row: `tests/trust/run 'part of its name'`.\n", took.Minutes())
	for _, g := range groups() {
		fmt.Fprintf(&b, "\n## %s\n\n| fault | strength | wanted | came | s |\n|---|---|---|---|---|\n", g.title)
		for _, l := range table {
			if slices.ContainsFunc(g.rows, func(r row) bool { return r.name() == l.row.name() }) {
				fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", l.row.fault, l.row.strength, l.row.wanted(), l.came(), l.seconds())
			}
		}
	}
	if all := notes(table); len(all) > 0 {
		b.WriteString("\n## Notes\n\n")
		for _, note := range all {
			fmt.Fprintf(&b, "- %s\n", strings.Join(strings.Fields(note), " "))
		}
	}
	return b.String()
}

// machine says what ran where.
func machine() []string {
	said := func(name string, args ...string) string {
		cmd := exec.CommandContext(context.Background(), name, args...)
		cmd.Dir = harness.Root()
		out, err := cmd.Output()
		if err != nil {
			return "?"
		}
		first, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
		return first
	}
	return []string{
		"Commit " + said("git", "rev-parse", "--short", "HEAD"), said(harness.K6(), "version"),
		fmt.Sprintf("%s/%s with %d cores", runtime.GOOS, runtime.GOARCH, runtime.NumCPU()), time.Now().UTC().Format("2006-01-02"), busy(),
	}
}

// busy says how much else this machine had to do: what it has no time for is undecided, and so not as wanted.
func busy() string {
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "load not known"
	}
	return "load of the last minutes " + strings.Join(strings.Fields(string(load))[:3], ", ")
}

func writeDocument(text string) error {
	return os.WriteFile(filepath.Join(harness.Root(), "docs", "trust.md"), []byte(text), 0o644) //nolint:gosec // a document
}
