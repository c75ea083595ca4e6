package result

import (
	"fmt"
	"strings"

	"github.com/featherweight/xk6-featherweight/internal/format"
	"github.com/featherweight/xk6-featherweight/internal/slo"
)

// testCase is one of JUnit XML. failure is what was missed, error what could not be judged: neither is green.
type testCase struct {
	name    string
	outcome slo.Outcome
	why     string
}

// suite is a report of JUnit.
type suite struct {
	name       string
	startedAt  *string
	seconds    float64
	properties Object[any]
	cases      []testCase
}

// JUnit is the result of a run for CI systems: one test case for each objective, and one for the run itself.
func JUnit(run Summary) string {
	cases := []testCase{theRun(run)}
	for _, one := range run.SLOs {
		cases = append(cases, testCase{title(one), one.Outcome, one.Why})
	}
	properties := append(Object[any]{{"verdict", run.Verdict}}, run.Config...)
	return suite{run.Script, run.StartedAt, run.Seconds, properties, cases}.xml()
}

// title is the name of an objective, behind that of its flow.
func title(one slo.Judged) string {
	if one.Flow == "" {
		return one.Name
	}
	return one.Flow + ": " + one.Name
}

// theRun is what no objective tells: a run that was cut short, or did not begin, is not green because its objectives are.
func theRun(run Summary) testCase {
	explained := run.Verdict == slo.PASS
	for _, one := range run.SLOs {
		explained = explained || one.Outcome == slo.Fail || one.Outcome == slo.Invalid
	}
	if run.Complete && explained {
		return testCase{"the run", slo.Pass, "went to its planned end"}
	}
	return testCase{"the run", slo.Invalid, strings.Join(run.Reasons, "; ")}
}

func (s suite) xml() string {
	counts := map[slo.Outcome]int{}
	for _, one := range s.cases {
		counts[one.outcome]++
	}
	const digits = 3
	totals := fmt.Sprintf(` tests="%d" failures="%d" errors="%d" skipped="%d" time="%s"`, len(s.cases), counts[slo.Fail], counts[slo.Invalid],
		counts[slo.Skipped], format.Fixed(s.seconds, digits))
	started := ""
	if s.startedAt != nil {
		started = attribute("timestamp", *s.startedAt)
	}
	lines := []string{
		`<?xml version="1.0" encoding="UTF-8"?>`,
		`<testsuites name="Featherweight SLO"` + totals + `>`,
		`  <testsuite` + attribute("name", s.name) + totals + started + `>`,
		`    <properties>`,
	}
	for _, property := range s.properties {
		lines = append(lines, `      <property`+attribute("name", property.Name)+attribute("value", valueText(property.Value))+`/>`)
	}
	lines = append(lines, `    </properties>`)
	for _, one := range s.cases {
		lines = append(lines, `    <testcase`+attribute("classname", s.name)+attribute("name", one.name)+` time="0">`, one.inside(), `    </testcase>`)
	}
	return strings.Join(append(lines, `  </testsuite>`, `</testsuites>`, ``), "\n")
}

func (c testCase) inside() string {
	element := "skipped"
	switch c.outcome {
	case slo.Pass:
		return `      <system-out>` + escaped(c.why) + `</system-out>`
	case slo.Fail:
		element = "failure"
	case slo.Invalid:
		element = "error"
	case slo.Skipped:
	}
	// Most viewers show the attribute, GitLab the text alone.
	return `      <` + element + attribute("message", c.why) + `>` + escaped(c.why) + `</` + element + `>`
}

func attribute(name, value string) string { return ` ` + name + `="` + escaped(value) + `"` }

// escaped is text as XML 1.0 may hold it: most control characters cannot stand there even when escaped.
func escaped(text string) string {
	allowed := strings.Map(func(r rune) rune {
		if (r < ' ' && r != '\t' && r != '\n') || r == '\uFFFE' || r == '\uFFFF' {
			return '\uFFFD'
		}
		return r
	}, text)
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\n", "&#10;", "\t", "&#9;").Replace(allowed)
}

// valueText is a value of the configuration as text.
func valueText(value any) string {
	if number, ok := value.(float64); ok {
		return format.Number(number)
	}
	return fmt.Sprint(value)
}
