package stopped

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/featherweight/tests/harness"
)

// results are the files of a run by the variable that names them.
func results() map[string]string {
	return map[string]string{
		"SUMMARY_FILE": "summary.json", "SERIES_FILE": "series.ndjson", "HTML_FILE": "report.html", "JUNIT_FILE": "junit.xml", "REPORT_FILE": "report.md",
	}
}

// into names the files of a run in a folder.
func into(dir string) (env []string) {
	for variable, file := range results() {
		env = append(env, variable, filepath.Join(dir, file))
	}
	return env
}

// told is the part of summary.json that says what its numbers are worth.
type told struct {
	Verdict  string         `json:"verdict"`
	ExitCode *int           `json:"exitCode"` // of a run that came to its end
	Complete bool           `json:"complete"`
	Reasons  []string       `json:"reasons"`
	Totals   map[string]any `json:"totals"`
}

// whole checks that every result in a folder is whole, that no other file stands beside it, and that half a run is not
// taken for a whole one. It returns which results are there, and the summary if it is.
func whole(t *testing.T, dir string) (there []string, summary *told) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Error(err)
		}
		there = append(there, entry.Name())
		switch entry.Name() {
		case "summary.json":
			summary = &told{}
			if err := json.Unmarshal(text, summary); err != nil {
				t.Errorf("summary.json is not whole: %v", err)
			}
		case "series.ndjson":
			wholeSeries(t, text)
		case "report.html":
			if !bytes.HasSuffix(bytes.TrimSpace(text), []byte("</html>")) {
				t.Error("report.html is not whole")
			}
		case "junit.xml":
			wholeXML(t, text)
		case "report.md":
			if len(text) == 0 || text[len(text)-1] != '\n' {
				t.Error("report.md is not whole")
			}
		case "run.state", "k6.log", "config.env":
			there = there[:len(there)-1]
		default:
			t.Errorf("%s is left behind", entry.Name())
		}
	}
	slices.Sort(there)
	return there, summary
}

func wholeSeries(t *testing.T, text []byte) {
	t.Helper()
	lines := bytes.SplitAfter(text, []byte("\n"))
	if last := lines[len(lines)-1]; len(last) > 0 {
		t.Errorf("series.ndjson ends in the middle of a line: %.60q", last)
	}
	for _, line := range lines[:len(lines)-1] {
		if !json.Valid(line) {
			t.Errorf("series.ndjson has a line that is no JSON: %.60q", line)
		}
	}
}

func wholeXML(t *testing.T, text []byte) {
	t.Helper()
	for decoder := xml.NewDecoder(bytes.NewReader(text)); ; {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Errorf("junit.xml is not whole: %v", err)
			return
		}
	}
}

// all are the names of every result.
func all() (names []string) {
	for _, file := range results() {
		names = append(names, file)
	}
	slices.Sort(names)
	return names
}

// half are the words for a run that was stopped.
var half = regexp.MustCompile(`the run ended after [^ ]+ of|the run was stopped before its last answers had come|the load was not started`)

// isHalf checks that everything that tells of a run says that it is none that counts.
func isHalf(t *testing.T, dir string, summary *told) {
	t.Helper()
	if summary.Complete || summary.Verdict == "PASS" || summary.ExitCode != nil || !half.MatchString(strings.Join(summary.Reasons, "\n")) {
		t.Errorf("half a run is told as a result: %+v", summary)
	}
	for file, word := range map[string]string{"report.html": summary.Verdict, "report.md": "# " + summary.Verdict} {
		text, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil || !strings.Contains(string(text), word) || !strings.Contains(string(text), summary.Reasons[0]) {
			t.Errorf("%s does not say that the run was stopped: %v", file, err)
		}
	}
	junit, err := os.ReadFile(filepath.Join(dir, "junit.xml"))
	if err != nil || !strings.Contains(string(junit), "<error") && !strings.Contains(string(junit), "<failure") {
		t.Errorf("junit.xml is green: %v", err)
	}
	series, err := os.ReadFile(filepath.Join(dir, "series.ndjson"))
	if err != nil || !strings.Contains(string(series), `"complete":false`) {
		t.Errorf("series.ndjson is told as complete: %v", err)
	}
	again := harness.Command(t, []string{harness.K6(), "x", "fwhz", "report", "-o", filepath.Join(t.TempDir(), "again.html"), dir}, nil)
	if again.Code != 0 {
		t.Errorf("the page cannot be made again: %s", again.Describe())
	}
}
