package harness

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"testing"
)

// JUnit is the part of a JUnit file that CI systems look at.
type JUnit struct {
	Suites []struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Cases    []JUnitCase `xml:"testcase"`
	} `xml:"testsuite"`
}

// JUnitCase is one objective; green when it has neither failure nor error.
type JUnitCase struct {
	Name    string     `xml:"name,attr"`
	Failure *JUnitFlaw `xml:"failure"`
	Error   *JUnitFlaw `xml:"error"`
}

// JUnitFlaw says why a case is not green.
type JUnitFlaw struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"` // the same: GitLab shows nothing else
}

// readFiles takes in what the run left; a file that was not written stays nil, one that is broken fails the test.
func (r *Run) readFiles(tb testing.TB, dir string) {
	tb.Helper()
	if data, err := os.ReadFile(filepath.Join(dir, "summary.json")); err == nil {
		r.SummaryText = data
		if err := json.Unmarshal(data, &r.Summary); err != nil {
			tb.Errorf("summary.json: %v", err)
		}
	}
	if data, err := os.ReadFile(filepath.Join(dir, "junit.xml")); err == nil {
		r.JUnit = &JUnit{}
		if err := xml.Unmarshal(data, r.JUnit); err != nil {
			tb.Errorf("junit.xml: %v", err)
		}
	}
	if data, err := os.ReadFile(filepath.Join(dir, "report.md")); err == nil {
		r.Report = string(data)
	}
}
