package trust

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/featherweight/tests/harness"
)

// finished is a run with that verdict, in which an objective has that outcome.
func finished(t *testing.T, verdict string, code int, objective, outcome, failures string) harness.Run {
	t.Helper()
	run := harness.Run{Code: code, Stdout: "\nVERDICT: " + verdict + "  why", Report: "# " + verdict + ": why"}
	text := `{"verdict": "` + verdict + `", "reasons": ["why"], "failures": {` + failures + `}, "slos": [{"name": "` + objective + `", "outcome": "` + outcome + `"}],
		"phases": [{"name": "steady", "loopHz": {"low": 99, "high": 101}}]}`
	if err := json.Unmarshal([]byte(text), &run.Summary); err != nil {
		t.Fatal(err)
	}
	run.JUnit = &harness.JUnit{}
	if err := json.Unmarshal([]byte(`{"Suites": [{"Tests": 2, "Cases": [{}, {"Name": "`+objective+`"}]}]}`), run.JUnit); err != nil {
		t.Fatal(err)
	}
	suite := &run.JUnit.Suites[0]
	switch outcome {
	case "fail":
		suite.Failures, suite.Cases[1].Failure = 1, &harness.JUnitFlaw{}
	case "invalid":
		suite.Errors, suite.Cases[1].Error = 1, &harness.JUnitFlaw{}
	}
	return run
}

func TestARowIsRightOnlyWithEverythingThatItWants(t *testing.T) {
	t.Parallel()
	r := row{want: "FAIL", fails: []string{"error rate"}, reasons: []string{"reset"}, says: "why", hz: 100}
	right := finished(t, "FAIL", 99, "error rate", "fail", `"reset": 3, "dial": 2`)
	for name, c := range map[string]struct {
		row  func(*row)
		run  harness.Run
		want string // begins a complaint; empty: none
	}{
		"right":                          {nil, right, ""},
		"another verdict":                {nil, finished(t, "PASS", 0, "error rate", "pass", `"reset": 3`), "the verdict is PASS"},
		"another exit code":              {nil, finished(t, "FAIL", 0, "error rate", "fail", `"reset": 3`), "the exit code is 0"},
		"another objective":              {nil, finished(t, "FAIL", 99, "response time", "fail", `"reset": 3`), `"error rate" is not missed`},
		"one too many":                   {func(r *row) { r.fails = nil }, right, `"error rate" is missed`},
		"one that may be":                {func(r *row) { r.fails, r.may = nil, []string{"error rate"} }, right, ""},
		"one that is undecided":          {nil, finished(t, "INVALID", 99, "loop coverage", "invalid", `"reset": 3`), `"loop coverage" is undecided`},
		"one that should be undecided":   {func(r *row) { r.open = []string{"loop coverage"} }, right, `"loop coverage" is not undecided`},
		"another reason":                 {nil, finished(t, "FAIL", 99, "error rate", "fail", `"reset": 1, "dial": 2`), `most turns failed for ["dial"]`},
		"no reason":                      {nil, finished(t, "FAIL", 99, "error rate", "fail", ``), "most turns failed for []"},
		"a reason where there is none":   {func(r *row) { r.reasons = nil }, right, `most turns failed for ["reset"]`},
		"one of two that are as often":   {nil, finished(t, "FAIL", 99, "error rate", "fail", `"reset": 2, "dial": 2`), ""},
		"other words":                    {func(r *row) { r.says = "because" }, right, `it does not say "because"`},
		"another frequency":              {func(r *row) { r.hz = 102 }, right, "the true 102 Hz are not inside [99.000, 101.000]"},
		"a run where there must be none": {func(r *row) { r.want = harness.NoLoad }, right, "the verdict is FAIL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := r
			if c.row != nil {
				c.row(&r)
			}
			wrong := r.judge(c.run)
			if c.want == "" && len(wrong) > 0 || c.want != "" && !slices.ContainsFunc(wrong, func(text string) bool { return strings.HasPrefix(text, c.want) }) {
				t.Errorf("it complains of %q, and should of %q", wrong, c.want)
			}
		})
	}
}
