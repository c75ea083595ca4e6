import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { summariser } from '../../scripts/lib/summary.js';
import { READERS } from '../../scripts/lib/variables.js';
import { summaryData } from './lib/k6-summary.js';
import { violations } from './lib/json-schema.js';
import { config, goodSamples, nothingRecorded, run, setup, shape, times } from './lib/runs.js';

const schema = JSON.parse(readFileSync(new URL('../../scripts/lib/summary.schema.json', import.meta.url), 'utf8'));
const summarise = summariser(config, shape, READERS.MAIN, nothingRecorded);

const text = (data) => summarise(data).stdout;
const json = (data) => JSON.parse(summarise(data)['summary.json']);

const FAILED = {
    error_rate: [...times(190, 0), ...times(10, 1)], 'chat_failures{reason:dial}': [10],
    'loop_hz{phase:steady}': times(60, 90), 'loop_hz_low{phase:steady}': [89.9], 'loop_hz_high{phase:steady}': [90.1],
    'checks{type:hz}': times(80, 0),
};
const RUNS = {
    passed: run(),
    failed: run(FAILED),
    reported: run({ loop_longest_gap: [] }, { setup: { ...setup, source: 'gauge' } }),
    'cut short': run({}, { seconds: 20 }),
    empty: summaryData({}, config, { setup, seconds: 90 }),
    'not started': summaryData({}, config, { setup: undefined, seconds: 0.1 }),
};

for (const [name, data] of Object.entries(RUNS)) {
    test(`the JSON of a run that is ${name} follows the schema`, () => {
        assert.deepEqual(violations(schema, json(data)), []);
    });
}

test('the schema refuses what is wrong', () => {
    const good = json(RUNS.passed);
    for (const [change, complaint] of [
        [{ verdict: 'GREEN' }, /verdict: GREEN/],
        [{ reasons: [] }, /reasons: 0 items/],
        [{ exitCode: 1 }, /exitCode/],
        [{ extra: 1 }, /unknown extra/],
        [{ endedAt: 'yesterday' }, /endedAt/],
        [{ totals: { ...good.totals, turns: 1.5 } }, /totals.turns: number/],
        [{ totals: { ...good.totals, goodput: 2 } }, /goodput: 2 above 1/],
        [{ slos: [{ ...good.slos[0], outcome: 'ok' }, ...good.slos.slice(1)] }, /slos\[0\].outcome/],
        [{ phases: [{ ...good.phases[0], loopHz: { avg: 1 } }] }, /loopHz: no min/],
        [{ failures: { gremlins: 1 } }, /unknown gremlins/],
    ]) assert.match(violations(schema, { ...good, ...change }).join('; '), complaint);
    const { verdict, ...without } = good;
    assert.equal(verdict, 'PASS');
    assert.deepEqual(violations(schema, without), ['$: no verdict']);
});

test('the JSON holds the numbers of the run', () => {
    const result = json(RUNS.failed);
    assert.deepEqual([result.schema, result.verdict, result.exitCode, result.complete], ['featherweight-slo/summary/v1', 'FAIL', 99, true]);
    assert.deepEqual(result.failures, { dial: 10 });
    assert.deepEqual([result.totals.turns, result.totals.failed, result.totals.tokens, result.totals.loopReadings], [200, 10, 4000, 800]);
    assert.deepEqual(result.loop, { source: 'counter', measured: true, pagePeriod: 0 });
    assert.deepEqual([result.startedAt, result.seconds, result.plannedSeconds], [setup.started, 85, 85]);
    const steady = result.phases.find((p) => p.name === 'steady');
    assert.deepEqual(steady.loopHz, { avg: 90, min: 90, max: 90, low: 89.9, high: 90.1, windows: 60 });
    assert.deepEqual([steady.from, steady.to, steady.users, steady.connections], [22, 82, 10, 10]);
    assert.deepEqual(steady.responseTime, { avg: 1200, p90: 1200, max: 1200 });
    assert.deepEqual(steady.counter, { from: 2220, to: 8210 });
    const ramp = result.phases.find((p) => p.name === 'ramp');
    assert.deepEqual([ramp.loopHz, ramp.counter, ramp.responseTime, ramp.errorRate, ramp.connections, ramp.turns], [null, null, null, null, null, 0]);
    assert.deepEqual(result.thresholds.filter((t) => !t.ok).map((t) => t.metric),
        ['error_rate', 'loop_hz{phase:steady}', 'loop_hz_low{phase:steady}', 'checks{type:hz}']);
    assert.equal(result.thresholds.length, 26, 'objectives and guards only');
    assert.equal(result.config.DURATION, '1m');
});

test('the text has the rows that the documentation promises', () => {
    const shown = text(RUNS.passed);
    assert.match(shown, /^✓ error_rate\.+: 0\.00% ✓ 0 {4}✗ 200 /m);
    assert.match(shown, /^✓ checks\{type:hz\}\.+: avg=100\.0 min=100\.0 max=100\.0 +avg > 95 and < 105 Hz, between 99\.98 and 100\.02$/m);
    assert.match(shown, /^✓ ws_connection_time\.+: avg=12ms +min=12ms +max=12ms +p\(95\) < 5s, is 12ms$/m);
    assert.match(shown, /^✓ message_response_time\.+: avg=1\.2s +min=1\.2s +max=1\.2s +p\(90\) < 10s, is 1\.2s$/m);
    assert.match(shown, /^✓ WebSocket connection established: 70 of 70$/m);
    assert.match(shown, /^✓ Message streaming successful: 200 of 200$/m);
    assert.match(shown, /^✓ Hz metric validation passed: /m);
    assert.match(shown, /\nVERDICT: PASS {2}every objective is met\n$/);
});

test('the text of a failed run marks what failed and says why', () => {
    const shown = text(RUNS.failed);
    assert.match(shown, /^✗ error_rate\.+: 5\.00% ✓ 10 {4}✗ 190 /m);
    assert.match(shown, /^✗ checks\{type:hz\}/m);
    assert.match(shown, /^✗ Hz metric validation failed: loop frequency 90\.00 Hz/m);
    assert.match(shown, /^VERDICT: FAIL {2}5\.00% of turns failed \(10 of 200\), not less than 1\.00%: dial 10\n +also {2}loop frequency 90\.00/m);
    assert.match(shown, /^ {2}failures +dial 10$/m);
});

test('phases stand side by side, with nothing where nothing was', () => {
    const rows = text(RUNS.passed).split('\n').map((line) => line.trim().split(/ {2,}/));
    const row = (label) => rows.find(([first]) => first === label)?.slice(1);
    assert.deepEqual(row('phase'), ['idle', 'ramp', 'steady', 'rampdown']);
    assert.deepEqual(row('length'), ['10s', '12s', '1m0s', '3s']);
    assert.deepEqual(row('loop Hz'), ['99.00', '-', '100.00', '-']);
    assert.deepEqual(row('not below'), ['98.90', '-', '99.98', '-']);
    assert.deepEqual(row('response time p90'), ['-', '-', '1.2s', '-']);
    assert.deepEqual(row('most open connections'), ['-', '-', '10', '-']);
});

test('columns are aligned: every row of the phases is as wide as the header', () => {
    const lines = text(RUNS.passed).split('\n');
    const header = lines.findIndex((line) => line.startsWith('  phase'));
    for (const line of lines.slice(header, header + 12)) assert.equal(line.length, lines[header].length, line);
});

test('a reported frequency is called that, and what it cannot show is no tick', () => {
    const shown = text(run({ loop_longest_gap: [], 'loop_hz_low{phase:steady}': [100], 'loop_hz_high{phase:steady}': [100] },
        { setup: { ...setup, source: 'gauge' } }));
    assert.match(shown, /^✓ checks\{type:hz\}.*avg > 95 and < 105 Hz, reported$/m);
    assert.match(shown, /^- loop_longest_gap\.+: not measured/m);
    assert.match(shown, /source gauge; reported, not measured$/m);
    assert.match(shown, /^VERDICT: PASS .*reported by the server, not measured$/m);
});

test('nothing measured is marked as undecided, never with a tick', () => {
    const shown = text(RUNS.empty);
    assert.match(shown, /^\? error_rate\.+: no turn/m);
    assert.match(shown, /^\? WebSocket connection established: 0 of 0$/m);
    assert.doesNotMatch(shown, /^✓ (?!loop_restarts|chat_silence)/m);
    assert.match(shown, /^VERDICT: INVALID /m);
});

test('a run that did not start shows the verdict and nothing else', () => {
    assert.equal(text(RUNS['not started']), '\nVERDICT: INVALID  the load was not started: the error line says why\n');
});

test('colour is for terminals, and NO_COLOR turns it off', () => {
    const colour = (state, options) =>
        /\u001b\[/.test(text({ ...RUNS.passed, state: { ...RUNS.passed.state, ...state }, options }));
    assert.equal(colour({ isStdOutTTY: false }, { noColor: false }), false);
    assert.equal(colour({ isStdOutTTY: true }, { noColor: false }), true);
    assert.equal(colour({ isStdOutTTY: true }, { noColor: true }), false);
});

test('SUMMARY_FILE= writes no file', () => {
    const out = summariser({ ...config, SUMMARY_FILE: '' }, shape, READERS.MAIN, nothingRecorded)(RUNS.passed);
    assert.deepEqual(Object.keys(out), ['stdout']);
});

test('always-true thresholds are never shown as objectives', () => {
    const data = run(goodSamples());
    assert.doesNotMatch(text(data), />=0|>= 0/);
    assert.ok(json(data).thresholds.every((t) => !/>=0$/.test(t.expression)));
});
