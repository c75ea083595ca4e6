package command

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/run"
)

// ofType is a job of a type of test with these values in force.
func ofType(t *testing.T, typeName string, words ...string) *job {
	t.Helper()
	d := &door{env: map[string]string{"ENV_FILE": os.DevNull}, root: t.TempDir(), k6: "/bin/k6"}
	require.NoError(t, d.load(append(words, "TEST_RESULTS_DIR="+t.TempDir())))
	kind, ok := config.FindTestType(typeName)
	require.True(t, ok)
	return &job{door: d, t: kind, file: "script.js", folder: "/results/x-" + run.Folder(typeName)}
}

// values are those of a name in an environment.
func values(env []string, name string) []string {
	var all []string
	for _, line := range env {
		if value, found := strings.CutPrefix(line, name+"="); found {
			all = append(all, value)
		}
	}
	return all
}

func TestMetricsGoToAPrometheusThatIsThereOfLoadTestsOnly(t *testing.T) {
	t.Parallel()
	prometheus := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/-/ready" {
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(prometheus.Close)
	for typeName, pushes := range map[string]bool{"websocket-streaming": true, "load": true, "custom": true, "health": false} {
		command, env := ofType(t, typeName, "PROMETHEUS_URL="+prometheus.URL).k6Command(t.Context())
		assert.Equal(t, pushes, strings.Contains(strings.Join(command, " "), "--out experimental-prometheus-rw --tag testid=x-"+typeName), "%v", command)
		assert.Equal(t, pushes, len(values(env, "K6_PROMETHEUS_RW_SERVER_URL")) == 1, typeName)
	}
	command, env := ofType(t, "load", "PROMETHEUS_URL=http://127.0.0.1:1").k6Command(t.Context())
	assert.NotContains(t, command, "--out")
	assert.Empty(t, values(env, "K6_PROMETHEUS_RW_SERVER_URL"))
	_, env = ofType(t, "load", "PROMETHEUS_URL="+prometheus.URL, "K6_PROMETHEUS_RW_SERVER_URL=http://other/write").k6Command(t.Context())
	assert.Empty(t, values(env, "K6_PROMETHEUS_RW_SERVER_URL"), "the user's own stays in force")
}

// k6 prints the address that it pushes to.
func TestUserAndPasswordOfWhereMetricsGoAreNoPartOfTheAddressThatK6Prints(t *testing.T) {
	t.Parallel()
	prometheus := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(prometheus.Close)
	host := strings.TrimPrefix(prometheus.URL, "http://")
	const pushed = "K6_PROMETHEUS_RW_"
	push := func(words ...string) (said []string) {
		_, env := ofType(t, "load", append(words, "PROMETHEUS_URL=http://me:p%40%20s@"+host)...).k6Command(t.Context())
		for _, name := range []string{"SERVER_URL", "HEADERS_AUTHORIZATION"} {
			all := values(env, pushed+name)
			said = append(said, all[max(0, len(all)-1):]...) // the last one counts
		}
		return said
	}
	basic := func(user string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(user)) }
	elsewhere, other := pushed+"SERVER_URL=https://you:geheim@other/write", "https://other/write"
	assert.Equal(t, []string{"http://" + host + "/api/v1/write", basic("me:p@ s")}, push())
	assert.Equal(t, []string{other, basic("you:geheim")}, push(elsewhere))
	assert.Equal(t, []string{other, basic("us:x")}, push(elsewhere, pushed+"USERNAME=us", pushed+"PASSWORD=x"), "k6 forgets it beside headers")
	for _, own := range []string{"HEADERS_AUTHORIZATION=Custom x", "HTTP_HEADERS=A:b,authorization:Custom x", "BEARER_TOKEN=x"} {
		assert.Equal(t, []string{other}, push(elsewhere, pushed+own))
	}
}

func TestTheLivePageIsAsTheUserWantsIt(t *testing.T) {
	t.Parallel()
	env := ofType(t, "load", "DURATION=119s").resultsEnvironment()
	assert.Equal(t, []string{"true"}, values(env, "K6_WEB_DASHBOARD"))
	assert.Equal(t, []string{"127.0.0.1"}, values(env, "K6_WEB_DASHBOARD_HOST"))
	assert.Equal(t, []string{"1s"}, values(env, "K6_WEB_DASHBOARD_PERIOD"))
	assert.Empty(t, values(env, "K6_WEB_DASHBOARD_EXPORT"))
	assert.Equal(t, []string{"/results/x-load/summary.json"}, values(env, "SUMMARY_FILE"))

	env = ofType(t, "custom", "DURATION=2m", "K6_WEB_DASHBOARD=false", "K6_WEB_DASHBOARD_PORT=7").resultsEnvironment()
	assert.Empty(t, values(env, "K6_WEB_DASHBOARD"), "what the user says is in the environment already")
	assert.Empty(t, values(env, "K6_WEB_DASHBOARD_PORT"))
	assert.Empty(t, values(env, "K6_WEB_DASHBOARD_PERIOD"))
	assert.Equal(t, []string{"/results/x-custom/k6-report.html"}, values(env, "K6_WEB_DASHBOARD_EXPORT"))
	assert.Empty(t, values(ofType(t, "health").resultsEnvironment(), "K6_WEB_DASHBOARD"))
}

func TestWordsForK6(t *testing.T) {
	t.Parallel()
	j := ofType(t, "custom", "CUSTOM_ARGS=--iterations  1 -e A=*", "PROMETHEUS_URL=http://127.0.0.1:1", "K6_LOG_LEVEL=warn")
	j.words.k6Arguments = []string{"-e", "WORD=a b"}
	command, _ := j.k6Command(t.Context())
	assert.Equal(t, []string{"/bin/k6", "run", "--log-output=file=/dev/stderr,level=warn", "--iterations", "1", "-e", "A=*", "-e", "WORD=a b", "script.js"}, command)
	command, _ = ofType(t, "health", "DEBUG_MODE=1").k6Command(t.Context())
	assert.Equal(t, []string{"/bin/k6", "run", "--verbose", "--quiet", "script.js"}, command)
}

func TestWhatIsStartedGetsWhatIsSetAndNothingIsReadTwice(t *testing.T) {
	t.Parallel()
	d := ofType(t, "load", "VUS=7", "AUTH_HEADER=x").door
	d.env["OTHER"] = "stays"
	env := d.environment("EXTRA=1", "VUS=8")
	assert.Equal(t, []string{"8"}, values(env, "VUS"))
	assert.Equal(t, []string{"x"}, values(env, "AUTH_HEADER"))
	assert.Empty(t, values(env, "DURATION"), "a default is not set")
	for name, want := range map[string]string{"OTHER": "stays", "EXTRA": "1", config.EnvRead: "true", "K6_AUTO_EXTENSION_RESOLUTION": "false", "K6_NO_USAGE_REPORT": "true"} {
		assert.Equal(t, []string{want}, values(env, name))
	}
}

func TestARollbackFollowsAFailureAndNothingThatSaysNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		verdict   string
		code      int
		onInvalid bool
		says      string
	}{
		{verdict: "FAIL", code: 99},
		{verdict: noVerdict, code: 99}, // a script of somebody's own, or the health check
		{verdict: "INVALID", code: 99, says: "the result is INVALID"},
		{verdict: "INVALID", code: 99, onInvalid: true},
		{verdict: noVerdict, code: 137, says: "without a result (exit code 137)"},
		{verdict: noVerdict, code: 108, onInvalid: true},
		{verdict: "INVALID", code: 105, says: "stopped by hand"},
		{verdict: "FAIL", code: 105, onInvalid: true, says: "stopped by hand"},
	} {
		why := leaveAlone(c.verdict, c.code, c.onInvalid)
		assert.Equal(t, c.says == "", why == "", "%+v: %s", c, why)
		assert.Contains(t, why, c.says)
	}
}

func TestALostRunIsRestartedWithTheValuesThatItHad(t *testing.T) {
	t.Parallel()
	lost := ofType(t, "load", "VUS=7", "THINK_MAX=9s", "AUTH_HEADER=geheim", `CUSTOM_ARGS=a "b" $c # d`, "CHAT_TOKEN=geheim")
	folder := run.Folder(t.TempDir())
	text := keptConfig(lost.settings)
	assert.NotContains(t, text, "geheim")
	require.NoError(t, os.WriteFile(folder.File(run.ConfigFile), []byte(text), 0o600))

	// .env.test has changed in the meantime: other values, and one that was a default.
	now := ofType(t, "load", "VUS=8", "DURATION=1h", "CHAT_TOKEN=geheim", "TEST_RESULTS_DIR="+lost.value("TEST_RESULTS_DIR"))
	now.settings = now.settings.With("TEST_RESULTS_DIR", lost.value("TEST_RESULTS_DIR"), "command line")
	words, missing, err := now.keptWords(folder)
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{"VUS=7", "THINK_MAX=9s", "DURATION=5m", `CUSTOM_ARGS=a "b" $c # d`}, words)
	assert.Equal(t, []string{"AUTH_HEADER"}, missing, "a secret was not kept, and is not set now")
}

func TestAPreparedRunThatEndsIsOverForEverybody(t *testing.T) {
	t.Parallel()
	j := ofType(t, "load")
	require.NoError(t, j.prepare())
	assert.Equal(t, []run.Folder{j.folder}, j.store().Live(), "it is under way from its first moment")
	why := j.abandon(failf(99, "the target is not healthy"))
	assert.Equal(t, 99, codeOf(why))
	state, err := j.folder.State()
	require.NoError(t, err)
	assert.Equal(t, run.Finished, state.Phase)
	assert.Equal(t, 99, state.ExitCode)
	assert.WithinDuration(t, time.Now(), state.Ended, time.Hour)
	assert.FileExists(t, filepath.Join(string(j.folder), run.ConfigFile))
}
