package fwhz

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A bad option names itself, its value and what is allowed, at once.
func TestABadOptionIsRefusedInTheConstructor(t *testing.T) {
	t.Parallel()
	const list = "url, source, timeout, interval, window, maxSize, counter, gauge, streamType, streamField, headers, tags"
	const chatList = "connectTimeout, responseTimeout, closeTimeout, pingInterval, pongTimeout, maxMessageSize, subprotocols, keepText, headers, query, tags, slo"
	for script, want := range map[string]string{
		`new fwhz.HzSampler()`:                                `new HzSampler: option url "" is not allowed: an http:// or https:// URL`,
		`new fwhz.HzSampler('http://h')`:                      `new HzSampler: options "http://h" are not allowed: an object`,
		`new fwhz.HzSampler({})`:                              `option url "" is not allowed`,
		`new fwhz.HzSampler({url: 7})`:                        `new HzSampler: option url: "7" is not allowed: a string`,
		`new fwhz.HzSampler({url: 'ftp://h'})`:                `option url "ftp://h" is not allowed`,
		`new fwhz.HzSampler({url: 'http://'})`:                `option url "http://" is not allowed`,
		`new fwhz.HzSampler({url: 'http://h', intervall: 1})`: `new HzSampler: option intervall is not known: ` + list,

		hzWith(`maxSize: 1023`):                                    `option maxSize: "1023" is not allowed: a whole number from 1024 to 2147483647`,
		hzWith(`maxSize: '8M'`):                                    `option maxSize: "8M" is not allowed`,
		hzWith(`interval: '5ms'`):                                  `option interval: "5ms" is not allowed: a duration such as "1s", or a number of milliseconds; from 10ms to 1000h0m0s`,
		hzWith(`interval: 0`):                                      `option interval: "0" is not allowed`,
		hzWith(`interval: -100`):                                   `option interval: "-100" is not allowed`,
		hzWith(`interval: NaN`):                                    `option interval: "NaN" is not allowed`,
		hzWith(`interval: Infinity`):                               `option interval: "Infinity" is not allowed`,
		hzWith(`interval: 1e300`):                                  `option interval: "1e+300" is not allowed`,
		hzWith(`interval: 9007199254740991`):                       `option interval: "9007199254740991" is not allowed`,
		hzWith(`interval: '1001h'`):                                `option interval: "1001h" is not allowed`,
		hzWith(`interval: 'often'`):                                `option interval: "often" is not allowed`,
		hzWith(`interval: ''`):                                     `option interval: "" is not allowed`,
		hzWith(`interval: true`):                                   `option interval: "true" is not allowed`,
		hzWith(`interval: {}`):                                     `option interval: "[object Object]" is not allowed`,
		hzWith(`interval: '100ms', window: '50ms'`):                `option window: "50ms" is not allowed: a duration such as "1s", or a number of milliseconds; from 100ms`,
		hzWith(`interval: '300ms', window: '1s'`):                  `option window: "1s" is not allowed: a multiple of interval, which is 300ms`,
		hzWith(`timeout: '1ms'`):                                   `option timeout: "1ms" is not allowed`,
		hzWith(`source: 'metric'`):                                 `option source: "metric" is not allowed: auto, counter, gauge, health, stream`,
		hzWith(`source: 'stream'`):                                 `option source "stream" is at a ws:// or wss:// address, not at "http://h/metrics"`,
		`new fwhz.HzSampler({url: 'ws://h', source: 'gauge'})`:     `option source "gauge" is not at a ws:// address: take stream or auto`,
		`new fwhz.HzSampler({url: 'ws://h', streamField: 'a..b'})`: `option field "a..b" is not allowed: names with dots between them`,
		hzWith(`source: 1`):                                        `option source: "1" is not allowed`,
		hzWith(`counter: 'a b'`):                                   `new HzSampler: option counter: `,
		hzWith(`gauge: 'x{'`):                                      `new HzSampler: option gauge: `,
		hzWith(`headers: 'x'`):                                     `option headers: "(hidden)" is not allowed: an object of strings`,
		hzWith(`headers: ['x']`):                                   `option headers: "(hidden)" is not allowed: an object of strings`,
		hzWith(`headers: {Authorization: undefined}`):              `option headers.Authorization: "undefined" is not allowed: a string`,
		hzWith(`tags: {a: {b: 1}}`):                                `option tags.a: "[object Object]" is not allowed: a string`,
		hzWith(`tags: {a: null}`):                                  `option tags.a: "null" is not allowed: a string`,

		`new fwhz.ChatClient()`:                     `new ChatClient: url undefined is not allowed: a string such as "ws://localhost:8080/api/chat", the first argument`,
		`new fwhz.ChatClient(null)`:                 `url null is not allowed`,
		`new fwhz.ChatClient('http://h')`:           `new ChatClient: url "http://h" is not allowed: a ws:// or wss:// URL with a host`,
		`new fwhz.ChatClient({uri: 'ws://h'})`:      `option uri is not known: url, connectTimeout`,
		`new fwhz.ChatClient('ws://u:s3cret@h')`:    `url "ws://h" is not allowed`,
		`new fwhz.ChatClient('x://h?token=s3cret')`: `url "x://h" is not allowed`,
		`new fwhz.ChatClient('ws://h', 'fast')`:     `new ChatClient: options "fast" are not allowed: an object`,
		chatWith(`timeout: '5s'`):                   `new ChatClient: option timeout is not known: ` + chatList,
		chatWith(`connectTimeout: 0`):               `option connectTimeout: "0" is not allowed: a duration such as "15s", or a number of milliseconds; from 1ms`,
		chatWith(`responseTimeout: '-1s'`):          `option responseTimeout: "-1s" is not allowed: a duration such as "30s"`,
		chatWith(`closeTimeout: 'x'`):               `option closeTimeout: "x" is not allowed`,
		chatWith(`pingInterval: -1`):                `option pingInterval: "-1" is not allowed: a duration such as "1s", or a number of milliseconds; from 0s`,
		chatWith(`pongTimeout: 0`):                  `option pongTimeout: "0" is not allowed: a duration such as "10s", or a number of milliseconds; from 1ms`,
		chatWith(`maxMessageSize: 0`):               `option maxMessageSize: "0" is not allowed: a whole number from 1 to 2147483647`,
		chatWith(`maxMessageSize: 1.5`):             `option maxMessageSize: "1.5" is not allowed`,
		chatWith(`maxMessageSize: 1e10`):            `option maxMessageSize: "10000000000" is not allowed`,
		chatWith(`maxMessageSize: NaN`):             `option maxMessageSize: "NaN" is not allowed`,
		chatWith(`maxMessageSize: true`):            `option maxMessageSize: "true" is not allowed`,
		chatWith(`maxMessageSize: '1000'`):          `option maxMessageSize: "1000" is not allowed`,
		chatWith(`keepText: 'yes'`):                 `option keepText: "yes" is not allowed: true or false`,
		chatWith(`keepText: 1`):                     `option keepText: "1" is not allowed`,
		chatWith(`subprotocols: 'chat'`):            `option subprotocols: "chat" is not allowed: a list of strings`,
		chatWith(`subprotocols: [1]`):               `option subprotocols: "[object Array]" is not allowed: a list of strings`,
		chatWith(`subprotocols: {}`):                `option subprotocols: "[object Object]" is not allowed`,
		chatWith(`query: {token: undefined}`):       `option query.token: "undefined" is not allowed: a string`,
		chatWith(`query: 'token=s3cret'`):           `option query: `,
		chatWith(`headers: {upgrade: 'h2c'}`):       `new ChatClient: header "Upgrade" is not allowed: the WebSocket handshake sets it itself`,
		chatWith(`slo: {latency: '1s'}`):            `new ChatClient: option slo: option latency is not known: connect, response, ttft`,
		chatWith(`slo: {ttft: '-1s'}`):              `new ChatClient: option slo: option ttft: "-1s" is not allowed`,
		chatWith(`slo: '5s'`):                       `new ChatClient: option slo: options "5s" are not allowed: an object`,
	} {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			assert.Contains(t, newVU(t).throws(script), want)
		})
	}
}

func hzWith(option string) string {
	return `new fwhz.HzSampler({url: 'http://h/metrics', ` + option + `})`
}

func chatWith(option string) string {
	return `new fwhz.ChatClient('ws://h/chat?token=s3cret', {` + option + `})`
}

func TestNoRefusalTellsASecretOfTheURL(t *testing.T) {
	t.Parallel()
	for _, script := range []string{
		`new fwhz.ChatClient('x://h?token=s3cret')`, `new fwhz.ChatClient('ws://u:s3cret@h')`, `new fwhz.ChatClient('ws://h:port?token=s3cret')`,
		`new fwhz.HzSampler({url: 'x://h?token=s3cret'})`, `new fwhz.HzSampler({url: 'x://u:s3cret@h'})`,
		chatWith(`slo: 1`), chatWith(`headers: {Upgrade: 1}`), chatWith(`headers: 'Bearer s3cret'`), chatWith(`headers: ['s3cret']`), chatWith(`query: 'token=s3cret'`),
		chatWith(`headers: {Authorization: {Bearer: 's3cret'}}`), `new fwhz.ChatClient(['ws://u:s3cret@h'])`, `new fwhz.HzSampler('http://u:s3cret@h?token=s3cret')`,
		`new fwhz.HzSampler({url: ['http://u:s3cret@h']})`, `new fwhz.HzSampler({url: {toString: 's3cret'}})`,
	} {
		assert.NotContains(t, newVU(t).throws(script), "s3cret", script)
	}
}

func TestGoodOptionsAreTaken(t *testing.T) {
	t.Parallel()
	for _, script := range []string{
		hzWith(`interval: 100, window: '1m30s', timeout: '2s', maxSize: 1024, source: 'gauge', counter: 'a{b="c"}', gauge: 'g', headers: {A: 'b'}, tags: {a: 1, b: true}`),
		hzWith(`interval: '2s'`), // the default window grows with it
		hzWith(`interval: null, window: undefined`),
		hzWith(`interval: 12.5, window: 25`),
		chatWith(`connectTimeout: 1, responseTimeout: '1000h', closeTimeout: 0.5e3, pingInterval: 0, pongTimeout: '1s', maxMessageSize: 1, headers: {}, query: {}, subprotocols: [], keepText: false, slo: {}, tags: {}`),
	} {
		newVU(t).run(`%s; 0`, script)
	}
}

// What is given up at its limit can never be seen to be slower than that.
func TestByDefaultWhatIsSlowerThanItsLimitIsAwaited(t *testing.T) {
	t.Parallel()
	u := newVU(t)
	rt := u.VU.Runtime()
	c, err := u.module.parseChatClient(rt, rt.ToValue("ws://h"), readOptions(rt, "new ChatClient", nil))
	require.NoError(t, err)
	assert.Equal(t, turnSLO{connect: 5 * time.Second, response: 10 * time.Second}, c.slo)
	assert.Equal(t, []time.Duration{15 * time.Second, 30 * time.Second}, []time.Duration{c.config.ConnectTimeout, c.config.ResponseTimeout})
}
