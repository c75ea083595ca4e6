package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
	"github.com/featherweight/tests/measure"
)

// asked skips unless this benchmark is asked for: they take minutes, and want the machine to themselves.
func asked(t *testing.T, name string) {
	t.Helper()
	if os.Getenv("BENCH") != name {
		t.Skipf("SKIPPED: it runs with: tests/bench/run %s", name)
	}
}

// number is a variable with its default.
func number(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s=%q must be a whole number above 0", name, text)
	}
	return n
}

func duration(t *testing.T, name string, otherwise time.Duration) time.Duration {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		t.Fatalf("%s=%q must be a duration above 0, such as 20s", name, text)
	}
	return d
}

// tell prints a block and writes it into the document, unless BENCH_WRITE is 0.
func tell(t *testing.T, name, block string) {
	t.Helper()
	block = "On " + measure.Machine(harness.K6()) + ".\n\n" + block
	fmt.Println(block)
	if os.Getenv("BENCH_WRITE") == "0" {
		return
	}
	if err := measure.Write(filepath.Join(harness.Root(), "docs", "benchmarks.md"), name, block); err != nil {
		t.Error(err)
	}
}

// TestTheCostOfAUser is `make bench`: rounds of all clients in both conversations, in turn.
func TestTheCostOfAUser(t *testing.T) {
	asked(t, "cost")
	n, users, window := number(t, "BENCH_ROUNDS", 3), number(t, "BENCH_USERS", 1000), duration(t, "BENCH_WINDOW", 20*time.Second)
	all := chosen(t, os.Getenv("BENCH_CLIENTS"))
	talks := map[bool]conversation{true: steady(users, 50*time.Millisecond, 3*time.Second, window/2), false: everyday(users, window/2, window)}
	found := map[bool]rounds{true: {}, false: {}}
	fmt.Printf("%d users\n%-6s%-12s%-16s%14s%14s%12s%12s%12s\n", users, "round", "", "client", "µs CPU/token", "ms CPU/turn", "peak MiB", "start s", "tokens/s")
	for round := 1; round <= n; round++ {
		for _, isSteady := range []bool{true, false} {
			for i := range all {
				c := all[(i+round-1)%len(all)] // nobody is always the first
				one := c.run(t, talks[isSteady])
				found[isSteady][c.name] = append(found[isSteady][c.name], one)
				name := map[bool]string{true: "steady", false: "everyday"}[isSteady]
				fmt.Printf("%-6d%-12s%-16s%14.2f%14.2f%12.0f%12.2f%12.0f\n", round, name, c.name, one.perToken, one.perTurn, one.peak, one.start, one.tokens)
			}
		}
	}
	tell(t, "make bench", costBlock(n, talks[true], talks[false], all, found)+
		measure.Table(aimHead(), judge(t, aims(), func(a aim) rounds { return found[a.steady] })))
}

// costBlock is the text of the document.
func costBlock(n int, tokens, talk conversation, all []client, found map[bool]rounds) string {
	var out strings.Builder
	fmt.Fprintf(&out, "Rounds: %d, all clients in turn, a target of its own for each: medians, and the range of the rounds. Ratios are taken round by round.\n\n", n)
	fmt.Fprintf(&out, "*Only tokens*: %d users, each with one answer that outlasts the measurement, %.0f tokens a second, measured for %v:\n\n",
		tokens.users, tokens.rate(), tokens.window)
	out.WriteString(table(all, found[true], []column{
		{"µs of CPU per token", perToken, 1}, {"peak memory, MiB", peak, 0},
	}, []column{{"CPU of k6/ws", perToken, 2}}, perToken))
	fmt.Fprintf(&out, "\n*The main job's conversation*: %d users, %d turns of %d tokens a connection, %d a second, pauses of %v to %v, measured for %v:\n\n",
		talk.users, talk.turns, talk.tokens, int(time.Second/talk.interval), talk.pauseMin, talk.pauseMax, talk.window)
	out.WriteString(table(all, found[false], []column{
		{"ms of CPU per turn", perTurn, 2},
		{"peak memory, MiB", peak, 0},
		{"a user, KiB", func(c cost) float64 { return c.peak * 1024 / float64(talk.users) }, 0},
		{"start, s", func(c cost) float64 { return c.start }, 1},
		{"start, s of CPU", func(c cost) float64 { return c.startCPU }, 1},
		{"turns a second", func(c cost) float64 { return c.turns }, 0},
	}, []column{{"CPU of k6/ws", perTurn, 2}, {"memory of k6/ws", peak, 2}}, nil))
	fmt.Fprintf(&out, "\n*start* is from the start of the program until every user had asked; except in the main job they begin one after the other, in %v.\n", talk.spread)
	for _, c := range all {
		if c.about != "" {
			fmt.Fprintf(&out, "*%s*: %s.\n", c.name, c.about)
		}
	}
	out.WriteString("\n")
	return out.String()
}

// column is a figure of a table.
type column struct {
	head   string
	figure func(cost) float64
	digits int
}

// table has a row for each client: figures, ratios to k6/ws, and with ofFloor the ratio to the floor.
func table(all []client, found rounds, figures, ratios []column, ofFloor func(cost) float64) string {
	head := []string{"client"}
	for _, f := range append(append([]column{}, figures...), ratios...) {
		head = append(head, f.head)
	}
	if ofFloor != nil {
		head = append(head, "CPU of the floor")
	}
	var rows [][]string
	for _, c := range all {
		row := []string{c.name}
		for _, f := range figures {
			row = append(row, measure.Of(found.of(c.name, f.figure)).Text(f.digits))
		}
		for _, f := range ratios {
			row = append(row, found.ratio(c.name, k6ws, f.figure).Text(f.digits))
		}
		if ofFloor != nil {
			row = append(row, found.ratio(c.name, floor, ofFloor).Text(2))
		}
		rows = append(rows, row)
	}
	return measure.Table(head, rows)
}
