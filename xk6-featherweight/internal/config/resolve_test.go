package config_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/config"
)

func resolved(t *testing.T, from config.Sources) map[string]config.Setting {
	t.Helper()
	settings, err := config.Resolve(from)
	require.NoError(t, err)
	all := map[string]config.Setting{}
	for _, s := range settings {
		all[s.Name] = s
	}
	require.Len(t, all, len(settings), "each once")
	return all
}

func TestTheCommandLineWinsOverTheEnvironmentOverTheFileOverTheDefault(t *testing.T) {
	t.Parallel()
	file := []config.Entry{{"VUS", "2", 3}}
	for _, test := range []struct {
		from config.Sources
		want config.Setting
	}{
		{config.Sources{}, config.Setting{"VUS", "1000", "default"}},
		{config.Sources{File: file, FileName: ".env.test"}, config.Setting{"VUS", "2", ".env.test line 3"}},
		{config.Sources{File: file, Environment: env{"VUS": "3"}}, config.Setting{"VUS", "3", "environment"}},
		{config.Sources{File: file, Environment: env{"VUS": "3"}, CommandLine: []string{"VUS=4"}}, config.Setting{"VUS", "4", "command line"}},
		{config.Sources{File: file, FileName: "f", Environment: env{"VUS": ""}}, config.Setting{"VUS", "2", "f line 3"}},
		{config.Sources{File: file, CommandLine: []string{"VUS="}}, config.Setting{"VUS", "1000", "command line"}},
	} {
		assert.Equal(t, test.want, resolved(t, test.from)["VUS"])
	}
	assert.Equal(t, config.Setting{"SUMMARY_FILE", "", "environment"}, resolved(t, config.Sources{Environment: env{"SUMMARY_FILE": ""}})["SUMMARY_FILE"])
	assert.Equal(t, config.Setting{"CUSTOM_ARGS", "a=b", "command line"}, resolved(t, config.Sources{CommandLine: []string{"CUSTOM_ARGS=a=b"}})["CUSTOM_ARGS"])
}

func TestEveryVariableIsThereInTheOrderOfTheTableThenThoseOfK6ThatAreSet(t *testing.T) {
	t.Parallel()
	settings, err := config.Resolve(config.Sources{
		Environment: env{"PATH": "/bin", "K6_OUT": "csv", "K6_RPS": "", "K6_PROVISION_HOST": "x"}, CommandLine: []string{"K6_DNS=ttl=1s"},
	})
	require.NoError(t, err)
	all := config.Variables()
	require.Len(t, settings, len(all)+2)
	for i, v := range all {
		assert.Equal(t, config.Setting{v.Name, v.Default, "default"}, settings[i])
		assert.False(t, settings[i].IsSet())
	}
	assert.Equal(t, config.Settings{{"K6_DNS", "ttl=1s", "command line"}, {"K6_OUT", "csv", "environment"}}, settings[len(all):])
}

func TestANameThatThereIsNotIsAnErrorThatSaysWhereItIsSet(t *testing.T) {
	t.Parallel()
	for says, from := range map[string]config.Sources{
		"command line: there is no variable VSU; did you mean VUS?; allowed are the names in .env.test.example":         {CommandLine: []string{"VSU=5"}},
		"command line: this is not NAME=value: CHAT_TOKEN...":                                                           {CommandLine: []string{"CHAT_TOKEN geheim"}},
		"command line: K6_VUS would replace the load of the script and must not be set: set VUS instead":                {CommandLine: []string{"K6_VUS=5"}},
		"environment: K6_DURATION would replace the load of the script and must not be set: set DURATION instead":       {Environment: env{"K6_DURATION": "5s"}},
		"environment: K6_STAGES would replace the load of the script and must not be set: set VUS and DURATION instead": {Environment: env{"K6_STAGES": ""}},
	} {
		_, err := config.Resolve(from)
		require.EqualError(t, err, says)
	}
}

func TestWhatIsWrongIsSaidWithWhereItIsSet(t *testing.T) {
	t.Parallel()
	settings, err := config.Resolve(config.Sources{
		File: []config.Entry{{"VUS", "many", 3}, {"IDLE", "1s", 4}}, FileName: ".env.test", Environment: env{"DURATION": "soon"}, CommandLine: []string{"SSH_PORT=x", "THINK_MAX=2s"},
	})
	require.NoError(t, err)
	_, err = config.Check(settings, config.Main)
	require.EqualError(t, err, `VUS="many" is not allowed: a whole number from 1 to 100000 (number of users at the same time); `+
		`DURATION="soon" is not allowed: a duration from 1s to 24h, such as 500ms, 30s or 1m30s (time with all users, without idle phase and ramps) `+
		`[VUS: .env.test line 3, DURATION: environment]`)
	_, err = config.Check(settings, config.Everyone)
	require.ErrorContains(t, err, "[VUS: .env.test line 3, DURATION: environment, SSH_PORT: command line]")
	c, err := config.Check(settings, config.Health)
	require.NoError(t, err)
	assert.Equal(t, "http://localhost:4000", c.Text("BASE_URL"))
}
