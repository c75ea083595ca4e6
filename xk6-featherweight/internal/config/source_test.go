package config_test

import (
	"io/fs"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/config"
)

// file is a file with this text.
func file(text string) func() ([]byte, error) {
	return func() ([]byte, error) { return []byte(text), nil }
}

// failing is a file that cannot be read.
func failing(err error) func() ([]byte, error) {
	return func() ([]byte, error) { return nil, err }
}

func TestTheEnvironmentWinsOverTheFileOverTheDefault(t *testing.T) {
	t.Parallel()
	got, _, err := config.Gather(env{"VUS": "5", "DURATION": "", "PATH": "/bin"}, ".env.test", file("VUS=77 # mine\nDURATION=\"2m\"\nIDLE=1s"))
	require.NoError(t, err)
	assert.Equal(t, env{"VUS": "5", "DURATION": "2m", "IDLE": "1s", "PATH": "/bin"}, got)
}

func TestABlankInTheEnvironmentTakesNothingBackExceptWhereNothingIsAValue(t *testing.T) {
	t.Parallel()
	assert.Equal(t, env{"VUS": "5", "SUMMARY_FILE": ""}, config.Complete(env{"VUS": " ", "SUMMARY_FILE": ""}, env{"VUS": "5", "SUMMARY_FILE": "x.json"}))
	assert.Equal(t, env{"SUMMARY_FILE": ""}, config.Complete(env{}, env{"SUMMARY_FILE": ""}))
	assert.Equal(t, env{"VUS": "1"}, config.Complete(env{"VUS": "1"}, nil))
}

func TestNoFileIsNeededButOneThatCannotBeReadFailsLoudly(t *testing.T) {
	t.Parallel()
	got, _, err := config.Gather(env{"VUS": "5"}, ".env.test", failing(&fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}))
	require.NoError(t, err)
	assert.Equal(t, env{"VUS": "5"}, got)
	_, _, err = config.Gather(env{"VUS": "5"}, ".env.test", failing(fs.ErrPermission))
	require.EqualError(t, err, ".env.test cannot be read: permission denied: chmod u+r .env.test, or remove it")
	_, _, err = config.Gather(env{"VUS": "5"}, ".env.test", file("VUZ=1"))
	require.ErrorContains(t, err, ".env.test line 1: there is no variable VUZ; did you mean VUS?")
}

func TestWhatTheFrontDoorHasReadIsNotReadAgain(t *testing.T) {
	t.Parallel()
	given := env{config.EnvRead: "true", "VUS": "5"}
	got, _, err := config.Gather(given, ".env.test", file("not a line"))
	require.NoError(t, err)
	assert.Equal(t, given, got)
}

func TestALineOfK6ThatHasNoEffectIsTold(t *testing.T) {
	t.Parallel()
	parsed, err := config.ParseEnvFile("K6_OUT=json=x\nK6_NO_COLOR=true\nK6_LOG_LEVEL=info\nVUS=5\nK6_RPS=\nK6_LOG_FORMAT=json\nXK6_DASHBOARD_CONFIG=a.js", ".env.test")
	require.NoError(t, err)
	names := config.WithoutEffect(env{"K6_LOG_FORMAT": "json", "K6_NO_COLOR": "false"}, parsed)
	assert.Equal(t, []string{"K6_NO_COLOR", "K6_OUT", "XK6_DASHBOARD_CONFIG"}, names)
	assert.Equal(t, ".env.test: K6_OUT, K6_RPS have no effect here, for k6 reads its own variables from the environment: export them, or start with ./run-slo-testing.sh",
		config.WithoutEffectText([]string{"K6_OUT", "K6_RPS"}, ".env.test"))
	assert.Contains(t, config.WithoutEffectText([]string{"K6_OUT"}, ".env.test"), ".env.test: K6_OUT has no effect here")
	assert.Empty(t, config.WithoutEffectText(nil, ".env.test"))
}

func TestACopyOfTheDefaultsChangesNothing(t *testing.T) {
	t.Parallel()
	defaults := env{}
	for _, v := range config.Variables() {
		defaults[v.Name] = v.Default
	}
	assert.Empty(t, config.WithoutEffect(nil, defaults))
	for _, reader := range append(config.Readers(), config.Everyone) {
		plain, err := config.Read(nil, reader)
		require.NoError(t, err)
		copied, err := config.Read(defaults, reader)
		require.NoError(t, err)
		assert.Equal(t, plain.Values(), copied.Values(), reader)
	}
}
