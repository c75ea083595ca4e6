package runners

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// segment is a part of a test: from one fraction of the load up to another.
type segment struct{ from, to *big.Rat }

func (s segment) String() string { return s.from.RatString() + ":" + s.to.RatString() }

// parseSegment reads "1/3:2/3".
func parseSegment(text string) (segment, error) {
	from, to, found := strings.Cut(text, ":")
	low, lowIs := new(big.Rat).SetString(from)
	high, highIs := new(big.Rat).SetString(to)
	if !found || !lowIs || !highIs || low.Sign() < 0 || low.Cmp(high) >= 0 || high.Cmp(big.NewRat(1, 1)) > 0 {
		return segment{}, fmt.Errorf("%q is no part of a test, such as 1/3:2/3", text)
	}
	return segment{low, high}, nil
}

// uncovered says what of the load no runner ran, and what several did; names are those of the runners.
func uncovered(parts []segment, names []string) []string {
	order := make([]int, len(parts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return parts[a].from.Cmp(parts[b].from) })
	var flaws []string
	reached, last := new(big.Rat), ""
	missing := func(to *big.Rat) string {
		return fmt.Sprintf("the runner of the part %s is missing", segment{reached, to})
	}
	for _, i := range order {
		switch parts[i].from.Cmp(reached) {
		case 1:
			flaws = append(flaws, missing(parts[i].from))
		case -1:
			flaws = append(flaws, fmt.Sprintf("%s and %s ran the same part of the load: %s is in both", last, names[i],
				segment{parts[i].from, smaller(reached, parts[i].to)}))
		}
		if parts[i].to.Cmp(reached) > 0 {
			reached, last = parts[i].to, names[i]
		}
	}
	if whole := big.NewRat(1, 1); reached.Cmp(whole) < 0 {
		flaws = append(flaws, missing(whole))
	}
	return flaws
}

func smaller(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) < 0 {
		return a
	}
	return b
}
