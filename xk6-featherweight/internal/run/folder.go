package run

import (
	"bytes"
	"os"
	"path/filepath"

	"github.com/featherweight/xk6-featherweight/internal/files"
)

// Names of the files in a run's folder that are not results.
const (
	StateFile     = "run.state"  // what is known of it, see State
	LogFile       = "k6.log"     // everything that the test wrote
	ConfigFile    = "config.env" // what was in force, see WriteConfig
	ArgumentsFile = "arguments"  // k6's own, one a line
)

// ResultFiles are the files of results by the variable that can ask for one of them elsewhere.
func ResultFiles() map[string]string {
	return map[string]string{
		"SUMMARY_FILE": SummaryFile, "JUNIT_FILE": "junit.xml", "REPORT_FILE": "report.md", "HTML_FILE": ReportFile, "SERIES_FILE": SeriesFile,
	}
}

// The results that others are made of, and the page. A runner of several has RunnerFile beside its SeriesFile.
const (
	SummaryFile = "summary.json"
	SeriesFile  = "series.ndjson"
	ReportFile  = "report.html"
	RunnerFile  = "runner.json"
)

// Folder is the folder of a run, an absolute path.
type Folder string

// File is the path of a file in it.
func (f Folder) File(name string) string { return filepath.Join(string(f), name) }

// Name is the id of the run.
func (f Folder) Name() string { return filepath.Base(string(f)) }

// State reads run.state; an error when there is none.
func (f Folder) State() (State, error) {
	text, err := os.ReadFile(f.File(StateFile))
	if err != nil {
		return State{}, err
	}
	return parseState(string(text)), nil
}

// Change changes run.state. The file is replaced as a whole, so that a reader never sees half of it. One process at a time
// may do so: whoever prepares the run, and from the moment it is handed over its supervisor.
func (f Folder) Change(change func(*State)) error {
	s, err := f.State()
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	change(&s)
	write := func() error { return files.WriteWhole(f.File(StateFile), []byte(s.String()), 0o600) }
	if s.Phase == Finished { // nothing comes after it
		_ = os.Remove(f.File(reserveFile))
	}
	err = write()
	if err != nil && os.Remove(f.File(reserveFile)) == nil {
		err = write()
	}
	return err
}

// reserveFile holds the room for the last states of a run, so that how it ended can be written down on a disk that is full.
const reserveFile = ".reserve"

// reserve makes it.
func (f Folder) reserve() error {
	const room = 1 << 14 // some blocks of any file system
	return os.WriteFile(f.File(reserveFile), bytes.Repeat([]byte("-"), room), 0o600)
}

// Lives says that its run is not over.
func (f Folder) Lives() bool {
	s, err := f.State()
	return err == nil && s.Lives()
}
