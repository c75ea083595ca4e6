package stopped

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/featherweight/tests/harness"
)

// unread makes a pipe that somebody holds open and never reads.
func unread(t *testing.T, name string) {
	t.Helper()
	if err := unix.Mkfifo(name, 0o600); err != nil {
		t.Fatal(err)
	}
	reader, err := os.OpenFile(name, os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = reader.Close() })
	if _, err := unix.FcntlInt(reader.Fd(), unix.F_SETPIPE_SZ, 4096); err != nil {
		t.Fatal(err)
	}
}

// TestARunThatIsStoppedWhileItWritesItsResultsLeavesWholeOnes stops k6 at a page that nobody takes: what comes before it is
// there, what comes behind it is not. Without a signal the page is given up, and the rest is written.
func TestARunThatIsStoppedWhileItWritesItsResultsLeavesWholeOnes(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		signal syscall.Signal
		code   int
	}{{0, 0}, {sigINT, 130}, {sigTERM, 143}, {sigKILL, 137}, {sigHUP, 129}} {
		t.Run(row.signal.String(), func(t *testing.T) {
			t.Parallel()
			dir, page := t.TempDir(), filepath.Join(t.TempDir(), "page")
			unread(t, page)
			env := harness.With(environment(target(t), into(dir)...), "HTML_FILE", page)
			p := start(t, []string{harness.K6(), "run", harness.MainScript()}, env)
			if row.signal != 0 {
				await(t, "the first results are there", func() bool {
					_, err := os.Stat(filepath.Join(dir, "series.ndjson"))
					return err == nil
				}, p.screen.String)
				p.signal(row.signal)
			}
			if code := p.code(); code != row.code {
				t.Errorf("exit code %d, not %d\n%s", code, row.code, p.screen)
			}
			there, summary := whole(t, dir)
			want := []string{"series.ndjson", "summary.json"}
			if row.signal == 0 {
				want = []string{"junit.xml", "report.md", "series.ndjson", "summary.json"}
				said := "HTML_FILE=" + page + " cannot be written (i/o timeout): nobody reads it"
				if text := p.screen.String(); !strings.Contains(text, said) || !strings.Contains(text, "VERDICT: PASS") {
					t.Errorf("it does not say %q, or not the verdict:\n%s", said, text)
				}
			}
			if !slices.Equal(there, want) {
				t.Errorf("it has left %v, not %v", there, want)
			}
			if summary == nil || !summary.Complete || summary.Verdict != "PASS" {
				t.Errorf("the run was whole, and is told as %+v", summary)
			}
		})
	}
}

// TestAResultThatDoesNotFitIsNotThereAtAll is a limit of file sizes in the middle of the larger ones.
func TestAResultThatDoesNotFitIsNotThereAtAll(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const kept = `{"of": "the run before"}`
	if err := os.WriteFile(filepath.Join(dir, "summary.json"), []byte(kept), 0o600); err != nil {
		t.Fatal(err)
	}
	line := []string{"bash", "-c", `ulimit -f 4 && exec "$@"`, "bash", harness.K6(), "run", "--quiet", harness.MainScript()} // of 1 KiB
	p := start(t, line, environment(target(t), into(dir)...))
	if code := p.code(); code != 0 {
		t.Errorf("exit code %d\n%s", code, p.screen)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "summary.json")); err != nil || string(text) != kept {
		t.Errorf("the file that was there is gone: %v, %.60s", err, text)
	}
	if there, _ := whole(t, dir); !slices.Equal(there, []string{"summary.json"}) {
		t.Errorf("it has left %v", there)
	}
	for variable, file := range results() {
		if said := variable + "=" + filepath.Join(dir, file) + " cannot be written (file too large): raise"; !strings.Contains(p.screen.String(), said) {
			t.Errorf("it does not say %q:\n%s", said, p.screen)
		}
	}
}

// TestResultsThatCannotBeWrittenAreToldBeforeTheLoad and the run goes on: somebody may want to see its verdict alone.
func TestResultsThatCannotBeWrittenAreToldBeforeTheLoad(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	env := harness.With(environment(target(t)), "DURATION", "100s", "SUMMARY_FILE", filepath.Join(dir, "none", "summary.json"), "JUNIT_FILE", filepath.Join(dir, "junit.xml"))
	p := start(t, []string{harness.K6(), "run", harness.MainScript()}, env)
	await(t, "the load has begun", func() bool { return phases()["steady"].come(p.screen.String()) }, p.screen.String)
	said := "none/summary.json cannot be written (no such file or directory): make that folder"
	if text := p.screen.String(); !strings.Contains(text, said) || strings.Contains(text, "JUNIT_FILE") {
		t.Errorf("it does not say %q alone:\n%s", said, text)
	}
	p.signal(sigINT)
	if code := p.code(); code != aborted {
		t.Errorf("exit code %d", code)
	}
	if there, _ := whole(t, dir); !slices.Equal(there, []string{"junit.xml"}) {
		t.Errorf("it has left %v", there)
	}
}
