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

func TestTurnsThatAClientLostAreCountedAndNotCompared(t *testing.T) {
	t.Parallel()
	whole := func(id string) Told { return Told{ID: id, OK: true, Tokens: 3} }
	cut := func() *Turn {
		turn := atMs(0)
		turn.Complete = 0
		return turn
	}
	for name, test := range map[string]struct {
		told Told // beside one turn that is whole on both sides
		wire *Turn
		want Left
	}{
		"the end cut it off, and it is told as failed":   {Told{ID: "b"}, cut(), Left{Cut: 1}},
		"the end cut it off, and it is not told of":      {Told{}, cut(), Left{Cut: 1}},
		"whole on the wire, and told as failed":          {Told{ID: "b", Error: "close sent"}, atMs(0), Left{Failed: 1, Why: "close sent"}},
		"whole on the wire, and not told of":             {Told{}, atMs(0), Left{Failed: 1, Why: "not told of"}},
		"failed before the question was out on the wire": {Told{ID: "b", Error: "dial"}, nil, Left{Failed: 1, Why: "dial"}},
	} {
		told, wire := []Told{whole("a")}, map[string]*Turn{"a": atMs(0)}
		if test.told.ID != "" {
			told = append(told, test.told)
		}
		if test.wire != nil {
			wire["b"] = test.wire
		}
		told, wire, left := Compared(told, wire)
		figures, err := Figures(told, wire)
		if left != test.want || err != nil || len(figures[0].Off) != 1 {
			t.Errorf("%s: left out %+v, not %+v; %v", name, left, test.want, err)
		}
	}
	for name, turn := range map[string]*Turn{"not whole on the wire": cut(), "not on the wire": nil} {
		told, wire, left := Compared([]Told{whole("b")}, map[string]*Turn{"b": turn})
		if _, err := Figures(told, wire); left != (Left{}) || err == nil {
			t.Errorf("a turn is told as whole and is %s: left out %+v, and the comparison is not void", name, left)
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
