package harness

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// NoLoad is the verdict of a run that was refused before it began.
const NoLoad = "no load"

// Verdict is that of summary.json; of a run that left none, the printed one; or NoLoad.
func (r Run) Verdict() string {
	verdict, ok := r.Summary["verdict"].(string)
	_, printed, _ := strings.Cut(r.Stdout, "\nVERDICT: ")
	switch {
	case ok && strings.HasPrefix(r.Reasons(), "the load was not started"):
		return NoLoad
	case ok:
		return verdict
	case printed != "":
		return strings.Fields(printed)[0]
	default:
		return NoLoad
	}
}

// Reasons are those of the verdict, one to a line.
func (r Run) Reasons() string {
	lines := make([]string, 0, 1)
	reasons, _ := r.Summary["reasons"].([]any)
	for _, reason := range reasons {
		lines = append(lines, fmt.Sprint(reason))
	}
	return strings.Join(lines, "\n")
}

// Objectives lists those with one of these outcomes (pass, fail, invalid, skipped), each with the name of its flow.
func (r Run) Objectives(outcomes ...string) []string {
	var names []string
	for _, slo := range r.slos() {
		if slices.Contains(outcomes, fmt.Sprint(slo["outcome"])) {
			names = append(names, objectiveName(slo))
		}
	}
	return names
}

// MostFrequent are the reasons for which most turns failed; more than one when they are equal, none without a failure.
func (r Run) MostFrequent() []string {
	var names []string
	failures, _ := r.Summary["failures"].(map[string]any)
	most := 0.0
	for _, name := range slices.Sorted(maps.Keys(failures)) {
		switch n, _ := failures[name].(float64); {
		case n > most:
			most, names = n, []string{name}
		case n > 0 && n == most:
			names = append(names, name)
		}
	}
	return names
}

// LoopBound is what the run claims of the loop in the steady phase; false when it claims nothing.
func (r Run) LoopBound() (low, high float64, claimed bool) {
	phases, _ := r.Summary["phases"].([]any)
	for _, entry := range phases {
		phase, _ := entry.(map[string]any)
		loop, _ := phase["loopHz"].(map[string]any)
		if phase["name"] == "steady" && loop != nil {
			low, claimed = loop["low"].(float64)
			high, _ = loop["high"].(float64)
		}
	}
	return low, high, claimed
}

// ExitContradicts says whether the exit code is not that of the verdict. Of any but PASS and FAIL it is another one than 0.
func (r Run) ExitContradicts() []string {
	if code, ok := map[string]int{"PASS": 0, "FAIL": 99}[r.Verdict()]; ok && r.Code != code || !ok && r.Code == 0 {
		return []string{fmt.Sprintf("the exit code is %d, and the verdict %s", r.Code, r.Verdict())}
	}
	return nil
}

// Contradictions are what in the run does not agree with its own verdict: exit code, printed summary, JUnit and report. For a
// CI system, green is PASS and nothing else.
func (r Run) Contradictions() []string {
	wrong := r.ExitContradicts()
	if r.Summary == nil {
		return append(wrong, "it left no summary.json")
	}
	verdict, _ := r.Summary["verdict"].(string)
	if !strings.Contains(r.Stdout, "VERDICT: "+verdict) {
		wrong = append(wrong, "the printed summary has no line VERDICT: "+verdict)
	}
	if !strings.HasPrefix(r.Report, "# "+verdict+": ") {
		wrong = append(wrong, fmt.Sprintf("report.md begins %.40q, not with the verdict %s", r.Report, verdict))
	}
	return slices.Concat(wrong, r.countsContradict(), r.junitContradicts(verdict))
}

// Lines of the printed summary that count the same things.
var (
	ofAll    = regexp.MustCompile(`(WebSocket connection established|Message streaming successful): (\d+) of (\d+)`)
	complete = regexp.MustCompile(`(?m)^ +turns +(\d+) complete, `)
)

// countsContradict says where one count is told in two ways: none is more than all of its kind, and as many turns are complete as
// were answered.
func (r Run) countsContradict() (wrong []string) {
	turns := complete.FindStringSubmatch(r.Stdout)
	for _, found := range ofAll.FindAllStringSubmatch(r.Stdout, -1) {
		some, _ := strconv.Atoi(found[2])
		if all, _ := strconv.Atoi(found[3]); some > all {
			wrong = append(wrong, "it prints "+found[0])
		}
		if found[1] == "Message streaming successful" && turns != nil && turns[1] != found[2] {
			wrong = append(wrong, fmt.Sprintf("it prints %s, and %s complete turns", found[0], turns[1]))
		}
	}
	return wrong
}

func (r Run) junitContradicts(verdict string) []string {
	slos := r.slos()
	if r.JUnit == nil || len(r.JUnit.Suites) != 1 {
		return []string{fmt.Sprintf("junit.xml: %+v, not one suite", r.JUnit)}
	}
	var wrong []string
	suite, want := r.JUnit.Suites[0], map[string]string{}
	for _, slo := range slos {
		want[objectiveName(slo)] = fmt.Sprint(slo["outcome"])
	}
	if suite.Tests != len(slos)+1 || len(suite.Cases) != suite.Tests {
		return []string{fmt.Sprintf("junit.xml counts %d tests and has %d, for %d objectives and the run", suite.Tests, len(suite.Cases), len(slos))}
	}
	for _, test := range suite.Cases[1:] {
		if failed, wanted := test.Failure != nil, want[test.Name] == "fail"; failed != wanted {
			wrong = append(wrong, fmt.Sprintf("junit.xml: %s: failure %v, but its outcome is %s", test.Name, failed, want[test.Name]))
		}
		if undecided, wanted := test.Error != nil, want[test.Name] == "invalid"; undecided != wanted {
			wrong = append(wrong, fmt.Sprintf("junit.xml: %s: error %v, but its outcome is %s", test.Name, undecided, want[test.Name]))
		}
	}
	if green := suite.Failures+suite.Errors == 0; green != (verdict == "PASS") {
		wrong = append(wrong, fmt.Sprintf("junit.xml has %d failures and %d errors, and the verdict is %s", suite.Failures, suite.Errors, verdict))
	}
	return wrong
}

func (r Run) slos() []map[string]any {
	entries, _ := r.Summary["slos"].([]any)
	slos := make([]map[string]any, 0, len(entries))
	for _, entry := range entries {
		slo, _ := entry.(map[string]any)
		slos = append(slos, slo)
	}
	return slos
}

func objectiveName(slo map[string]any) string {
	if flow, ok := slo["flow"]; ok {
		return fmt.Sprintf("%v: %v", flow, slo["name"])
	}
	return fmt.Sprint(slo["name"])
}
