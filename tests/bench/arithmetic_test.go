package bench

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/featherweight/tests/harness"
)

// What is measured of a client whose use of the CPU is known.
func TestACostIsWhatWasUsedOverWhatCame(t *testing.T) {
	t.Parallel()
	c := everyday(100, time.Second, 10*time.Second)
	from := moment{time.Unix(100, 0), 5 * time.Second, harness.Truth{Tokens: 1000, TurnsCompleted: 50, Open: 100}}
	to := moment{time.Unix(110, 0), 7 * time.Second, harness.Truth{Tokens: 9000, TurnsCompleted: 450, Open: 95}}
	got, err := c.spent(from, to, 0.9)
	if want := (cost{perToken: 250, perTurn: 5, perUser: 2, tokens: 800, turns: 40}); err != nil || got != want {
		t.Errorf("%+v, not %+v: %v", got, want, err)
	}
}

func TestAWindowInWhichSomethingWasMissingSaysNothing(t *testing.T) {
	t.Parallel()
	c := steady(100, 50*time.Millisecond, time.Second, 10*time.Second) // 2,000 tokens a second
	from := moment{at: time.Unix(100, 0)}
	for name, test := range map[string]struct {
		to   harness.Truth
		says string
	}{
		"all there":     {harness.Truth{Tokens: 18_001, Open: 90}, ""},
		"users missing": {harness.Truth{Tokens: 20_000, Open: 89}, "89 of 100 users"},
		"tokens late":   {harness.Truth{Tokens: 17_999, Open: 100}, "17999 tokens came in the window instead of 20000"},
		"a turn cut":    {harness.Truth{Tokens: 20_000, Open: 100, TurnsCut: 1}, "1 turns were cut"},
	} {
		_, err := c.spent(from, moment{at: time.Unix(110, 0), sent: test.to}, 0.9)
		if (err == nil) != (test.says == "") || err != nil && !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheLoadLastsAsLongAsWhatIsMeasured(t *testing.T) {
	t.Parallel()
	talk := everyday(1000, 10*time.Second, 20*time.Second)
	if talk.outlasts() || talk.load() != 40*time.Second || talk.answer() != 1150*time.Millisecond {
		t.Errorf("%v, load %v, an answer %v", talk.outlasts(), talk.load(), talk.answer())
	}
	tokens := steady(1000, 50*time.Millisecond, 3*time.Second, 10*time.Second)
	if !tokens.outlasts() || tokens.load() != 10*time.Second || tokens.answer() != 28*time.Second || tokens.rate() != 20_000 {
		t.Errorf("%v, load %v, an answer %v, %v tokens a second", tokens.outlasts(), tokens.load(), tokens.answer(), tokens.rate())
	}
}

func TestTheSummariesOfAllClientsAreRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]float64{
		`{"failures":{"reset":2},"totals":{"tokens":40,"failed":2}}`: {40, 2},
		`{"tokens":60,"turns":3,"failures":0.25}`:                    {60, 0.25},
	} {
		tokens, failures, err := counted([]byte(text))
		if err != nil || tokens != want[0] || failures != want[1] {
			t.Errorf("%s: %v, %v, %v", text, tokens, failures, err)
		}
	}
	for _, text := range []string{``, `{}`, `{"tokens":60}`, `{"failures":0}`} {
		if _, _, err := counted([]byte(text)); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

func TestARatioIsHeldAgainstItsAim(t *testing.T) {
	t.Parallel()
	a := aim{what: "CPU per token", a: "ours", b: "stock", figure: perToken, most: 0.4}
	found := func(ours ...float64) rounds {
		r := rounds{}
		for _, value := range ours {
			r["ours"], r["stock"] = append(r["ours"], cost{perToken: value}), append(r["stock"], cost{perToken: 100})
		}
		return r
	}
	for _, test := range []struct {
		ours  []float64
		holds float64
		row   []string
	}{
		{[]float64{40}, 0, []string{"0.40", "0.50", "0.40", "met"}},
		{[]float64{90, 45, 50}, 0, []string{"0.40", "0.50", "0.50 (0.45 to 0.90)", "missed, within the limit"}},
		{[]float64{51}, 0, []string{"0.40", "0.50", "0.51", "missed"}},
		{[]float64{51}, 0.8, []string{"0.40", "0.80, not yet 0.50", "0.51", "missed, within the limit"}},
	} {
		a.holds = test.holds
		want := append([]string{"CPU per token: ours of stock"}, test.row...)
		if got := a.row(found(test.ours...)); !reflect.DeepEqual(got, want) {
			t.Errorf("%q, not %q", got, want)
		}
	}
	if rows := judge(t, []aim{a}, func(aim) rounds { return rounds{} }); rows != nil {
		t.Errorf("of clients that were left out: %v", rows)
	}
}

func TestOnlyWindowsWithRoomCount(t *testing.T) {
	t.Parallel()
	all := []window{{others: 0.1}, {others: 0.9}, {others: mostOfOthers}}
	if got := quiet(all); got != 2 {
		t.Errorf("%d", got)
	}
}

func TestTheFiguresOfALoopAreThoseBetweenTwoLooks(t *testing.T) {
	t.Parallel()
	got := looped{Ticks: 2950, Seconds: 30, Scrapes: 250, LongestGap: 12.34}.since(looped{Ticks: 1000, Seconds: 10, Scrapes: 50, LongestGap: 99}, 3*time.Second)
	if want := []string{"10", "97.50", "12.3", "15.0"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
}

// A client that failed at one size is a gap.
func TestTheTablesOfGrowthAreByUser(t *testing.T) {
	t.Parallel()
	found := rounds{"ours": {{perUser: 0.5, peak: 100, start: 1, startCPU: 0.5}, {perUser: math.NaN(), peak: math.NaN(), start: math.NaN(), startCPU: math.NaN()}}}
	all, users := []client{{name: "ours"}}, []float64{100, 1000}
	text := growthBlock(grown(100, time.Second), users, all, found)
	for _, want := range []string{"| client | 100 users | 1000 users |", "| ours | 0.500 | - |", "| ours | 1024 | - |", "| ours | 10.0 | - |", "| ours | 5.00 | - |"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if got := strings.Count(growthPicture(users, all, found), "<circle"); got != len(grownFigures()) {
		t.Errorf("%d points", got)
	}
}

func TestTheTableOfCostsHasRatiosToStockAndFloor(t *testing.T) {
	t.Parallel()
	found := rounds{bare: {{perToken: 20}}, k6ws: {{perToken: 80}}, floor: {{perToken: 16}}}
	got := table([]client{{name: bare}, {name: "Tsung"}}, found, []column{{"µs", perToken, 1}}, []column{{"of k6/ws", perToken, 2}}, perToken)
	want := "| client | µs | of k6/ws | CPU of the floor |\n| --- | --: | --: | --: |\n| bare client | 20.0 | 0.25 | 1.25 |\n| Tsung | - | - | - |\n"
	if got != want {
		t.Errorf("%s", got)
	}
}
