package wire

import (
	"strings"
	"testing"
	"time"
)

// atMs is a turn with 3 tokens: TTFT 50, mean ITL 30, longest gap 40, response 115, connect 3 ms.
func atMs(asked float64) *Turn {
	at := func(after float64) time.Duration { return time.Duration((asked + after) * float64(time.Millisecond)) }
	return &Turn{
		Connection: &Connection{SYN: at(-9), SYNACK: at(-8), Requested: at(-6.5), Switched: at(-4.5)},
		Asked:      at(0), Tokens: 3, First: at(50), Last: at(110), LongestGap: 40 * time.Millisecond, Complete: at(115),
	}
}

func TestAnErrorIsWhatWasToldLessWhatIsTrue(t *testing.T) {
	t.Parallel()
	told := []Told{
		{ID: "a", OK: true, Tokens: 3, TTFT: 52, ITL: 29, LongestGap: 45, Duration: 115.5, Connect: 3.5},
		{ID: "b", OK: true, Tokens: 3, TTFT: 49, ITL: 30, LongestGap: 40, Duration: 125},
	}
	figures, err := Figures(told, map[string]*Turn{"a": atMs(10), "b": atMs(5000)})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]float64{"TTFT": {2, -1}, "mean ITL": {-1, 0}, "longest gap": {5, 0}, "response": {0.5, 10}, "connect": {0.5}}
	for _, f := range figures {
		if got := f.Off; len(got) != len(want[f.Name]) || got[0] != want[f.Name][0] || got[len(got)-1] != want[f.Name][len(got)-1] {
			t.Errorf("%s is off by %v, not %v", f.Name, got, want[f.Name])
		}
	}
	if got := figures[1].Wrong(0.99); got != 1 {
		t.Errorf("too little is as wrong as too much: %v", got)
	}
	if row := figures[0].Row("mode"); !strings.HasPrefix(row, "mode          TTFT        |   50.00    50.00    50.00 |   49.00    52.00    52.00 |   -1.00    -1.00     2.00     2.00     2.00") {
		t.Errorf("the row is %q", row)
	}
}

func TestAComparisonIsVoidUnlessBothSidesKnowTheSameTurns(t *testing.T) {
	t.Parallel()
	good := Told{ID: "a", OK: true, Tokens: 3}
	other, failed, short := good, good, good
	other.ID, failed.OK, failed.Error, short.Tokens = "b", false, "reset", 2
	cut := atMs(0)
	cut.Complete = 0
	for name, test := range map[string]struct {
		told []Told
		wire map[string]*Turn
		says string
	}{
		"no turn":           {nil, nil, "0 turns"},
		"one is not told":   {[]Told{good}, map[string]*Turn{"a": atMs(0), "b": atMs(0)}, "2 turns are on the wire, and 1"},
		"one is not seen":   {[]Told{good, other}, map[string]*Turn{"a": atMs(0)}, "the turn b is told of, and not"},
		"one is told twice": {[]Told{good, good}, map[string]*Turn{"a": atMs(0)}, "twice"},
		"a token is amiss":  {[]Told{short}, map[string]*Turn{"a": atMs(0)}, "2 tokens; on the wire are 3"},
		"one failed":        {[]Told{failed}, map[string]*Turn{"a": atMs(0)}, "failed: reset"},
		"one was cut off":   {[]Told{good}, map[string]*Turn{"a": cut}, "not whole"},
	} {
		if _, err := Figures(test.told, test.wire); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestATurnThatTheEndOfTheRunCutOffOnBothSidesIsNoneOfTheComparison(t *testing.T) {
	t.Parallel()
	good, failed := Told{ID: "a", OK: true, Tokens: 3}, Told{ID: "b"}
	cut := func() *Turn {
		turn := atMs(0)
		turn.Complete = 0
		return turn
	}
	told, wire, n := Cut([]Told{good, failed}, map[string]*Turn{"a": atMs(0), "b": cut(), "c": cut()})
	if n != 2 || len(told) != 1 || told[0].ID != "a" || len(wire) != 1 || wire["a"] == nil {
		t.Errorf("%d are cut, %v and %v are left", n, told, wire)
	}
	for name, test := range map[string]struct { // one side says that it is whole
		told Told
		turn *Turn
	}{
		"on the wire":      {failed, atMs(0)},
		"as it is told of": {Told{ID: "b", OK: true, Tokens: 3}, cut()},
	} {
		told, wire, n := Cut([]Told{test.told}, map[string]*Turn{"b": test.turn})
		if _, err := Figures(told, wire); n != 0 || err == nil {
			t.Errorf("%s: %d are cut, and the comparison is not void", name, n)
		}
	}
}

func TestAQuantileIsAValueThatWasSeen(t *testing.T) {
	t.Parallel()
	values := []float64{4, 1, 3, 2}
	for p, want := range map[float64]float64{0: 1, 0.5: 2, 0.75: 3, 0.76: 4, 0.99: 4, 1: 4} {
		if got := Quantile(values, p); got != want {
			t.Errorf("%v: %v, not %v", p, got, want)
		}
	}
}
