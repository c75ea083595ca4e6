package fwhz

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/lib/fsext"
)

// suiteVU is a VU of that number whose script has made a Suite with these variables.
func suiteVU(t *testing.T, root *rootModule, number int, name, variables string) *virtualUser {
	t.Helper()
	u := vuOf(t, root)
	u.run(`globalThis.__VU = %d; globalThis.__ENV = %s; globalThis.suite = new fwhz.Suite(%q)`, number, variables, name)
	return u
}

func TestEveryTimeAndNameOfAConnectionIsThatOfItsVariable(t *testing.T) {
	t.Parallel()
	u := suiteVU(t, New().(*rootModule), 0, "websocket-streaming", `{CONNECT_TIMEOUT: '6s', RESPONSE_TIMEOUT: '11s', WS_PING_INTERVAL: '7s',
		WS_PONG_TIMEOUT: '3s', WS_CONNECTION_TIME_P95: '4000', MESSAGE_RESPONSE_TIME_P90: '9000', HZ_INTERVAL: '250ms', HZ_SOURCE: 'gauge',
		HZ_COUNTER: 'a_total', HZ_STREAM_TYPE: 'tick', HZ_STREAM_FIELD: 'n', HZ_GAUGE: 'b', METRICS_TIMEOUT: '3s', METRICS_MAX_SIZE: '20000000', CHAT_TOKEN: 't', AUTH_HEADER: 'Bearer a',
		METRICS_AUTH_HEADER: 'Bearer m', CHAT_SUBPROTOCOLS: 'v2, v1'}`)
	assert.JSONEq(t, `{"url": "ws://localhost:8080/api/chat", "connectTimeout": 6000, "responseTimeout": 11000, "pingInterval": 7000, "pongTimeout": 3000,
		"headers": {"Authorization": "Bearer a"}, "subprotocols": ["v2", "v1"], "query": {"token": "t"}, "slo": {"connect": 4000, "response": 9000}}`,
		u.run(`JSON.stringify(suite.chat)`).(string))
	assert.JSONEq(t, `{"url": "http://localhost:4000/metrics", "interval": 250, "window": 1000, "source": "gauge", "counter": "a_total", "gauge": "b", "streamType": "tick", "streamField": "n",
		"timeout": 3000, "maxSize": 20000000, "headers": {"Authorization": "Bearer m"}}`, u.run(`JSON.stringify(suite.loop)`).(string))
	u.run(`new fwhz.ChatClient(suite.chat); new fwhz.HzSampler(suite.loop)`)
}

func TestAStreamThatIsTheChatIsOpenedAsItsUsersOpenIt(t *testing.T) {
	t.Parallel()
	loop := func(env string) string {
		u := suiteVU(t, New().(*rootModule), 0, "websocket-streaming", env)
		return u.run(`new fwhz.HzSampler(suite.loop); JSON.stringify([suite.loop.url, suite.loop.source, suite.loop.headers])`).(string)
	}
	assert.JSONEq(t, `["ws://chat:9/api/chat?token=a%2Fb", "stream", {"Authorization": "Bearer m", "Origin": "https://app.example"}]`,
		loop(`{HZ_SOURCE: 'stream', WS_URL: 'ws://chat:9', CHAT_TOKEN: 'a/b', AUTH_HEADER: 'Bearer a', METRICS_AUTH_HEADER: 'Bearer m', CHAT_ORIGIN: 'https://app.example'}`))
	assert.JSONEq(t, `["wss://loop:9/x?y=1", "auto", {}]`, loop(`{METRICS_URL: 'wss://loop:9/x?y=1', CHAT_TOKEN: 't', AUTH_HEADER: 'Bearer a'}`))
}

func TestATokenOrAHeaderThatIsNotSetIsNotSent(t *testing.T) {
	t.Parallel()
	u := suiteVU(t, New().(*rootModule), 0, "websocket-streaming", `{}`)
	assert.JSONEq(t, `[{}, {}, [], {}]`, u.run(`JSON.stringify([suite.chat.query, suite.chat.headers, suite.chat.subprotocols, suite.loop.headers])`).(string))
}

func TestTheOptionsAreTheLoadAndTheObjectives(t *testing.T) {
	t.Parallel()
	root := New().(*rootModule)
	u := suiteVU(t, root, 0, "websocket-streaming", `{VUS: '8', DURATION: '1m', IDLE: '5s', RAMP_SCALE: '0.1', CONNECT_TIMEOUT: '20s', RESPONSE_TIMEOUT: '40s'}`)
	assert.JSONEq(t, `{
		"hz": {"executor": "constant-vus", "exec": "hz", "vus": 1, "duration": "80000ms", "gracefulStop": "0s"},
		"chat": {"executor": "ramping-vus", "exec": "user", "startTime": "5000ms", "startVUs": 0, "gracefulRampDown": "48000ms", "gracefulStop": "45000ms",
			"stages": [{"duration": "3000ms", "target": 2}, {"duration": "3000ms", "target": 4}, {"duration": "6000ms", "target": 8},
				{"duration": "60000ms", "target": 8}, {"duration": "3000ms", "target": 0}]}
	}`, u.run(`JSON.stringify(suite.options.scenarios)`).(string))
	assert.Equal(t, []any{"rate<0.01"}, u.run(`suite.options.thresholds.error_rate.map(String)`))
	assert.Equal(t, []any{"count<1"}, u.run(`suite.options.thresholds.script_exceptions.map(String)`))
	assert.Equal(t, "90000ms", u.run(`suite.options.setupTimeout`))
	assert.Equal(t, "{}", suiteVU(t, root, 3, "websocket-streaming", `{}`).run(`JSON.stringify(suite.options)`), "k6 does not ask the VUs of users")
}

func TestInTheOpenModelAllUsersAreThereAndWaitForABeginning(t *testing.T) {
	t.Parallel()
	u := suiteVU(t, New().(*rootModule), 0, "websocket-streaming", `{ARRIVAL_RATE: '2.5', VUS: '8', DURATION: '1m', IDLE: '5s', RAMP_SCALE: '0.1'}`)
	assert.JSONEq(t, `{"executor": "constant-vus", "exec": "user", "startTime": "5000ms", "vus": 8, "duration": "75000ms", "gracefulStop": "35000ms"}`,
		u.run(`JSON.stringify(suite.options.scenarios.chat)`).(string))
	assert.Equal(t, []any{"rate<=0.01"}, u.run(`suite.options.thresholds.chat_arrivals_missed.map(String)`))
	closed := suiteVU(t, New().(*rootModule), 0, "comprehensive", `{ARRIVAL_RATE: '2.5'}`)
	assert.Equal(t, "ramping-vus", closed.run(`suite.options.scenarios.users.executor`))
	assert.Equal(t, false, closed.run(`'chat_arrivals_missed' in suite.options.thresholds`))
	assert.Contains(t, strings.Join(closed.module.root.plans["comprehensive"].warnings, ";"), "ARRIVAL_RATE has no effect here")
}

func TestUsersAndHTTPAreThoseOfTheSuite(t *testing.T) {
	t.Parallel()
	env := `{VUS: '200', TEST_CONCURRENT_SESSIONS: '50', CONNECTION_POOL_SIZE: '7', PROCESSING_TIMEOUT: '2m'}`
	whole := suiteVU(t, New().(*rootModule), 0, "comprehensive", env)
	assert.Equal(t, []any{int64(50), int64(7), int64(7), "125000ms"},
		whole.run(`[suite.users, suite.options.batch, suite.options.batchPerHost, suite.options.scenarios.users.gracefulStop]`))
	assert.Equal(t, "auth profile upload message websocket", whole.run(`suite.flows().map((f) => f.name).join(' ')`))
	assert.Equal(t, "auth profile websocket", whole.run(`[0, 0.2, 0.99].map(suite.drawFlow).join(' ')`))
	general := suiteVU(t, New().(*rootModule), 0, "load", env)
	assert.Equal(t, int64(200), general.run(`suite.users`))
	assert.Equal(t, "health login conversations upload websocket", general.run(`suite.flows().map((f) => f.name).join(' ')`))
}

func TestAWrongVariableIsOneLineWithoutAStack(t *testing.T) {
	t.Parallel()
	u := vuOf(t, New().(*rootModule))
	u.run(`globalThis.__ENV = {VUS: 'many', DURATION: '5'}`)
	told := u.throws(`new fwhz.Suite('websocket-streaming')`)
	assert.Regexp(t, `^VUS="many" is not allowed: a whole number from 1 to 100000 \(.*\); DURATION="5" is not allowed: a duration .*`, told)
	for name, want := range map[string]string{`''`: "name  is not allowed", `'a b'`: "name a b is not allowed", `7`: "name 7 is not allowed", ``: "name undefined"} {
		assert.Contains(t, u.throws(`new fwhz.Suite(`+name+`)`), want)
	}
	bad := vuOf(t, New().(*rootModule))
	bad.run(`globalThis.__ENV = {HZ_COUNTER: 'a{'}`)
	assert.Contains(t, bad.throws(`new fwhz.Suite('mine')`), "HZ_COUNTER")
}

// The order of the sources: environment, file, default.
func TestTheFileOfVariablesIsReadBesideTheScriptOrAboveIt(t *testing.T) {
	t.Parallel()
	in := func(folder string) *virtualUser {
		u := vuOf(t, New().(*rootModule))
		files := fsext.NewMemMapFs()
		require.NoError(t, fsext.WriteFile(files, folder+"/.env.test", []byte("VUS=77 # mine\nIDLE=1s\n"), 0o600))
		u.VU.InitEnvField.FileSystems = map[string]fsext.Fs{"file": files}
		u.VU.InitEnvField.CWD.Path = "/suite/scripts"
		u.run(`globalThis.__ENV = {IDLE: '4s', DURATION: ''}; globalThis.suite = new fwhz.Suite('websocket-streaming')`)
		return u
	}
	for _, folder := range []string{"/suite/scripts", "/suite"} {
		assert.Equal(t, []any{int64(77), int64(4000), int64(300000)}, in(folder).run(`[suite.config.VUS, suite.config.IDLE, suite.config.DURATION]`), folder)
	}
	assert.Equal(t, int64(1000), in("/elsewhere").run(`suite.config.VUS`))
}

func TestAnExceptionOfAGuardedFunctionIsCountedAndTheRestGoesOn(t *testing.T) {
	t.Parallel()
	u := suiteVU(t, New().(*rootModule), 1, "mine", `{}`)
	u.run(`globalThis.work = suite.guard((a, b) => { if (a > b) throw new Error('too much'); return a + b; })`)
	u.start()
	assert.Equal(t, int64(5), u.run(`work(2, 3)`))
	requireLines(t, "", u.emitted())
	assert.Nil(t, u.run(`work(3, 2)`))
	requireLines(t, "script_exceptions 1", u.emitted())
	assert.Contains(t, u.log.LastEntry().Message, "exception of the script: Error: too much")
	assert.Contains(t, u.throws(`suite.guard(7)`), "suite.guard: 7 is not allowed: a function")
}

func TestAMemberThatIsSetStaysAsItWas(t *testing.T) {
	t.Parallel()
	u := suiteVU(t, New().(*rootModule), 1, "mine", `{VUS: '3'}`)
	assert.Contains(t, u.throws(`suite.config.VUS = 5`), "TypeError")
	assert.Equal(t, int64(3), u.run(`suite.config.VUS`))
	assert.Equal(t, true, u.run(`suite.guard === suite.guard && suite.config === suite.config`))
}

func TestTheUsersShareAsManyAccountsAsWantedAndNoMoreThanIsGood(t *testing.T) {
	t.Parallel()
	for env, want := range map[string]int64{
		`{VUS: '5', TEST_USER_COUNT: '1000'}`: 5, `{VUS: '50', TEST_USER_COUNT: '7'}`: 7, `{VUS: '100000', TEST_USER_COUNT: '100000'}`: 100,
	} {
		assert.Equal(t, want, suiteVU(t, New().(*rootModule), 0, "load", env).run(`suite.accounts`), env)
	}
	assert.Equal(t, int64(50), suiteVU(t, New().(*rootModule), 0, "comprehensive", `{VUS: '1000'}`).run(`suite.accounts`), "TEST_CONCURRENT_SESSIONS is 50")
}

func TestALookOfTheScriptIsRepeatedUntilItFindsSomething(t *testing.T) {
	t.Parallel()
	u := suiteVU(t, New().(*rootModule), 0, "mine", `{}`)
	u.run(`globalThis.looks = 0`)
	u.start()
	assert.Equal(t, []any{int64(2), true}, u.run(`const second = suite.lookFor(() => ({ok: ++looks === 2})); [looks, second.ok]`))
	assert.Equal(t, []any{int64(3), "down"}, u.run(`looks = 0; const never = suite.lookFor(() => { looks++; return {ok: false, why: 'down'}; }); [looks, never.why]`))
	assert.Contains(t, u.throws(`suite.lookFor(() => { throw new Error('mine'); })`), "Error: mine")
	assert.Contains(t, u.throws(`suite.lookFor(7)`), "suite.lookFor: 7 is not allowed")
}
