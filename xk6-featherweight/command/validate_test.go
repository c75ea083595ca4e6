package command

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// doorOf is a door of a suite that has these files, and what it prints.
func doorOf(t *testing.T, files map[string]string) (*door, *bytes.Buffer) {
	t.Helper()
	out := &bytes.Buffer{}
	d := &door{name: "k6 x fwhz", root: t.TempDir(), env: map[string]string{"PATH": os.Getenv("PATH")}, out: out, err: out, exit: func(int) {}}
	for name, text := range files {
		file := filepath.Join(d.root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o700)) //nolint:gosec // a command
	}
	return d, out
}

func TestEveryFileOfARowIsNamedOnce(t *testing.T) {
	t.Parallel()
	d, out := doorOf(t, map[string]string{"a": "whole", "b": "not", "c": "whole"})
	judge := func(_ context.Context, file string) error {
		switch text, _ := os.ReadFile(d.at(file)); string(text) {
		case "whole":
			return nil
		case "unknown":
			return unchecked("nobody knows")
		}
		return errors.New(file + ": it is broken")
	}
	var found tally
	for _, row := range []validation{
		{files: []string{"a", "b", "c", "d"}, whole: judge},
		{what: "all", files: []string{"a", "c"}, whole: judge, together: true},
		{what: "all of them", files: []string{"a", "b"}, whole: judge, together: true},
		{files: []string{"e"}, whole: judge, missing: "take a"},
		{files: []string{"e"}, whole: judge, missing: "it need not be there", optional: true},
		{what: "boards", whole: judge},
	} {
		d.look(t.Context(), row, &found)
	}
	require.NoError(t, os.WriteFile(d.at("b"), []byte("unknown"), 0o600))
	d.look(t.Context(), validation{what: "letters", files: []string{"a", "b", "c"}, whole: judge}, &found)
	assert.Equal(t, tally{valid: 4, broken: 5, unchecked: 1}, found)
	assert.Equal(t, `✓ a
✗ b: it is broken
✓ c
✗ d: it is not there: git checkout d
✓ all
✗ b: it is broken
✗ e: take a
- e: it need not be there
✗ boards: there is none: git checkout boards
✓ a
- letters: not checked, nobody knows
`, out.String())
}

// Whoever calls it has other values than the file; a test with the file alone must run all the same.
func TestAnEnvironmentFileIsJudgedByItself(t *testing.T) {
	t.Parallel()
	d, _ := doorOf(t, map[string]string{"bad": "\nDURATION=soon", "good": "DURATION=5m", "unknown": "VUZ=1", "ssh": "SSH_PORT=x"})
	d.env["DURATION"] = "1m"
	err := d.envFileHolds(t.Context(), "bad")
	require.ErrorContains(t, err, `DURATION="soon" is not allowed`)
	require.ErrorContains(t, err, "[DURATION: bad line 2]")
	assert.Equal(t, 1, strings.Count(err.Error(), "soon"), "each mistake once: %v", err)
	d.env["DURATION"], d.env["K6_VUS"] = "soon", "5"
	require.NoError(t, d.envFileHolds(t.Context(), "good"))
	require.ErrorContains(t, d.envFileHolds(t.Context(), "unknown"), "unknown line 1: there is no variable VUZ; did you mean VUS?")
	require.ErrorContains(t, d.envFileHolds(t.Context(), "ssh"), "[SSH_PORT: ssh line 1]")
}

func TestTheEnvironmentFileThatIsNamedMustBeThere(t *testing.T) {
	t.Parallel()
	row := func(d *door) validation {
		for _, row := range d.validations() {
			if row.what == "" && strings.HasSuffix(row.files[0], ".mine") || row.files[0] == envFile {
				return row
			}
		}
		return validation{}
	}
	d, out := doorOf(t, nil)
	var found tally
	d.look(t.Context(), row(d), &found)
	d.env["ENV_FILE"] = filepath.Join(d.root, "env.mine")
	d.look(t.Context(), row(d), &found)
	assert.Equal(t, tally{broken: 1}, found)
	assert.Equal(t, "- .env.test: there is none, so the defaults are in force (cp .env.test.example .env.test)\n"+
		"✗ env.mine: ENV_FILE names it, but there is no such file\n", out.String())
}

func TestShellIsReadByEveryShellThatCouldRunIt(t *testing.T) {
	t.Parallel()
	d, _ := doorOf(t, map[string]string{"good.sh": "if true; then :; fi", "bad.sh": "if true; then", "shell/part.sh": ":", "calm.sh": ":"})
	require.NoError(t, os.Chmod(d.at("calm.sh"), 0o600))
	require.NoError(t, os.Chmod(d.at("shell/part.sh"), 0o600))
	require.NoError(t, d.shellHolds(t.Context(), "good.sh"))
	require.NoError(t, d.shellHolds(t.Context(), "shell/part.sh"), "it is read by the others, never called")
	require.ErrorContains(t, d.shellHolds(t.Context(), "bad.sh"), "bad.sh: ")
	require.EqualError(t, d.shellHolds(t.Context(), "calm.sh"), "it is not executable: chmod +x calm.sh")
	if _, err := exec.LookPath("dash"); err != nil {
		t.Skip("there is no dash, which has no arrays")
	}
	require.NoError(t, os.WriteFile(d.at("arrays.sh"), []byte("a=(1 2)"), 0o700)) //nolint:gosec // a command
	require.ErrorContains(t, d.shellHolds(t.Context(), "arrays.sh"), "arrays.sh: 1: Syntax error")
}

// programs puts a folder with these scripts in front of PATH, or in its place.
func programs(t *testing.T, d *door, alone bool, scripts map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range scripts {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+text), 0o700)) //nolint:gosec // a program
	}
	if !alone {
		dir += string(os.PathListSeparator) + os.Getenv("PATH")
	}
	t.Setenv("PATH", dir)
	d.env["PATH"] = dir
}

func TestPromtoolReadsRulesAndTheConfigurationAsWhatTheyAre(t *testing.T) {
	d, _ := doorOf(t, map[string]string{"prometheus.yml": "", "alerting-rules.yml": ""})
	programs(t, d, true, map[string]string{"promtool": `echo "$*"; echo; echo "  $VUS $K6_OUT it is $HOME "; exit 1`})
	d.env["VUS"], d.env["K6_OUT"], d.env["HOME"] = "5", "csv", "here"
	require.EqualError(t, d.promtoolHolds(t.Context(), "prometheus.yml"), "it is here")
	programs(t, d, true, map[string]string{"promtool": `echo "$*"; exit 1`})
	require.EqualError(t, d.promtoolHolds(t.Context(), "prometheus.yml"), "check config prometheus.yml")
	require.EqualError(t, d.promtoolHolds(t.Context(), "alerting-rules.yml"), "check rules alerting-rules.yml")
	programs(t, d, true, map[string]string{"promtool": "exit 3"})
	require.EqualError(t, d.promtoolHolds(t.Context(), "alerting-rules.yml"), "promtool refuses it, without a word: exit status 3")
	programs(t, d, true, nil)
	require.ErrorIs(t, d.promtoolHolds(t.Context(), "alerting-rules.yml"), unchecked("promtool is missing, and so is Go to build it: https://go.dev/dl"))
}

func TestPromtoolIsBuiltWhereThereIsGo(t *testing.T) {
	d, out := doorOf(t, nil)
	programs(t, d, false, map[string]string{
		"go": "exit 1", "promtool": "exit 1",
		"make": "echo \"building $*\"\nmkdir -p bin/tools\nprintf '#!/bin/sh\\n' >bin/tools/promtool\nchmod +x bin/tools/promtool\n",
	})
	require.NoError(t, d.promtoolHolds(t.Context(), "alerting-rules.yml"))
	require.NoError(t, d.promtoolHolds(t.Context(), "alerting-rules.yml"))
	assert.Equal(t, "building promtool, which takes some minutes the first time\nbuilding bin/tools/promtool\n", out.String())
	require.NoError(t, os.RemoveAll(d.at("bin")))
	programs(t, d, false, map[string]string{"go": "exit 1", "promtool": "exit 1", "make": "exit 1"})
	require.EqualError(t, d.promtoolHolds(t.Context(), "alerting-rules.yml"), "promtool refuses it, without a word: exit status 1", "the one on PATH is taken")
}

func TestComposeReadsAllProfilesInEitherSpelling(t *testing.T) {
	d, _ := doorOf(t, map[string]string{"docker-compose.yml": ""})
	const says = `[ "$2" = version ] || { echo "${0##*/} $*"; exit 1; }`
	all := "--project-directory " + d.root + " -f " + d.at("docker-compose.yml") +
		" --profile monitoring --profile load-test --profile health --profile comprehensive --profile demo config -q"
	programs(t, d, true, map[string]string{"docker": says, "docker-compose": says})
	require.EqualError(t, d.composeHolds(t.Context(), "docker-compose.yml"), "docker compose "+all)
	programs(t, d, true, map[string]string{"docker": "exit 1", "docker-compose": says})
	require.EqualError(t, d.composeHolds(t.Context(), "docker-compose.yml"), "docker-compose "+all)
	programs(t, d, true, nil)
	var not unchecked
	require.ErrorAs(t, d.composeHolds(t.Context(), "docker-compose.yml"), &not)
	assert.Contains(t, not.Error(), "https://docs.docker.com")
}
