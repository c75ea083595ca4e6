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
	if name := filepath.Join(dir, "junit.xml"); exists(name) {
		r.JUnit = ReadJUnit(tb, name)
	}
	if data, err := os.ReadFile(filepath.Join(dir, "report.md")); err == nil {
		r.Report = string(data)
	}
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// ReadJUnit reads a JUnit file.
func ReadJUnit(tb testing.TB, name string) *JUnit {
	tb.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		tb.Fatal(err)
	}
	read := &JUnit{}
	if err := xml.Unmarshal(data, read); err != nil {
		tb.Errorf("%s: %v", name, err)
	}
	return read
}
