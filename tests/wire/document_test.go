package wire

import (
	"fmt"
	"strings"
	"testing"

	"github.com/featherweight/tests/measure"
)

// comparison is what came of one mode with one client.
type comparison struct {
	mode
	client  string
	figures []*Figure
	left    Left
	others  float64
}

// document is the text of docs/benchmarks.md: what was on the wire, and how wrong each client is.
func document(all []comparison) string {
	head := []string{"", "", "client", "turns", "on the wire p50 / p90 / p99", "reported p50 / p90 / p99", "error p50", "error p99", "largest error"}
	var rows [][]string
	var busy, lost []string
	for _, c := range all {
		for _, f := range c.figures {
			if f.Name == "connect" { // the stock clients have no word for the server's part of it
				continue
			}
			three := func(values []float64) string {
				return fmt.Sprintf("%.2f / %.2f / %.2f", Quantile(values, 0.5), Quantile(values, 0.9), Quantile(values, 0.99))
			}
			rows = append(rows, []string{
				c.name, f.Name, c.client, fmt.Sprint(len(f.Off)), three(f.Wire), three(f.Told),
				fmt.Sprintf("%.2f", f.Wrong(0.5)), fmt.Sprintf("%.2f", f.Wrong(0.99)), fmt.Sprintf("%.2f", f.Wrong(1)),
			})
		}
		if c.left.Failed > 0 {
			lost = append(lost, fmt.Sprintf("%s, %s %d (%s)", c.name, c.client, c.left.Failed, c.left.Why))
		}
		busy = append(busy, fmt.Sprintf("%s, %s %.0f %%", c.name, c.client, 100*c.others))
	}
	text := measure.Table(head, rows)
	if len(lost) > 0 {
		text += "\nTurns that a client lost, and not because the run ended (they are not compared): " + strings.Join(lost, "; ") + ".\n"
	}
	return text + "\nWhat other programs had of the machine: " + strings.Join(busy, "; ") + ".\n"
}

func TestTheTableHasTheErrorsOfEveryClient(t *testing.T) {
	t.Parallel()
	f := &Figure{Name: "TTFT"}
	for i := range 100 {
		f.add(50_000_000, 50+float64(i)/10) // 0 to 9.9 ms too late
	}
	g := &Figure{Name: "connect"}
	text := document([]comparison{{mode{name: "idle"}, "k6/ws", []*Figure{f, g}, Left{Failed: 2, Why: "close sent"}, 0.07}})
	for _, want := range []string{
		"| idle | TTFT | k6/ws | 100 | 50.00 / 50.00 / 50.00 | 54.90 / 58.90 / 59.80 | 4.90 | 9.80 | 9.90 |\n",
		"idle, k6/ws 7 %.",
		"(they are not compared): idle, k6/ws 2 (close sent).",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "connect") {
		t.Errorf("the time to connect is in it\n%s", text)
	}
}
