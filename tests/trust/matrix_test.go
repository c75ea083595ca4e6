package trust

import (
	"fmt"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
)

// TestEveryFaultHasItsVerdict runs the short form of the table; with TRUST_ROUNDS all of it, so many times.
func TestEveryFaultHasItsVerdict(t *testing.T) {
	rows, rounds := shortForm(), 1
	if given := os.Getenv("TRUST_ROUNDS"); given != "" {
		n, err := strconv.Atoi(given)
		if err != nil || n < 1 {
			t.Fatalf("TRUST_ROUNDS=%s is not allowed: a number from 1 on", given)
		}
		rows, rounds = table(), n
	}
	var mu sync.Mutex
	var outcomes []outcome
	begun := time.Now()
	t.Run("rows", func(t *testing.T) {
		for round := 1; round <= rounds; round++ {
			for _, r := range rows {
				t.Run(fmt.Sprintf("%s, %d", r.name(), round), func(t *testing.T) {
					t.Parallel()
					out := r.run(t, round)
					mu.Lock()
					outcomes = append(outcomes, out)
					mu.Unlock()
					fmt.Printf("%6.0f s  %-16s %s, %d\n", time.Since(begun).Seconds(), out.came(), r.name(), round)
					for _, wrong := range out.wrong {
						fmt.Println("         " + wrong)
						t.Error(wrong)
					}
					switch {
					case t.Failed():
						t.Log(out.text)
					case out.left != "":
						harness.LeaveOut(t, "trust", out.left)
					}
				})
			}
		}
	})
	whole := lines(rows, outcomes)
	fmt.Print(printed(whole))
	if len(outcomes) == len(table())*rounds {
		if err := writeDocument(document(whole, rounds, time.Since(begun), machine())); err != nil {
			t.Error(err)
		}
	}
}
