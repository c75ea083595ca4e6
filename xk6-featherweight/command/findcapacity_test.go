package command

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// searching calls find-capacity with these words, in a suite without an .env.test.
func searching(t *testing.T, words ...string) Call {
	t.Helper()
	return CallDoor(t.Context(), map[string]string{"ENV_FILE": os.DevNull}, t.TempDir(), nil, append([]string{"find-capacity"}, words...)...)
}

func TestTheHelpSaysHowLongASearchTakesAndTheDryRunTheSame(t *testing.T) {
	t.Parallel()
	const promised = "about 8 minutes, and at most 23 minutes"
	assert.Contains(t, searching(t, "--help").Out, "With VUS=1000 the search takes "+promised+";")
	dry := searching(t, "--dry-run")
	assert.Zero(t, dry.Code)
	assert.Contains(t, dry.Err, "looking for the most users up to VUS=1000, from 63 on; a run takes 45s, the search "+promised)
	assert.Contains(t, searching(t, "--dry-run", "DURATION=5m", "VUS=64", "--from", "32").Err, "a run takes 5m15s")
	assert.Contains(t, searching(t, "--dry-run", "ARRIVAL_RATE=8").Err, "the most conversations a second up to ARRIVAL_RATE=8, from 0.5 on")
}

func TestAMistakeInTheWordsOfASearchIsOneLine(t *testing.T) {
	t.Parallel()
	for want, words := range map[string][]string{
		"--from 0.5 is not allowed: a load up to VUS=1000":                       {"--from", "0.5"},
		"--from 2000 is not allowed: a load up to VUS=1000":                      {"--from", "2000"},
		"--within 5 is not allowed: a share from 0.001 to 1":                     {"--within", "5"},
		`"VUS" is not understood: allowed are NAME=value`:                        {"VUS"},
		"find-capacity runs on this machine, and SSH_HOST=there names another":   {"SSH_HOST=there"},
		"find-capacity with SAVE_TEST_RESULTS=false: its answer stands on":       {"SAVE_TEST_RESULTS=false"},
		`THINK_MIN is longer than THINK_MAX: raise THINK_MAX or lower THINK_MIN`: {"THINK_MIN=9s"},
		`ARRIVAL_RATE="-1" is not allowed: a number from 0 to 10000`:             {"ARRIVAL_RATE=-1"},
	} {
		call := searching(t, append(words, "--dry-run")...)
		assert.NotZero(t, call.Code, want)
		assert.Contains(t, call.Err, want)
		assert.NotContains(t, call.Err, "looking for")
	}
}

func TestTheRunsOfASearchAreShortUnlessSomebodySaysOtherwiseAndRollNothingBack(t *testing.T) {
	t.Parallel()
	d := &door{env: map[string]string{"ENV_FILE": os.DevNull, "ROLLBACK_COMMAND": "false", "ABORT_ON_FAIL": "5s", "RAMP_SCALE": "0.2"}, root: t.TempDir()}
	require.NoError(t, d.loadSearch([]string{"DURATION=5m"}))
	assert.Equal(t, []string{"5m", "0.2", "3s", "true", "0s", ""},
		[]string{d.value("DURATION"), d.value("RAMP_SCALE"), d.value("IDLE"), d.value("ABORT_WHEN_CERTAIN"), d.value("ABORT_ON_FAIL"), d.value("ROLLBACK_COMMAND")}, "the default, but said")
}
