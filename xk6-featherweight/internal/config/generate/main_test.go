package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/config"
)

// root is the repository; the module may stand without it.
func root(t *testing.T) string {
	t.Helper()
	const root = "../../../.."
	if _, err := os.Stat(filepath.Join(root, "docker-compose.yml")); err != nil {
		t.Skip("the module stands without its repository")
	}
	return root
}

func TestTheFilesOfTheRepositoryAreWhatTheTableGives(t *testing.T) {
	t.Parallel()
	for _, target := range targets() {
		now, err := os.ReadFile(filepath.Join(root(t), target.path))
		require.NoError(t, err)
		want, err := target.make(string(now))
		require.NoError(t, err, target.path)
		assert.Equal(t, want, string(now), "%s: make generate writes it", target.path)
	}
}

func TestTheExampleSetsEveryVariableToItsDefaultAndNothingElse(t *testing.T) {
	t.Parallel()
	want := map[string]string{}
	for _, v := range config.Variables() {
		want[v.Name] = v.Default
	}
	got, err := config.ParseEnvFile(envExample(), ".env.test.example")
	require.NoError(t, err)
	assert.Equal(t, want, got)
}

func TestTheExampleIsTheSameToAShellAndToDocker(t *testing.T) {
	t.Parallel()
	plain := regexp.MustCompile("^[^\\s\"'$#`\\\\]*$")
	for line := range strings.Lines(envExample()) {
		if line = strings.TrimSuffix(line, "\n"); !strings.HasPrefix(line, "#") {
			assert.Regexp(t, plain, line, "no quotes, blanks, $ or # in a value")
		}
	}
}

func TestAContainerGetsWhatItsScriptsRead(t *testing.T) {
	t.Parallel()
	list := "\n" + composeList()
	for _, line := range []string{"VUS:", "CHAT_TOKEN:", "CUSTOM_ARGS:", "K6_LOG_LEVEL:", "BASE_URL: ${BASE_URL:-http://localhost:4000}", "METRICS_URL:"} {
		assert.Contains(t, list, "\n  "+line+"\n")
	}
	for _, name := range []string{"TEST_TYPE", "SUMMARY_FILE", "SSH_HOST", "RUNNER", "GRAFANA_URL", "GRAFANA_PASSWORD", "ROLLBACK_COMMAND"} {
		assert.NotContains(t, list, "\n  "+name+":")
	}
}

func TestTheDocumentHasARowOfEveryVariable(t *testing.T) {
	t.Parallel()
	tables := documentTables()
	for _, v := range config.Variables() {
		assert.Equal(t, 1, strings.Count(tables, "\n| `"+v.Name+"` | "), v.Name)
	}
	for line := range strings.Lines(tables) {
		if strings.HasPrefix(line, "|") {
			assert.Equal(t, 6, strings.Count(strings.ReplaceAll(line, `\|`, ""), "|"), line)
		}
	}
}

func TestLinesStandBetweenTheirMarkers(t *testing.T) {
	t.Parallel()
	got, err := between("a\n  # B of x\nold\n  # E\nz\n", "# B", "# E", "new\n")
	require.NoError(t, err)
	assert.Equal(t, "a\n  # B of x\nnew\n  # E\nz\n", got)
	again, err := between(got, "# B", "# E", "new\n")
	require.NoError(t, err)
	assert.Equal(t, got, again)
	for _, text := range []string{"", "# B\n", "# E\n", "# E\n# B\n", "# B\n# B\n# E\n"} {
		_, err := between(text, "# B", "# E", "new\n")
		require.Error(t, err, text)
	}
}

func TestAFileThatIsRightIsNotTouchedAndAnotherKeepsItsMode(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, "f")
	require.NoError(t, os.WriteFile(name, []byte("right"), 0o400))
	same := target{"f", func(now string) (string, error) { return now, nil }}
	require.NoError(t, same.write(dir), "nothing is written, so it may be read-only")
	require.NoError(t, os.Chmod(name, 0o640)) //nolint:gosec // its mode is what is tested
	require.NoError(t, target{"f", func(string) (string, error) { return "new", nil }}.write(dir))
	info, err := os.Stat(name)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o640), info.Mode().Perm())
	require.ErrorContains(t, same.write(filepath.Join(dir, "nowhere")), "call it with the root of the repository")
}
