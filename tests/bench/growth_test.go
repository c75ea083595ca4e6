package bench

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
	"github.com/featherweight/tests/measure"
)

// grown is the conversation of that many users with a token a second for each.
func grown(users int, window time.Duration) conversation {
	c := everyday(users, window/2, window)
	c.ttft, c.interval = 500*time.Millisecond, time.Second
	c.spread = max(2*time.Second, time.Duration(users)*time.Millisecond) // 1,000 begin in a second
	return c
}

// TestTheCostAsItGrows is `make bench-growth`.
func TestTheCostAsItGrows(t *testing.T) {
	asked(t, "growth")
	window := duration(t, "BENCH_WINDOW", 20*time.Second)
	sizes := os.Getenv("BENCH_SIZES")
	if sizes == "" {
		sizes = "100 300 1000 3000 10000"
	}
	names := os.Getenv("BENCH_CLIENTS")
	if names == "" {
		names = strings.Join([]string{mainJob, bare, k6ws}, ",")
	}
	all := chosen(t, names)
	var users []float64
	found := rounds{} // by client, a size after the other
	fmt.Printf("%-8s%-16s%16s%12s%12s%10s%10s%12s\n", "users", "client", "ms CPU/user/s", "KiB/user", "peak MiB", "start s", "CPU s", "tokens/s")
	for _, size := range strings.Fields(sizes) {
		n, err := strconv.Atoi(size)
		if err != nil || n < 1 {
			t.Fatalf("BENCH_SIZES: %q must be a whole number above 0", size)
		}
		users = append(users, float64(n))
		for _, c := range all {
			one := cost{perUser: math.NaN(), peak: math.NaN(), start: math.NaN(), startCPU: math.NaN()}
			t.Run(fmt.Sprint(c.name, " ", n), func(t *testing.T) { one = c.run(t, grown(n, window)) }) // one that fails leaves the others
			found[c.name] = append(found[c.name], one)
			fmt.Printf("%-8d%-16s%16.3f%12.0f%12.0f%10.2f%10.2f%12.0f\n", n, c.name, one.perUser, 1024*one.peak/float64(n), one.peak, one.start, one.startCPU, one.tokens)
		}
	}
	tell(t, "make bench-growth", growthBlock(grown(1000, window), users, all, found))
	if os.Getenv("BENCH_WRITE") != "0" {
		file := filepath.Join(harness.Root(), "docs", "benchmarks-growth.svg")
		if err := os.WriteFile(file, []byte(growthPicture(users, all, found)), 0o644); err != nil {
			t.Error(err)
		}
	}
}

// grownFigure is one of the figures whose growth is shown, of a cost of that many users.
type grownFigure struct {
	name   string
	of     func(c cost, users float64) float64
	digits int
}

func grownFigures() []grownFigure {
	return []grownFigure{
		{"CPU of a user, ms a second", func(c cost, _ float64) float64 { return c.perUser }, 3},
		{"memory of a user, KiB", func(c cost, users float64) float64 { return 1024 * c.peak / users }, 0},
		{"start, ms a user", func(c cost, users float64) float64 { return 1e3 * c.start / users }, 1},
		{"start, ms of CPU a user", func(c cost, users float64) float64 { return 1e3 * c.startCPU / users }, 2},
	}
}

func growthBlock(c conversation, users []float64, all []client, found rounds) string {
	var out strings.Builder
	fmt.Fprintf(&out, "The conversation with %d tokens an answer, one a second, pauses of %v to %v; %v are measured. *Memory* is the peak of the whole program over the number of users. *start* is from the start of "+
		"the program until every user had asked, over the number of users; those of the main job begin all at once, the others 1,000 in a second, and in 2 s at least.\n\n![The same as a picture](benchmarks-growth.svg)\n\n",
		c.tokens, c.pauseMin, c.pauseMax, c.window)
	head := []string{"client"}
	for _, n := range users {
		head = append(head, fmt.Sprintf("%.0f users", n))
	}
	for _, f := range grownFigures() {
		var rows [][]string
		for _, c := range all {
			row := []string{c.name}
			for i, one := range found[c.name] {
				row = append(row, measure.Of([]float64{f.of(one, users[i])}).Text(f.digits))
			}
			rows = append(rows, row)
		}
		out.WriteString(strings.ToUpper(f.name[:1]) + f.name[1:] + ":\n\n" + measure.Table(head, rows) + "\n")
	}
	return out.String()
}

func growthPicture(users []float64, all []client, found rounds) string {
	var panels []measure.Panel
	for _, f := range grownFigures() {
		p := measure.Panel{Title: f.name, X: users}
		for _, c := range all {
			l := measure.Line{Name: c.name}
			for i, one := range found[c.name] {
				l.Y = append(l.Y, f.of(one, users[i]))
			}
			p.Lines = append(p.Lines, l)
		}
		panels = append(panels, p)
	}
	return measure.SVG("What a user costs, by the number of users", panels)
}
