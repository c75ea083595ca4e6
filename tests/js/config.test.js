import assert from 'node:assert/strict';
import { test } from 'node:test';

import { likelySlips, readConfig, shownConfig, withoutPassword } from '../../scripts/lib/config.js';
import { durationText, KINDS, parseDuration } from '../../scripts/lib/kinds.js';
import { READERS, VARIABLES } from '../../scripts/lib/variables.js';

const read = (env) => readConfig(env, READERS.MAIN);

test('an empty environment gives the defaults that the documentation promises', () => {
    const c = read({});
    assert.deepEqual(
        [c.VUS, c.DURATION, c.IDLE, c.RAMP, c.RAMP_SCALE, c.TURNS_PER_SESSION, c.THINK_MIN, c.THINK_MAX],
        [1000, 300000, 10000, true, 1, 3, 1000, 3000]);
    assert.deepEqual(
        [c.ERROR_RATE_THRESHOLD, c.HZ_AVERAGE_THRESHOLD, c.WS_CONNECTION_TIME_P95, c.MESSAGE_RESPONSE_TIME_P90],
        [0.01, 95, 5000, 10000]);
    assert.deepEqual([c.LOOP_LONGEST_GAP, c.LOOP_RESTARTS, c.GENERATOR_LAG_P99, c.HZ_COVERAGE], [1000, 0, 100, 0.9]);
    assert.deepEqual([c.chatUrl, c.METRICS_URL, c.CHAT_ORCHESTRATOR_URL],
        ['ws://localhost:8080/api/chat', 'http://localhost:4000/metrics', 'http://localhost:8080']);
    assert.deepEqual([c.CONNECT_TIMEOUT, c.RESPONSE_TIMEOUT, c.SUMMARY_FILE], [15000, 30000, 'summary.json']);
});

test('every default of the table is itself allowed', () => {
    for (const variable of VARIABLES) {
        if (variable.default === '') continue;
        assert.notEqual(KINDS[variable.kind].parse(variable.default, variable), undefined, variable.name);
    }
});

test('names in the table are unique, and every reader is known', () => {
    const names = VARIABLES.map((v) => v.name);
    assert.equal(new Set(names).size, names.length);
    for (const variable of VARIABLES) {
        for (const reader of variable.readers) assert.ok(Object.values(READERS).includes(reader), `${variable.name}: ${reader}`);
    }
});

test('an error names the variable, its value, what is allowed and what it means', () => {
    assert.throws(() => read({ VUS: 'abc' }), { message:
        'VUS="abc" is not allowed: a whole number from 1 to 100000 (number of users at the same time)' });
});

test('what is allowed is said with its ends: those that are allowed and those that are not', () => {
    assert.throws(() => read({ HZ_AVERAGE_THRESHOLD: '0' }), /: a number above 0 and up to 100000 \(/);
    assert.throws(() => read({ BASE_URL: 'x' }), /: a URL such as http:\/\/localhost:8080, or with https, without \? and # \(the API\)/);
    assert.equal(read({ BASE_URL: 'http://x:65535' }).BASE_URL, 'http://x:65535');
});

test('all errors come at once', () => {
    assert.throws(() => read({ VUS: '0', DURATION: '5' }), /^Error: VUS="0" is .*; DURATION="5" is /);
});

for (const [name, values] of Object.entries({
    VUS: ['0', '-1', '1.5', '1e3', '100001', 'ten', '0x10', 'NaN', 'Infinity'],
    DURATION: ['5', '5 m', '0s', '-5m', '25h', '30s1m', '1m1m', 'm', '1d', '5m!'],
    RAMP: ['yes', '2', 'TRUE'],
    RAMP_SCALE: ['0', '101', '.5', '1,5'],
    ERROR_RATE_THRESHOLD: ['0', '1.01', '1%', '-0.01'],
    HZ_SOURCE: ['prometheus', 'Counter'],
    BASE_URL: ['localhost:4000', 'ws://localhost:4000', 'http://', 'http://a b', 'http://x:65536', 'http://x:0', 'http://x?y=1', 'http://x:port'],
    WS_URL: ['http://localhost:8080', 'ws:/x', 'ws://x#a'],
    CHAT_PATH: ['api/chat', '/a?b', '/a b'],
    HZ_COUNTER: ['a b', 'a{b}', 'a{b=1}', '9a', 'a{b="1"', '{a="b"}', '{""', '{"a"', '{"a"} 5', '{"a","b"}', '{"a":1}', '"a"', 'a{"b"}'],
})) {
    for (const value of values) {
        test(`${name}=${value} is refused`, () => {
            assert.throws(() => read({ [name]: value }), new RegExp(`^Error: ${name}="`));
        });
    }
}

test('what is allowed is understood', () => {
    const c = read({
        VUS: '1', DURATION: '1h30m', THINK_MIN: '0', THINK_MAX: '1.5s', RAMP: 'false', BASE_URL: 'https://api.example.org/base/',
        WS_URL: 'wss://[::1]:9443', CHAT_PATH: '/chat', HZ_COUNTER: 'ticks_total{app="a",zone="b"}', ERROR_RATE_THRESHOLD: '1',
    });
    assert.deepEqual([c.VUS, c.DURATION, c.THINK_MIN, c.THINK_MAX, c.RAMP], [1, 5400000, 0, 1500, false]);
    assert.deepEqual([c.BASE_URL, c.METRICS_URL], ['https://api.example.org/base', 'https://api.example.org/base/metrics']);
    assert.deepEqual([c.chatUrl, c.CHAT_ORCHESTRATOR_URL], ['wss://[::1]:9443/chat', 'https://[::1]:9443']);
    assert.equal(c.HZ_COUNTER, 'ticks_total{app="a",zone="b"}');
    for (const series of ['{"my.loop.ticks"}', '{"my.loop.ticks",app="a"}', '{ "a b" , "c.d" = "e" , }', 'a{b="\\"}{"}', 'a{"b.c"="d"}'])
        assert.equal(read({ HZ_COUNTER: series }).HZ_COUNTER, series);
});

test('a variable that is set to nothing has its default, except where nothing is a value', () => {
    const c = read({ VUS: '', DURATION: '  ', SUMMARY_FILE: '' });
    assert.deepEqual([c.VUS, c.DURATION, c.SUMMARY_FILE], [1000, 300000, '']);
});

test('HZ_SOURCE=health reads the chat service, unless METRICS_URL says otherwise', () => {
    assert.equal(read({ HZ_SOURCE: 'health', WS_URL: 'ws://chat:9' }).METRICS_URL, 'http://chat:9/healthz');
    assert.equal(read({ HZ_SOURCE: 'health', METRICS_URL: 'http://m:1/h?x=1' }).METRICS_URL, 'http://m:1/h?x=1');
});

test('a timeout that would cut off the percentile that is judged is refused', () => {
    assert.throws(() => read({ CONNECT_TIMEOUT: '5s' }), /CONNECT_TIMEOUT=5s must be longer than WS_CONNECTION_TIME_P95=5000 ms/);
    assert.throws(() => read({ RESPONSE_TIMEOUT: '10s' }), /RESPONSE_TIMEOUT=10s must be longer than MESSAGE_RESPONSE_TIME_P90=10000 ms/);
    assert.equal(read({ CONNECT_TIMEOUT: '5001ms' }).CONNECT_TIMEOUT, 5001);
});

test('values that contradict each other are refused', () => {
    assert.throws(() => read({ THINK_MIN: '4s' }), /THINK_MIN is longer than THINK_MAX/);
    assert.equal(read({ THINK_MIN: '3s' }).THINK_MIN, 3000);
    assert.throws(() => read({ HZ_INTERVAL: '300ms' }), /HZ_INTERVAL=300ms does not fit/);
});

test('a script is not stopped by a variable that it does not use', () => {
    assert.equal(readConfig({ SSH_PORT: 'x', VUS: '7' }, READERS.MAIN).VUS, 7);
    assert.equal(readConfig({ VUS: 'x', THINK_MIN: '1h' }, READERS.HEALTH).BASE_URL, 'http://localhost:4000');
});

test('secrets are neither in errors nor in what is shown', () => {
    const c = read({ CHAT_TOKEN: 'hunter2', AUTH_HEADER: 'Bearer hunter2', BASE_URL: 'http://me:hunter2@api:4000',
        METRICS_URL: 'http://m/metrics?key=hunter2' });
    const shown = shownConfig(c, READERS.MAIN);
    assert.doesNotMatch(JSON.stringify(shown), /hunter2/);
    assert.deepEqual([shown.CHAT_TOKEN, shown.METRICS_AUTH_HEADER, shown.BASE_URL, shown.METRICS_URL],
        ['(hidden)', '', 'http://api:4000', 'http://m/metrics?key=...']);
    assert.throws(() => read({ WS_URL: 'http://me:hunter2@chat' }), (e) => !e.message.includes('hunter2'));
    assert.equal(withoutPassword('Bearer a@b'), 'Bearer a@b');
});

test('what is shown is what the script uses, with durations as they are written', () => {
    const shown = shownConfig(read({ DURATION: '90s' }), READERS.MAIN);
    assert.deepEqual([shown.DURATION, shown.IDLE, shown.HZ_INTERVAL, shown.VUS], ['1m30s', '10s', '100ms', 1000]);
    assert.ok(!('SSH_HOST' in shown) && !('chatUrl' in shown));
});

test('likely slips are found, names of other programs are not', () => {
    const env = { HZ_SORCE: '1', DURATIONS: '1', CHATPATH: '1', DUARTION: '1', RAMPS: '1', VSU: '1', think_max: '1', PATH: '1', HOME: '1', VUS: '1', DURATION: '1' };
    assert.deepEqual(likelySlips(env).map(({ name, meant }) => `${name} ${meant}`),
        ['HZ_SORCE HZ_SOURCE', 'DURATIONS DURATION', 'CHATPATH CHAT_PATH', 'DUARTION DURATION', 'RAMPS RAMP', 'think_max THINK_MAX']);
});

test('durations are read as k6 reads them and written so that they can be read again', () => {
    for (const [text, ms] of [
        ['100ms', 100], ['1.5s', 1500], ['1m30s', 90000], ['2h45m', 9900000], ['1h0m0.5s', 3600500], ['0', 0], ['0s', 0]]) {
        assert.equal(parseDuration(text), ms, text);
        assert.equal(parseDuration(durationText(ms)), ms, durationText(ms));
    }
    assert.equal(durationText(12345), '12s345ms');
});
