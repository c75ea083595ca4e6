package config_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/config"
)

type env = map[string]string

func read(t *testing.T, environment env) *config.Config {
	t.Helper()
	c, err := config.Read(environment, config.Main)
	require.NoError(t, err)
	return c
}

func refused(t *testing.T, environment env) string {
	t.Helper()
	c, err := config.Read(environment, config.Main)
	require.Error(t, err)
	assert.Nil(t, c)
	return err.Error()
}

func TestAnEmptyEnvironmentGivesTheDefaultsThatTheDocumentationPromises(t *testing.T) {
	t.Parallel()
	c := read(t, nil)
	for name, want := range map[string]any{
		"VUS": int64(1000), "DURATION": 5 * time.Minute, "IDLE": 10 * time.Second, "RAMP": true, "RAMP_SCALE": 1.0,
		"TURNS_PER_SESSION": int64(3), "THINK_MIN": time.Second, "THINK_MAX": 3 * time.Second,
		"ERROR_RATE_THRESHOLD": 0.01, "HZ_AVERAGE_THRESHOLD": 95.0, "HZ_AVERAGE_MAXIMUM": 105.0,
		"WS_CONNECTION_TIME_P95": 5000.0, "MESSAGE_RESPONSE_TIME_P90": 10000.0,
		"LOOP_LONGEST_GAP": 1000.0, "LOOP_RESTARTS": int64(0), "GENERATOR_LAG_P99": 100.0, "HZ_COVERAGE": 0.9,
		"METRICS_URL": "http://localhost:4000/metrics", "CHAT_ORCHESTRATOR_URL": "http://localhost:8080",
		"CONNECT_TIMEOUT": 15 * time.Second, "RESPONSE_TIMEOUT": 30 * time.Second, "SUMMARY_FILE": "summary.json",
	} {
		assert.Equal(t, want, value(c, name), name)
	}
	assert.Equal(t, "ws://localhost:8080/api/chat", c.ChatURL())
	assert.Equal(t, config.Main, c.Reader())
}

// value asks with the method of the kind.
func value(c *config.Config, name string) any {
	v, _ := config.Find(name)
	switch v.Kind {
	case config.KindInt:
		return c.Int(name)
	case config.KindNumber, config.KindRatio:
		return c.Float(name)
	case config.KindDuration:
		return c.Duration(name)
	case config.KindBool:
		return c.Bool(name)
	default:
		return c.Text(name)
	}
}

func TestAScriptGetsPlainValues(t *testing.T) {
	t.Parallel()
	values := read(t, env{"DURATION": "1m30s", "THINK_MIN": "0.5ms", "CHAT_TOKEN": "s3cret"}).Values()
	for name, want := range map[string]any{
		"VUS": int64(1000), "DURATION": 90000.0, "THINK_MIN": 0.5, "RAMP": true, "HZ_COVERAGE": 0.9, "CHAT_TOKEN": "s3cret",
		"EVIDENCE": "report", "chatUrl": "ws://localhost:8080/api/chat", "JUNIT_FILE": "",
	} {
		assert.Equal(t, want, values[name], name)
	}
	assert.Len(t, values, len(config.Variables())+1)
}

func TestAnErrorNamesTheVariableItsValueWhatIsAllowedAndWhatItMeans(t *testing.T) {
	t.Parallel()
	assert.Equal(t, `VUS="abc" is not allowed: a whole number from 1 to 100000 (number of users at the same time)`, refused(t, env{"VUS": "abc"}))
}

func TestWhatIsAllowedIsSaidWithItsEnds(t *testing.T) {
	t.Parallel()
	assert.Contains(t, refused(t, env{"HZ_AVERAGE_THRESHOLD": "0"}), ": a number above 0 and up to 100000 (")
	assert.Contains(t, refused(t, env{"BASE_URL": "x"}), ": a URL such as http://localhost:8080, or with https, without ? and # (the API)")
	assert.Contains(t, refused(t, env{"METRICS_URL": "x"}), ": a URL such as http://localhost:8080, or with https, ws, wss (where the loop is read; ")
	assert.Contains(t, refused(t, env{"HZ_COVERAGE": "2"}), ": a share above 0 and up to 1, where 0.01 is 1 % (")
	assert.Contains(t, refused(t, env{"IDLE": "2h"}), ": a duration from 0s to 1h, such as 500ms, 30s or 1m30s (")
	assert.Contains(t, refused(t, env{"EVIDENCE": "all"}), ": one of report, require (")
	assert.Contains(t, refused(t, env{"RAMP": "on"}), ": 1 or true, 0 or false (")
	assert.Equal(t, "http://x:65535", read(t, env{"BASE_URL": "http://x:65535"}).Text("BASE_URL"))
}

func TestAllErrorsComeAtOnce(t *testing.T) {
	t.Parallel()
	assert.Regexp(t, `^VUS="0" is .*; DURATION="5" is `, refused(t, env{"VUS": "0", "DURATION": "5"}))
}

func TestWhatIsNotAllowedIsRefused(t *testing.T) {
	t.Parallel()
	for name, values := range map[string][]string{
		"VUS":                  {"0", "-1", "+1", "1.5", "1e3", "100001", "ten", "0x10", "NaN", "Infinity", "99999999999999999999", "1_000"},
		"DURATION":             {"5", "5 m", "0s", "-5m", "25h", "30s1m", "1m1m", "m", "1d", "5m!", "99999999999999999999h"},
		"RAMP":                 {"yes", "2", "TRUE"},
		"RAMP_SCALE":           {"0", "101", ".5", "1,5", "1.", "1e1", "inf", "0x1p4"},
		"ERROR_RATE_THRESHOLD": {"0", "1.01", "1%", "-0.01"},
		"HZ_SOURCE":            {"prometheus", "Counter"},
		"BASE_URL": {
			"localhost:4000", "ws://localhost:4000", "http://", "http://a b", "http://x:65536", "http://x:0", "http://x?y=1", "http://x:port", "http://[::1", "http://a:b:1",
		},
		"WS_URL":    {"http://localhost:8080", "ws:/x", "ws://x#a"},
		"CHAT_PATH": {"api/chat", "/a?b", "/a b"},
		"HZ_COUNTER": {
			"a b", "a{b}", "a{b=1}", "9a", `a{b="1"`, `{a="b"}`, `{""`, `{"a"`, `{"a"} 5`, `{"a","b"}`, `{"a":1}`, `"a"`, `a{"b"}`,
		},
	} {
		for _, value := range values {
			assert.Regexp(t, `^`+name+`="`, refused(t, env{name: value}), value)
		}
	}
}

func TestWhatIsAllowedIsUnderstood(t *testing.T) {
	t.Parallel()
	c := read(t, env{
		"VUS": "1", "DURATION": "1h30m", "THINK_MIN": "0", "THINK_MAX": " 1.5s ", "RAMP": "false", "BASE_URL": "https://api.example.org/base/",
		"WS_URL": "wss://[::1]:9443", "CHAT_PATH": "/chat", "HZ_COUNTER": `ticks_total{app="a",zone="b"}`, "ERROR_RATE_THRESHOLD": "1",
	})
	for name, want := range map[string]any{
		"VUS": int64(1), "DURATION": 90 * time.Minute, "THINK_MIN": time.Duration(0), "THINK_MAX": 1500 * time.Millisecond, "RAMP": false,
		"BASE_URL": "https://api.example.org/base", "METRICS_URL": "https://api.example.org/base/metrics",
		"CHAT_ORCHESTRATOR_URL": "https://[::1]:9443", "HZ_COUNTER": `ticks_total{app="a",zone="b"}`, "ERROR_RATE_THRESHOLD": 1.0,
	} {
		assert.Equal(t, want, value(c, name), name)
	}
	assert.Equal(t, "wss://[::1]:9443/chat", c.ChatURL())
	for _, series := range []string{`{"my.loop.ticks"}`, `{"my.loop.ticks",app="a"}`, `{ "a b" , "c.d" = "e" , }`, `a{b="\"}{"}`, `a{"b.c"="d"}`} {
		assert.Equal(t, series, read(t, env{"HZ_COUNTER": series}).Text("HZ_COUNTER"))
	}
}

func TestAVariableThatIsSetToNothingHasItsDefaultExceptWhereNothingIsAValue(t *testing.T) {
	t.Parallel()
	c := read(t, env{"VUS": "", "DURATION": "  ", "SUMMARY_FILE": ""})
	assert.Equal(t, []any{int64(1000), 5 * time.Minute, ""}, []any{c.Int("VUS"), c.Duration("DURATION"), c.Text("SUMMARY_FILE")})
}

func TestWhatSomebodySetIsToldFromADefault(t *testing.T) {
	t.Parallel()
	c := read(t, env{"VUS": "1000", "DURATION": " ", "SUMMARY_FILE": ""})
	assert.Equal(t, []bool{true, false, true, false}, []bool{c.IsSet("VUS"), c.IsSet("DURATION"), c.IsSet("SUMMARY_FILE"), c.IsSet("IDLE")})
}

func TestTheHealthSourceReadsTheChatServiceUnlessMetricsURLSaysOtherwise(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "http://chat:9/healthz", read(t, env{"HZ_SOURCE": "health", "WS_URL": "ws://chat:9/base"}).Text("METRICS_URL"))
	assert.Equal(t, "http://m:1/h?x=1", read(t, env{"HZ_SOURCE": "health", "METRICS_URL": "http://m:1/h?x=1"}).Text("METRICS_URL"))
}

func TestAStreamIsReadWhereTheChatIsUnlessMetricsURLSaysOtherwise(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "wss://chat:9/base/talk", read(t, env{"HZ_SOURCE": "stream", "WS_URL": "wss://chat:9/base", "CHAT_PATH": "/talk"}).Text("METRICS_URL"))
	for _, source := range []string{"stream", "auto"} {
		assert.Equal(t, "ws://m:1/h?x=1", read(t, env{"HZ_SOURCE": source, "METRICS_URL": "ws://m:1/h?x=1"}).Text("METRICS_URL"))
	}
	assert.Contains(t, refused(t, env{"HZ_SOURCE": "stream", "METRICS_URL": "http://m:1/metrics"}),
		"HZ_SOURCE=stream is not at METRICS_URL=http://m:1/metrics: a stream is at a ws:// or wss:// address, and nothing else is")
	assert.Contains(t, refused(t, env{"HZ_SOURCE": "counter", "METRICS_URL": "ws://m:1/h"}), "HZ_SOURCE=counter is not at METRICS_URL=ws://m:1/h")
}

func TestATimeoutThatWouldCutOffThePercentileThatIsJudgedIsRefused(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "CONNECT_TIMEOUT=5s must be longer than WS_CONNECTION_TIME_P95=5000 ms: "+
		"slower connections would be given up and never reach the percentile", refused(t, env{"CONNECT_TIMEOUT": "5s"}))
	assert.Equal(t, "RESPONSE_TIMEOUT=10s must be longer than MESSAGE_RESPONSE_TIME_P90=10000 ms: "+
		"slower answers would be given up and never reach the percentile", refused(t, env{"RESPONSE_TIMEOUT": "10s"}))
	assert.Equal(t, 5001*time.Millisecond, read(t, env{"CONNECT_TIMEOUT": "5001ms"}).Duration("CONNECT_TIMEOUT"))
}

func TestValuesThatContradictEachOtherAreRefused(t *testing.T) {
	t.Parallel()
	assert.Contains(t, refused(t, env{"THINK_MIN": "4s"}), "THINK_MIN is longer than THINK_MAX")
	assert.Equal(t, 3*time.Second, read(t, env{"THINK_MIN": "3s"}).Duration("THINK_MIN"))
	assert.Contains(t, refused(t, env{"HZ_INTERVAL": "300ms"}), "HZ_INTERVAL=300ms does not fit into a second a whole number of times")
	assert.Contains(t, refused(t, env{"HZ_AVERAGE_MAXIMUM": "94.5"}), "HZ_AVERAGE_MAXIMUM=94.5 must be above HZ_AVERAGE_THRESHOLD=95: raise it")
	assert.InDelta(t, 0, read(t, env{"HZ_AVERAGE_MAXIMUM": "0"}).Float("HZ_AVERAGE_MAXIMUM"), 0)
}

func TestAReaderIsNotStoppedByAVariableThatItDoesNotUse(t *testing.T) {
	t.Parallel()
	assert.Equal(t, int64(7), read(t, env{"SSH_PORT": "x", "VUS": "7"}).Int("VUS"))
	health, err := config.Read(env{"VUS": "x", "THINK_MIN": "1h"}, config.Health)
	require.NoError(t, err)
	assert.Equal(t, "http://localhost:4000", health.Text("BASE_URL"))
	assert.Equal(t, int64(1000), health.Int("VUS"), "a wrong one counts as not set")
	_, err = config.Read(env{"SSH_PORT": "x", "CHAT_ORIGIN": "no origin"}, config.FrontDoor)
	require.ErrorContains(t, err, `SSH_PORT="x" is not allowed: a whole number from 1 to 65535`)
	assert.NotContains(t, err.Error(), "CHAT_ORIGIN")
	_, err = config.Read(env{"SSH_PORT": "x", "VUS": "x"}, config.Everyone)
	require.ErrorContains(t, err, "VUS=")
	require.ErrorContains(t, err, "SSH_PORT=")
}

func TestAskingForAVariableThatThereIsNotIsAMistakeInTheProgram(t *testing.T) {
	t.Parallel()
	c := read(t, nil)
	assert.Panics(t, func() { c.Int("VSU") })
	assert.Panics(t, func() { c.Text("VUS") })
}
