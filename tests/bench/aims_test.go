package bench

import (
	"fmt"
	"testing"

	"github.com/featherweight/tests/measure"
)

// rounds are what each client cost, round by round.
type rounds map[string][]cost

func (r rounds) of(name string, figure func(cost) float64) []float64 {
	values := make([]float64, len(r[name]))
	for i, c := range r[name] {
		values[i] = figure(c)
	}
	return values
}

// ratio is that of two clients, round by round.
func (r rounds) ratio(a, b string, figure func(cost) float64) measure.Spread {
	return measure.Ratio(r.of(a, figure), r.of(b, figure))
}

// The figures that are compared.
func perToken(c cost) float64 { return c.perToken }
func perTurn(c cost) float64  { return c.perTurn }
func peak(c cost) float64     { return c.peak }

// tolerance is how much worse than an aim a ratio may be before a test fails.
const tolerance = 1.25

// aim is a ratio that is not to be exceeded.
type aim struct {
	what   string
	steady bool // of the conversation in which there are only tokens
	a, b   string
	figure func(cost) float64
	most   float64
	// holds is the limit of the test where the aim times the tolerance is out of reach today; 0 where it is not.
	holds float64
	// short is the same for the short form, whose ratios are not those of 1,000 users: with 300, the loop of our client finds a third of
	// the tokens each time that it looks, and what the main job does once a second is divided by half of the users. Alone on the
	// machine they were 0.25, 0.89 and 0.52; where others have up to two fifths of it, an urgent thread looks as often as before, and
	// the others find more at once.
	short float64
}

func aims() []aim {
	return []aim{
		{what: "CPU per token", steady: true, a: bare, b: k6ws, figure: perToken, most: 0.25, short: 0.36},
		{what: "CPU per token", steady: true, a: bare, b: floor, figure: perToken, most: 1.25, short: 2.2},
		{what: "CPU per turn", a: mainJob, b: k6ws, figure: perTurn, most: 0.45, short: 0.65},
		{what: "peak memory", a: mainJob, b: k6ws, figure: peak, most: 0.9},
	}
}

// limit is what a test fails above.
func (a aim) limit() float64 {
	if a.holds > 0 {
		return a.holds
	}
	return a.most * tolerance
}

// state says how a ratio stands to its aim.
func (a aim) state(ratio float64) string {
	switch {
	case ratio <= a.most:
		return "met"
	case ratio <= a.limit():
		return "missed, within the limit"
	}
	return "missed"
}

// row is that of a table.
func (a aim) row(found rounds) []string {
	ratio := found.ratio(a.a, a.b, a.figure)
	limit := fmt.Sprintf("%.2f", a.limit())
	if a.holds > 0 {
		limit += fmt.Sprintf(", not yet %.2f", a.most*tolerance)
	}
	return []string{fmt.Sprintf("%s: %s of %s", a.what, a.a, a.b), fmt.Sprintf("%.2f", a.most), limit, ratio.Text(2), a.state(ratio.Median)}
}

// judge fails the test where a ratio is above its limit. Where a client was left out there is none.
func judge(t *testing.T, all []aim, found func(aim) rounds) [][]string {
	t.Helper()
	var table [][]string
	for _, a := range all {
		if r := found(a); len(r[a.a]) > 0 && len(r[a.b]) > 0 {
			row := a.row(r)
			table = append(table, row)
			if a.state(r.ratio(a.a, a.b, a.figure).Median) == "missed" {
				t.Errorf("%s is %s; the aim is %s, the limit %s", row[0], row[3], row[1], row[2])
			}
		}
	}
	return table
}

// aimHead is the heading of the rows.
func aimHead() []string {
	return []string{"ratio", "aim", "limit", "measured", ""}
}
