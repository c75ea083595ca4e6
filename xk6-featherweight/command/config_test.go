package command_test

import (
	"cmp"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/command"
	"github.com/featherweight/xk6-featherweight/internal/config"
)

// configured runs "config" with a file of these lines.
func configured(t *testing.T, lines string, environment map[string]string, args ...string) (string, error) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "env")
	require.NoError(t, os.WriteFile(name, []byte(lines), 0o600))
	env := map[string]string{"ENV_FILE": name}
	maps.Copy(env, environment)
	return runConfig(t, env, args...)
}

func runConfig(t *testing.T, environment map[string]string, args ...string) (string, error) {
	t.Helper()
	call := command.CallDoor(t.Context(), environment, t.TempDir(), nil, append([]string{"config"}, args...)...)
	clean := func(text string) string {
		return strings.ReplaceAll(text, cmp.Or(environment["ENV_FILE"], "FILE"), "FILE")
	}
	if call.Code == 0 {
		require.Empty(t, call.Err)
		return clean(call.Out), nil
	}
	err := errors.New(clean(strings.TrimSuffix(strings.TrimPrefix(call.Err, "run-slo-testing.sh: "), "\n")))
	require.NotContains(t, err.Error(), "\n")
	return clean(call.Out), err
}

// line is what a variable's line says behind its name.
func line(t *testing.T, out, name string) string {
	t.Helper()
	for text := range strings.Lines(out) {
		if fields := strings.Fields(text); fields[0] == name {
			return strings.Join(fields[1:], " ")
		}
	}
	t.Fatalf("no line of %s in:\n%s", name, out)
	return ""
}

func TestConfigSaysWhatIsInForceAndWhoSaidSo(t *testing.T) {
	t.Parallel()
	out, err := configured(t, "# mine\nVUS=2\nDURATION=1m", map[string]string{"DURATION": "2m", "IDLE": ""}, "RAMP=0")
	require.NoError(t, err)
	assert.Equal(t, "2 FILE line 2", line(t, out, "VUS"))
	assert.Equal(t, "2m environment", line(t, out, "DURATION"))
	assert.Equal(t, "10s default", line(t, out, "IDLE"))
	assert.Equal(t, "0 command line", line(t, out, "RAMP"))
	assert.Equal(t, len(config.Variables()), strings.Count(out, "\n"))
	assert.Contains(t, out, "VUS                          2                                              FILE line 2\n")
}

func TestConfigHidesSecrets(t *testing.T) {
	t.Parallel()
	out, err := configured(t, "CHAT_TOKEN=geheim\nROLLBACK_COMMAND=curl geheim", map[string]string{"K6_OTEL_HEADERS": "a=geheim"},
		"BASE_URL=http://me:ge@geheim@api.example", "METRICS_URL=HTTP://u:geheim@h/m?key=geheim")
	require.NoError(t, err)
	assert.NotContains(t, out, "geheim")
	assert.Equal(t, "http://api.example command line", line(t, out, "BASE_URL"))
	assert.Equal(t, "(hidden) environment", line(t, out, "K6_OTEL_HEADERS"))
}

func TestConfigNamesEverythingThatIsWrong(t *testing.T) {
	t.Parallel()
	lines := "VUS=many\nSSH_PORT=x"
	_, err := configured(t, lines, nil, "--check")
	require.ErrorContains(t, err, `VUS="many" is not allowed: a whole number from 1 to 100000`)
	require.ErrorContains(t, err, `SSH_PORT="x" is not allowed: a whole number from 1 to 65535`)
	require.ErrorContains(t, err, "[VUS: FILE line 1, SSH_PORT: FILE line 2]")

	_, err = configured(t, lines, nil, "--check", config.Main)
	require.ErrorContains(t, err, "VUS=")
	assert.NotContains(t, err.Error(), "SSH_PORT")

	out, err := configured(t, lines, nil, "--check", config.Health, config.Docker)
	require.NoError(t, err)
	assert.Empty(t, out)
	_, err = configured(t, lines, map[string]string{"VUS": "5"}, "--check", config.Main)
	require.NoError(t, err)
}

func TestConfigRefusesWhatItCannotRead(t *testing.T) {
	t.Parallel()
	for says, args := range map[string][]string{
		"command line: there is no variable VSU; did you mean VUS?": {"VSU=5"},
		`"VUS" is not understood: allowed are NAME=value`:           {"VUS"},
	} {
		_, err := configured(t, "", nil, args...)
		require.ErrorContains(t, err, says)
	}
	_, err := configured(t, "", nil, "--check", "me.js")
	require.ErrorContains(t, err, `"me.js" reads nothing: one of websocket-streaming-load-test.js, health-check.js`)
	_, err = configured(t, "\nVUZ=1", nil)
	require.EqualError(t, err, "FILE line 2: there is no variable VUZ; did you mean VUS?; allowed are the names in .env.test.example")
	_, err = runConfig(t, map[string]string{"ENV_FILE": "nowhere"})
	require.EqualError(t, err, "ENV_FILE is FILE, but there is no such file")
	out, err := runConfig(t, nil)
	require.NoError(t, err, "none is needed")
	assert.Equal(t, "1000 default", line(t, out, "VUS"))
}
