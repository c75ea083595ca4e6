import assert from 'node:assert/strict';
import { test } from 'node:test';

import { chatOptions, loopOptions } from '../../scripts/lib/clients.js';
import { readConfig } from '../../scripts/lib/config.js';
import { distinct, dotted, percent, plural, table, time } from '../../scripts/lib/format.js';
import { healthText, loopHealth } from '../../scripts/lib/health.js';
import { loadOptions } from '../../scripts/lib/load-options.js';
import { notThere, otherPlan, overridden } from '../../scripts/lib/preflight.js';
import { seeded, seededFor } from '../../scripts/lib/random.js';
import { TREND_STATS } from '../../scripts/lib/thresholds.js';
import { READERS } from '../../scripts/lib/variables.js';
import { config, shape } from './lib/runs.js';

test('times are shown with about three digits', () => {
    for (const [ms, text] of [
        [0, '0ms'], [0.4236, '0.42ms'], [9.994, '9.99ms'], [9.996, '10ms'], [12.34, '12.3ms'], [99.96, '100ms'], [245, '245ms'],
        [999.4, '999ms'], [999.6, '1s'], [1234, '1.23s'], [9999, '10s'], [59949, '59.9s'], [59960, '1m0s'], [300000, '5m0s'],
        [460000, '7m40s'], [3661000, '1h1m1s']]) assert.equal(time(ms), text, `${ms}`);
});

test('more digits are more digits at every size', () => {
    assert.deepEqual([1.23456, 12.3456, 123.456, 1234.56, 12345.6, 61234.5].map((ms) => time(ms, 1)),
        ['1.235ms', '12.35ms', '123.5ms', '1.235s', '12.35s', '1m1.2s']);
});

test('labels have dots up to their width, and at least one', () => {
    assert.deepEqual([dotted('ab', 5), dotted('abcdef', 5)], ['ab...:', 'abcdef.:']);
});

test('a value is shown with the digits that tell it from its limit, and no more', () => {
    assert.equal(distinct(0.5, 0.01, percent, 2), '50.00%');
    assert.equal(distinct(0.010001, 0.01, percent, 2), '1.0001%');
    assert.equal(distinct(0.01, 0.01, percent, 2), '1.00%');
});

test('tables align text to the left and numbers to the right', () => {
    assert.deepEqual(table([['a', '1', '10'], ['long', '22', '3']]), ['a      1  10', 'long  22   3']);
    assert.deepEqual(table([['a', '1', 'x'], ['b', '22', 'yy']], 'lrl'), ['a   1  x', 'b  22  yy']);
    assert.deepEqual([plural(1, 'turn'), plural(2, 'turn')], ['1 turn', '2 turns']);
});

test('a script whose scenarios were replaced is recognised', () => {
    const scenarios = { hz: {}, chat: {} };
    assert.equal(overridden({ scenarios, summaryTrendStats: TREND_STATS }), '');
    assert.match(overridden({ scenarios: { default: {} }, summaryTrendStats: TREND_STATS }), /--vus, --duration.*set VUS= and DURATION=/);
    assert.match(overridden({ scenarios: null }), /--vus/);
    assert.match(overridden({ scenarios, summaryTrendStats: ['avg', 'max'] }), /^the summary needs min, .*--summary-trend-stats/);
});

/** Options as k6 shows those in force: its defaults are added, and durations are written in its own way. */
function inForce(options, changes = {}) {
    const { hz, chat } = options.scenarios;
    return { ...options, thresholds: { ...options.thresholds, more: ['rate<1'] }, scenarios: {
        hz: { ...hz, startTime: null, env: null, duration: '1m25s' },
        chat: { ...chat, env: null, ...changes },
    } };
}

test('the plan that runs is the one that is judged', () => {
    const planned = loadOptions(config, shape, 'chat', 'chat');
    assert.equal(otherPlan(inForce(planned), planned), '');
    const packed = loadOptions({ ...config, ERROR_RATE_THRESHOLD: 0.05 }, shape, 'chat', 'chat');
    assert.match(otherPlan(inForce(packed), planned), /^another plan runs .*k6 archive.*thresholds\.error_rate\.0 is rate<0\.05 in force, rate<0\.01 planned.*pack it again/);
    const stages = [...planned.scenarios.chat.stages.slice(0, -1), { duration: '2s', target: 0 }];
    assert.match(otherPlan(inForce(planned, { stages }), planned), /scenarios\.chat\.stages\.4\.duration is 2s in force, 3000ms planned/);
    assert.match(otherPlan(inForce(planned, { stages: [] }), planned), /stages has 0 entries in force, 5 planned; .*; and \d+ more: /);
});

test('a target that is not there is named with what came back and what to do', () => {
    const there = { ok: true, error: null };
    const gone = { ok: false, error: { message: 'GET x: connection refused' } };
    assert.equal(notThere(there, there, config), '');
    assert.equal(notThere(gone, there, config), 'no load was started: the loop cannot be read: GET x: connection refused ' +
        '(METRICS_URL names another endpoint; HZ_SOURCE=health reads http://localhost:8080/healthz)');
    assert.match(notThere(gone, gone, config), /^no load was started: the chat cannot be reached: .*; the loop cannot be read: /);
    assert.doesNotMatch(notThere(gone, there, { ...config, METRICS_URL: 'http://localhost:8080/healthz' }), /HZ_SOURCE/);
});

test('random numbers are spread evenly and can be repeated', () => {
    const [a, b, other] = [seeded(1), seeded(1), seeded(2)];
    const first = Array.from({ length: 10000 }, a);
    assert.deepEqual(Array.from({ length: 10000 }, b), first);
    assert.notEqual(other(), first[0]);
    assert.ok(first.every((x) => x >= 0 && x < 1));
    const mean = first.reduce((sum, x) => sum + x, 0) / first.length;
    assert.ok(Math.abs(mean - 0.5) < 0.01, `mean ${mean}`);
});

test('users of one run differ from each other, also in their first number', () => {
    const firsts = Array.from({ length: 1000 }, (_, user) => seededFor(1, user + 1)());
    assert.equal(new Set(firsts).size, 1000);
    assert.ok(Math.abs(firsts.reduce((sum, x) => sum + x, 0) / 1000 - 0.5) < 0.03);
    assert.equal(seededFor(1, 7)(), firsts[6]);
});

test('a token or a header that is not set is not sent', () => {
    assert.deepEqual([chatOptions(config).query, chatOptions(config).headers, loopOptions(config).headers], [{}, {}, {}]);
    const set = { ...config, CHAT_TOKEN: 't', AUTH_HEADER: 'Bearer a', METRICS_AUTH_HEADER: 'Bearer m' };
    assert.deepEqual([chatOptions(set).query, chatOptions(set).headers, loopOptions(set).headers],
        [{ token: 't' }, { Authorization: 'Bearer a' }, { Authorization: 'Bearer m' }]);
    assert.equal(loopOptions(config).url, config.METRICS_URL);
});

test('every time and name of a connection is that of its variable', () => {
    const c = readConfig({ CONNECT_TIMEOUT: '6s', RESPONSE_TIMEOUT: '11s', WS_PING_INTERVAL: '7s', WS_PONG_TIMEOUT: '3s', WS_CONNECTION_TIME_P95: '4000',
        MESSAGE_RESPONSE_TIME_P90: '9000', HZ_INTERVAL: '250ms', HZ_SOURCE: 'gauge', HZ_COUNTER: 'a_total', HZ_GAUGE: 'b',
        METRICS_TIMEOUT: '3s', METRICS_MAX_SIZE: '20000000' }, READERS.MAIN);
    assert.deepEqual(chatOptions(c), { connectTimeout: 6000, responseTimeout: 11000, pingInterval: 7000, pongTimeout: 3000, headers: {}, subprotocols: [], query: {},
        slo: { connect: 4000, response: 9000 } });
    assert.deepEqual(loopOptions(c), { url: 'http://localhost:4000/metrics', interval: 250, window: 1000, source: 'gauge', counter: 'a_total',
        gauge: 'b', timeout: 3000, maxSize: 20000000, headers: {} });
});

const UP = { name: 'API', target: 'http://x', required: true, ok: true, latency: 1.5, status: '200 OK' };

test('the health check names what is down, and what is optional never is', () => {
    const down = { ...UP, name: 'chat', ok: false, latency: null, status: 'connection refused' };
    const optional = { ...UP, name: 'Grafana', required: false, ok: false, latency: null, status: 'not running (optional)' };
    assert.equal(healthText([UP, optional], false), [
        '', '✓ API      http://x  1.5ms  200 OK', '- Grafana  http://x      -  not running (optional)', '', 'HEALTH: OK', ''].join('\n'));
    assert.match(healthText([UP, down, optional], false), /\n✗ chat .* connection refused\n(.*\n)*\nHEALTH: DOWN {2}chat\n$/);
    assert.match(healthText([], false), /HEALTH: DOWN {2}nothing was looked at/);
});

test('one window of the loop is bad only when it is provably not above the limit', () => {
    const seen = { hz: 94.5, low: 93.6, high: 95.4, source: 'counter', error: null };
    assert.deepEqual(loopHealth(seen, 95), { ok: true, status: '94.5 Hz (between 93.6 and 95.4)' });
    assert.deepEqual(loopHealth({ ...seen, high: 95 }, 95), { ok: false, status: '94.5 Hz (between 93.6 and 95.0), not above 95 Hz' });
    assert.deepEqual(loopHealth({ hz: null, low: null, high: null, source: null, error: { message: 'refused' } }, 95),
        { ok: false, status: 'refused' });
    assert.match(loopHealth({ hz: 99, low: 99, high: 99, source: 'gauge', error: null }, 95).status, /reported by the server/);
});
