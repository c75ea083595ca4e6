package compare_test

import (
	"os"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/compare"
)

// pairs is how many pairs are simulated: short, or as many as COMPARE_PAIRS says, at the default length with 1,000 users.
func pairs(short int) (n int, full bool) {
	if n, err := strconv.Atoi(os.Getenv("COMPARE_PAIRS")); err == nil {
		return n, true
	}
	return short, false
}

// reports compares so many pairs, each with seeds of its own.
func reports(n, users, steady int, base, latest server) []compare.Report {
	out := make([]compare.Report, n)
	next := make(chan int)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for i := range next {
				out[i] = compare.Compare([]compare.Run{simulate(base, users, steady, uint64(2*i))},
					[]compare.Run{simulate(latest, users, steady, uint64(2*i+1))}, compare.Tolerance{})
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	all.Wait()
	return out
}

// counted is how many reports say a word of any line, and how often each line.
func counted(all []compare.Report, word compare.Word) (reports int, lines map[string]int) {
	lines = map[string]int{}
	for _, report := range all {
		found := false
		for _, line := range report.Lines {
			if line.Word == word {
				found = true
				lines[line.Name+" "+line.Phase]++
			}
		}
		if found {
			reports++
		}
	}
	return reports, lines
}

func TestTheSameServerIsCalledWorseInAtMostFiveOfAHundredReports(t *testing.T) {
	t.Parallel()
	n, full := pairs(200)
	users, steady := 40, 45
	if full {
		users, steady = 1000, 300
	}
	all := reports(n, users, steady, usual, usual)
	worse, lines := counted(all, compare.Worse)
	better, _ := counted(all, compare.Better)
	same, of := counted(all, compare.Same)
	t.Logf("%d pairs: worse %d %v, better %d, same %d %v", n, worse, lines, better, same, of)
	assert.LessOrEqual(t, worse, n/20)
	assert.LessOrEqual(t, better, n/20)
}

func TestFivePercentSlowerIsFoundAtTheDefaultLength(t *testing.T) {
	t.Parallel()
	n, _ := pairs(6)
	found := 0
	for _, report := range reports(n, 1000, 300, usual, usual.slower(1.05)) {
		line := of(t, report, "response time", "steady")
		if line.Word == compare.Worse {
			found++
		}
		t.Logf("%s: %+.2f %% (%+.2f %% to %+.2f %%)", line.Word, 100*line.Share(line.Difference), 100*line.Share(line.Low), 100*line.Share(line.High))
		assert.Equal(t, compare.Same, of(t, report, "loop frequency", "steady").Word)
	}
	t.Logf("found in %d of %d", found, n)
	assert.GreaterOrEqual(t, found*10, n*9)
}

func of(t *testing.T, r compare.Report, name, phase string) compare.Line {
	t.Helper()
	for _, line := range r.Lines {
		if line.Name == name && line.Phase == phase {
			return line
		}
	}
	require.Failf(t, "no such line", "%s, %s", name, phase)
	return compare.Line{}
}
