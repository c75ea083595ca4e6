package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"
)

// moment is that of every commit of a repository.
const moment = "2026-11-28T12:00:00Z"

// repository is one with a commit, in which git can be called.
func repository(t *testing.T) (root string, git func(words ...string)) {
	t.Helper()
	root = t.TempDir()
	git = func(words ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "git", append([]string{"-C", root, "-c", "user.name=a", "-c", "user.email=a@example"}, words...)...)
		cmd.Env = append(os.Environ(), "GIT_COMMITTER_DATE="+moment, "GIT_AUTHOR_DATE="+moment)
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", words, err, said)
		}
	}
	git("init", "-q")
	put(t, root, "LICENSE", "all of it")
	git("add", "-A")
	git("commit", "-qm", "first")
	return root, git
}

func put(t *testing.T, root, name, text string) {
	t.Helper()
	at := filepath.Join(root, name)
	if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestTheVersionIsTheTagOrTheCommitBehindIt(t *testing.T) {
	root, git := repository(t)
	version := func() release {
		t.Helper()
		r, err := describe(t.Context(), root)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	matches := func(pattern string) {
		t.Helper()
		if got := version().Version; !regexp.MustCompile("^" + pattern + "$").MatchString(got) {
			t.Errorf("the version is %s, not %s", got, pattern)
		}
	}
	matches(`v0\.0\.0-0-g[0-9a-f]{12}`)
	git("tag", "other") // no version
	matches(`v0\.0\.0-0-g[0-9a-f]{12}`)
	git("tag", "v1.2.3")
	matches(`v1\.2\.3`)
	git("commit", "-q", "--allow-empty", "-m", "second")
	matches(`v1\.2\.3-1-g[0-9a-f]{12}`)

	r := version()
	if want, _ := time.Parse(time.RFC3339, moment); !r.Time.Equal(want) || r.changed {
		t.Errorf("%s, changed %v: not %s, unchanged", r.Time, r.changed, want)
	}
	put(t, root, "new", "")
	if !version().changed {
		t.Error("a new file is no change")
	}
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	if got := version().Time; got.Unix() != 1_700_000_000 {
		t.Errorf("the time is %s, and not that of SOURCE_DATE_EPOCH", got)
	}
	t.Setenv("SOURCE_DATE_EPOCH", "yesterday")
	if _, err := describe(t.Context(), root); err == nil {
		t.Error("SOURCE_DATE_EPOCH=yesterday is taken")
	}
}

func TestWhatIsNoCloneHasNoVersion(t *testing.T) {
	t.Parallel()
	if r, err := describe(t.Context(), t.TempDir()); err == nil {
		t.Errorf("it is %s", r.Version)
	}
}

func TestWhatIsGivenAwayIsWhatAUserCallsReadsOrChanges(t *testing.T) {
	t.Parallel()
	root, git := repository(t)
	for _, name := range []string{"scripts/a.js", "scripts/lib/b.js", "scripts/tests/c.test.js", "scripts/package.json", "docs/d.md", "tests/e", "Makefile"} {
		put(t, root, name, name)
	}
	put(t, root, ".gitignore", ".env.test\nscripts/lib/built.js\n")
	put(t, root, ".env.test", "TOKEN=secret")
	put(t, root, "scripts/lib/built.js", "")
	if err := os.Chmod(filepath.Join(root, "scripts/a.js"), 0o700); err != nil { //nolint:gosec // it is executable
		t.Fatal(err)
	}
	git("add", "scripts/a.js")
	files, err := suiteFiles(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, one := range files {
		names = append(names, one.name)
		if one.executable != (one.name == "scripts/a.js") {
			t.Errorf("%s: executable is %v", one.name, one.executable)
		}
	}
	slices.Sort(names)
	if want := []string{"LICENSE", "docs/d.md", "scripts/a.js", "scripts/lib/b.js"}; !slices.Equal(names, want) {
		t.Errorf("%v, not %v", names, want)
	}
}
