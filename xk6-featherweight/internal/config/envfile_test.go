package config_test

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/config"
)

func TestLinesAreUnderstood(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"# a comment\n\n   \nCUSTOM_ARGS=abc":            "abc",
		"CUSTOM_ARGS=a b   # why":                        "a b",
		"CUSTOM_ARGS=a#b":                                "a#b",
		"CUSTOM_ARGS=pa#ss # note":                       "pa#ss",
		"CUSTOM_ARGS=a # b # c":                          "a",
		"CUSTOM_ARGS=a\t# b":                             "a",
		`CUSTOM_ARGS="a # b"`:                            "a # b",
		`CUSTOM_ARGS="a#b"# c`:                           "a#b",
		`CUSTOM_ARGS="say \"x\" \\ \$5" # why`:           `say "x" \ $5`,
		`CUSTOM_ARGS="a\nb"`:                             `a\nb`,
		`CUSTOM_ARGS='$HOME "x"'`:                        `$HOME "x"`,
		`CUSTOM_ARGS='a # b' # c`:                        "a # b",
		"export CUSTOM_ARGS=abc":                         "abc",
		"  export\tCUSTOM_ARGS=abc  ":                    "abc",
		"CUSTOM_ARGS=abc\r":                              "abc",
		"CUSTOM_ARGS=abc # x\r\nVUS=5\r\n":               "abc",
		"CUSTOM_ARGS=\"abc\"\r\n":                        "abc",
		"\ufeffCUSTOM_ARGS=abc":                          "abc",
		"\ufeff# first\r\nCUSTOM_ARGS=abc":               "abc",
		"CUSTOM_ARGS=a=b":                                "a=b",
		"CUSTOM_ARGS=# nothing":                          "",
		"CUSTOM_ARGS=":                                   "",
		`CUSTOM_ARGS=""`:                                 "",
		"CUSTOM_ARGS=  a":                                "a",
		"CUSTOM_ARGS=$(x)`y`":                            "$(x)`y`",
		"CUSTOM_ARGS=$HOME":                              "$HOME",
		`CUSTOM_ARGS=it's "so"`:                          `it's "so"`,
		"K6_OUT=csv\nCUSTOM_ARGS=grüße # für die Lösung": "grüße",
	} {
		values, err := config.ParseEnvFile(line, ".env.test")
		require.NoError(t, err, line)
		assert.Contains(t, values, "CUSTOM_ARGS")
		assert.Equal(t, want, values["CUSTOM_ARGS"], line)
	}
}

func TestAnEmptyFileSetsNothing(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "\ufeff", "\n\n", "# VUS=5", "\r\n \t\r\n"} {
		values, err := config.ParseEnvFile(text, ".env.test")
		require.NoError(t, err)
		assert.Empty(t, values)
	}
}

func TestLinesAreCountedFromOne(t *testing.T) {
	t.Parallel()
	entries, err := config.ParseEntries("\ufeff# mine\r\nVUS=5\r\n\r\nDURATION=1m # x", ".env.test")
	require.NoError(t, err)
	assert.Equal(t, []config.Entry{{"VUS", "5", 2}, {"DURATION", "1m", 4}}, entries)
}

func TestWhatIsWrongIsAnErrorWithItsLineAndDoesNotShowWhatMayBeASecret(t *testing.T) {
	t.Parallel()
	for text, says := range map[string]string{
		"VUS=5\nGRAFANA_PASSWORD geheim":       "line 2: this is not NAME=value: GRAFANA_PASSWORD...",
		"GRAFANA_PASSWORD: geheim":             "line 1: this is not NAME=value: GRAFANA_PASSWORD...",
		"GRAFANA_PASSWORD = geheim":            "line 1: this is not NAME=value: GRAFANA_PASSWORD...",
		"=geheim":                              "line 1: this is not NAME=value: ...",
		"CHAT_TOKEN=geheim\x00":                "line 1: this is not NAME=value: CHAT_TOKEN...",
		"CHAT_TOKEN=geheim\xff":                "line 1: this is not NAME=value: CHAT_TOKEN...",
		strings.Repeat("ä", 50):                "line 1: this is not NAME=value: " + strings.Repeat("ä", 40) + "...",
		"\nCUSTOM_ARGS=\"abc":                  "line 2: the quotes of CUSTOM_ARGS are not closed, or something follows them",
		"CHAT_TOKEN='geheim'2":                 "line 1: the quotes of CHAT_TOKEN are not closed, or something follows them",
		`CHAT_TOKEN="geheim\"`:                 "line 1: the quotes of CHAT_TOKEN are not closed, or something follows them",
		"CHAT_TOKEN='gehe\nim'":                "line 1: the quotes of CHAT_TOKEN are not closed, or something follows them",
		"# mine\nDURATIN=5m":                   "line 2: there is no variable DURATIN; did you mean DURATION?; allowed are the names in .env.test.example",
		"HELLO=5m":                             "line 1: there is no variable HELLO; allowed are the names in .env.test.example",
		"VUS=5\nDURATION=1s\nexport VUS=6":     "line 3: VUS is already set at line 1: leave one of the two",
		"K6_DURATION=5m":                       "line 1: K6_DURATION would replace the load of the script and must not be set: set DURATION instead",
		"exportVUS=5":                          "line 1: there is no variable exportVUS; allowed are the names in .env.test.example",
		"VUS=5\r\nCHAT_TOKEN \"geheim\"\r\n\r": "line 2: this is not NAME=value: CHAT_TOKEN...",
	} {
		values, err := config.ParseEnvFile(text, ".env.test")
		require.EqualError(t, err, ".env.test "+says, text)
		assert.Nil(t, values)
		assert.NotContains(t, err.Error(), "geheim")
	}
}

// What is written in one of the ways of quoting is read again, and a line that is refused is one of the text.
func FuzzParseEnvFile(f *testing.F) {
	for _, seed := range []string{
		"VUS=5", "CUSTOM_ARGS=\"a # b\" # c", "CUSTOM_ARGS='x'", "export VUS=1\r\n", "\ufeffVUS=1", "VUS=1\nVUS=2", "A b", "CUSTOM_ARGS=\"\\\\\\\"\\$\"", "CUSTOM_ARGS=pa#ss # x",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		values, err := config.ParseEnvFile(text, "f")
		lines := strings.Count(text, "\n") + 1
		if err != nil {
			number, _, found := strings.Cut(strings.TrimPrefix(err.Error(), "f line "), ":")
			line, notNumber := strconv.Atoi(number)
			assert.True(t, found && notNumber == nil && line >= 1 && line <= lines, err.Error())
			assert.NotContains(t, err.Error(), "\n")
			return
		}
		var again strings.Builder
		for _, name := range slices.Sorted(maps.Keys(values)) {
			assert.NotContains(t, values[name], "\n")
			require.NoError(t, config.CheckName(name))
			again.WriteString(name + `="` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`).Replace(values[name]) + "\"\n")
		}
		assert.LessOrEqual(t, len(values), lines)
		reread, err := config.ParseEnvFile(again.String(), "f")
		require.NoError(t, err)
		assert.Equal(t, values, reread)
	})
}
